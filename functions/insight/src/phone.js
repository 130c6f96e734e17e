// Shows who is calling: asks GET /v1/contacts/{…}/score, and the survey behind it for what was said.
// What people wrote is only ever set as text.

const KEY = "npsloop.key";
const GROUPS = { promoter: "Promoter", passive: "Passive", detractor: "Detractor" };
const FORMS = {
  promoter: "M12 .5a11.5 11.5 0 1 1 0 23a11.5 11.5 0 1 1 0-23z",
  passive: "M6 1h12a5 5 0 0 1 5 5v12a5 5 0 0 1-5 5H6a5 5 0 0 1-5-5V6a5 5 0 0 1 5-5z",
  detractor: "M7.4.8h9.2l6.6 6.6v9.2l-6.6 6.6H7.4L.8 16.6V7.4z",
};

const $ = (id) => document.getElementById(id);

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}
const h = (name, attributes, ...children) => fill(document.createElement(name), attributes, children);
const s = (name, attributes, ...children) => fill(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);

// --- words ---------------------------------------------------------------------------------------

function ago(time) {
  const seconds = (new Date(time) - Date.now()) / 1000;
  // The clock of a machine that tries things out may be ahead of the reader's.
  if (seconds > 60) return new Date(time).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
  const words = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });
  for (const [unit, size] of [["year", 31_557_600], ["month", 2_629_800], ["day", 86_400], ["hour", 3_600], ["minute", 60]]) {
    if (Math.abs(seconds) >= size) return words.format(Math.round(seconds / size), unit);
  }
  return "just now";
}

const moment = (time) => h("time", { datetime: time, title: new Date(time).toLocaleString() }, ago(time));

/** A number as the address of the API takes it: without what only makes it readable. */
function asked(text) {
  const who = text.trim();
  if (!/^[+\d\s()./\u00a0\u2010-\u2015-]+$/.test(who)) return who;
  return (/^\(?(\+|00)/.test(who) ? who.replace("(0)", "") : who).replace(/[^+\d]/g, "");
}

// --- asking --------------------------------------------------------------------------------------

class Refused extends Error {
  constructor(status, problem) {
    super(problem?.detail ?? problem?.title ?? `The server answered ${status}.`);
    this.status = status;
  }
}

async function get(path, signal) {
  const answer = await fetch(path, { signal, cache: "no-store", headers: { authorization: `Bearer ${sessionStorage.getItem(KEY)}` } });
  const body = await answer.json().catch(() => null);
  if (!answer.ok) throw new Refused(answer.status, body);
  return body;
}

let round = null;

/** Whom the address names: a softphone puts the number there. A `+` that nobody escaped arrives as a blank. */
function named() {
  const query = new URLSearchParams(location.search);
  return (query.get("number") ?? query.get("caller") ?? query.get("contact") ?? "").trim();
}

async function look() {
  round?.abort();
  const who = named();
  $("who").value = who;
  $("forget").hidden = !sessionStorage.getItem(KEY);
  if (!sessionStorage.getItem(KEY)) return knock("");
  if (!who) return show("Who is calling?", nobodyYet(), () => $("who").focus());
  const mine = (round = new AbortController());
  $("main").setAttribute("aria-busy", "true");
  try {
    const found = await get(`/v1/contacts/${encodeURIComponent(asked(who))}/score`, mine.signal);
    const name = found.contact.name ?? found.contact.email ?? found.contact.phone ?? who;
    show(`${found.score} · ${name}`, person(found, name, null));
    // The score is what matters while it rings; what was said follows.
    const survey = await get(`/v1/surveys/${found.survey_id}`, mine.signal).catch((error) => {
      if (mine.signal.aborted) throw error;
      return {};
    });
    show(`${found.score} · ${name}`, person(found, name, survey));
  } catch (error) {
    if (mine.signal.aborted) return;
    if (error.status === 401 || error.status === 403) return knock(error.status === 401 ? "This key is not known here." : "This key may not read. It needs the scope read.");
    if (error.status === 404) show("Nobody known · npsloop", nobody(who));
    else show("No answer · npsloop", trouble(error));
  }
}

// --- what is shown -------------------------------------------------------------------------------

function show(title, content, then) {
  document.title = title.endsWith("npsloop") ? title : `${title} · npsloop`;
  $("main").setAttribute("aria-busy", "false");
  $("main").replaceChildren(content);
  then?.();
}

function icon(group, score) {
  return s("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" },
    s("path", { class: "form", d: FORMS[group] ?? FORMS.promoter }),
    score === null ? s("path", { class: "none", d: "M7 12h10" })
      : s("text", { x: 12, y: score < 10 ? 17 : 16.3, "font-size": score < 10 ? 14 : 12 }, String(score)));
}

function trend({ previous, trend: way }) {
  if (!previous) return h("p", { class: "quiet" }, "The first answer");
  const words = { up: ["↑ up", " from "], same: ["→ same", " as before: "], down: ["↓ down", " from "] }[way];
  return h("p", { class: "trend" }, h("b", {}, words[0]), words[1], String(previous.score), " · ", moment(previous.answered_at));
}

/** `survey` is null while it is still asked for, and empty if it cannot be had. */
function person(found, name, survey) {
  const { contact, score, group } = found;
  const reach = [contact.email !== name && contact.email, contact.phone !== name && contact.phone, contact.id].filter(Boolean).join(" · ");
  const owner = survey?.owner?.name ?? survey?.owner?.email;
  const subject = survey?.subject && [survey.subject.name ?? survey.subject.id, survey.subject.type].join(", ");
  const facts = [["About", subject], ["Account manager", owner], ["Campaign", found.campaign]].filter(([, value]) => value);
  return h("article", { class: `card ${group}` },
    h("div", {}, h("h1", {}, name), reach ? h("p", { class: "reach" }, reach) : null),
    h("div", { class: "said" }, icon(group, score),
      h("div", { class: "words" }, h("strong", {}, GROUPS[group], h("span", { class: "unseen" }, `, ${score} of 10`)), trend(found),
        h("p", { class: "when" }, "Answered ", moment(found.answered_at)))),
    survey?.follow_up ? h("p", { class: "call" }, "Wants a call") : null,
    survey?.comment ? h("blockquote", {}, survey.comment) : survey?.survey_id ? h("p", { class: "quiet" }, "No comment with it.") : null,
    h("dl", { class: "facts" }, facts.map(([label, value]) => [h("dt", {}, label), h("dd", {}, value)])),
    survey?.survey_id ? h("a", { class: "more", href: `/dashboard#survey=${survey.survey_id}` }, "Everything about this survey") : null);
}

function nobody(who) {
  return h("article", { class: "card empty" }, h("h1", {}, "Nobody known"),
    h("div", { class: "said" }, icon(null, null),
      h("div", { class: "words" }, h("p", {}, "No score under ", h("b", {}, who), "."),
        h("p", { class: "quiet" }, "A contact is found by e-mail address, CRM id or phone number once they have answered."))));
}

function nobodyYet() {
  return h("article", { class: "card empty" }, h("h1", {}, "Who is calling?"),
    h("p", { class: "quiet" }, "Look up a number above, or let the softphone open this page with ", h("code", {}, "?number=%2B4930…"), "."));
}

function trouble(error) {
  return h("article", { class: "card empty", role: "alert" }, h("h1", {}, "No answer"),
    h("p", { class: "quiet" }, error instanceof Refused ? error.message : "The server did not answer."),
    h("p", {}, h("button", { type: "button", onclick: look }, "Try again")));
}

// --- the door --------------------------------------------------------------------------------------

function knock(wrong) {
  round?.abort();
  sessionStorage.removeItem(KEY);
  document.title = "npsloop";
  $("forget").hidden = true;
  $("main").replaceChildren();
  $("main").setAttribute("aria-busy", "false");
  $("door-wrong").textContent = wrong;
  $("key").value = "";
  if (!$("door").open) $("door").showModal();
}

// Escape closes a dialog in the end, whatever the page says; without a key there is nothing else to show.
$("door").addEventListener("close", () => sessionStorage.getItem(KEY) || knock(""));
$("door-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const key = $("key").value.trim();
  // A header can carry nothing else, and the browser would refuse it with words for nobody.
  if (!/^[\x21-\x7e]+$/.test(key)) { $("door-wrong").textContent = "A key has only letters, digits and signs."; return; }
  sessionStorage.setItem(KEY, key);
  $("door-wrong").textContent = "";
  $("door").close();
  look();
});

/** A link may bring the key behind the #, which no server sees; it leaves the address at once. */
function takeKey() {
  const brought = new URLSearchParams(location.hash.slice(1)).get("key");
  if (!brought) return false;
  sessionStorage.setItem(KEY, brought);
  history.replaceState(null, "", location.pathname + location.search);
  if ($("door").open) $("door").close();
  return true;
}

$("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  history.pushState(null, "", `${location.pathname}?${new URLSearchParams({ number: $("who").value.trim() })}`);
  look();
});
$("forget").addEventListener("click", () => knock(""));
addEventListener("hashchange", () => takeKey() && look());
addEventListener("popstate", look);

takeKey();
look();

// Draws the numbers of GET /v1/nps and GET /v1/responses, and draws them again when they change.
// What people wrote is only ever set as text.

const EVERY = 5_000;
const SLOWEST = 60_000;
const KEY = "npsloop.key";
const OTHER = "\u0000other";
const GROUPS = ["promoter", "passive", "detractor"];
const BANDS = { good: "Good", favourable: "Favourable", excellent: "Excellent", world_class: "World class" };
const BUILT_IN = { owner: "Account manager", agent: "Agent", campaign: "Campaign", weekday: "Weekday", hour: "Hour of the day" };
const WEEK = { mon: "Monday", tue: "Tuesday", wed: "Wednesday", thu: "Thursday", fri: "Friday", sat: "Saturday", sun: "Sunday" };

const $ = (id) => document.getElementById(id);
const groupOf = (score) => (score >= 9 ? "promoter" : score >= 7 ? "passive" : "detractor");

// --- words and numbers -------------------------------------------------------------------------

const whole = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const count = (n) => whole.format(n);
const signed = (n) => count(n).replace("-", "−");
const percent = (share) => new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: share < 0.1 ? 1 : 0 }).format(share);
const plural = (n, one, many) => `${count(n)} ${n === 1 ? one : many}`;
// A day is a date and no instant: it is read and written as UTC, whatever zone the browser is in.
const day = (text, style = { day: "numeric", month: "short" }) =>
  new Intl.DateTimeFormat(undefined, { ...style, timeZone: "UTC" }).format(new Date(`${text}T00:00:00Z`));
const range = ({ low, high }) => `${signed(Math.round(low))} to ${signed(Math.round(high))}`;
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

function ago(time) {
  const seconds = (new Date(time) - Date.now()) / 1000;
  // The clock of a machine that tries things out may be ahead of the reader's.
  if (seconds > 60) return new Date(time).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
  const words = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });
  for (const [unit, size] of [["day", 86_400], ["hour", 3_600], ["minute", 60]]) {
    if (Math.abs(seconds) >= size) return words.format(Math.round(seconds / size), unit);
  }
  return "just now";
}

// --- building pages out of text ------------------------------------------------------------------

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "style") for (const [key, to] of Object.entries(value)) node.style.setProperty(key, to);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...present(children));
  return node;
}
const present = (children) => children.flat(3).filter((child) => child !== null && child !== undefined && child !== false);
const h = (name, attributes, ...children) => fill(document.createElement(name), attributes, children);
const s = (name, attributes, ...children) => fill(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);

const drawn = new Map();
/** Draws a part again only if what it shows has changed, and gives the focus back to where it was. */
function draw(id, what, build) {
  const now = JSON.stringify(what);
  if (drawn.get(id) === now) return;
  drawn.set(id, now);
  const focus = document.activeElement?.dataset.key;
  $(id).replaceChildren(...present([build()]));
  if (focus) [...$(id).querySelectorAll("[data-key]")].find((node) => node.dataset.key === focus)?.focus();
}

// --- what is shown -------------------------------------------------------------------------------

const asked = new URLSearchParams(location.search);
const view = {
  campaign: asked.get("campaign") ?? "",
  window: /^[1-9]\d{0,3}d$/.test(asked.get("window") ?? "") ? asked.get("window") : "90d",
  groupBy: asked.get("group_by") || "owner",
  filter: [...asked].find(([name]) => name.startsWith("filter."))?.map((part, at) => (at ? part : part.slice(7))) ?? null,
};
const known = { dimensions: new Set(), names: new Map(), pages: [], cursor: null, seen: null };

function parameters(extra = {}) {
  const out = new URLSearchParams({ window: view.window });
  if (view.campaign) out.set("campaign", view.campaign);
  if (view.filter) out.set(`filter.${view.filter[0]}`, view.filter[1]);
  for (const [name, value] of Object.entries(extra)) if (value) out.set(name, value);
  return out;
}

/** The view is in the address, so that it can be shared; the key never is. */
function remember() {
  history.replaceState(null, "", `${location.pathname}?${parameters({ group_by: view.groupBy })}`);
}

function change(what) {
  Object.assign(view, what);
  Object.assign(known, { pages: [], cursor: null, seen: null });
  remember();
  refresh();
}

// --- asking --------------------------------------------------------------------------------------

class Refused extends Error {
  constructor(status, problem) {
    super(problem?.detail ?? problem?.title ?? `The server answered ${status}.`);
    this.status = status;
    this.type = problem?.type ?? "";
  }
}

async function get(path, query, signal) {
  const answer = await fetch(`${path}?${query}`, {
    signal, cache: "no-store", headers: { authorization: `Bearer ${sessionStorage.getItem(KEY)}` },
  });
  const body = await answer.json().catch(() => null);
  if (!answer.ok) throw new Refused(answer.status, body);
  return body;
}

let round = null, timer = 0, wait = EVERY, rounds = 0;

async function refresh() {
  clearTimeout(timer);
  round?.abort();
  if (!sessionStorage.getItem(KEY) || document.hidden) return;
  const mine = (round = new AbortController());
  try {
    const [numbers, answers] = await Promise.all([
      withGroups(mine.signal),
      get("/v1/responses", parameters(), mine.signal).catch((error) => {
        if (error.status !== 422) throw error;
        return { responses: [], cursor: null, refused: error.message };
      }),
      rounds++ % 12 ? null : campaigns(mine.signal),
    ]);
    wait = EVERY;
    show(numbers, answers);
    say(`Live · ${new Date().toLocaleTimeString()}`, false);
  } catch (error) {
    if (mine.signal.aborted) return;
    if (error.status === 401 || error.status === 403) return knock(error.status === 401 ? "This key is not known here." : "This key may not read. It needs the scope read.");
    wait = Math.min(wait * 2, SLOWEST);
    say(error instanceof Refused ? error.message : "No answer from the server. Trying again.", true);
  }
  if (round === mine) timer = setTimeout(refresh, wait);
}

/** One call brings everything. Where the groups cannot be had, the rest still can. */
async function withGroups(signal) {
  try {
    return await get("/v1/nps", parameters({ group_by: view.groupBy }), signal);
  } catch (error) {
    if (error.status !== 422) throw error;
    const numbers = await get("/v1/nps", parameters(), signal);
    return { ...numbers, refused: error.message };
  }
}

async function campaigns(signal) {
  const { groups } = await get("/v1/nps", new URLSearchParams({ window: "365d", group_by: "campaign" }), signal);
  const names = [...new Set([...groups.map((group) => group.value), view.campaign])].filter(Boolean).sort();
  draw("campaign", names, () => [h("option", { value: "" }, "All campaigns"), ...names.map((name) => h("option", { value: name }, name))]);
  $("campaign").value = view.campaign;
}

function say(text, stale) {
  $("live").classList.toggle("stale", stale);
  $("live").lastElementChild.textContent = text;
}

// --- the parts -----------------------------------------------------------------------------------

function show(numbers, answers) {
  $("controls").hidden = $("main").hidden = false;
  const zone = numbers.time_zone && numbers.time_zone !== "UTC" ? ` · days in ${numbers.time_zone}` : "";
  const year = { day: "numeric", month: "short", year: "numeric" };
  $("period").textContent = `${day(numbers.from, year)} – ${day(numbers.to, year)}${zone}`;
  document.title = numbers.mark === "answers_only" || numbers.nps === null ? "npsloop" : `${signed(numbers.nps)} · npsloop`;
  showFilter();
  const { days, groups, ...total } = numbers;
  draw("score", total, () => scorePart(total));
  draw("spread", total.counts, () => spreadPart(total));
  draw("rate", [total.sent, total.delivered, total.answered], () => ratePart(total));
  draw("trend", [days, chartWidth()], () => trendPart(days));
  voices(answers);
  draw("groups", [view.groupBy, groups, numbers.refused, known.names.size], () => groupsPart(numbers));
  dimensions();
}

function showFilter() {
  $("filter").hidden = !view.filter;
  if (!view.filter) return;
  const [name, value] = view.filter;
  draw("filter", view.filter, () => h("span", { class: "chip" }, `${BUILT_IN[name] ?? capital(name)}: ${label(name, value)}`,
    h("button", { type: "button", "aria-label": "Remove this filter", onclick: () => change({ filter: null }) }, "×")));
}

const ball = (score) => h("span", { class: `ball ${groupOf(score)}` }, String(score));
const balls = (counts, small) => h("ul", { class: small ? "answers small" : "answers", "aria-label": "The answers" },
  counts.flatMap((n, score) => Array.from({ length: n }, () => h("li", {}, ball(score)))).reverse());

function parts(of, labelled) {
  const bar = h("div", { class: "parts", "aria-hidden": "true" },
    GROUPS.filter((group) => of[`${group}s`]).map((group) => h("i", { class: group, style: { flex: `${of[`${group}s`]} 0 0` } })));
  if (!labelled) return bar;
  return [bar, h("ul", { class: "legend" }, GROUPS.map((group) =>
    h("li", { class: group }, h("b", {}, percent(of[`${group}s`] / of.n)), `${count(of[`${group}s`])} ${of[`${group}s`] === 1 ? group : `${group}s`}`)))];
}

function scorePart(total) {
  const unsure = total.suspect ? h("p", { class: "note" }, `${plural(total.suspect, "answer is", "answers are")} left out: perhaps no person gave ${total.suspect === 1 ? "it" : "them"}.`) : null;
  if (!total.n) {
    return [h("p", { class: "big" }, "No answers yet"), h("p", { class: "note" },
      total.delivered ? `${plural(total.delivered, "survey has", "surveys have")} been delivered. The first answer appears here by itself.` : "Nobody has been asked in this window. Answers appear here by themselves."), unsure];
  }
  if (total.mark === "answers_only") {
    return [h("p", { class: "big" }, `${plural(total.n, "answer", "answers")} so far`), balls(total.counts),
      h("p", { class: "note" }, "A score of so few people says nothing about the others. It appears from 10 answers on; until then, these are the answers themselves."), unsure];
  }
  return [
    h("div", { class: "headline" }, h("span", { class: "figure" }, signed(total.nps)),
      h("div", {}, h("strong", {}, BANDS[total.band] ?? (total.nps_exact === 0 ? "Even" : "More critics than fans")), h("span", { class: "quiet" }, `Net Promoter Score of ${plural(total.n, "answer", "answers")}`))),
    gauge(total),
    h("p", { class: "note" }, `With this many answers, the score is known to lie between ${signed(Math.round(total.interval.low))} and ${signed(Math.round(total.interval.high))}, with 95 % confidence.`),
    total.mark === "few" ? h("p", { class: "few" }, `Only ${total.n} answers: the next one alone can move the score by ${Math.ceil((100 + Math.abs(total.nps)) / (total.n + 1))} points.`) : null,
    parts(total, true), unsure,
  ];
}

function gauge({ nps, nps_exact: exact, interval }) {
  const x = (value) => `${3 + ((value + 100) / 200) * 94}%`;
  return s("svg", { class: "gauge", role: "img", "aria-label": `${nps} on a scale from -100 to 100, interval ${range(interval)}` },
    s("line", { class: "rail", x1: x(-100), x2: x(100), y1: 26, y2: 26 }),
    s("g", { class: exact > 0 ? "above" : "below" }, s("line", { class: "sure", x1: x(interval.low), x2: x(interval.high), y1: 26, y2: 26 })),
    [-100, -50, 0, 50, 100].map((at) => [s("line", { class: "tick", x1: x(at), x2: x(at), y1: 19, y2: 33 }), s("text", { x: x(at), y: 56 }, signed(at))]),
    s("circle", { class: "knob", cx: x(exact), cy: 26, r: 11 }));
}

function spreadPart({ n, counts }) {
  // A single answer is no tower.
  const most = Math.max(...counts, 4);
  return [
    h("ol", { class: "bars" }, counts.map((amount, score) =>
      h("li", { class: `${groupOf(score)}${amount ? "" : " none"}` },
        h("div", { class: "pile" },
          h("span", {}, h("span", { class: "unseen" }, `Score ${score}: `), amount ? count(amount) : "", h("span", { class: "unseen" }, amount ? ` (${percent(amount / n)})` : "0")),
          h("i", { style: { height: `${(amount / most) * 86}%` } })),
        h("b", { "aria-hidden": "true" }, String(score))))),
    h("p", { class: "ends", "aria-hidden": "true" }, h("span", {}, "not at all likely"), h("span", {}, "extremely likely")),
  ];
}

function ratePart({ sent, delivered, answered, response_rate: rate }) {
  const most = Math.max(sent ?? 0, delivered, 1);
  const row = (label, n, name) => h("div", { class: name }, h("span", {}, label), h("b", {}, count(n)), h("i", { "aria-hidden": "true", style: { "--share": `${Math.min(100, (n / most) * 100)}%` } }));
  return [
    h("p", { class: "big" }, rate === null ? "–" : percent(rate)),
    h("p", { class: "note" }, rate === null ? "Nothing was delivered on these days." : "of the surveys delivered on these days have been answered since. The latest still may be."),
    h("div", { class: "funnel" }, sent === null ? null : row("Sent", sent, ""), row("Delivered", delivered, ""), row("Answered", answered, "answered")),
  ];
}

// --- the trend -------------------------------------------------------------------------------------

const chartWidth = () => Math.max(260, Math.round($("trend").clientWidth || 600));

/** The score of the days up to each day, since a single day has too few answers for one of its own. */
function trailing(days, length) {
  return days.map((_, at) => {
    const part = days.slice(Math.max(0, at - length + 1), at + 1);
    const n = part.reduce((sum, one) => sum + one.n, 0);
    return n < 10 ? null : part.reduce((sum, one) => sum + (one.nps ?? 0) * one.n, 0) / n;
  });
}

function trendPart(days) {
  const length = days.length > 31 ? 28 : 7;
  const line = trailing(days, length);
  const points = line.filter((value) => value !== null);
  const wide = chartWidth(), high = points.length ? 220 : 130, left = points.length ? 34 : 4, right = 8, top = 14, bottom = 26;
  const inner = { wide: wide - left - right, high: high - top - bottom };
  const share = points.length ? 0.45 : 0.8;
  const low = Math.min(0, ...points), up = Math.max(0, ...points);
  const scale = [Math.max(-100, Math.floor((low - 5) / 25) * 25), Math.min(100, Math.ceil((up + 5) / 25) * 25)];
  const x = (at) => left + (inner.wide * (at + 0.5)) / days.length;
  const y = (value) => top + inner.high * (1 - (value - scale[0]) / (scale[1] - scale[0]));
  const most = Math.max(...days.map((one) => one.n), 3);
  const bar = Math.max(1, Math.min(18, (inner.wide / days.length) * 0.7));

  const path = line.reduce(({ text, pen }, value, at) => (value === null ? { text, pen: false }
    : { text: `${text}${pen ? "L" : "M"}${x(at).toFixed(1)} ${y(value).toFixed(1)}`, pen: true }), { text: "", pen: false }).text;
  const step = scale[1] - scale[0] > 75 ? 50 : 25;
  const steps = [-100, -75, -50, -25, 0, 25, 50, 75, 100].filter((value) => value >= scale[0] && value <= scale[1] && value % step === 0);
  const every = Math.max(1, Math.ceil(days.length / Math.max(2, Math.floor(wide / 90))));
  const last = line.findLastIndex((value) => value !== null);

  const cursor = s("line", { class: "cursor", y1: top, y2: high - bottom, visibility: "hidden" });
  const bubble = h("div", { class: "bubble", hidden: true });
  const picture = s("svg", { "aria-hidden": "true", height: high },
    points.length ? steps.map((value) => [s("line", { class: value ? "grid" : "zero", x1: left, x2: wide - right, y1: y(value), y2: y(value) }),
      s("text", { x: left - 8, y: y(value) + 4, "text-anchor": "end" }, signed(value))]) : s("line", { class: "grid", x1: left, x2: wide - right, y1: high - bottom, y2: high - bottom }),
    days.map((one, at) => one.n ? s("rect", { class: "volume", x: x(at) - bar / 2, width: bar, rx: Math.min(3, bar / 2), y: high - bottom - inner.high * share * (one.n / most), height: inner.high * share * (one.n / most) }) : null),
    days.map((one, at) => (days.length - 1 - at) % every === 0 ? s("text", { x: Math.min(x(at), wide - 22), y: high - 6, "text-anchor": "middle" }, day(one.day)) : null),
    path ? s("path", { class: "line", d: path }) : null,
    last >= 0 ? s("circle", { class: "at", cx: x(last), cy: y(line[last]), r: 5 }) : null,
    cursor);

  let place = days.length - 1;
  const words = (at) => [`${day(days[at].day, { weekday: "short", day: "numeric", month: "short" })}: ${plural(days[at].n, "answer", "answers")}`,
    line[at] === null ? null : `score of the last ${length} days: ${signed(Math.round(line[at]))}`].filter(Boolean);
  const point = (at) => {
    place = Math.max(0, Math.min(days.length - 1, at));
    for (const end of ["x1", "x2"]) cursor.setAttribute(end, x(place));
    cursor.setAttribute("visibility", "visible");
    bubble.hidden = false;
    bubble.replaceChildren(...words(place).map((text) => h("div", {}, text)));
    bubble.style.left = `${Math.max(0, Math.min(wide - bubble.offsetWidth, x(place) - bubble.offsetWidth / 2))}px`;
    chart.setAttribute("aria-valuenow", place);
    chart.setAttribute("aria-valuetext", words(place).join(", "));
  };
  const leave = () => { bubble.hidden = true; cursor.setAttribute("visibility", "hidden"); };
  const chart = h("div", {
    class: "chart", tabindex: "0", role: "slider", "data-key": "chart", "aria-label": "Answers and score by day",
    "aria-valuemin": 0, "aria-valuemax": days.length - 1, "aria-valuenow": place, "aria-valuetext": words(place).join(", "),
    onpointermove: (event) => point(Math.floor(((event.clientX - chart.getBoundingClientRect().left - left) / inner.wide) * days.length)),
    onpointerleave: leave, onblur: leave, onfocus: () => chart.matches(":focus-visible") && point(place),
    onkeydown: (event) => {
      const to = { ArrowLeft: place - 1, ArrowRight: place + 1, PageUp: place - 7, PageDown: place + 7, Home: 0, End: days.length - 1 }[event.key];
      if (to !== undefined) { event.preventDefault(); point(to); }
    },
  }, picture, bubble);
  return [chart, h("p", { class: "keys" },
    points.length ? h("span", {}, `score of the last ${length} days, from 10 answers on`) : null, h("span", { class: "volume" }, "answers each day"))];
}

// --- groups ------------------------------------------------------------------------------------------

function dimensions() {
  const own = [...known.dimensions].filter((name) => !(name in BUILT_IN)).sort();
  if (!(view.groupBy in BUILT_IN) && !own.includes(view.groupBy)) own.push(view.groupBy);
  draw("dimension", own, () => [
    ...Object.entries(BUILT_IN).map(([name, label]) => h("option", { value: name }, label)),
    ...own.map((name) => h("option", { value: name }, capital(name.replaceAll("_", " ")))),
    h("option", { value: OTHER }, "Other…"),
  ]);
  if ($("other").hidden) $("dimension").value = view.groupBy;
}

function inOrder(groups) {
  if (view.groupBy === "weekday") return groups.toSorted((a, b) => Object.keys(WEEK).indexOf(a.value) - Object.keys(WEEK).indexOf(b.value));
  if (view.groupBy === "hour") return groups.toSorted((a, b) => Number(a.value) - Number(b.value));
  return groups;
}

function label(name, value) {
  if (name === "hour" && /^\d+$/.test(value)) return `${value.padStart(2, "0")}:00`;
  if (name === "weekday") return WEEK[value] ?? value;
  // A long path may be broken behind each slash.
  return known.names.get(`${name}:${value}`) ?? value.replaceAll("/", "/\u200b");
}

function narrow(value) {
  if (view.groupBy === "campaign") { $("campaign").value = value; change({ campaign: value }); }
  else change({ filter: [view.groupBy, value] });
}

function groupsPart({ groups, refused }) {
  if (refused) return h("p", { class: "empty" }, refused);
  if (!groups.length) return h("p", { class: "empty" }, `No answers with ${BUILT_IN[view.groupBy]?.toLowerCase() ?? `“${view.groupBy}”`} in this window.`);
  return h("div", { class: "scroll" }, h("table", {},
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, BUILT_IN[view.groupBy] ?? capital(view.groupBy)), h("th", { scope: "col", class: "num" }, "Answers"),
      h("th", { scope: "col" }, "Score"), h("th", { scope: "col", class: "wide" }, "Promoters · passives · detractors"), h("th", { scope: "col", class: "num" }, "Rate"))),
    h("tbody", {}, inOrder(groups).map((group) => h("tr", {},
      h("th", { scope: "row" }, h("button", { class: "value", type: "button", title: "Show only these", "data-key": `g:${group.value}`, onclick: () => narrow(group.value) }, label(view.groupBy, group.value))),
      h("td", { class: "num" }, count(group.n)),
      h("td", {}, !group.n ? h("span", { class: "quiet" }, "–") : group.mark === "answers_only" ? balls(group.counts, true)
        : [h("span", { class: "score" }, signed(group.nps)), " ", h("span", { class: "within" }, range(group.interval))]),
      h("td", { class: "wide" }, group.n ? [parts(group, false), h("span", { class: "unseen" }, `${group.promoters}, ${group.passives}, ${group.detractors}`)] : null),
      h("td", { class: "num" }, group.response_rate === null ? "–" : percent(group.response_rate)))))));
}

// --- what people said ----------------------------------------------------------------------------------

function voices(first) {
  const listed = new Map();
  for (const one of [...first.responses, ...known.pages]) if (!listed.has(one.survey_id)) listed.set(one.survey_id, one);
  for (const one of listed.values()) {
    for (const name of Object.keys(one.attributes ?? {})) known.dimensions.add(name);
    // People are counted under what does not change, and shown under their names.
    for (const [role, who] of [["owner", one.owner], ["agent", one.agent]]) {
      if (who?.name) for (const value of [who.email, who.id]) if (value) known.names.set(`${role}:${value}`, who.name);
    }
  }
  if (!known.pages.length) known.cursor = first.cursor;
  const fresh = known.seen ? [...listed.keys()].filter((id) => !known.seen.has(id)) : [];
  known.seen = new Set(listed.keys());
  const all = [...listed.values()].filter((one) => one.comment || !$("spoken").checked);
  // The times are part of what is drawn: "5 minutes ago" grows old.
  draw("voices", [all.map((one) => [one, ago(one.answered_at)]), known.cursor, first.refused], () => {
    if (first.refused) return h("p", { class: "empty" }, first.refused);
    return [
      all.length ? h("ol", {}, all.map((one) => voice(one, fresh.includes(one.survey_id)))) : h("p", { class: "empty" }, $("spoken").checked ? "No comments yet." : "Answers appear here as they come."),
      known.cursor ? h("button", { class: "more", type: "button", "data-key": "more", onclick: more }, "Earlier answers") : null,
    ];
  });
  last = first;
}
let last = null;

async function more() {
  try {
    const page = await get("/v1/responses", parameters({ cursor: known.cursor }));
    known.pages.push(...last.responses, ...page.responses);
    known.cursor = page.cursor;
    voices(last);
  } catch (error) {
    say(error.message, true);
  }
}

function voice(one, fresh) {
  const who = one.contact?.name ?? one.contact?.email ?? "Somebody";
  const from = [who, one.subject?.name ?? one.subject?.id, one.owner?.name && `with ${one.owner.name}`].filter(Boolean).join(" · ");
  return h("li", { class: `voice ${one.standing}${fresh ? " fresh" : ""}` }, ball(one.score),
    h("blockquote", {}, one.comment ?? h("span", { class: "quiet" }, "No comment")),
    h("p", {}, from, " · ", h("time", { datetime: one.answered_at, title: new Date(one.answered_at).toLocaleString() }, ago(one.answered_at)),
      one.follow_up ? h("em", {}, "wants a call") : null, one.standing === "suspect" ? h("em", {}, "left out: suspect") : one.standing === "self_saved" ? h("em", {}, "saved by the page") : null));
}

// --- one survey, for whoever comes by a link ----------------------------------------------------------------

const HAPPENED = { created: "Made", deferred: "Put off", sent: "Invited", delivered: "Delivered", bounced: "Came back", reminded: "Reminded", responded: "Answered",
  commented: "Commented", taken_over: "The record changed", task_opened: "Task opened", task_completed: "Task completed", written_back: "Told", unsubscribed: "Unsubscribed", closed: "Closed" };

function surveyPart(one) {
  const person = (who) => who && [who.name, who.email ?? who.id].filter(Boolean).join(" · ");
  const facts = [["Record", [one.subject.name ?? one.subject.id, one.subject.type].join(", ")], ["Account manager", person(one.owner)], ["Agent", one.agent && (one.agent.name ?? one.agent.id)],
    ["Campaign", one.campaign], ["State", one.state], ...Object.entries(one.attributes).map(([name, value]) => [capital(name), value])];
  const more = (detail) => Object.entries(detail ?? {}).filter(([, value]) => value !== false && value !== null)
    .map(([name, value]) => (value === true ? name : Array.isArray(value) ? value.join(", ") : typeof value === "object" ? JSON.stringify(value) : String(value))).join(", ");
  return [
    one.score === null ? h("p", {}, "No answer yet.") : h("p", { class: "answer" }, ball(one.score), `${capital(one.group)}${one.standing === "suspect" ? ", left out: suspect" : ""}${one.follow_up ? ", wants a call" : ""}`),
    one.comment ? h("blockquote", {}, one.comment) : null,
    h("dl", {}, facts.filter(([, value]) => value).map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)])),
    h("ol", {}, one.timeline.map(({ at, what, detail }) => h("li", {}, h("time", { datetime: at }, new Date(at).toLocaleString()), " ", HAPPENED[what] ?? capital(what.replaceAll("_", " ")), more(detail) ? h("span", { class: "quiet" }, ` (${more(detail)})`) : null))),
  ];
}

/** The survey that the address names behind the #. */
async function openSurvey() {
  const id = new URLSearchParams(location.hash.slice(1)).get("survey");
  if (!id || !sessionStorage.getItem(KEY)) return;
  const show = (title, parts) => {
    $("survey-title").textContent = title;
    $("survey-body").replaceChildren(...present(parts));
    if (!$("survey").open) $("survey").showModal();
  };
  try {
    const one = await get(`/v1/surveys/${encodeURIComponent(id)}`, new URLSearchParams());
    show(one.contact.name ?? one.contact.email, surveyPart(one));
  } catch (error) {
    // A key nobody knows is asked for by whoever draws the numbers.
    if (error.status !== 401 && error.status !== 403) show("This survey", [h("p", {}, error.message)]);
  }
}

$("survey").addEventListener("close", () => history.replaceState(null, "", location.pathname + location.search));

// --- the door --------------------------------------------------------------------------------------------

function knock(wrong) {
  clearTimeout(timer);
  round?.abort();
  sessionStorage.removeItem(KEY);
  $("controls").hidden = $("main").hidden = true;
  document.title = "npsloop";
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
  rounds = 0;
  refresh();
  openSurvey();
});

/** A link may bring the key behind the #, which no server sees; it leaves the address at once. */
function takeKey() {
  const behind = new URLSearchParams(location.hash.slice(1));
  const brought = behind.get("key");
  if (!brought) return false;
  sessionStorage.setItem(KEY, brought);
  behind.delete("key");
  history.replaceState(null, "", location.pathname + location.search + (behind.size ? `#${behind}` : ""));
  if ($("door").open) $("door").close();
  return true;
}

$("forget").addEventListener("click", () => { drawn.clear(); known.dimensions.clear(); for (const id of ["score", "spread", "trend", "rate", "groups", "voices"]) $(id).replaceChildren(); knock(""); });
$("campaign").addEventListener("change", (event) => change({ campaign: event.target.value }));
$("window").addEventListener("change", (event) => change({ window: event.target.value }));
$("dimension").addEventListener("change", (event) => {
  $("other").hidden = event.target.value !== OTHER;
  if ($("other").hidden) change({ groupBy: event.target.value });
  else $("other-name").focus();
});
$("other").addEventListener("submit", (event) => {
  event.preventDefault();
  const name = $("other-name").value.trim();
  if (!name) return;
  $("other").hidden = true;
  change({ groupBy: name });
});
$("spoken").addEventListener("change", () => last && voices(last));
addEventListener("hashchange", () => {
  if (takeKey()) { rounds = 0; refresh(); }
  openSurvey();
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) refresh();
  else { clearTimeout(timer); round?.abort(); say("Paused", false); }
});
new ResizeObserver(() => {
  const now = drawn.get("trend");
  if (!now) return;
  const [days, width] = JSON.parse(now);
  if (width !== chartWidth()) draw("trend", [days, chartWidth()], () => trendPart(days));
}).observe($("trend"));

for (const input of $("window").querySelectorAll("input")) input.checked = input.value === view.window;
takeKey();
if (sessionStorage.getItem(KEY)) { refresh(); openSurvey(); }
else knock("");

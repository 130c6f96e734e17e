// --- one survey, one account --------------------------------------------------------------------------------

const HAPPENED = { created: "Made", deferred: "Put off", sent: "Invited", delivered: "Delivered", bounced: "Came back", reminded: "Reminded", opened: "Opened the page", responded: "Answered",
  commented: "Commented", taken_over: "The record changed", task_opened: "Task opened", task_completed: "Task completed", written_back: "Told", unsubscribed: "Unsubscribed", closed: "Closed" };

const PUT_OFF = { outside_hours: "outside the hours", asked_recently: "asked recently", spread: "one of many" };
const ofReminder = ({ step }) => (step === "remind" ? "the reminder" : null);
const SAID = {
  created: ({ milestone }) => milestone && `at ${spoken(milestone)}`,
  deferred: ({ reason, send_at }) => `${PUT_OFF[reason] ?? spoken(reason)}, goes out ${instant(send_at)}`,
  taken_over: ({ fields }) => fields.map(spoken).join(", "),
  sent: () => null, reminded: () => null, delivered: ofReminder, bounced: ofReminder,
  commented: ({ themes = [], sentiment, corrected_at }) => [...themes.map((id) => label("theme", id)), sentiment, corrected_at && `corrected ${instant(corrected_at)}`].filter(Boolean).join(", "),
  responded: ({ score, changed, standing }) => `${score}${changed ? ", changed" : ""}${standing === "self_saved" ? ", saved by the page" : standing === "confirmed" ? ", confirmed" : ""}`,
  task_opened: ({ kind, due_at }) => `${spoken(kind)}, due ${instant(due_at)}`,
  task_completed: ({ kind, by, note }) => [spoken(kind), by && `by ${by}`, note].filter(Boolean).join(", "),
  written_back: ({ destination, status, answer }) => `${destination}: ${spoken(status)}${answer?.status ? ` (${answer.status})` : ""}`,
  closed: ({ state }) => (state === "closed" ? null : state),
};
/** What else there is to say of something that happened; of what is not known here, all of it. */
const more = (what, detail) => (SAID[what] ? SAID[what](detail) : Object.values(detail ?? {}).filter((value) => value !== null && typeof value !== "object").join(", "));

function surveyPart(one) {
  const person = (who) => who && [who.name, who.email ?? who.phone ?? who.id].filter(Boolean).join(" \u00b7 ");
  const facts = [["Record", [record(one.subject), one.subject.type].filter(Boolean).join(", ")], ["Account", account(one.account)], ["Account manager", person(one.owner)], ["Agent", one.agent && (one.agent.name ?? one.agent.id)],
    ["Campaign", one.campaign], ["State", one.state], ...Object.entries(one.attributes).map(([name, value]) => [title(name), value])];
  const entry = ({ at, what, detail }) => h("li", { class: what }, h("b", {}, HAPPENED[what] ?? capital(spoken(what))), h("time", { datetime: at }, instant(at)), quiet(more(what, detail) ?? ""));
  return [
    one.score === null ? h("p", {}, "No answer yet.") : h("p", { class: "answer" }, ball(one.score), `${capital(one.group)}${one.standing === "suspect" ? ", left out: suspect" : ""}${one.standing === "self_saved" ? ", saved by the page" : ""}${one.follow_up ? ", wants a call" : ""}${one.may_quote ? ", may be quoted" : ""}`),
    one.comment ? h("blockquote", { dir: "auto" }, one.comment) : null,
    one.comment ? null : tags(one),
    aboutPart(one),
    h("dl", { class: "facts" }, facts.filter(([, value]) => value).map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)])),
    h("h3", {}, "What happened"), h("ol", { class: "timeline" }, one.timeline.map(entry)),
  ];
}

function accountPart(answers, numbers, further) {
  const columns = [{ name: "Answered", value: (one) => one.answered_at, show: (one) => instant(one.answered_at) }, { name: "Score", value: (one) => one.score, show: (one) => ball(one.score) },
    { name: "Contact", value: (one) => one.contact?.name ?? one.contact?.email ?? one.contact?.phone, show: (one) => button(one.contact?.name ?? one.contact?.email ?? one.contact?.phone ?? "Somebody", () => changeTo({ survey: one.survey_id, account: "" }), { class: "link" }) },
    { name: "Record", value: (one) => record(one.subject) }, { name: "Comment", value: (one) => one.comment }];
  return [
    numbers && scored(numbers) ? h("p", { class: "answer" }, h("span", { class: "score" }, signed(numbers.nps)), ` score of ${plural(numbers.n, "answer", "answers")}, ${range(numbers.interval)}`) : h("p", {}, `${further ? "The newest " : ""}${plural(answers.length, "answer", "answers")}`),
    answers.length ? [placeOf("history"), h("h3", {}, "Every answer"), table(columns, answers, { caption: "Answers of this account, newest first" }), h("div", { class: "numbers" }, further ? button("Look further back", further) : null, asFile("account", "Answers of this account", VOICES, answers))] : further ? h("div", {}, empty("None among the newest answers."), button("Look further back", further)) : empty("Nobody of this account has answered yet."),
  ];
}

/** What the address names, and what the dialog was opened for. */
const named = () => ["survey", "account", "door"].map((name) => behind().get(name) ?? "").join("");
let openedFor = "";

function openDialog(heading, parts) {
  openedFor = named();
  $("detail-title").textContent = heading;
  $("detail").classList.remove("poster");
  $("detail-body").replaceChildren(...present(parts));
  if (!$("detail").open) $("detail").showModal();
  $("detail-body").scrollTop = 0;
}

/** Goes to one survey or account; the way back leads here. */
function changeTo(what) {
  changeBehind({ survey: "", account: "", door: "", ...what }, true);
  openNamed();
}

/** Whatever survey, account or door the address names. */
async function openNamed() {
  const survey = behind().get("survey"), of = behind().get("account"), door = behind().get("door");
  const asked = named();
  if (!entered || !asked) { if ($("detail").open) $("detail").close(); return; }
  try {
    if (survey) {
      const one = await get(`/v1/surveys/${encodeURIComponent(survey)}`);
      if (behind().get("survey") !== survey) return;
      learn(one);
      openDialog(one.contact.name ?? one.contact.email ?? one.contact.phone ?? "Somebody", surveyPart(one));
    } else if (of) await openAccount(of);
    else await openDoor(door);
  } catch (error) {
    // Who is not known any more is asked by whoever draws the numbers.
    if (error.status !== 401 && named() === asked) openDialog(survey ? "This survey" : of ? "This account" : "This door", [h("p", {}, error.message)]);
  }
}

/** Answers are looked through from the newest back; a rare account needs more than one look. */
async function openAccount(of, answers = [], cursor = null) {
  const query = new URLSearchParams({ window: "1825d", "filter.account": of });
  for (let page = 0; page < FURTHER && (cursor || !page); page += 1) {
    if (cursor) query.set("cursor", cursor);
    const next = await get("/v1/responses", query);
    answers.push(...next.responses);
    cursor = next.cursor;
  }
  query.delete("cursor");
  // A score of some of the answers would look like one of all.
  const numbers = cursor ? null : await get("/v1/nps", query).catch(unless(422, () => null));
  if (behind().get("account") !== of) return;
  answers.forEach(learn);
  const further = cursor && (() => openAccount(of, answers, cursor).catch((error) => say(error.message, true)));
  openDialog(known.names.get(`account:${of}`) ?? of, accountPart(answers, numbers?.scanned?.complete === false ? null : numbers, further));
  if (answers.length) paint("history", historyChart(answers.toReversed()));
}

/** Whoever closes it is where they were before it was opened. */
function left() {
  if (named() && named() === openedFor) changeBehind({ survey: "", account: "", door: "" }, true);
  openedFor = "";
}

// The button says so at once; the browser says that a dialog is closed when it comes to it, and somebody may have gone on by then.
$("detail").querySelector("form").addEventListener("submit", left);
$("detail").addEventListener("close", () => {
  if ($("detail").open) return;
  left();
  forget("history");
});

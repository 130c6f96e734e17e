// --- what people said ----------------------------------------------------------------------------------

/** Pages looked through at once for words or a group. */
const FURTHER = 6;
/** Letters of a comment that are shown before somebody wants to read all. */
const LONG_COMMENT = 400;

function learn(one) {
  for (const name of Object.keys(one.attributes ?? {})) known.own.add(name);
  // People are counted under what does not change, and shown under their names.
  for (const [role, who] of [["owner", one.owner], ["agent", one.agent], ["account", one.account]]) {
    if (who?.name) for (const value of [who.email, who.id]) if (value) known.names.set(`${role}:${value}`, who.name);
  }
}

const words = () => behind().get("q") ?? "";

function fitting(one) {
  if (view.said && one.group !== view.said) return false;
  if (view.commented && !one.comment) return false;
  if (view.quotable && !one.may_quote) return false;
  const text = [one.comment, one.contact?.name, one.contact?.email, one.contact?.phone, one.subject?.name, one.subject?.id, one.account?.name, one.owner?.name, one.agent?.name].filter(Boolean).join("\n").toLowerCase();
  return words().toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

function listed() {
  const all = new Map();
  for (const one of [...(known.latest?.responses ?? []), ...known.pages]) if (!all.has(one.survey_id)) all.set(one.survey_id, one);
  return all;
}

function showAnswers(first) {
  known.latest = first;
  if (!known.pages.length) known.cursor = first.cursor;
  const all = listed();
  all.forEach(learn);
  const arrived = known.seen ? [...all.keys()].filter((id) => !known.seen.has(id)) : [];
  known.seen = new Set(all.keys());
  if (arrived.length) tell(`${plural(arrived.length, "new answer", "new answers")}.${scored(known.numbers) ? ` The score is ${signed(known.numbers.nps)}.` : ""}`);
  drawVoices(arrived);
}

function drawVoices(arrived = []) {
  const first = known.latest;
  if (!first) return;
  const all = [...listed().values()], fit = all.filter(fitting), shown = fit.slice(0, known.shown);
  const narrowed = fit.length < all.length;
  // The times are part of what is drawn: "5 minutes ago" grows old.
  // Nobody is asked for what no campaign asks for.
  $("quotable-pick").hidden = !view.quotable && !all.some((one) => one.may_quote);
  draw("voices", [shown.map((one) => [one, ago(one.answered_at)]), known.cursor, first.refused, words(), all.length, fit.length], () => {
    if (first.refused) return empty(first.refused);
    return [
      shown.length ? h("ol", { class: "voices" }, shown.map((one) => voice(one, arrived.includes(one.survey_id)))) : empty(narrowed ? `None of the latest ${count(all.length)} answers.` : "Answers appear here as they come."),
      h("div", { class: "numbers" }, known.cursor || fit.length > shown.length ? button(narrowed && fit.length === shown.length ? "Look further back" : "Earlier answers", further, { "data-key": "more" }) : null,
        narrowed ? quiet(`${count(fit.length)} of the latest ${count(all.length)}`) : null, shown.length ? asFile("answers", "Answers", VOICES, fit) : null),
    ];
  });
}

const VOICES = [["Answered", (one) => one.answered_at], ["Score", (one) => one.score], ["Group", (one) => one.group], ["Comment", (one) => one.comment], ["Themes", (one) => (one.themes ?? []).map((id) => known.names.get(`theme:${id}`) ?? id).join(", ")], ["How it sounds", (one) => one.sentiment], ["Reasons", (one) => (one.reasons ?? []).map((id) => label("reason", id)).join(", ")], ["Wants a call", (one) => (one.follow_up ? "yes" : "no")], ["May be quoted", (one) => (one.may_quote ? "yes" : "no")], ["Contact", (one) => one.contact?.name ?? one.contact?.email ?? one.contact?.phone],
  ["Account", (one) => one.account?.name ?? one.account?.id], ["Record", (one) => one.subject?.name ?? one.subject?.id], ["Account manager", (one) => one.owner?.name ?? one.owner?.email], ["Agent", (one) => one.agent?.name ?? one.agent?.id], ["Campaign", (one) => one.campaign],
  ["Standing", (one) => one.standing], ["Survey", (one) => one.survey_id]].map(([name, value]) => ({ name, value }));

/** One page more; several where something is looked for, until there is something to show. */
async function further() {
  const question_ = question().toString(), before = [...listed().values()].filter(fitting).length;
  known.shown += SHOWN;
  try {
    for (let page = 0; page < FURTHER && known.cursor && before < known.shown; page += 1) {
      const next = await get("/v1/responses", question({ cursor: known.cursor }));
      // Somebody may have asked for something else meanwhile.
      if (question().toString() !== question_) return;
      known.pages.push(...(known.pages.length ? [] : known.latest.responses), ...next.responses);
      known.cursor = next.cursor;
      next.responses.forEach(learn);
      known.seen = new Set(listed().keys());
      if ([...listed().values()].filter(fitting).length >= known.shown) break;
    }
    drawVoices();
    tell(`${plural(Math.min(known.shown, [...listed().values()].filter(fitting).length), "answer", "answers")} shown.`);
  } catch (error) {
    say(error.message, true);
  }
}

/** A text in which the words looked for stand out. */
function found(text) {
  const wanted = words().split(/\s+/).filter(Boolean).map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  if (!wanted.length) return text;
  return text.split(new RegExp(`(${wanted.join("|")})`, "gi")).map((bit, at) => (at % 2 ? h("mark", {}, bit) : bit));
}

const time = (at, words = ago) => h("time", { datetime: at, title: instant(at) }, words(at));
/** The way to an account's history. */
const account = (of) => (!of?.id && !of?.name ? null : button(found(of.name ?? of.id), () => changeTo({ account: of.id ?? of.name }), { class: "link", dir: "auto", title: "All answers of this account", "data-key": `a:${of.id ?? of.name}` }));
const dotted = (...bits) => bits.filter(Boolean).flatMap((bit, at) => (at ? [" \u00b7 ", bit] : [bit]));

/** What somebody said; of a whole letter its beginning, unless words are looked for in it. */
function said(one) {
  if (one.comment.length <= LONG_COMMENT || words()) return [found(one.comment)];
  const begin = one.comment.slice(0, LONG_COMMENT).replace(/\s+\S*$/, "");
  return [begin, "\u2026 ", button("Read all", () => changeTo({ survey: one.survey_id }), { class: "link", "data-key": `all:${one.survey_id}` })];
}

/** A name in its own direction, whatever stands beside it. */
const isolated = (text) => text && h("bdi", {}, found(text));

function voice(one, arrived) {
  return h("li", { class: `voice ${one.standing}${arrived ? " fresh" : ""}` }, ball(one.score),
    one.comment || one.reasons?.length ? h("div", {}, one.comment ? h("blockquote", { dir: "auto" }, ...said(one)) : null, tags(one)) : null,
    h("p", {}, dotted(button(found(one.contact?.name ?? one.contact?.email ?? one.contact?.phone ?? "Somebody"), () => changeTo({ survey: one.survey_id }), { class: "link", dir: "auto", title: "What happened in this survey", "data-key": `v:${one.survey_id}` }),
      isolated(record(one.subject)), account(one.account), isolated(one.owner?.name), time(one.answered_at)),
      one.follow_up ? h("em", {}, "wants a call") : null, one.may_quote ? h("em", {}, "may be quoted") : null, one.standing === "suspect" ? h("em", {}, "left out: suspect") : one.standing === "self_saved" ? h("em", {}, "saved by the page") : null));
}

// --- what is to do about it --------------------------------------------------------------------------------

function showTasks(found) {
  $("tasks-card").hidden = !found;
  if (!found) return;
  known.tasks = found;
  draw("tasks", [known.tasksShown, found.tasks.map((task) => [task.id, task.overdue, task.comment, task.score, task.owner, away(task.due_at)]), found.cursor, view.tasks], tasksPart);
}

function tasksPart() {
  const { tasks, cursor } = known.tasks;
  if (!tasks.length) return empty("Nothing to do. Tasks open by themselves when somebody is unhappy, delighted or silent.");
  const shown = tasks.slice(0, known.tasksShown);
  return [h("ol", { class: "tasks" }, shown.map(taskItem)),
    h("div", { class: "numbers" }, cursor || shown.length < tasks.length ? button("Later tasks", later, { "data-key": "later" }) : null, quiet(shown.length < tasks.length || cursor ? `the ${count(shown.length)} due first${cursor ? "" : ` of ${count(tasks.length)}`}` : plural(tasks.length, "open task", "open tasks")), asFile("tasks", "Open tasks", TASKS, tasks))];
}

/** More of those that are here, and of those that are not. */
function later() {
  known.tasksShown += 2 * SHOWN;
  if (known.tasksShown > known.tasks.tasks.length && known.tasks.cursor) known.taskPages += 1;
  again();
}

const TASKS = [["Task", (task) => task.title], ["Due", (task) => task.due_at], ["Overdue", (task) => (task.overdue ? "yes" : "no")], ["Score", (task) => task.score], ["Comment", (task) => task.comment], ["Contact", (task) => task.contact.name ?? task.contact.email ?? task.contact.phone],
  ["Account", (task) => task.account?.name ?? task.account?.id], ["Record", (task) => task.subject.name ?? task.subject.id], ["Account manager", (task) => task.owner?.name ?? task.owner?.email ?? task.owner?.id], ["Opened", (task) => task.opened_at], ["Survey", (task) => task.survey_id]].map(([name, value]) => ({ name, value }));

function taskItem(task) {
  const who = task.contact.name ?? task.contact.email ?? task.contact.phone ?? "Somebody";
  return h("li", { class: "task", "data-task": task.id }, task.score === null ? h("span", { class: "ball silent", "aria-hidden": "true" }, "?") : ball(task.score),
    h("div", {}, h("p", { class: "what" }, task.title),
      h("p", {}, dotted(h("span", { class: task.overdue ? "due late" : "due" }, "due ", time(task.due_at, away), task.overdue ? unseen(", overdue") : null), button(who, () => changeTo({ survey: task.survey_id }), { class: "link", dir: "auto", "data-key": `t:${task.id}` }), account(task.account), known.role === "owner" ? null : isolated(task.owner?.name ?? task.owner?.email))),
      task.comment ? h("blockquote", { dir: "auto" }, task.comment) : null),
    button(["Done", unseen(`: ${task.title}, ${who}`)], () => complete(task), { "data-key": `done:${task.id}` }));
}

async function complete(task) {
  try {
    await call("POST", `/v1/tasks/${encodeURIComponent(task.id)}/complete`);
    undoable(`Done: ${task.title}.`, () => act(task, "reopen"));
    await again();
  } catch (error) {
    tell(error.message);
    undoable(error.status === 403 ? "This takes a key with the scope manage." : error.message, null);
  }
}

async function act(task, what) {
  try {
    await call("POST", `/v1/tasks/${encodeURIComponent(task.id)}/${what}`);
  } catch (error) {
    undoable(error.message, null);
  }
  await again();
}

async function again() {
  const tasks = await tasksOf().catch(() => null);
  if (tasks) showTasks(tasks);
}

let fading = 0;
/** A line below everything that says what was done, and takes it back. */
function undoable(text, undo) {
  clearTimeout(fading);
  $("toast").hidden = false;
  $("toast").replaceChildren(h("span", { role: "status" }, text), ...present([undo ? button("Undo", () => { $("toast").hidden = true; undo(); }) : null]));
  fading = setTimeout(() => { $("toast").hidden = true; }, 12_000);
}

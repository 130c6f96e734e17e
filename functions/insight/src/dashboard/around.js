// --- before and after a day --------------------------------------------------------------------------

/** The numbers before a day that is looked at closer, and from it on. */
async function aroundOf(signal) {
  if (!view.around) return null;
  const asked = { window: "", from: "", to: "", around: view.around, days: view.days, before: view.before, by: view.by, per: view.per };
  return get("/v1/nps", question({ ...asked, group_by: view.group_by }), signal)
    // Where its groups cannot be had, the whole still can.
    .catch(unless(422, () => get("/v1/nps", question(asked), signal)))
    .catch(unless(422, (error) => ({ refused: error.message })));
}

/** The days somebody marked, and the one that a link looks at. */
const markedDays = () => (view.around && !view.marks.some(([at]) => at === view.around) ? [...view.marks, [view.around, ""]] : view.marks).toSorted();

/** The marked days, each with the way to before and after. */
function marked() {
  const days = markedDays();
  if (!days.length) return null;
  const item = ([at, words]) => {
    const shown = at === view.around;
    const gone = { marks: view.marks.filter(([has, said]) => has !== at || said !== words), ...(shown ? PLAIN_AROUND : {}) };
    return h("li", {}, h("time", { datetime: at }, day(at, LONG)), words ? ` ${words}` : null,
      button("before and after", () => change(shown ? PLAIN_AROUND : { ...PLAIN_AROUND, around: at }), { class: "link", "aria-pressed": String(shown), "data-key": `after:${at}` }),
      button("\u00d7", () => change(gone), { class: "plain", "aria-label": `Remove the mark ${words || day(at, LONG)}`, "data-key": `mark:${at}` }));
  };
  return [h("ul", { class: "marks" }, days.map(item)), around(known.around)];
}

/** Both sides of the day, whether they differ, and which groups surely do. */
function around(of) {
  if (!of || of.around !== view.around) return of?.refused ? note(of.refused) : null;
  const { change: then } = of;
  if (!then) return note("There are more answers around this day than one request looks at.");
  const side = (name, numbers, of) => h("p", {}, h("span", { class: "quiet" }, `${name}, ${period(of)}: `),
    h("b", {}, scored(numbers) ? signed(numbers.nps) : plural(numbers.n, "answer", "answers")),
    scored(numbers) ? quiet(` (${range(numbers.interval)}), ${plural(numbers.n, "answer", "answers")}`) : numbers.n ? quiet(", too few for a score") : null);
  const sure = (of.groups ?? []).filter((group) => group.change?.changed);
  return h("div", { class: "around", "data-part": "around" },
    side("Before", then, then), side("After", of, of), verdict(of, then),
    sure.length ? note(`Surely changed, by ${title(of.group_by).toLowerCase()}: `, sure.slice(0, 5).map(({ value, change }, nth) => [nth ? "; " : "", h("b", {}, label(of.group_by, value)), ` ${gained(change.points)} (${chance(change.p_holm)})`]),
      sure.length > 5 ? `; and ${count(sure.length - 5)} more` : "", ".") : null);
}

function verdict(of, then) {
  if (!scored(of) || !scored(then)) return note("Too few answers on one side to compare them.");
  const way = then.changed ? (then.points > 0 ? "up" : "down") : "still";
  const arrow = { up: "\u25b2 ", down: "\u25bc ", still: "" }[way];
  const words = then.changed ? "a real change" : "no clear change";
  return h("p", { class: `change ${way}` }, h("b", {}, `${arrow}${gained(then.points)} ${Math.abs(Math.round(then.points)) === 1 ? "point" : "points"}`), quiet(` (${range(then.points_interval)}): ${words} (${chance(then.p).replaceAll(" ", "\u00a0")})`));
}

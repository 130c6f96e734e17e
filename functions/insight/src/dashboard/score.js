// --- the score, and what it is made of ------------------------------------------------------------------

function showNumbers(numbers) {
  const { groups, ...total } = numbers;
  known.numbers = numbers;
  $("controls").hidden = $("main").hidden = false;
  $("wait").hidden = true;
  // A company that has only begun has nothing to count or compare.
  $("main").classList.toggle("bare", !total.n && !total.sent && !total.delivered && !view.filters.length);
  const zone = numbers.time_zone && numbers.time_zone !== "UTC" ? ` \u00b7 days in ${numbers.time_zone}` : "";
  const newest = numbers.scanned?.complete === false ? ` \u00b7 only ${view.by === "sending" ? "" : "the newest "}${plural(numbers.scanned.answers, "answer", "answers")}` : "";
  $("period").replaceChildren(...present([view.campaign && h("span", { class: "for-paper" }, `${view.campaign} \u00b7 `), `${period(numbers)}${zone}${newest}`]));
  document.title = scored(numbers) ? `${signed(numbers.nps)} \u00b7 npsloop` : "npsloop";
  showFilters();
  $("industry-pick").hidden = !known.benchmarks.length || !scored(numbers);
  draw("score", [total, view.industry, known.benchmarks], () => scorePart(total));
  part("spread", total.counts, () => spreadPart(total), () => ["spread", spreadChart(total.counts)]);
  draw("rate", [total.sent, total.delivered, total.answered, total.commented, total.n, total.nonresponse], () => ratePart(total));
  const { trend } = numbers;
  part("trend", [trend, view.marks, view.trend, view.around, known.around, known.names.size], () => trendPart(trend), () => ["trend", trendChart(trend, markedDays())]);
  part("totals", trend, () => totalsPart(trend, total), () => ["totals", totalsChart(trend)]);
  draw("groups", [numbers.group_by, numbers.cross_by, view.sort, groups, numbers.refused, known.names.size, known.dimensions], () => groupsPart(numbers));
  dimensions();
  refreshCoverage();
}

/** Draws a part that has a chart in it. */
function part(id, what, build, chart) {
  draw(id, what, build);
  paint(...chart());
}

/** Whether most answers lie in steps that have a score. */
const enough = (trend) => {
  const n = trend.reduce((sum, one) => sum + one.n, 0);
  return n < 10 || trend.filter(scored).reduce((sum, one) => sum + one.n, 0) > n * 0.75;
};

function showFilters() {
  const chosen = [...view.filters.map(([name, value]) => [`${title(name)}: ${label(name, value)}`, () => change({ filters: view.filters.filter(([has]) => has !== name) })]),
    view.by === "sending" ? ["by day of sending", () => change({ by: "answer" })] : null,
    view.per === "contact" ? ["latest of each contact", () => change({ per: "response" })] : null].filter(Boolean);
  $("filters").hidden = !chosen.length;
  draw("filters", chosen.map(([words]) => words), () => chosen.map(([words, drop]) => h("li", { class: "chip" }, words, button("\u00d7", drop, { "aria-label": `Remove the filter ${words}`, "data-key": `chip:${words}` }))));
}

const legend = (of) => h("ul", { class: "legend" }, GROUPS.map((group) => h("li", { class: group }, h("b", {}, of.n ? percent(of[`${group}s`] / of.n) : "\u2013"), plural(of[`${group}s`], group, `${group}s`))));

function scorePart(total) {
  const unsure = total.suspect ? note(`${plural(total.suspect, "answer is", "answers are")} left out: perhaps no person gave ${total.suspect === 1 ? "it" : "them"}.`) : null;
  if (!total.n) {
    return [h("p", { class: "big" }, "No answers yet"), note(
      total.delivered ? `${plural(total.delivered, "survey has", "surveys have")} been delivered. The first answer appears here by itself.`
        : total.sent || view.filters.length ? "Nobody has answered in this window. Answers appear here by themselves."
          : ["Nobody was asked in this window. Your CRM asks with a call to ", h("code", {}, "POST /v1/triggers"), ", as ", h("a", { href: "/openapi.json" }, "the API"), " says; a link or a QR code needs no CRM."]), unsure];
  }
  if (!scored(total)) {
    return [h("p", { class: "big" }, `${plural(total.n, "answer", "answers")} so far`), balls(total.counts),
      note("A score of so few people says nothing about the others. From ten answers on there is one."), unsure];
  }
  return [
    h("div", { class: "headline" }, h("p", { class: "figure", "data-figure": "nps" }, signed(total.nps)),
      h("div", {}, total.band ? h("strong", {}, BANDS[total.band] ?? capital(spoken(total.band))) : null,
        h("span", { class: "quiet" }, `of ${plural(total.n, "answer", "answers")}`))),
    gauge(total),
    h("p", { class: "sure" }, `We can be ${percent(0.95)} sure that it lies between `, h("b", {}, signed(total.interval.low)), " and ", h("b", {}, signed(total.interval.high)), "."),
    total.mark === "few" ? h("p", { class: "few" }, "Few answers: read it as a first hint.") : null,
    industry(), changed(total.change), precise(total.needed), parts(total), legend(total), unsure, numbersBelow("score", "The score", SHORT_SUMMARY, [total, total.change].filter((one) => one?.n), SUMMARY),
  ];
}

const SUMMARY = [{ name: "From", value: (row) => row.from, show: (row) => day(row.from, LONG) }, { name: "To", value: (row) => row.to, show: (row) => day(row.to, LONG) },
  { name: "Score", num: true, value: (row) => (scored(row) ? row.nps_exact : null), show: (row) => (scored(row) ? signed(row.nps) : null) },
  { name: "Interval, low", head: "Low", num: true, value: (row) => (scored(row) ? row.interval.low : null), show: (row) => (scored(row) ? signed(row.interval.low) : null) },
  { name: "Interval, high", head: "High", num: true, value: (row) => (scored(row) ? row.interval.high : null), show: (row) => (scored(row) ? signed(row.interval.high) : null) },
  { name: "Answers", num: true, value: (row) => row.n, show: (row) => count(row.n) },
  ...GROUPS.map((group) => ({ name: capital(`${group}s`), num: true, wide: true, value: (row) => row[`${group}s`] ?? null, show: (row) => (row[`${group}s`] === undefined ? null : count(row[`${group}s`])) }))];

/** On the page there is room for this much. */
const SHORT_SUMMARY = [{ name: "Days", value: (row) => period(row) }, ...SUMMARY.slice(2, 6)];

const benchmark = () => known.benchmarks.find(({ industry }) => industry === view.industry);

const gauge = (total) => h("div", { class: "gauge", "aria-hidden": "true" }, whisker(total.nps_exact, total.interval),
  benchmark() ? h("i", { class: "bench", style: { "--at": `${(benchmark().nps + 100) / 2}%` } }) : null,
  h("div", { class: "scale" }, [-100, 0, 20, 50, 80, 100].map((at) => h("span", { style: { "--at": `${(at + 100) / 2}%` } }, signed(at)))));

/** What changed, and whether that means anything. */
function changed(change) {
  if (!change) return null;
  const against = `${period(change)} (${change.mark === "answers_only" ? plural(change.n, "answer", "answers") : change.nps === null ? "no answers" : signed(change.nps)})`;
  if (change.points === null || change.points === undefined || change.mark === "answers_only") return h("p", { class: "change" }, quiet(`Too few answers in ${period(change)} to compare with.`));
  const way = change.changed ? (change.points > 0 ? "up" : "down") : "still";
  return h("p", { class: `change ${way}` }, h("b", {}, `${way === "up" ? "\u25b2 " : way === "down" ? "\u25bc " : ""}${gained(change.points)} ${Math.abs(Math.round(change.points)) === 1 ? "point" : "points"}`),
    quiet(` against ${against}: ${change.changed ? "a real change" : "no clear change"} (${chance(change.p).replaceAll(" ", "\u00a0")})`));
}

const industry = () => benchmark() && note(`${capital(spoken(benchmark().industry))}: ${signed(benchmark().nps)} (${benchmark().source}).`);

const precise = (needed) => (needed?.more ? note(`${plural(needed.more, "more answer", "more answers")} would tell it to within ${needed.precision} points.`) : null);

function spreadPart(total) {
  if (!total.n) return empty("No answers in this window.");
  const rows = total.counts.map((n, score) => ({ score, n }));
  const columns = [{ name: "Score", value: (row) => row.score }, { name: "Group", value: (row) => groupOf(row.score), show: (row) => capital(groupOf(row.score)) },
    { name: "Answers", num: true, value: (row) => row.n, show: (row) => count(row.n) }, { name: "Share", num: true, value: (row) => row.n / total.n, show: (row) => percent(row.n / total.n) }];
  return [placeOf("spread"), h("p", { class: "ends" }, h("span", {}, "not at all likely"), h("span", {}, "extremely likely")), numbersBelow("scores", "Answers by score", columns, rows)];
}

const UNCOUNTED = "How many were asked is not counted for this choice.";

function ratePart(total) {
  const asked = Boolean(total.sent || total.delivered);
  // Passers-by answer unasked, and today's answers were asked for before: comments are a share of all answers that came.
  const steps = [["sent", "Sent", total.sent, null], ["delivered", "Delivered", total.delivered, total.sent], ["answered", "Answered", total.answered, total.delivered],
    ["commented", "With a comment", total.commented, total.n]].filter(([key, , n]) => n !== null && n !== undefined && (asked || key === "commented"))
    .map(([key, name, n, of]) => ({ key, name, n, of, share: of ? n / of : null }));
  if (!steps.some((step) => step.n)) return empty(total.n && !asked && total.delivered !== 0 ? UNCOUNTED : "Nothing was sent in this window.");
  const most = Math.max(total.sent ?? 0, total.delivered ?? 0, 1), wide = ({ key, n }) => (100 * n) / (key === "commented" ? Math.max(total.n, 1) : most);
  const own = total.answered !== total.n;
  const columns = [{ name: "Step", value: (row) => row.name }, { name: "Surveys", num: true, value: (row) => row.n, show: (row) => count(row.n) },
    { name: "Share of the step before", head: "Share", num: true, value: (row) => row.share, show: (row) => (row.share === null ? null : percent(row.share)) }];
  return [
    h("ol", { class: own ? "funnel apart" : "funnel" }, steps.map((step) => h("li", { class: step.key }, h("span", {}, step.name, " ", quiet(step.share === null ? "" : percent(step.share), step.key === "commented" && own ? ` of all ${plural(step.of, "answer", "answers")}` : "")), h("b", {}, count(step.n)), h("i", { "aria-hidden": "true", style: { "--share": `${wide(step)}%` } })))),
    asked ? note("By the day of sending; comments by the day of the answer.") : note(total.delivered === 0 ? "Nobody was asked in this window; these answers were brought here, or given unasked." : UNCOUNTED), scored(total) ? silence(total.nonresponse) : null, numbersBelow("responses", "From sending to answering", columns, steps),
  ];
}

/** How the score would move if those who are silent were like those who needed a reminder. */
function silence(of) {
  const like = of?.if_silent_were_late;
  if (!like || like.points === null || like.points === undefined) return null;
  return note(`If the silent were like those who needed the reminder, the score would be ${signed(like.nps_exact)} (${gained(like.points)}), or ${range(like.interval)} as far as chance goes. ${of.late_differs ? "Late answers do differ." : "Late answers do not clearly differ."}`);
}

const TREND = [{ name: "From", value: (row) => row.from, show: (row) => day(row.from, LONG) }, { name: "To", value: (row) => row.to, show: (row) => day(row.to, LONG) }, { name: "Answers", num: true, value: (row) => row.n, show: (row) => count(row.n) },
  { name: "Score", num: true, value: (row) => (scored(row) ? row.nps_exact : null), show: (row) => (scored(row) ? signed(row.nps) : null) },
  { name: "Low", num: true, value: (row) => (scored(row) ? row.interval.low : null), show: (row) => (scored(row) ? signed(row.interval.low) : null) },
  { name: "High", num: true, value: (row) => (scored(row) ? row.interval.high : null), show: (row) => (scored(row) ? signed(row.interval.high) : null) }];

function trendPart(trend) {
  if (!trend.some((one) => one.n)) return [empty("A line begins with the first answers."), marked()];
  const any = trend.some(scored), hollow = trend.some((one) => one.mark === "few");
  const keys = h("ul", { class: "keys" }, any ? [h("li", { class: "line" }, "score"), h("li", { class: "ribbon" }, `${percent(0.95)} interval`), hollow ? h("li", { class: "hollow" }, "fewer than 30 answers") : null] : null, h("li", { class: "volume" }, any ? "answers" : "answers; too few in each step for a score"));
  return [placeOf("trend"), keys, marked(), numbersBelow("trend", "Score by time", any ? TREND : TREND.slice(0, 3), trend)];
}

function totalsPart(trend, total) {
  let sums = [0, 0, 0];
  const rows = trend.map((one) => ({ to: one.to, sums: (sums = sums.map((sum, nth) => sum + one[`${GROUPS[nth]}s`])) }));
  const columns = [{ name: "Until", value: (row) => row.to, show: (row) => day(row.to, LONG) }, ...GROUPS.map((group, nth) => ({ name: capital(`${group}s`), num: true, value: (row) => row.sums[nth], show: (row) => count(row.sums[nth]) }))];
  if (!total.n) return empty("No answers in this window.");
  return [h("dl", { class: "tally" }, GROUPS.map((group) => h("div", { class: group }, h("dt", {}, capital(`${group}s`)), h("dd", {}, count(total[`${group}s`]))))),
    placeOf("totals"), numbersBelow("totals", "Running totals", columns, rows)];
}

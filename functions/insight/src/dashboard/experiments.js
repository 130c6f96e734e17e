// --- what is being tried out -------------------------------------------------------------------------------

async function experimentsOf() {
  const mine = known, of = view.campaign;
  const { experiments } = await get("/v1/experiments", new URLSearchParams(of ? { campaign: of } : {})).catch(unless([403, 422], () => ({ experiments: [] })));
  if (known !== mine || view.campaign !== of) return;
  known.experiments = experiments;
  showExperiments();
}

function showExperiments() {
  $("experiments-card").hidden = !known.experiments.length;
  draw("experiments", known.experiments, () => known.experiments.map(experimentPart));
}

const WAYS = [
  { name: "Way to ask", value: (row) => row.name },
  { name: "Delivered", num: true, value: (row) => row.delivered, show: (row) => count(row.delivered) },
  { name: "Answered", num: true, value: (row) => row.answered, show: (row) => count(row.answered) },
  { name: "Response rate", num: true, value: (row) => row.response_rate?.share ?? null, show: (row) => row.response_rate && [h("span", { class: "score" }, percent(row.response_rate.share)), " ", h("span", { class: "within" }, `${percent(row.response_rate.low)} to ${percent(row.response_rate.high)}`)] },
  { name: "Rate and interval", head: [percent(0), h("span", {}, percent(0.5)), percent(1)], wide: true, value: () => null, show: (row) => row.response_rate && shareBar(row.response_rate) },
  { name: "Score", num: true, value: (row) => (row.n && scored(row) ? row.nps : null), show: (row) => (!row.n ? null : scored(row) ? [h("span", { class: "score" }, signed(row.nps)), " ", h("span", { class: "within" }, range(row.interval))] : plural(row.n, "answer", "answers")) },
  { name: "Behind the first by chance", head: "By chance", num: true, wide: true, value: (row) => row.p_behind_first, show: (row) => (row.p_behind_first === null ? null : chance(row.p_behind_first)) },
];

/** A file has the ends of each interval as well. */
const WAYS_FILE = [...WAYS.filter(({ name }) => name !== "Rate and interval"), { name: "Rate, low", value: (row) => row.response_rate?.low ?? null }, { name: "Rate, high", value: (row) => row.response_rate?.high ?? null },
  { name: "Score, low", value: (row) => (row.n && scored(row) ? row.interval.low : null) }, { name: "Score, high", value: (row) => (row.n && scored(row) ? row.interval.high : null) }];

function experimentPart(one) {
  const { campaign, id, running, first_day: first, last_day: last, variants, verdict } = one, name = `${campaign}: ${id}`;
  return h("section", { class: "experiment" },
    h("p", {}, h("b", {}, id), quiet(` \u00b7 ${campaign} \u00b7 ${period({ from: first, to: last })} \u00b7 ${running ? "running" : "ended"}`)),
    h("p", {}, verdict ? [h("b", {}, verdict), " is answered more than every other way: that is no chance."] : running ? "Not decided yet: the ways may still be alike." : "It ended undecided: the ways may be alike."),
    table(WAYS, variants, { caption: `Experiment ${name}`, key: `experiment:${name}` }),
    h("div", { class: "numbers" }, note("All days of the experiment, whatever window is chosen."), asFile(`experiment-${id}`, `Experiment ${name}`, WAYS_FILE, variants)));
}

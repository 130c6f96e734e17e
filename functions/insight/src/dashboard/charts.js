// --- charts ------------------------------------------------------------------------------------------
// uPlot draws; here is said what. A chart keeps its place on the page, so that new numbers do not make it flicker. For
// whoever does not see it, it is a slider over its points that says each of them, and its numbers are in the table below.

const charts = new Map();
const placeOf = (name) => {
  if (!charts.has(name)) charts.set(name, { holder: h("div", { class: "chart", "data-chart": name }), plot: null, spec: null, drawn: "" });
  return charts.get(name).holder;
};

/** A colour of the style sheet as a canvas takes it, in the light or dark it has just now. */
function colour(name, share = 1) {
  const probe = $("probe");
  probe.style.color = share === 1 ? `var(--${name})` : `color-mix(in srgb, var(--${name}) ${share * 100}%, transparent)`;
  return getComputedStyle(probe).color;
}

/** `spec`: what changes with the numbers {key, about, words(at), data}, and how it is drawn {high, options(), over}. */
function paint(name, spec) {
  const one = charts.get(name);
  if (!one) return;
  if (spec) one.spec = spec;
  if (!one.spec) return;
  spec = one.spec;
  const wide = Math.floor(one.holder.clientWidth);
  if (!wide) return;
  const now = JSON.stringify([spec.key, spec.about, wide, getComputedStyle($("probe")).colorScheme, colour("ink")]);
  if (one.drawn === now) return;
  one.drawn = now;
  one.plot?.destroy();
  const bubble = h("div", { class: "bubble", hidden: true });
  const options = {
    width: wide, height: spec.high, legend: { show: false }, padding: [14, 20, 0, 0],
    cursor: { y: false, drag: { x: false, y: false, setScale: false }, points: { size: 9 } },
    ...spec.options(), hooks: { draw: spec.over ? [spec.over] : [], setCursor: [(plot) => point(one, bubble, plot.cursor.idx)] },
  };
  one.holder.replaceChildren();
  one.plot = new uPlot(options, spec.data, one.holder);
  one.plot.root.setAttribute("aria-hidden", "true");
  one.plot.over.append(bubble);
  slide(one, spec);
}

function point(one, bubble, at) {
  const shown = at !== null && at !== undefined && one.plot && one.spec.words(at);
  bubble.hidden = !shown;
  if (!shown) return;
  bubble.replaceChildren(...shown.map((text) => h("div", {}, text)));
  const left = one.plot.valToPos(one.spec.data[0][at], "x");
  bubble.style.left = `${Math.max(0, Math.min(one.plot.over.clientWidth - bubble.offsetWidth, left - bubble.offsetWidth / 2))}px`;
}

function slide(one, spec) {
  const last = spec.data[0].length - 1;
  one.place = Math.min(one.place ?? last, last);
  const { holder } = one;
  const say = (at) => {
    one.place = Math.max(0, Math.min(last, at));
    holder.setAttribute("aria-valuenow", one.place);
    holder.setAttribute("aria-valuetext", (spec.words(one.place) ?? []).join(", "));
  };
  const show = (at) => { say(at); one.plot.setCursor({ left: one.plot.valToPos(spec.data[0][one.place], "x"), top: 10 }); };
  const attributes = { role: "slider", tabindex: "0", "aria-label": spec.about, "aria-valuemin": 0, "aria-valuemax": Math.max(last, 0), "aria-orientation": "horizontal" };
  for (const [key, value] of Object.entries(attributes)) holder.setAttribute(key, value);
  say(one.place);
  holder.onfocus = () => holder.matches(":focus-visible") && show(one.place);
  holder.onblur = () => one.plot.setCursor({ left: -10, top: -10 });
  holder.onkeydown = (event) => {
    const to = { ArrowLeft: one.place - 1, ArrowDown: one.place - 1, ArrowRight: one.place + 1, ArrowUp: one.place + 1, Home: 0, End: last }[event.key];
    if (to !== undefined) { event.preventDefault(); show(to); }
  };
}

const repaint = () => { for (const name of charts.keys()) paint(name); };
const forget = (name) => { charts.get(name)?.plot?.destroy(); charts.delete(name); };

const FONT = '12px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif';

/** The axis below steps that have names. */
const steps = (names, room = 76) => ({
  stroke: colour("quiet"), font: FONT, size: 30, gap: 6, grid: { show: false }, ticks: { show: false },
  splits: (plot) => {
    const every = Math.max(1, Math.ceil(names.length / Math.max(1, plot.bbox.width / uPlot.pxRatio / room)));
    return names.map((_, at) => at).filter((at) => (names.length - 1 - at) % every === 0);
  },
  values: (_, at) => at.map((at) => names[at]),
});
const upright = (values, scale = "y", size = 40) => ({ scale, stroke: colour("quiet"), font: FONT, size, gap: 6, ticks: { show: false }, grid: { stroke: colour("line"), width: 1 }, values: (_, at) => at.map(signed), ...values });
const stepScale = (n) => ({ time: false, range: () => [-0.5, Math.max(n - 0.5, 0.5)] });
const pillars = uPlot.paths.bars({ size: [0.72, 56], radius: [0.12, 0] });

/** Score by step of time, with the ribbon it lies in, how many answered, and the days somebody marked. */
function trendChart(trend, marks) {
  const shown = trend.map((one) => (scored(one) ? one : null));
  const lows = shown.filter(Boolean).map((one) => one.interval.low), highs = shown.filter(Boolean).map((one) => one.interval.high);
  const fit = shown.some(Boolean) ? [Math.max(-100, Math.floor((Math.min(...lows, 0) - 5) / 25) * 25), Math.min(100, Math.ceil((Math.max(...highs) + 5) / 25) * 25)] : [0, 1];
  // One answer is no tall pillar.
  const most = Math.max(5, ...trend.map((one) => one.n));
  const names = trend.map((one) => day(one.from));
  const of = (pick) => shown.map((one) => (one ? pick(one) : null));
  return {
    key: [trend, marks], high: 300,
    about: shown.some(Boolean) ? "Score by step of time" : "Answers by step of time",
    data: [trend.map((_, at) => at), trend.map((one) => one.n), of((one) => one.interval.high), of((one) => one.interval.low), of((one) => one.nps_exact), of((one) => (one.mark === "few" ? one.nps_exact : null))],
    words: (at) => trend[at] && [period(trend[at]), scored(trend[at]) ? `score ${signed(trend[at].nps)}, ${range(trend[at].interval)}` : trend[at].n ? "too few for a score" : null, plural(trend[at].n, "answer", "answers")].filter(Boolean),
    over: (plot) => markDays(plot, trend, marks),
    options: () => ({
      scales: { x: stepScale(trend.length), y: { range: () => fit }, n: { range: () => [0, most * (shown.some(Boolean) ? 4.5 : 1.15)] } },
      // Only the line has a point under the cursor.
      cursor: { y: false, drag: { x: false, y: false, setScale: false }, points: { size: 10, width: 0, fill: (_, nth) => (nth === 4 ? colour("accent") : "transparent"), stroke: () => "transparent" } },
      axes: [steps(names), shown.some(Boolean)
        ? upright({ splits: () => [-100, -75, -50, -25, 0, 25, 50, 75, 100].filter((value) => value >= fit[0] && value <= fit[1] && (fit[1] - fit[0] <= 100 || value % 50 === 0)) })
        : upright({ incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] }, "n")],
      series: [{},
        { scale: "n", fill: colour("bar"), stroke: "transparent", width: 0, paths: pillars, points: { show: false } },
        { stroke: "transparent", width: 0, points: { show: false } },
        { stroke: "transparent", width: 0, points: { show: false } },
        { stroke: colour("accent"), width: 2.5, points: { show: true, size: 7, width: 2, stroke: colour("accent"), fill: colour("accent") } },
        { stroke: "transparent", width: 0, points: { show: true, size: 7, width: 2, stroke: colour("accent"), fill: colour("card") } },
      ],
      bands: [{ series: [2, 3], fill: colour("accent", 0.16) }],
    }),
  };
}

function markDays(plot, trend, marks) {
  const { ctx, bbox } = plot, ratio = uPlot.pxRatio;
  // Words that would stand in each other's way stand below each other; where there is no room, the list below has them.
  const rows = [];
  ctx.save();
  ctx.font = FONT.replace("12px", `${12 * ratio}px`);
  for (const [at, words] of marks) {
    const nth = trend.findIndex((one) => one.from <= at && at <= one.to);
    if (nth < 0) continue;
    const long = (utc(trend[nth].to) - utc(trend[nth].from)) / 86_400_000 + 1;
    const x = Math.round(plot.valToPos(nth - 0.5 + (utc(at) - utc(trend[nth].from)) / 86_400_000 / long, "x", true));
    ctx.textBaseline = "top";
    ctx.strokeStyle = ctx.fillStyle = colour("ink");
    ctx.lineWidth = ratio;
    ctx.setLineDash([3 * ratio, 3 * ratio]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    const wide = ctx.measureText(words).width;
    const leftwards = x + wide + 8 * ratio > bbox.left + bbox.width;
    const [from, to] = leftwards ? [x - wide - 5 * ratio, x - 5 * ratio] : [x + 5 * ratio, x + wide + 5 * ratio];
    const free = rows.findIndex((row) => row.every(([a, b]) => to + 8 * ratio < a || from > b + 8 * ratio)), row = free < 0 ? rows.length : free;
    if (from < bbox.left || row > 5) continue;
    (rows[row] ??= []).push([from, to]);
    const y = bbox.top + (4 + 15 * row) * ratio;
    ctx.fillStyle = colour("card", 0.8);
    ctx.fillRect(from - 2 * ratio, y - 1 * ratio, to - from + 4 * ratio, 14 * ratio);
    ctx.fillStyle = colour("ink");
    ctx.textAlign = "left";
    ctx.fillText(words, from, y);
  }
  ctx.restore();
}

/** How many gave each score. */
function spreadChart(counts) {
  const n = counts.reduce((sum, one) => sum + one, 0);
  const most = Math.max(1, ...counts);
  return {
    key: counts, high: 250, about: "Answers by score",
    data: [counts.map((_, score) => score), ...GROUPS.map((group) => counts.map((n, score) => (groupOf(score) === group ? n : null)))],
    words: (score) => [`${score}, ${groupOf(score)}`, `${plural(counts[score], "answer", "answers")}${n ? `, ${percent(counts[score] / n)}` : ""}`],
    over: (plot) => counts.forEach((n, score) => {
      if (!n) return;
      plot.ctx.save();
      Object.assign(plot.ctx, { font: FONT.replace("12px", `${12 * uPlot.pxRatio}px`), fillStyle: colour("quiet"), textAlign: "center", textBaseline: "alphabetic" });
      plot.ctx.fillText(count(n), plot.valToPos(score, "x", true), plot.valToPos(n, "y", true) - 6 * uPlot.pxRatio);
      plot.ctx.restore();
    }),
    options: () => ({
      padding: [20, 0, 0, 0],
      scales: { x: stepScale(11), y: { range: () => [0, most * 1.04] } },
      axes: [{ ...steps(counts.map((_, score) => String(score)), 12), stroke: colour("ink"), font: FONT.replace("12px", "600 13px") }, { show: false }],
      series: [{}, ...GROUPS.map((group) => ({ fill: colour(group), stroke: "transparent", width: 0, paths: pillars, points: { show: false } }))],
    }),
  };
}

/** Promoters, passives and detractors added up over the window. */
function totalsChart(trend) {
  const sums = GROUPS.map((group) => { let sum = 0; return trend.map((one) => (sum += one[`${group}s`])); });
  const most = Math.max(1, ...sums.flat());
  return {
    key: trend.map((one) => [one.from, one.promoters, one.passives, one.detractors]), high: 230, about: "Running totals of promoters, passives and detractors",
    data: [trend.map((_, at) => at), ...sums],
    words: (at) => trend[at] && [`until ${day(trend[at].to)}`, ...GROUPS.map((group, nth) => plural(sums[nth][at], group, `${group}s`))],
    options: () => ({
      padding: [10, 24, 0, 0],
      scales: { x: { time: false, range: () => [0, Math.max(trend.length - 1, 1)] }, y: { range: () => [0, most * 1.08] } },
      axes: [steps(trend.map((one) => day(one.from))), upright({ incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 1e5, 1e6] })],
      series: [{}, ...GROUPS.map((group) => ({ stroke: colour(group), width: 2.5, points: { show: trend.length < 2, size: 7, fill: colour(group) } }))],
    }),
  };
}

/** The answers of one account, one after the other. */
function historyChart(answers) {
  const times = answers.map((one) => Date.parse(one.answered_at) / 1000);
  return {
    key: answers.map((one) => [one.survey_id, one.score]), high: 180, about: "The answers of this account by day",
    data: [times, ...GROUPS.map((group) => answers.map((one) => (one.group === group ? one.score : null)))],
    words: (at) => answers[at] && [`${answers[at].score}, ${answers[at].group}`, instant(answers[at].answered_at)],
    options: () => ({
      padding: [8, 14, 0, 0],
      scales: { x: { range: (_, from, to) => (from === null ? [0, 1] : [from - Math.max(86_400, (to - from) * 0.04), to + Math.max(86_400, (to - from) * 0.04)]) }, y: { range: () => [-0.5, 10.5] } },
      axes: [{ stroke: colour("quiet"), font: FONT, size: 30, gap: 6, grid: { show: false }, ticks: { show: false }, space: 90, values: (_, at) => at.map((at) => new Intl.DateTimeFormat(undefined, SHORT).format(at * 1000)) }, upright({ splits: () => [0, 3, 6, 8, 10] })],
      series: [{}, ...GROUPS.map((group) => ({ stroke: "transparent", width: 0, paths: () => null, points: { show: true, size: 11, width: 0, fill: colour(group), stroke: colour(group) } }))],
    }),
  };
}

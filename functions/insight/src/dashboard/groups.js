// --- groups, compared ----------------------------------------------------------------------------------

const OTHER = "\u0000other";
/** All values a day had no room for: they are counted together, and nothing else is known of them. */
const NO_ROOM = "\u2026other";
/** More columns than these are no table any more. */
const CROSSED = 8;

function dimensions() {
  const names = known.dimensions.length ? known.dimensions.map(({ name }) => name) : [...Object.keys(BUILT_IN).filter((name) => ["owner", "agent", "campaign", "weekday", "hour"].includes(name)), ...[...known.own].sort()];
  for (const [id, chosen] of [["dimension", view.group_by], ["cross", view.cross_by], ["board", view.board]]) {
    const all = [...new Set([...names, chosen])].filter(Boolean);
    const shown = id === "cross" ? all.filter((name) => name !== view.group_by) : all;
    draw(id, shown, () => [id === "cross" ? option("", "nothing") : null, ...shown.map((name) => option(name, title(name))), id === "dimension" && !known.dimensions.length ? option(OTHER, "Other\u2026") : null]);
    if (id !== "dimension" || $("other").hidden) $(id).value = chosen;
  }
}

/** Days and hours come in their own order, everything else by how many answered. */
const order = (by) => view.sort || (/(weekday|hour)$/.test(by) ? "value" : "-n");

/** A group by its name, which leads to all that is in it. */
const valueButton = (by, value, where) => (value === NO_ROOM ? h("span", { title: "More values than one day has room for, counted together" }, value) : button(label(by, value), () => change(filterBy(by, value)), { class: "value", dir: "auto", title: `Show only ${label(by, value).replaceAll("\u200b", "")}`, "data-key": `${where}:${value}` }));

const groupColumns = (by) => [
  { name: title(by), key: "value", value: (row) => label(by, row.value).replaceAll("\u200b", ""), rank: (row) => (/weekday$/.test(by) ? Object.keys(WEEK).indexOf(row.value) : row.value),
    show: (row) => valueButton(by, row.value, "g") },
  { name: "Answers", key: "n", num: true, value: (row) => row.n, show: (row) => count(row.n) },
  { name: "Score", key: "nps", value: (row) => (scored(row) ? row.nps_exact : null), show: (row) => scoreCell(row) },
];

const whiskers = { name: "Score and interval", head: ["\u2212100", h("span", {}, "0"), "100"], wide: true, value: () => null, show: (row) => (scored(row) ? whisker(row.nps_exact, row.interval) : null) };

const scoreCell = (row) => (!row.n ? null : scored(row) ? [h("span", { class: `score ${row.mark === "few" ? "hint" : ""}`, title: row.mark === "few" ? "Few answers" : null }, signed(row.nps)), " ", h("span", { class: "within" }, range(row.interval))]
  : row.counts && row.n <= 9 ? balls(row.counts, true) : plural(row.n, "answer", "answers"));

const interval = [{ name: "Low", num: true, value: (row) => (scored(row) ? row.interval.low : null) }, { name: "High", num: true, value: (row) => (scored(row) ? row.interval.high : null) }];
const groupCounts = GROUPS.map((group) => ({ name: capital(`${group}s`), value: (row) => row[`${group}s`] }));
const rate = { name: "Response rate", head: "Rate", key: "rate", num: true, wide: true, value: (row) => row.response_rate, show: (row) => (row.response_rate === null ? null : percent(row.response_rate)) };

const rest = { name: "Against the rest", key: "rest", num: true, value: (row) => (scored(row) ? row.rest?.points : null),
  show: (row) => (!scored(row) || typeof row.rest?.points !== "number" ? null : row.rest.differs
    ? h("span", { class: `differs ${row.rest.points > 0 ? "up" : "down"}`, title: `Tells apart: ${chance(row.rest.p_holm)} after Holm` }, row.rest.points > 0 ? "\u25b2 " : "\u25bc ", gained(row.rest.points), unseen(", differs"))
    : h("span", { class: "quiet", title: `No clear difference: ${chance(row.rest.p_holm ?? row.rest.p ?? 1)} after Holm` }, gained(row.rest.points))) };

const shares = { name: "Promoters \u00b7 passives \u00b7 detractors", head: "Shares", wide: true, value: () => null, show: (row) => (row.n ? [parts(row), unseen(GROUPS.map((group) => plural(row[`${group}s`], group, `${group}s`)).join(", "))] : null) };

/** What was asked for may have changed meanwhile: the answer itself says what its groups are. */
function groupsPart({ groups, group_by: by, cross_by: cross, refused }) {
  if (refused) return empty(refused);
  if (!groups.length) return empty(`No answers with ${title(by).toLowerCase()} in this window.`);
  const columns = groupColumns(by);
  const compared = groups.some((group) => group.rest);
  const all = [...columns, ...interval, ...groupCounts, ...(by === "theme" ? [sounding] : [rate]), ...(compared ? [rest, { name: "p (Holm)", value: (row) => row.rest?.p_holm }] : [])];
  const crossed = Boolean(cross);
  const shown = [...columns, ...(crossed ? crossColumns(groups, cross) : [whiskers, ...(compared ? [rest] : []), ...(by === "theme" ? [sounding] : [shares, ...(groups.some((group) => typeof group.response_rate === "number") ? [rate] : [])])])];
  const rows = inOrder(groups, shown, order(by));
  const onsort = (column, now) => change({ sort: now === "descending" ? column.key : now === "ascending" || column.key !== "value" ? `-${column.key}` : column.key });
  const file = crossed ? crossedFile(groups, cross, all) : [all, rows];
  return [table(shown, rows, { caption: `Groups by ${title(by).toLowerCase()}`, sorted: order(by), onsort, key: "groups" }),
    h("div", { class: "numbers" }, compared && !crossed ? note("\u25b2 and \u25bc differ from all others taken together, also when so many are compared (Holm, 5 %).") : null, asFile(`by-${by}`, "Groups", ...file))];
}

function crossColumns(groups, cross) {
  const sizes = new Map();
  for (const { groups: inner } of groups) for (const { value, n } of inner ?? []) sizes.set(value, (sizes.get(value) ?? 0) + n);
  const values = [...sizes].sort(([, a], [, b]) => b - a).slice(0, CROSSED).map(([value]) => value);
  const at = (row, value) => row.groups?.find((inner) => inner.value === value);
  return values.map((value) => ({ name: label(cross, value), value: (row) => at(row, value)?.nps_exact,
    show: (row) => { const inner = at(row, value); return inner?.n ? h("span", { class: "crossed" }, scored(inner) ? h("span", { class: "score" }, signed(inner.nps)) : null, " ", h("span", { class: "within" }, scored(inner) ? range(inner.interval) : plural(inner.n, "answer", "answers"))) : null; } }));
}

/** A file has a row for each pair. */
function crossedFile(groups, cross, [name, ...all]) {
  const rows = groups.flatMap((group) => (group.groups ?? []).map((inner) => ({ ...inner, outer: group })));
  return [[{ ...name, value: (row) => name.value(row.outer) }, { name: title(cross), value: (row) => label(cross, row.value).replaceAll("\u200b", "") }, ...all], rows];
}

// --- leader boards ---------------------------------------------------------------------------------------

function showLeaders(found) {
  $("leaders-card").hidden = !found;
  // A path such as EMEA/DACH/Delivery has a board for each of its levels.
  $("level-pick").hidden = !(found?.levels > 1);
  if (found?.levels > 1) {
    draw("level", found.levels, () => Array.from({ length: found.levels }, (_, at) => option(String(at + 1))));
    $("level").value = String(found.level);
  }
  if (found) draw("leaders", [found, view.board, known.names.size], () => leadersPart(found));
}

function leadersPart({ dimension, leaders, whole, left_out, refused }) {
  if (refused) return empty(refused);
  const ranked = leaders.filter(scored);
  if (!ranked.length) return empty("Nobody has ten answers yet; before that there is no telling who leads.");
  const columns = [
    { name: "Rank", value: (row) => row.rank },
    { name: title(dimension), value: (row) => label(dimension, row.value).replaceAll("\u200b", ""), show: (row) => valueButton(dimension, row.value, "l") },
    { name: "Score, shrunk", head: "Score", num: true, value: (row) => row.shrunk, show: (row) => [h("span", { class: "score" }, signed(row.shrunk)), row.differs && whole ? h("span", { class: `differs ${row.shrunk > whole.nps_exact ? "up" : "down"}` }, row.shrunk > whole.nps_exact ? " \u25b2" : " \u25bc", unseen("tells apart")) : null] },
    { name: "Interval", head: ["\u2212100", h("span", {}, "0"), "100"], wide: true, value: () => null, show: (row) => whisker(row.shrunk, row.shrunk_interval) },
    { name: "Answers", num: true, value: (row) => row.n, show: (row) => count(row.n) },
  ];
  const file = [...columns.filter((column) => column.name !== "Interval"), { name: "Low", value: (row) => row.shrunk_interval.low }, { name: "High", value: (row) => row.shrunk_interval.high }, { name: "Score, plain", value: (row) => row.nps_exact }];
  return [table(columns, ranked, { caption: "Leader board", key: "leaders" }),
    h("div", { class: "numbers" }, note("Scores of few answers are drawn towards the whole, so that luck does not lead.", left_out ? ` ${plural(left_out, "has", "have")} too few answers to be ranked.` : ""), asFile(`leaders-${dimension}`, "Leader board", file, ranked))];
}

// --- whom we asked, and of whom we heard nothing ----------------------------------------------------------
// Read only when somebody opens it: all surveys there are are looked at for it. Pages are added up here.

let coverage = null;

/** Asks for all pages and adds them up. */
async function coverageOf(signal) {
  const accounts = new Map();
  let first = null, surveys = 0, cursor = "";
  do {
    const page = await get("/v1/coverage", question(cursor ? { cursor } : {}), signal);
    first ??= page;
    surveys += page.scanned.surveys;
    cursor = page.cursor ?? "";
    for (const one of page.accounts) accounts.set(one.value, together(accounts.get(one.value), one));
    if (cursor) $("coverage").replaceChildren(empty(`Looking at all surveys: ${count(surveys)} so far\u2026`));
  } while (cursor);
  const asked = [...accounts.values()].filter((one) => one.sent);
  return { ...first, scanned: { ...first.scanned, surveys }, accounts: asked, asked_accounts: asked.length, answered_accounts: asked.filter((one) => one.answered).length };
}

function together(one, other) {
  if (!one) return other;
  const contact_keys = [...new Set([...(one.contact_keys ?? []), ...(other.contact_keys ?? [])])];
  const sum = { ...one, name: one.name ?? other.name, contact_keys, contacts: contact_keys.length };
  for (const name of ["sent", "delivered", "answered"]) sum[name] = one[name] + other[name];
  sum.response_rate = sum.delivered ? Math.min(1, sum.answered / sum.delivered) : null;
  sum.last_answer = [one.last_answer, other.last_answer].filter(Boolean).sort((a, b) => (a.at < b.at ? 1 : -1))[0] ?? null;
  return sum;
}

const COVERAGE = [
  { name: "Account", key: "account", value: (row) => row.name ?? row.value, show: (row) => [button(row.name ?? row.value, () => change(filterBy("account", row.value)), { class: "value", title: "Show only these", "data-key": `c:${row.value}` }),
    row.answered ? null : h("span", { class: "differs down" }, " no answer")] },
  { name: "Contacts asked", head: "Contacts", key: "contacts", num: true, value: (row) => row.contacts, show: (row) => count(row.contacts) },
  { name: "Surveys sent", head: "Sent", key: "sent", num: true, value: (row) => row.sent, show: (row) => count(row.sent) },
  { name: "Surveys delivered", head: "Delivered", key: "delivered", num: true, wide: true, value: (row) => row.delivered, show: (row) => count(row.delivered) },
  { name: "Surveys answered", head: "Answered", key: "answered", num: true, value: (row) => row.answered, show: (row) => count(row.answered) },
  { name: "Response rate", head: "Rate", key: "rate", num: true, value: (row) => row.response_rate, show: (row) => (row.response_rate === null ? null : percent(row.response_rate)) },
  { name: "Last answer", key: "last", value: (row) => row.last_answer?.day ?? null, show: (row) => (row.last_answer ? [ball(row.last_answer.score), " ", day(row.last_answer.day, LONG)] : "never") },
];
/** Rows that are shown at first; the file has all. */
const MOST_ROWS = 50;
let covered = { rows: MOST_ROWS };

function coveragePart(found) {
  if (found.refused) return empty(found.refused);
  const { accounts, asked_accounts: asked, answered_accounts: answered, coverage: share, unassigned } = found;
  if (!asked) return empty("No account was sent a survey in this window.");
  // The order of the API says first whom to call: accounts of which nothing was heard.
  const rows = view.coverage ? inOrder(accounts, COVERAGE, view.coverage) : accounts.toSorted((a, b) => Boolean(a.answered) - Boolean(b.answered));
  const shown = rows.slice(0, covered.rows);
  const file = [...COVERAGE, { name: "Last score", value: (row) => row.last_answer?.score }, { name: "Account id", value: (row) => row.value }];
  return [h("p", {}, h("b", {}, `${count(answered)} of ${plural(asked, "account", "accounts")}`), ` we asked answered (${percent(answered / asked)}`, share ? `, ${percent(share.low)} to ${percent(share.high)} with ${percent(0.95)} confidence` : null, ").",
    answered < asked ? [" Nothing was heard of ", h("b", {}, count(asked - answered)), "."] : null),
    table(COVERAGE, shown, { caption: "Coverage by account", sorted: view.coverage || undefined, key: "coverage", onsort: (column, now) => change({ coverage: now === "ascending" ? `-${column.key}` : column.key }) }),
    h("div", { class: "numbers" }, rows.length > shown.length ? button(`All ${plural(rows.length, "account", "accounts")}`, () => { covered.rows = Infinity; showCoverage(); }, { "data-key": "covered:all" }) : null,
      note(`By the day of sending, as of ${instant(found.as_of)}.`, unassigned.sent ? ` ${plural(unassigned.sent, "survey has", "surveys have")} no account.` : ""), asFile("coverage", "Coverage by account", file, rows))];
}

function showCoverage() {
  if (coverage?.found) draw("coverage", [coverage.found, covered, view.coverage], () => coveragePart(coverage.found));
}

/** Reads it if it is open and something else is asked for than it shows. */
async function refreshCoverage() {
  if (!entered || !$("coverage-card").open) return;
  const asked = question().toString();
  if (coverage?.asked === asked) return showCoverage();
  coverage?.stop.abort();
  const mine = (coverage = { asked, stop: new AbortController(), found: null });
  covered = { rows: MOST_ROWS };
  drawn.delete("coverage");
  $("coverage").replaceChildren(empty("Looking at all surveys\u2026"));
  try {
    const found = await coverageOf(mine.stop.signal).catch(unless(422, (error) => ({ refused: error.message })));
    if (coverage !== mine) return;
    mine.found = found;
    showCoverage();
  } catch (error) {
    if (coverage !== mine) return;
    coverage = null;
    drawn.delete("coverage");
    $("coverage").replaceChildren(empty(error instanceof Refused ? error.message : "No answer from the server."), button("Try again", refreshCoverage));
  }
}

// --- what is shown -------------------------------------------------------------------------------
// The address says it all, so a link shows the same and the browser's way back works. What people typed, and whom they
// look at, stands behind the #, which no server sees; the key never stays there.

const ROLLING = ["7d", "30d", "90d", "365d"];
const CALENDAR = { this_week: "This week", last_week: "Last week", this_month: "This month", last_month: "Last month",
  this_quarter: "This quarter", last_quarter: "Last quarter", this_year: "This year", last_year: "Last year" };
const DAY = /^\d{4}-\d\d-\d\d$/;
const NUMBER = /^[1-9]\d{0,3}$/;
const oneOf = (values, otherwise) => (text) => (values.includes(text) ? text : otherwise);

/** Each choice: how it is read from its name in the address, and what it is where the address is silent. */
const CHOICES = {
  campaign: (text) => text ?? "",
  window: (text) => (ROLLING.includes(text) || text in CALENDAR || /^[1-9]\d{0,3}d$/.test(text ?? "") ? text : "90d"),
  from: (text) => (DAY.test(text ?? "") ? text : ""),
  to: (text) => (DAY.test(text ?? "") ? text : ""),
  by: oneOf(["answer", "sending"], "answer"),
  per: oneOf(["response", "contact"], "response"),
  compare: oneOf(["previous", "year_before"], "previous"),
  trend: oneOf(["day", "week", "month"], ""),
  around: (text) => (DAY.test(text ?? "") ? text : ""),
  days: (text) => (NUMBER.test(text ?? "") ? text : "30"),
  before: (text) => (NUMBER.test(text ?? "") ? text : ""),
  group_by: (text) => text || "owner",
  cross_by: (text) => text ?? "",
  sort: (text) => (/^-?[a-z_]+$/.test(text ?? "") ? text : ""),
  board: (text) => text || "owner",
  level: (text) => (NUMBER.test(text ?? "") ? text : ""),
  industry: (text) => text ?? "",
  said: oneOf(GROUPS, ""),
  commented: oneOf(["yes"], ""),
  quotable: oneOf(["yes"], ""),
  open: (text) => (/^[a-z0-9.-]+$/.test(text ?? "") ? text : ""),
  coverage: (text) => (/^-?[a-z]+$/.test(text ?? "") ? text : ""),
  letter: (text) => text ?? "",
  letter_of: (text) => text ?? "",
  letter_in: (text) => text ?? "",
  letter_width: oneOf(["390", "760"], "390"),
  letter_scheme: oneOf(["light", "dark"], "light"),
  tasks: oneOf(["recovery", "referral", "improve", "non_response", "bounced"], ""),
};
const PLAIN = Object.fromEntries(Object.entries(CHOICES).map(([name, read]) => [name, read(null)]));
const PLAIN_AROUND = { around: PLAIN.around, days: PLAIN.days, before: PLAIN.before };
/** These change what is drawn of what is known already, and ask nothing new of the numbers. */
const ONLY_DRAWN = ["sort", "said", "commented", "quotable", "industry", "marks", "open", "coverage", "letter", "letter_of", "letter_in", "letter_width", "letter_scheme"];

let view = read();

function read() {
  const asked = new URLSearchParams(location.search);
  const chosen = Object.fromEntries(Object.entries(CHOICES).map(([name, read]) => [name, read(asked.get(name))]));
  const filters = [...asked].filter(([name, value]) => /^filter\../.test(name) && value).map(([name, value]) => [name.slice(7), value]);
  const marks = asked.getAll("mark").map((text) => [text.slice(0, 10), text.slice(11)]).filter(([at]) => DAY.test(at));
  return { ...chosen, filters, marks };
}

function address(of) {
  const out = new URLSearchParams();
  // What is usual for account managers is not so for whom they send their link.
  for (const name of Object.keys(CHOICES)) if (of[name] !== PLAIN[name] || (name === "group_by" && known.role === "owner")) out.set(name, of[name]);
  for (const [name, value] of of.filters) out.append(`filter.${name}`, value);
  for (const [at, words] of of.marks) out.append("mark", `${at} ${words}`);
  const query = out.toString();
  return location.pathname + (query ? `?${query}` : "");
}

/** What stands behind the #: one survey, one account, words looked for. */
const behind = () => new URLSearchParams(location.hash.slice(1));

/** Changes what is shown; the way back leads to what was shown before. */
function change(what) {
  const before = address(view);
  view = { ...view, ...what };
  const after = address(view);
  if (after === before) return;
  history.pushState(null, "", after + location.hash);
  arrive(Object.keys(what).every((name) => ONLY_DRAWN.includes(name)));
}

/** What is unfolded, such as the table below a chart. Folding is no step that the way back leads through. */
const isOpen = (name) => view.open.split(".").includes(name);

function unfold(name, open) {
  if (isOpen(name) === open) return;
  const all = view.open.split(".").filter((one) => one && one !== name);
  view.open = [...all, ...(open ? [name] : [])].sort().join(".");
  history.replaceState(null, "", address(view) + location.hash);
}

function changeBehind(what, keep) {
  const now = behind();
  for (const [name, value] of Object.entries(what)) value ? now.set(name, value) : now.delete(name);
  const to = location.pathname + location.search + (now.size ? `#${now}` : "");
  if (keep) history.pushState(null, "", to);
  else history.replaceState(null, "", to);
}

/** Days that are named win over a window. */
const days = () => (view.from ? { from: view.from, to: view.to } : { window: view.window });

/** The question that every number here answers. */
function question(extra = {}) {
  const out = new URLSearchParams();
  const all = { campaign: view.campaign, ...days(), ...extra };
  for (const [name, value] of Object.entries(all)) if (value) out.set(name, value);
  for (const [name, value] of view.filters) out.append(`filter.${name}`, value);
  return out;
}

const LONGER = { day: "week", week: "month" };

/** How long a step of the trend is; where nobody chose, as the window asks for, or longer if it was found too short. */
function step() {
  if (view.trend) return view.trend;
  if (known.steps.has(question().toString())) return known.steps.get(question().toString());
  const long = view.from ? (utc(view.to || new Date().toISOString().slice(0, 10)) - utc(view.from)) / 86_400_000 : { this_year: 365, last_year: 365 }[view.window] ?? (view.window.endsWith("quarter") ? 90 : view.window.endsWith("d") ? parseInt(view.window, 10) : 30);
  return long <= 31 ? "day" : long <= 200 ? "week" : "month";
}

const filterBy = (name, value) => (name === "campaign" ? { campaign: value }
  : { filters: [...view.filters.filter(([has]) => has !== name), [name, value]] });

// --- asking --------------------------------------------------------------------------------------

/** From one look to the next: so that what happens is seen within five seconds, with a second for the answer to come. */
const EVERY = 4_000;
const SLOWEST = 60_000;
/** The numbers of long windows are read again when something happened, or after so many rounds. */
const ALL_AFTER = 15;
/** So many answers looked at are worth waiting for. */
const DEAR = 1_000;
const KEY = "npsloop.key";

/** Answers and tasks that are shown before somebody wants more. */
const SHOWN = 10;

const fresh = () => ({ dimensions: [], themes: [], role: null, topics: null, benchmarks: [], names: new Map(), own: new Set(), pages: [], cursor: null, seen: null, shown: SHOWN, latest: null, numbers: null, around: null, tasks: null, taskPages: 0, tasksShown: SHOWN, experiments: [], steps: new Map() });
let known = fresh();

class Refused extends Error {
  constructor(status, problem) {
    super(problem?.detail ?? problem?.title ?? `The server answered ${status}.`);
    this.status = status;
    this.type = problem?.type ?? "";
    this.problem = problem;
  }
}

async function call(method, path, { query, body, signal, as = "json" } = {}) {
  const key = sessionStorage.getItem(KEY);
  const headers = { "x-requested-with": "npsloop" };
  if (key) headers.authorization = `Bearer ${key}`;
  if (body) headers["content-type"] = "application/json";
  const answer = await fetch(query?.size ? `${path}?${query}` : path, { method, signal, headers, cache: "no-store", body: body && JSON.stringify(body) });
  if (!answer.ok) throw new Refused(answer.status, await answer.json().catch(() => null));
  return as === "json" ? answer.json().catch(() => null) : answer.blob();
}

const get = (path, query, signal) => call("GET", path, { query, signal });
const unless = (status, otherwise) => (error) => {
  if (![status].flat().includes(error.status)) throw error;
  return otherwise(error);
};

let round = null, timer = 0, wait = EVERY, rounds = 0, due = 0, pulse = "", all = 0, took = 0;

/** One round: has anything happened, and if so, what is it all now? */
async function refresh() {
  clearTimeout(timer);
  round?.abort();
  if (!entered || document.hidden) return;
  const mine = (round = new AbortController()), began = Date.now();
  arrange();
  if ($("main").hidden && $("wait").hidden) hold("Reading the numbers\u2026");
  try {
    // At first everything is wanted, whatever has happened.
    const first = pulse ? null : everything(mine.signal);
    first?.catch(() => null);
    const [today, answers] = await Promise.all([
      get("/v1/nps", new URLSearchParams(view.campaign ? { window: "1d", campaign: view.campaign } : { window: "1d" }), mine.signal),
      get("/v1/responses", question(), mine.signal).catch(unless(422, (error) => ({ responses: [], cursor: null, refused: error.message }))),
    ]);
    answers.responses.forEach(learn);
    const now = JSON.stringify([today.counts, today.suspect, today.sent, today.delivered, today.answered, answers]);
    // What follows from an answer (a task, a comment) comes moments later: look twice more.
    if (now !== pulse) due = rounds + 2;
    const wanted = rounds <= due || rounds % ALL_AFTER === 0;
    if (wanted && pulse && dear()) due = rounds + 1;
    else if (wanted) {
      const show = await (first ?? everything(mine.signal));
      if (mine.signal.aborted) return;
      show();
    }
    if (mine.signal.aborted) return;
    pulse = now;
    rounds += 1;
    wait = EVERY;
    showAnswers(answers);
    say("Live", false);
  } catch (error) {
    if (mine.signal.aborted) return;
    if (error.status === 401) return knock(sessionStorage.getItem(KEY) ? "This key is not known here." : "Your session is over. Please sign in again.");
    if (error.status === 403 && sessionStorage.getItem(KEY)) return knock("This key may not read. It needs the scope read.");
    wait = Math.min(wait * 2, SLOWEST);
    const words = error instanceof Refused ? error.message : "No answer from the server. Trying again.";
    say(words, true);
    // Numbers of another question would be taken for those of this one.
    if (error.status === 403 || error.status === 422) hold(error.status === 403 ? "This view has numbers of others, which you may not see." : words, true);
    else if (!pulse) hold(words);
  }
  $("main").ariaBusy = null;
  if (round === mine) timer = setTimeout(refresh, Math.max(wait - (Date.now() - began), EVERY / 4));
}

/** What stands there instead of the numbers, until there are some. */
function hold(words, refused = false) {
  $("wait").hidden = false;
  $("main").hidden = true;
  $("wait").classList.toggle("refused", refused);
  $("plain").hidden = !refused;
  if (refused) $("controls").hidden = false;
  if ($("wait-words").textContent !== words) $("wait-words").textContent = words;
}

hold("Reading the numbers\u2026");
$("plain").addEventListener("click", () => change({ ...PLAIN, ...(known.role === "owner" ? { group_by: "account" } : {}), filters: [], marks: [] }));

/** Account managers want to know first whom to call, and how their accounts think; everybody else how all is going. */
function arrange() {
  const own = known.role === "owner", last = $("main").querySelector(own ? ".hero" : "#leaders-card");
  if (last.nextElementSibling !== (own ? $("tasks-card") : $("said-card"))) last.after(...(own ? [$("tasks-card"), $("said-card")] : [$("said-card"), $("tasks-card")]));
  if (own && !known.arranged && !location.search) {
    view.group_by = "account";
    history.replaceState(null, "", address(view) + location.hash);
  }
  known.arranged = true;
}

/** Numbers that were read from the answers themselves, many of them or for long, can wait a minute. What was read of others'
    answers, nobody is told; that it took its time, everybody sees. */
const dear = () => (known.numbers?.scanned?.answers > DEAR || (known.numbers?.scanned && took > EVERY / 2)) && Date.now() - all < SLOWEST;

/** Asks anew at once, because the question changed. */
function askAnew() {
  // Another campaign has other dimensions.
  if (known.placesOf !== view.campaign) rounds = 0;
  Object.assign(known, { pages: [], cursor: null, seen: null, shown: SHOWN });
  showTopics(null);
  $("main").ariaBusy = "true";
  pulse = "";
  return refresh();
}

/** Reads everything, and gives what draws it. */
async function everything(signal) {
  const began = Date.now();
  const [numbers, around, leaders, tasks] = await Promise.all([numbersOf(signal), aroundOf(signal), leadersOf(signal), tasksOf(signal), rounds % ALL_AFTER ? null : places(signal)]);
  all = Date.now();
  took = all - began;
  return () => draws(numbers, around, leaders, tasks);
}

function draws(numbers, around, leaders, tasks) {
  known.around = around;
  showNumbers(numbers);
  showLeaders(leaders);
  showThemes();
  showTopics(known.topics);
  showTasks(tasks);
  firstDrawn();
  if (rounds % ALL_AFTER === 0) experimentsOf().catch(() => null);
}

/** What is looked into now and then waits for this, so that the numbers wait for nothing. */
let firstDrawn;
const drawnOnce = new Promise((resolve) => { firstDrawn = resolve; });

/** Which campaigns and dimensions there are. Whoever may not see the list has the dimensions of what they see. */
async function places(signal) {
  const of = view.campaign;
  const [{ dimensions, themes = [], reasons = [] }, { benchmarks }, { groups }] = await Promise.all([
    get("/v1/dimensions", new URLSearchParams(view.campaign ? { campaign: view.campaign } : {}), signal).catch(unless(403, () => ({ dimensions: [] }))),
    get("/v1/benchmarks", null, signal).catch(unless(403, () => ({ benchmarks: [] }))),
    get("/v1/nps", new URLSearchParams({ window: "365d", group_by: "campaign" }), signal),
  ]);
  known.placesOf = of;
  known.dimensions = dimensions;
  known.themes = themes;
  for (const { id, name } of themes) known.names.set(`theme:${id}`, name);
  for (const { id, label: name } of [...reasons].reverse()) known.names.set(`reason:${id}`, name);
  // The newest of each industry come first.
  known.benchmarks = benchmarks.filter(({ industry }, at) => benchmarks.findIndex((one) => one.industry === industry) === at);
  draw("industry", known.benchmarks, () => [option("", "no benchmark"), ...known.benchmarks.map(({ industry }) => option(industry, spoken(industry)))]);
  $("industry").value = view.industry;
  const names = [...new Set([...groups.map((group) => group.value), view.campaign])].filter(Boolean).sort();
  draw("campaign", names, () => [option("", "All campaigns"), ...names.map((name) => option(name))]);
  $("campaign").value = view.campaign;
}

async function numbersOf(signal) {
  for (;;) {
    const numbers = await numbersBySteps(signal);
    const longer = view.trend ? null : LONGER[step()];
    if (!longer || !numbers.trend.length || enough(numbers.trend)) return numbers;
    // Steps too short to hold a score tell nothing.
    known.steps.set(question().toString(), longer);
  }
}

/** One call brings everything. Where the groups cannot be had, the rest still can. */
async function numbersBySteps(signal) {
  const finer = { by: view.by, per: view.per, compare: view.compare, trend: step(), precision: "5" };
  try {
    return await askedOf(await soundsOf(await get("/v1/nps", question({ ...finer, group_by: view.group_by, cross_by: view.cross_by }), signal), signal), signal);
  } catch (error) {
    if (error.status !== 422) throw error;
    return askedOf({ ...(await get("/v1/nps", question(finer), signal)), refused: error.message }, signal);
  }
}

/** How many were asked is counted, also where groups or ways to count are read from the answers. */
async function askedOf(numbers, signal) {
  // Of what an owner sees a filter is known already, and two together are in no tally.
  if (numbers.delivered !== null || (known.role === "owner" && view.filters.length)) return numbers;
  // Where even that would be read from the answers, one of them will do: it is not known then.
  const { sent, delivered, answered } = await get("/v1/nps", question({ scan: "1" }), signal).catch(unless(422, () => numbers));
  return delivered === null ? numbers : { ...numbers, sent, delivered, answered };
}

async function leadersOf(signal) {
  return get("/v1/leaders", question({ by: view.by, per: view.per, dimension: view.board, level: view.board in BUILT_IN ? "" : view.level, least: "10" }), signal).catch(unless([403, 422], (error) => (error.status === 422 ? { refused: error.message } : null)));
}

async function tasksOf(signal) {
  const query = new URLSearchParams({ status: "open", ...(view.tasks ? { kind: view.tasks } : {}) });
  const tasks = [];
  for (let page = 0; ; page += 1) {
    const next = await get("/v1/tasks", query, signal).catch(unless([403, 422], () => null));
    if (!next) return null;
    tasks.push(...next.tasks);
    if (!next.cursor || page >= known.taskPages) return { tasks, cursor: next.cursor };
    query.set("cursor", next.cursor);
  }
}

function say(text, stale) {
  $("live").classList.toggle("stale", stale);
  // A line that is read out changes only when there is something to say.
  if ($("live-words").textContent !== text) $("live-words").textContent = text;
  $("live-at").textContent = stale ? "" : new Date().toLocaleTimeString();
}

let telling = 0;
/** Tells whoever listens, once things have come to rest. */
function tell(text) {
  clearTimeout(telling);
  telling = setTimeout(() => { $("told").textContent = text; }, 400);
}

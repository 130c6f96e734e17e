// --- the door --------------------------------------------------------------------------------------------

let entered = false;

/** The view somebody wanted to see and had to sign in for, and when. */
const WANTED = "npsloop.wanted";
const PATIENCE = 15 * 60_000;

/** Shows it to whoever comes back signed in. */
function goOn() {
  const [wanted, at] = JSON.parse(localStorage.getItem(WANTED) ?? "[]");
  localStorage.removeItem(WANTED);
  if (!wanted || location.search || Date.now() - at > PATIENCE) return;
  history.replaceState(null, "", location.pathname + wanted + location.hash);
  view = read();
  showChoices();
}

/** With a key of this tab, or with the session a mail's link opened. */
async function enter() {
  entered = Boolean(sessionStorage.getItem(KEY));
  if (!entered) {
    const me = await get("/v1/me").catch((error) => ({ refused: error.status ?? 0 }));
    if (me.refused !== undefined) return knock(me.refused ? "" : "No answer from the server.");
    entered = true;
    $("me").textContent = me.name ?? me.email ?? "";
    known.role = me.role;
    goOn();
    known.email = me.email;
  }
  rounds = 0;
  refresh();
  openNamed();
  $("forget-all").hidden = !known.role;
  // Whatever becomes of them, the numbers come.
  offerLetters().catch(() => null);
  offerColleagues().catch(() => null);
}

async function knock(wrong) {
  entered = false;
  if (location.search) localStorage.setItem(WANTED, JSON.stringify([location.search, Date.now()]));
  clearTimeout(timer);
  round?.abort();
  sessionStorage.removeItem(KEY);
  drawn.clear();
  known = fresh();
  coverage?.stop.abort();
  coverage = doors = null;
  lookedAt += 1;
  $("letters-frame").src = "about:blank";
  for (const id of ["doors", "people", "letters-text", "letters-note"]) $(id).replaceChildren();
  $("controls").hidden = $("main").hidden = $("wait").hidden = true;
  if ($("detail").open) $("detail").close();
  document.title = "npsloop";
  $("door-wrong").textContent = wrong;
  $("key").value = $("me").textContent = "";
  if (!$("door").open) $("door").showModal();
  $("email").focus();
  // Only some companies let their people in with their own accounts as well.
  const ways = await get("/v1/sign-in").catch(() => null);
  $("company").href = ways?.company_account ?? "";
  $("by-company").hidden = !ways?.company_account;
}

// Escape closes a dialog in the end, whatever the page says; whoever is outside sees nothing else.
$("door").addEventListener("close", () => entered || knock(""));
$("key-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const key = $("key").value.trim();
  // A header can carry nothing else, and the browser would refuse it with words for nobody.
  if (!/^[\x21-\x7e]+$/.test(key)) { $("door-wrong").textContent = "A key has only letters, digits and signs."; return; }
  sessionStorage.setItem(KEY, key);
  entered = true;
  $("door-wrong").textContent = "";
  $("door").close();
  enter();
});
$("mail-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    await call("POST", "/v1/sign-in", { body: { email: $("email").value.trim() } });
    $("door-wrong").textContent = "";
    $("mail-sent").hidden = false;
  } catch (error) {
    $("door-wrong").textContent = error.message;
  }
});

/** A link may bring the key behind the #, which no server sees; it leaves the address at once. */
function takeKey() {
  const brought = behind().get("key");
  if (!brought) return false;
  sessionStorage.setItem(KEY, brought);
  changeBehind({ key: "" });
  entered = true;
  if ($("door").open) $("door").close();
  return true;
}

async function leave(body) {
  try {
    if (!sessionStorage.getItem(KEY)) await call("POST", "/v1/sign-out", { body });
  } catch (error) {
    // Whoever believes to be out and is not would leave the page open to the next one.
    return undoable(`You are still signed in: ${error.message}`, null);
  }
  knock("");
  // Whoever comes next at this machine is not told.
  localStorage.removeItem(WANTED);
}

$("forget").addEventListener("click", () => leave());
$("forget-all").addEventListener("click", () => leave({ everywhere: true }));

// --- what a person chooses ----------------------------------------------------------------------------------

/** What is chosen where, by id and by name in the address. */
const CONTROLS = [["campaign", "campaign"], ["by", "by"], ["per", "per"], ["compare", "compare"], ["step", "trend"], ["board", "board"], ["industry", "industry"], ["cross", "cross_by"], ["kind", "tasks"], ["said", "said"]];

/** Shows the view that the address names. */
function arrive(onlyDrawn) {
  showChoices();
  if (!entered) return;
  showFilters();
  if (onlyDrawn && known.numbers) { showNumbers(known.numbers); drawVoices(); } else askAnew();
  showSample();
  refreshDoors();
}

function showChoices() {
  for (const input of $("window").querySelectorAll("input")) input.checked = !view.from && input.value === view.window;
  $("calendar").value = view.from ? "dates" : view.window in CALENDAR ? view.window : "";
  $("dates").hidden = !view.from;
  $("from").value = view.from;
  $("to").value = view.to;
  for (const [id, name] of CONTROLS) $(id).value = view[name];
  for (const id of ["commented", "quotable"]) $(id).checked = view[id] === "yes";
  for (const details of document.querySelectorAll("details[data-open]")) details.open = isOpen(details.dataset.open);
  $("q").value = words();
}

const on = (id, what, act) => $(id).addEventListener(what, act);
for (const [id, name] of CONTROLS) {
  on(id, "change", (event) => change({ ...(name === "board" ? { level: "" } : {}), [name]: event.target.value }));
}
on("window", "change", (event) => change({ window: event.target.value, from: "", to: "" }));
on("calendar", "change", (event) => {
  if (event.target.value !== "dates") return change({ window: event.target.value || "90d", from: "", to: "" });
  const { from = "", to = "" } = known.numbers ?? {};
  change({ from, to });
  $("from").focus();
});
for (const id of ["from", "to"]) on(id, "change", () => DAY.test($("from").value) && change({ from: $("from").value, to: $("to").value < $("from").value ? "" : $("to").value }));
on("dimension", "change", (event) => {
  $("other").hidden = event.target.value !== OTHER;
  if ($("other").hidden) change({ group_by: event.target.value, sort: "", cross_by: view.cross_by === event.target.value ? "" : view.cross_by });
  else $("other-name").focus();
});
on("other", "submit", (event) => {
  event.preventDefault();
  const name = $("other-name").value.trim();
  if (!name) return;
  $("other").hidden = true;
  change({ group_by: name, sort: "" });
});
for (const id of ["commented", "quotable"]) on(id, "change", (event) => change({ [id]: event.target.checked ? "yes" : "" }));
on("q", "input", () => { changeBehind({ q: $("q").value.trim() }); drawVoices(); });
on("search", "submit", (event) => { event.preventDefault(); further(); });
on("mark-form", "submit", (event) => {
  event.preventDefault();
  change({ marks: [...view.marks, [$("mark-day").value, $("mark-words").value.trim()]].sort() });
  event.target.reset();
  $("mark").open = false;
});
on("level", "change", (event) => change({ level: event.target.value }));
on("copy", "click", async () => {
  // The address says all but the key, which is no longer in it.
  await navigator.clipboard.writeText(location.href).then(() => undoable("The link to this view is copied.", null), () => undoable("The address above is the link to this view.", null));
});
on("print", "click", () => print());
for (const name of ["coverage", "doors"]) on(`${name}-card`, "toggle", () => { unfold(name, $(`${name}-card`).open); (name === "doors" ? refreshDoors : refreshCoverage)(); });

/** What unfolds over the page folds again when somebody turns to something else. */
const fold = (but) => { for (const menu of document.querySelectorAll(".menu[open]")) if (!but || !menu.contains(but)) menu.open = false; };
addEventListener("click", (event) => fold(event.target));
addEventListener("keydown", (event) => {
  const menu = document.activeElement?.closest(".menu[open]");
  if (event.key === "Escape" && menu) { menu.firstElementChild.focus(); fold(); }
});

addEventListener("popstate", () => {
  const before = address(view);
  view = read();
  if (address(view) !== before) arrive(false);
  $("q").value = words();
  drawVoices();
  openNamed();
});
addEventListener("hashchange", () => { if (takeKey()) enter(); });
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) refresh();
  else { clearTimeout(timer); round?.abort(); say("Paused", false); }
});

// --- light, dark and paper ------------------------------------------------------------------------------------

const THEME = "npsloop.theme";
const dress = (theme) => { document.documentElement.style.colorScheme = theme || "light dark"; $("theme").value = theme; repaint(); };
on("theme", "change", (event) => { event.target.value ? localStorage.setItem(THEME, event.target.value) : localStorage.removeItem(THEME); dress(event.target.value); });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
new ResizeObserver(() => repaint()).observe($("main"));
// Paper is white and as wide as paper is; a canvas has to be told.
addEventListener("beforeprint", () => { document.documentElement.classList.add("paper"); document.documentElement.classList.toggle("sheet", $("detail").open); dress("light"); });
addEventListener("afterprint", () => { document.documentElement.classList.remove("paper", "sheet"); dress(localStorage.getItem(THEME) ?? ""); });

// A link's key first: whatever is asked next is asked with it.
takeKey();
$("calendar").append(...Object.entries(CALENDAR).map(([value, name]) => option(value, name)), option("dates", "Dates\u2026"));
dress(localStorage.getItem(THEME) ?? "");
showChoices();
enter();

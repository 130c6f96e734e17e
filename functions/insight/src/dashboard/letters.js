// --- what contacts get -------------------------------------------------------------------------------------

/** The languages of letters and pages. */
const TONGUES = "en de fr es pt-BR pt-PT it nl pl cs sk hu ro bg hr sr sr-Latn sl el tr ru uk lt lv et fi sv da nb is ca ar he fa ur hi bn ta mr th vi id ms fil ja ko zh-Hans zh-Hant af".split(" ");
const SAMPLES = [["letter=invite", "Invitation"], ["letter=remind", "Reminder"], ["letter=thanks&group=promoter", "Thanks to promoters"], ["letter=thanks&group=passive", "Thanks to passives"], ["letter=thanks&group=detractor", "Thanks to detractors"], ["letter=sms", "Text message"], ["letter=sms_remind", "Text, reminder"],
  ["page=ask", "Page"], ["page=thanks&group=promoter", "After it: promoters"], ["page=thanks&group=passive", "After it: passives"], ["page=thanks&group=detractor", "After it: detractors"], ["page=unsubscribe", "Unsubscribing"]];

const inItself = (tag) => new Intl.DisplayNames([tag], { type: "language" }).of(tag);

/** Admins, and keys that may manage. */
const manages = async () => (known.role ? known.role === "admin" : (await get("/v1/me")).scopes.includes("manage"));

/** For those who write what is seen here. */
async function offerLetters() {
  $("letters-card").hidden = $("doors-card").hidden = true;
  await drawnOnce;
  if (!(await manages())) return;
  const { campaigns } = await get("/v1/campaigns");
  known.campaigns = new Map(campaigns.map((one) => [one.id, one]));
  offerDoors();
  $("letters-of").replaceChildren(...campaigns.map((one) => option(one.id)));
  $("letters-what").replaceChildren(...SAMPLES.map(([value, text]) => option(value, text)));
  $("letters-in").replaceChildren(...TONGUES.map((tag) => option(tag, `${inItself(tag)} (${tag})`)));
  $("letters-card").hidden = false;
  shownSample = "";
  showSample();
}

/** Shows the letter or page that the address names; where it is silent, the first that contacts get, in their campaign's language. */
function showSample() {
  if ($("letters-card").hidden) return;
  const first = known.campaigns.has(view.campaign) ? view.campaign : "default";
  $("letters-of").value = known.campaigns.has(view.letter_of) ? view.letter_of : first;
  $("letters-what").value = SAMPLES.some(([value]) => value === view.letter) ? view.letter : SAMPLES[0][0];
  $("letters-in").value = TONGUES.includes(view.letter_in) ? view.letter_in : known.campaigns.get($("letters-of").value)?.language ?? "en";
  $("letters-width").value = view.letter_width;
  $("letters-scheme").value = view.letter_scheme;
  const now = ["of", "what", "in", "width", "scheme"].map((id) => $(`letters-${id}`).value).join();
  if (now !== shownSample) showLetter(now);
}

let lookedAt = 0, shownSample = "";

async function showLetter(now) {
  shownSample = now;
  const mine = (lookedAt += 1), frame = $("letters-frame"), sample = new URLSearchParams($("letters-what").value), key = sessionStorage.getItem(KEY);
  const path = `/v1/campaigns/${encodeURIComponent($("letters-of").value)}/preview`;
  sample.set("language", $("letters-in").value);
  frame.width = $("letters-width").value;
  frame.className = $("letters-scheme").value;
  // A test goes to an address.
  $("letters-test").hidden = Boolean(key) || !sample.has("letter") || sample.get("letter").startsWith("sms");
  $("letters-text").hidden = true;
  try {
    const shown = await get(path, new URLSearchParams([...sample, ["format", "json"]]));
    if (mine !== lookedAt) return;
    $("letters-note").textContent = shown.sms ? [`${shown.sms.segments} × ${shown.sms.encoding}`, shown.sms.warning].filter(Boolean).join(": ") : shown.subject ?? "";
    if (key) {
      // A frame shows itself by a session, and takes no key along.
      frame.hidden = true;
      $("letters-text").hidden = !shown.text;
      $("letters-text").textContent = shown.text ?? "";
      if (!shown.text) $("letters-note").textContent = "Sign in by mail to see pages here: they are not shown by a key.";
      return;
    }
    // The frame brings a policy of its own, under which nothing of a letter can run here.
    frame.src = `${path}?${sample}`;
    frame.hidden = false;
  } catch (error) {
    if (mine !== lookedAt) return;
    frame.hidden = true;
    $("letters-test").hidden = true;
    $("letters-note").textContent = error.problem?.errors?.[0]?.detail ?? error.message;
  }
}

async function tryLetter() {
  const sample = Object.fromEntries(new URLSearchParams($("letters-what").value));
  const body = { ...sample, to: known.email, language: $("letters-in").value };
  try {
    await call("POST", `/v1/campaigns/${encodeURIComponent($("letters-of").value)}/test`, { body });
    undoable(`A test is on its way to ${known.email}.`, null);
  } catch (error) {
    undoable(error.message, null);
  }
}

for (const [id, name] of [["of", "letter_of"], ["what", "letter"], ["in", "letter_in"], ["width", "letter_width"], ["scheme", "letter_scheme"]]) {
  $(`letters-${id}`).addEventListener("change", (event) => change({ ...(id === "of" ? { letter_in: "" } : {}), [name]: event.target.value === SAMPLES[0][0] ? "" : event.target.value }));
}
$("letters-test").addEventListener("click", tryLetter);

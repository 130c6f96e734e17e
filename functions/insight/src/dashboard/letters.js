// --- what contacts get -------------------------------------------------------------------------------------

/** The languages of letters and pages. */
const TONGUES = "en de fr es pt-BR pt-PT it nl pl cs sk hu ro bg hr sr sr-Latn sl el tr ru uk lt lv et fi sv da nb is ca ar he fa ur hi bn ta mr th vi id ms fil ja ko zh-Hans zh-Hant af".split(" ");
const SAMPLES = [["letter=invite", "Invitation"], ["letter=remind", "Reminder"], ["letter=thanks&group=promoter", "Thanks to promoters"], ["letter=thanks&group=passive", "Thanks to passives"], ["letter=thanks&group=detractor", "Thanks to detractors"], ["letter=sms", "Text message"], ["letter=sms_remind", "Text, reminder"],
  ["page=ask", "Page"], ["page=thanks&group=promoter", "After it: promoters"], ["page=thanks&group=passive", "After it: passives"], ["page=thanks&group=detractor", "After it: detractors"], ["page=unsubscribe", "Unsubscribing"]];

const inItself = (tag) => new Intl.DisplayNames([tag], { type: "language" }).of(tag);

/** For admins: they write what is seen here. */
async function offerLetters() {
  $("letters-card").hidden = true;
  if (known.role !== "admin") return;
  const { campaigns } = await get("/v1/campaigns");
  known.campaigns = new Map(campaigns.map((one) => [one.id, one]));
  $("letters-of").replaceChildren(...campaigns.map((one) => option(one.id)));
  $("letters-of").value = known.campaigns.has(view.campaign) ? view.campaign : "default";
  $("letters-what").replaceChildren(...SAMPLES.map(([value, text]) => option(value, text)));
  $("letters-in").replaceChildren(...TONGUES.map((tag) => option(tag, `${inItself(tag)} (${tag})`)));
  inCampaignsLanguage();
  $("letters-card").hidden = false;
}

function inCampaignsLanguage() {
  $("letters-in").value = known.campaigns.get($("letters-of").value)?.language ?? "en";
  showLetter();
}

let lookedAt = 0;

async function showLetter() {
  const mine = (lookedAt += 1), frame = $("letters-frame"), sample = new URLSearchParams($("letters-what").value);
  const path = `/v1/campaigns/${encodeURIComponent($("letters-of").value)}/preview`;
  sample.set("language", $("letters-in").value);
  frame.width = $("letters-width").value;
  frame.className = $("letters-scheme").value;
  // A test goes to an address.
  $("letters-test").hidden = !sample.has("letter") || sample.get("letter").startsWith("sms");
  try {
    const shown = await get(path, new URLSearchParams([...sample, ["format", "json"]]));
    if (mine !== lookedAt) return;
    $("letters-note").textContent = shown.sms ? [`${shown.sms.segments} × ${shown.sms.encoding}`, shown.sms.warning].filter(Boolean).join(": ") : shown.subject ?? "";
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

$("letters-of").addEventListener("change", inCampaignsLanguage);
for (const id of ["letters-what", "letters-in", "letters-width", "letters-scheme"]) $(id).addEventListener("change", showLetter);
$("letters-test").addEventListener("click", tryLetter);

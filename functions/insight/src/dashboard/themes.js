// --- what comments are about ------------------------------------------------------------------------------

const SOUNDS = ["positive", "mixed", "negative"];
/** Good and bad have the colours of the groups; what they mean is always written beside them. */
const COLOUR = { positive: "promoter", mixed: "passive", negative: "detractor" };
const LANGUAGES = ["en", "de", "fr", "es", "it", "nl", "pt", "sv", "da", "no", "fi", "pl", "tr", "ru", "ja", "zh", "ko", "th"];
/** From here on a difference between promoters and detractors is more than chance would make (5 %). */
const LEANS = 1.96;
const tongue = new Intl.DisplayNames(undefined, { type: "language" });

/** What a comment is about and how it sounds, each leading to all that are so. */
function tags(one) {
  if (!one.comment && !one.reasons?.length) return null;
  const tag = (name, value, colour) => h("li", {}, button(label(name, value), () => change(filterBy(name, value)), { class: `tag ${colour ?? ""}`, title: one.corrected?.includes(name === "theme" ? "themes" : name) ? "Said by a person. Show only these" : "Show only these", "data-key": `tag:${one.survey_id}:${value}` }));
  const all = [...(one.reasons ?? []).map((id) => tag("reason", id)), ...(one.themes ?? []).map((id) => tag("theme", id)), one.sentiment ? tag("sentiment", one.sentiment, COLOUR[one.sentiment]) : null].filter(Boolean);
  return all.length ? h("ul", { class: "tags", "aria-label": "Why, what it is about and how it sounds" }, all) : null;
}

/** Owners do not change what counts. */
const mayCorrect = () => known.role !== "owner";
const themesOf = (campaign) => known.themes.filter((theme) => theme.campaign === campaign);

/** What one comment is about, why, and the way to say otherwise. */
function aboutPart(one) {
  if (!one.comment) return null;
  const { because = [], language } = one.reading ?? {};
  const why = because.map(({ words, theme, weight }) => h("li", {}, h("mark", {}, words), ` ${theme ? label("theme", theme) : weight > 0 ? `good, ${weight}` : `bad, ${minus(String(weight))}`}`));
  return h("section", { class: "about" }, h("h3", {}, "What it is about"),
    tags(one) ?? quiet("None of the themes, and no words that tell how it sounds."),
    why.length ? h("details", {}, h("summary", { class: "plain" }, "Why"), h("ul", { class: "why" }, why), note(language ? `Read as ${tongue.of(language)}, by today's themes.` : "Read by today's themes; its language cannot be told.")) : null,
    mayCorrect() ? correctForm(one) : null);
}

function correctForm(one) {
  const all = [...new Set([...themesOf(one.campaign).map(({ id }) => id), ...one.themes])];
  const boxes = all.map((id) => h("input", { type: "checkbox", value: id, checked: one.themes.includes(id) }));
  const sounds = h("select", {}, option("", "as its words tell"), SOUNDS.map((value) => option(value, capital(value))));
  sounds.value = one.corrected.includes("sentiment") ? one.sentiment : "";
  const save = (said) => correct(one, said);
  const form = h("form", { class: "correct", onsubmit: (event) => {
    event.preventDefault();
    const chosen = boxes.filter((box) => box.checked).map((box) => box.value);
    // What somebody did not touch they did not say.
    const about = one.corrected.includes("themes") || chosen.join() !== all.filter((id) => one.themes.includes(id)).join();
    const said = { ...(about ? { themes: chosen } : {}), ...(sounds.value ? { sentiment: sounds.value } : one.corrected.includes("sentiment") ? { sentiment: null } : {}) };
    if (Object.keys(said).length) save(said);
  } },
  boxes.length ? h("fieldset", {}, h("legend", {}, "It is about"), boxes.map((box, at) => h("label", { class: "tick" }, box, h("span", {}, label("theme", all[at]))))) : null,
  h("label", {}, "It sounds ", sounds),
  h("div", { class: "numbers" }, h("button", { type: "submit" }, "Save"), one.corrected.length ? button("As the words tell", () => save({ themes: null, sentiment: null }), { class: "plain" }) : null));
  return h("details", { class: "correcting" }, h("summary", {}, "Correct it"), form);
}

async function correct(one, said) {
  try {
    const now = await call("PATCH", `/v1/responses/${one.survey_id}`, { body: said });
    for (const list of [known.latest?.responses ?? [], known.pages]) {
      const at = list.findIndex(({ survey_id }) => survey_id === one.survey_id);
      if (at >= 0) list[at] = now;
    }
    drawVoices();
    await openNamed();
    undoable("It counts as you said.", null);
    refresh();
  } catch (error) {
    undoable(error.message, null);
  }
}

// --- which comments are shown ---------------------------------------------------------------------------------

function showThemes() {
  const chosen = Object.fromEntries(view.filters);
  for (const [id, name, all, every] of [["about", "theme", [...new Set(known.themes.map((theme) => theme.id))], "about anything"], ["sounds", "sentiment", SOUNDS, "in any tone"]]) {
    const shown = [...new Set([...all, chosen[name]])].filter(Boolean);
    $(`${id}-pick`).hidden = !known.themes.length && !chosen[name];
    draw(id, [shown, known.names.size], () => [option("", every), ...shown.map((value) => option(value, label(name, value)))]);
    $(id).value = chosen[name] ?? "";
  }
  // Whoever sees no board sees no others' comments either.
  $("topics-card").hidden = !known.numbers?.commented || $("leaders-card").hidden;
}

for (const [id, name] of [["about", "theme"], ["sounds", "sentiment"]]) {
  $(id).addEventListener("change", (event) => change({ filters: [...view.filters.filter(([has]) => has !== name), ...(event.target.value ? [[name, event.target.value]] : [])] }));
}

/** How the comments of each theme sound: read from the answers, and so only where they are few enough to read. */
async function soundsOf(numbers, signal) {
  if (numbers.group_by !== "theme" || numbers.cross_by || !numbers.groups?.length) return numbers;
  const found = await get("/v1/nps", question({ group_by: "theme", cross_by: "sentiment", by: view.by, per: view.per, scan: "5000" }), signal).catch(unless(422, () => null));
  if (found?.scanned?.complete === false) return numbers;
  const sounds = new Map((found?.groups ?? []).map(({ value, groups }) => [value, Object.fromEntries(groups.map((inner) => [inner.value, inner.n]))]));
  return { ...numbers, groups: numbers.groups.map((group) => ({ ...group, sounds: sounds.get(group.value) ?? {} })) };
}

const sounding = { name: "Positive \u00b7 mixed \u00b7 negative", head: "Sounds", wide: true, value: (row) => SOUNDS.map((value) => row.sounds?.[value] ?? 0).join(" \u00b7 "),
  show: (row) => (SOUNDS.some((value) => row.sounds?.[value]) ? [h("span", { class: "parts", "aria-hidden": "true" }, SOUNDS.filter((value) => row.sounds[value]).map((value) => h("i", { class: COLOUR[value], style: { flex: `${row.sounds[value]} 0 0` } }))), unseen(SOUNDS.map((value) => `${row.sounds[value] ?? 0} ${value}`).join(", "))] : null) };

// --- what else people write about ------------------------------------------------------------------------------

$("topics-ask").addEventListener("click", () => askTopics());

/** Reading all comments is dear: it is done when somebody asks. */
async function askTopics() {
  $("topics-ask").disabled = true;
  try {
    const asked = question().toString(), found = await get("/v1/themes/suggestions", question());
    if (question().toString() === asked) showTopics(found);
  } catch (error) {
    showTopics({ refused: error.message });
  }
  $("topics-ask").disabled = false;
}

function showTopics(found) {
  known.topics = found;
  draw("topics", [found, known.names.size], () => topicsPart(found));
  if (found?.terms) tell(`${plural(found.terms.length, "suggestion", "suggestions")}.`);
}

function topicsPart(found) {
  if (!found) return note("Words that several comments have in common and no theme covers yet. They are looked for when you ask, and no text leaves your account.");
  if (found.refused) return empty(found.refused);
  const read = `${plural(found.comments, "comment", "comments")} read, ${count(found.covered)} about a theme already${found.cursor ? "; only the newest" : ""}.`;
  if (!found.terms.length) return [empty("Nothing that several comments have in common."), note(read)];
  const columns = [
    { name: "Words", value: (row) => row.words, show: (row) => [row.words, row.language ? quiet(` ${row.language}`) : null] },
    { name: "Comments", num: true, value: (row) => row.answers.n, show: (row) => count(row.answers.n) },
    { name: "Score", value: (row) => (scored(row.answers) ? row.answers.nps_exact : null), show: (row) => (scored(row.answers) ? scoreCell(row.answers) : null) },
    { name: "More often with", wide: true, value: (row) => row.lean, show: (row) => (Math.abs(row.lean) < LEANS ? null : h("span", { class: `differs ${row.lean > 0 ? "up" : "down"}` }, row.lean > 0 ? "promoters" : "detractors")) },
    { name: "Such as", wide: true, value: (row) => row.examples[0]?.snippet, show: (row) => row.examples.map(({ survey_id, snippet }, at) => h("span", { class: "such" }, button(snippet, () => changeTo({ survey: survey_id }), { class: "link", "data-key": `such:${row.words}:${at}` }))) },
    { name: "Theme", value: () => null, show: (row) => button(["Add", unseen(`: ${row.words} as a theme`)], () => addTheme(row), { "data-key": `add:${row.words}` }) },
  ];
  return [table(columns, found.terms, { caption: "Words that no theme covers yet", key: "topics" }), h("div", { class: "numbers" }, note(read), asFile("suggestions", "Suggestions", columns.slice(0, -1), found.terms))];
}

/** A name as an id. */
const slug = (name) => name.toLowerCase().normalize("NFD").replace(/[^a-z0-9]+/g, (signs) => (/^[\u0300-\u036f]+$/.test(signs) ? "" : "-")).replace(/^-+|-+$/g, "").slice(0, 40) || "theme";

function addTheme(term) {
  const campaigns = [...new Set([...[...$("campaign").options].map(({ value }) => value).filter(Boolean), "default"])];
  const campaign = h("select", {}, campaigns.map((name) => option(name)));
  campaign.value = view.campaign || campaigns[0];
  const which = h("select", {}), name = h("input", { maxlength: "60", value: capital(term.words), autocomplete: "off", required: true });
  const words = h("input", { value: term.words, autocomplete: "off", spellcheck: "false", required: true });
  const language = h("select", {}, option("any", "every language"), LANGUAGES.map((tag) => option(tag, tongue.of(tag))));
  language.value = term.language ?? "any";
  const naming = h("label", {}, "Its name ", name);
  const list = () => { which.replaceChildren(option("", "a new theme"), ...themesOf(campaign.value).map((theme) => option(theme.id, theme.name))); naming.hidden = false; };
  campaign.addEventListener("change", list);
  which.addEventListener("change", () => { naming.hidden = Boolean(which.value); });
  list();
  const outcome = h("div", { role: "status" });
  const said = () => ({ id: which.value || slug(name.value), name: name.value.trim(), language: language.value, keywords: words.value.split(",").map((word) => word.trim()).filter(Boolean) });
  const form = h("form", { class: "correct", onsubmit: (event) => { event.preventDefault(); saveTheme(campaign.value, said(), outcome); } },
    campaigns.length > 1 ? h("label", {}, "Campaign ", campaign) : null, h("label", {}, "Theme ", which), naming, h("label", {}, "Words, with a comma between them ", words), h("label", {}, "In ", language),
    note("A word is found in all its forms. With * at its end or beginning it is a part of one."), h("div", { class: "numbers" }, h("button", { type: "submit" }, "Add it")));
  openDialog("Add a theme", [form, outcome]);
}

/** Puts the words into the campaign; whoever may not is shown what to give to somebody who may. */
async function saveTheme(id, { id: theme, name, language, keywords }, outcome) {
  try {
    const campaign = await get(`/v1/campaigns/${encodeURIComponent(id)}`);
    const has = campaign.themes.find((one) => one.id === theme);
    const mine = has ?? { id: theme, name, keywords: {} };
    mine.keywords[language] = [...new Set([...(mine.keywords[language] ?? []), ...keywords])];
    if (!has) campaign.themes.push(mine);
    await call("PUT", `/v1/campaigns/${encodeURIComponent(id)}`, { body: campaign });
    rounds = 0;
    outcome.replaceChildren(h("p", {}, "It holds for comments from now on."), button("Read the comments of this window again", (event) => applyThemes(id, event.target, outcome)));
    outcome.querySelector("button").focus();
    refresh();
  } catch (error) {
    if (error.status !== 403) return outcome.replaceChildren(h("p", { class: "wrong" }, error.message));
    const json = JSON.stringify({ id: theme, name, keywords: { [language]: keywords } }, null, 2);
    outcome.replaceChildren(h("p", {}, "Somebody who manages campaigns can add this to the campaign's themes:"), h("pre", { tabindex: "0" }, json),
      button("Copy", () => navigator.clipboard.writeText(json).then(() => undoable("Copied.", null), () => undoable("Select the text above to copy it.", null))));
  }
}

/** Page after page, until all of the window is read. */
async function applyThemes(campaign, asked, outcome) {
  asked.disabled = true;
  let changed = 0, read = 0, cursor = "";
  try {
    do {
      const page = await call("POST", "/v1/themes/apply", { query: question({ campaign, cursor }) });
      changed += page.changed;
      read += page.comments;
      cursor = page.cursor ?? "";
      outcome.replaceChildren(h("p", {}, `${plural(read, "comment", "comments")} read again, ${plural(changed, "is", "are")} counted differently.`));
    } while (cursor);
    askTopics();
    askAnew();
  } catch (error) {
    outcome.replaceChildren(h("p", { class: "wrong" }, error.message));
  }
}

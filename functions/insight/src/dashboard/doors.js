// --- doors: links, QR codes and widgets -------------------------------------------------------------------
// Read only when somebody opens the card, and only for those who manage campaigns.

let doors = null;

function offerDoors() {
  $("doors-card").hidden = false;
  doors = null;
  refreshDoors();
}

/** The campaigns whose doors are shown: the one that is chosen, or all. */
const withDoors = () => [...known.campaigns.values()].filter((one) => !view.campaign || one.id === view.campaign);

async function refreshDoors() {
  if (!entered || $("doors-card").hidden || !$("doors-card").open) return;
  const asked = view.campaign || "all";
  if (doors?.asked === asked) return;
  const mine = (doors = { asked });
  $("doors").replaceChildren(empty("Looking for doors\u2026"));
  try {
    const found = await Promise.all(withDoors().map(({ id }) => get(`/v1/campaigns/${encodeURIComponent(id)}/doors`)));
    if (doors !== mine) return;
    const all = found.flatMap((one) => one.doors);
    $("doors").replaceChildren(...present([all.length ? h("ul", { class: "doors" }, all.map(doorItem)) : noDoors()]));
  } catch (error) {
    if (doors !== mine) return;
    doors = null;
    $("doors").replaceChildren(empty(error instanceof Refused ? error.message : "No answer from the server."), button("Try again", refreshDoors));
  }
}

const noDoors = () => empty("No doors yet. ", h("code", {}, "PUT /v1/campaigns/{id}/doors/{door}"), " makes one: a link with its QR code, or a widget for your own site. ", h("a", { href: "/openapi.json" }, "The API"), " says how.");

const doorPath = ({ campaign, id }) => `/v1/campaigns/${encodeURIComponent(campaign)}/doors/${encodeURIComponent(id)}`;

/** The picture comes with the reader's key or session, so it cannot be an address of its own. */
function picture(door) {
  const image = h("img", { alt: `QR code of ${door.name}`, width: 120, height: 120 });
  call("GET", `${doorPath(door)}/qr.svg`, { as: "blob" }).then((file) => file.text())
    .then((svg) => { image.src = `data:image/svg+xml,${encodeURIComponent(svg)}`; }, (error) => { image.alt = error.message; });
  return image;
}

const groupsOf = (door) => Object.entries(door.attributes).map(([name, value]) => `${title(name)}: ${value}`).join(", ");

function doorItem(door) {
  const name = `${door.campaign}/${door.id}`;
  return h("li", { class: "door" }, picture(door), h("div", {},
    h("h3", {}, button(door.name, () => changeTo({ door: name }), { class: "link", dir: "auto", title: "Show, save and print", "data-key": `door:${name}` })),
    h("p", { class: "quiet" }, dotted(door.kind === "widget" ? "widget" : "link", door.campaign, groupsOf(door), door.owner?.name ?? door.owner?.email)),
    h("div", { class: "acts" }, copied("Copy the link", door.url, door.name), button(["Show and print", unseen(`: ${door.name}`)], () => changeTo({ door: name })))));
}

const copied = (text, what, of) => button([text, of ? unseen(`: ${of}`) : null], () => navigator.clipboard.writeText(what).then(() => undoable("Copied.", null), () => undoable("Select it to copy it.", null)));

/** One door, as it is hung up. */
async function openDoor(named) {
  const [campaign, id] = named.split("/");
  const [door, { question: asks }] = await Promise.all([get(doorPath({ campaign, id })), get(`/v1/campaigns/${encodeURIComponent(campaign)}`)]);
  if (behind().get("door") !== named) return;
  const file = (extension) => button(`Save as ${extension.toUpperCase()}`, () => call("GET", `${doorPath(door)}/qr.${extension}`, { as: "blob" }).then((file) => keep(file, `${door.id}.${extension}`), (error) => undoable(error.message, null)), { "data-file": extension });
  const facts = [["Kind", door.kind], ["Campaign", door.campaign], ["Groups", groupsOf(door)], ["Account manager", door.owner?.name ?? door.owner?.email], ["Sites", door.origins.join(", ")]];
  openDialog(door.name, [
    h("div", { class: "hung" }, h("p", { class: "asks", dir: "auto" }, asks ?? "How likely are you to recommend us?"), picture(door), h("p", {}, h("a", { href: door.url, rel: "noreferrer" }, door.url))),
    h("div", { class: "acts" }, copied("Copy the link", door.url), file("svg"), file("png"), button("Print", () => print())),
    door.snippet ? [h("h3", {}, "On your site"), h("pre", { tabindex: "0" }, door.snippet), h("div", { class: "acts" }, copied("Copy these lines", door.snippet))] : null,
    h("dl", { class: "facts" }, facts.filter(([, value]) => value).map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)])),
  ]);
  // On paper it is a poster.
  $("detail").classList.add("poster");
}

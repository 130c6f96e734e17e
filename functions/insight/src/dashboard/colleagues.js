// --- who may look ---------------------------------------------------------------------------------------------

const ROLES = [["owner", "Owner: sees their own surveys"], ["analyst", "Analyst: sees everything"], ["admin", "Admin: everything"]];
const roles = (chosen) => ROLES.map(([value, text]) => h("option", { value, selected: value === chosen }, text));
/** Pages of people that are read at once. */
const CROWD = 10;

let colleagues = { people: [], cursor: null };

/** For admins: whom the company lets look. */
async function offerColleagues() {
  $("people-card").hidden = true;
  if (known.role !== "admin") return;
  $("people-role").replaceChildren(...roles("owner"));
  await refreshColleagues();
  $("people-card").hidden = false;
}

async function refreshColleagues() {
  const mine = known, people = [];
  let cursor = null;
  for (let page = 0; page < CROWD && (cursor || !page); page += 1) {
    const next = await get("/v1/people", new URLSearchParams(cursor ? { cursor } : {}));
    people.push(...next.people);
    cursor = next.cursor;
  }
  if (known !== mine) return;
  colleagues = { people, cursor };
  draw("people", [colleagues, people.map((one) => one.signed_in_at && ago(one.signed_in_at))], () => [
    table(COLLEAGUES, people, { caption: "The people who may look", key: "people" }),
    cursor ? note(`The first ${count(people.length)}. The others are at `, h("code", {}, "GET /v1/people"), ".") : null]);
}

const COLLEAGUES = [
  { name: "Name", value: (one) => one.name },
  { name: "E-mail", value: (one) => one.email },
  { name: "Role", value: (one) => one.role, show: (one) => (one.email === known.email ? capital(one.role) : h("select", { "aria-label": `Role of ${one.name}`, "data-key": `role:${one.email}`, onchange: (event) => put(one, event.target.value) }, roles(one.role))) },
  { name: "Last signed in", value: (one) => one.signed_in_at, show: (one) => (one.signed_in_at ? time(one.signed_in_at) : quiet("not yet")) },
  // Whoever lets themselves go is let in by nobody here.
  { name: "Access", value: () => "", show: (one) => (one.email === known.email ? quiet("you") : button(["Let go", unseen(`: ${one.name}`)], () => letGo(one), { "data-key": `go:${one.email}` })) },
];

const personPath = (email) => `/v1/people/${encodeURIComponent(email)}`;

async function put({ email, name }, role) {
  try {
    await call("PUT", personPath(email), { body: { name, role } });
    undoable(`${name} is now ${role === "owner" ? "an owner" : `an ${role}`}.`, null);
  } catch (error) {
    undoable(error.message, null);
  }
  drawn.delete("people");
  await refreshColleagues();
}

async function letGo({ email, name, role }) {
  try {
    await call("DELETE", personPath(email));
    // Taking it back makes them somebody new, who gets an invitation.
    undoable(`${name} is out within a minute, wherever they are signed in.`, () => put({ email, name }, role));
  } catch (error) {
    undoable(error.message, null);
  }
  await refreshColleagues();
}

$("invite").addEventListener("submit", async (event) => {
  event.preventDefault();
  const email = $("people-email").value.trim(), name = $("people-name").value.trim();
  const there = colleagues.people.some((one) => one.email === email.toLowerCase());
  if (there) return undoable(`${email} is in the list below; change the role there.`, null);
  try {
    await call("PUT", personPath(email), { body: { name, role: $("people-role").value } });
    event.target.reset();
    undoable(`An invitation is on its way to ${email}. Its link works once, for three days.`, null);
  } catch (error) {
    undoable(error.problem?.errors?.[0]?.detail ?? error.message, null);
  }
  await refreshColleagues();
});

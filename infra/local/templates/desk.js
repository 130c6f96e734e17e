// Keeps the desk current. Everything on it works without this script, too.
"use strict";
let version = null;

async function refresh() {
  const answer = await fetch(location.href, { headers: { accept: "text/html" } });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of document.querySelectorAll("[data-live]")) {
    const next = fresh.getElementById(part.id);
    if (next && next.innerHTML !== part.innerHTML) part.replaceChildren(...next.childNodes);
  }
  // An open letter stays as it is; only another one takes its place.
  const letter = document.getElementById("letter");
  const next = fresh.getElementById("letter");
  if (next && next.dataset.letter !== letter.dataset.letter) letter.replaceWith(next);
}

async function look() {
  if (document.hidden) return;
  try {
    const answer = await fetch("/local/version");
    const now = await answer.text();
    if (version !== null && now !== version) await refresh();
    version = now;
  } catch {
    // The program was stopped; the next look may find it again.
  }
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-quiet]")) return;
  event.preventDefault();
  form.classList.add("working");
  try {
    const data = new URLSearchParams(new FormData(form, event.submitter));
    await fetch(form.action, { method: "POST", body: data });
    form.reset();
    await refresh();
  } finally {
    form.classList.remove("working");
  }
});

setInterval(look, 1500);
document.addEventListener("visibilitychange", look);
look();

(() => {
  const form = document.forms[0], note = document.getElementById("saved"), here = location.pathname;
  // Without scripts nothing is saved by itself, and the page says so.
  note.textContent = note.dataset.itself;
  let touched = false, sent = "", at = 0, timer = 0;
  const plan = () => {
    clearTimeout(timer);
    timer = setTimeout(save, Math.max(3000, at + 11000 - Date.now()));
  };
  const say = (saved) => {
    note.textContent = saved ? note.dataset.saved : note.dataset.unsaved;
    note.className = saved ? "soft" : "alert";
  };
  const save = async () => {
    if (document.visibilityState !== "visible") return plan();
    const score = form.elements.score.value;
    if (!score || score === sent) return;
    [sent, at] = [score, Date.now()];
    try {
      const answer = await fetch(here, {
        method: "POST", keepalive: true, headers: { "Content-Type": "application/json", Accept: "application/json" },
        body: JSON.stringify({ score: Number(score), self_saved: true }),
      });
      say(answer.ok && (await answer.json()).score === Number(score));
    } catch {
      say(false);
    }
  };
  const touch = (event) => {
    if (touched || !event.isTrusted || document.visibilityState !== "visible") return;
    touched = true;
    fetch(`${here}/seen`, { method: "POST", keepalive: true }).catch(() => {});
    plan();
  };
  for (const type of ["pointerdown", "touchstart", "keydown"]) addEventListener(type, touch, { capture: true, passive: true });
  // A change is trusted even where a script made it: it counts only behind a touch.
  form.addEventListener("change", () => touched && plan());
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    touched = true;
  });
})();

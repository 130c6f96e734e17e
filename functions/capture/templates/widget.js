// npsloop: asks where a page has <div data-npsloop="https://.../d/...">. It sets no cookie, keeps nothing, adds no global, and
// loads nothing but that page, in a frame.
(() => {
  "use strict";
  const frames = () => document.querySelectorAll("[data-npsloop] > iframe");

  const show = (place) => {
    const { npsloop, signed, lang } = place.dataset;
    if (place.querySelector(":scope > iframe") || !URL.canParse(npsloop)) return;
    const door = new URL(npsloop);
    if (!["https:", "http:"].includes(door.protocol)) return;
    door.searchParams.set("embed", "1");
    door.searchParams.set("origin", location.origin);
    if (signed) door.searchParams.set("signed", signed);
    if (lang) door.searchParams.set("lang", lang);
    const frame = document.createElement("iframe");
    // What whoever runs no script would read.
    frame.title = place.textContent.trim() || "Survey";
    frame.loading = "lazy";
    frame.referrerPolicy = "no-referrer";
    frame.allow = "";
    Object.assign(frame.style, { display: "block", width: "100%", height: "26rem", border: "0" });
    frame.src = door.href;
    place.replaceChildren(frame);
  };

  // The page says how high it is; nobody else is believed.
  addEventListener("message", ({ data, origin, source }) => {
    const height = data?.npsloop?.height;
    if (!Number.isFinite(height) || height < 1 || height > 20000) return;
    for (const frame of frames()) {
      if (frame.contentWindow === source && new URL(frame.src).origin === origin) {
        frame.style.height = `${Math.ceil(height)}px`;
      }
    }
  });

  // Also what comes later: shops show the end of an order without loading a page.
  const look = () => document.querySelectorAll("[data-npsloop]").forEach(show);
  new MutationObserver(look).observe(document.documentElement, { childList: true, subtree: true });
  look();
})();

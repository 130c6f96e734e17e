// Draws what GET /v1/nps and its neighbours say, and draws it again when it changes.
// What people wrote is only ever set as text.

// --- words and numbers -------------------------------------------------------------------------

const GROUPS = ["promoter", "passive", "detractor"];
const BANDS = { good: "Good", favourable: "Favourable", excellent: "Excellent", world_class: "World class" };
const BUILT_IN = { owner: "Account manager", agent: "Agent", account: "Account", campaign: "Campaign", milestone: "Milestone", language: "Language", channel: "Channel", answered_by: "How it was given", theme: "Theme", sentiment: "How it sounds", reason: "Reason", variant: "Way to ask", mail: "First mail or reminder", weekday: "Weekday", hour: "Hour of the day", occurred_weekday: "Weekday of the talk", occurred_hour: "Hour of the talk" };
const WEEK = { mon: "Monday", tue: "Tuesday", wed: "Wednesday", thu: "Thursday", fri: "Friday", sat: "Saturday", sun: "Sunday" };

const groupOf = (score) => (score >= 9 ? "promoter" : score >= 7 ? "passive" : "detractor");
// Halves go away from zero, as the server's and the letters' do, and nothing is less than nothing.
const whole = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0, signDisplay: "negative" });
const count = (n) => whole.format(n);
const minus = (text) => text.replace("-", "\u2212");
const signed = (n) => minus(count(n));
const gained = (n) => (Math.round(n) > 0 ? `+${count(n)}` : signed(n));
const percent = (share) => new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: share && share < 0.1 ? 1 : 0 }).format(share);
const plural = (n, one, many) => `${count(n)} ${n === 1 ? one : many}`;
const SHORT = { day: "numeric", month: "short" };
const LONG = { day: "numeric", month: "short", year: "numeric" };
// A day is a date and no instant: it is read and written as UTC, whatever zone the browser is in.
const utc = (text) => new Date(`${text}T00:00:00Z`);
const day = (text, style = SHORT) => new Intl.DateTimeFormat(undefined, { ...style, timeZone: "UTC" }).format(utc(text));
const period = ({ from, to }) => (from === to ? day(from, LONG) : `${day(from, from.slice(0, 4) === to.slice(0, 4) ? SHORT : LONG)} \u2013 ${day(to, LONG)}`);
const range = ({ low, high }) => `${signed(low)} to ${signed(high)}`;
const chance = (p) => (p < 0.001 ? "p < 0.001" : `p = ${p.toFixed(3)}`);
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
const spoken = (text) => text.replaceAll("_", " ");
const instant = (time) => new Date(time).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });

/** Whether a score may be shown at all; below ten answers the answers are. */
const scored = (numbers) => numbers.nps !== null && numbers.mark !== "answers_only";

/** How far from now, in words. */
function away(time) {
  const seconds = (new Date(time) - Date.now()) / 1000;
  const words = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });
  for (const [unit, size] of [["day", 86_400], ["hour", 3_600], ["minute", 60]]) {
    if (Math.abs(seconds) >= size) return words.format(Math.round(seconds / size), unit);
  }
  return "just now";
}

// The clock of a machine that tries things out may be ahead of the reader's.
const ago = (time) => (new Date(time) - Date.now() > 60_000 ? instant(time) : away(time));

/** What a dimension is called. */
const title = (name) => BUILT_IN[name] ?? capital(spoken(name));

/** What a value of it is called. */
function label(name, value) {
  if (/(^|_)hour$/.test(name) && /^\d+$/.test(value)) return `${value.padStart(2, "0")}:00`;
  if (/(^|_)weekday$/.test(name)) return WEEK[value] ?? value;
  if (name === "sentiment") return capital(value);
  // A long path may be broken behind each slash.
  return known.names.get(`${name}:${value}`) ?? value.replaceAll("/", "/\u200b");
}

// --- building pages out of text ------------------------------------------------------------------

const $ = (id) => document.getElementById(id);
const present = (children) => children.flat(4).filter((child) => child !== null && child !== undefined && child !== false);

function h(name, attributes, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key === "style") for (const [property, to] of Object.entries(value)) node.style.setProperty(property, to);
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...present(children));
  return node;
}

const button = (text, onclick, attributes = {}) => h("button", { type: "button", onclick, ...attributes }, text);
const option = (value, text = value) => h("option", { value }, text);
const unseen = (...children) => h("span", { class: "unseen" }, ...children);
const quiet = (...children) => h("span", { class: "quiet" }, ...children);
const note = (...children) => h("p", { class: "note" }, ...children);
const empty = (...children) => h("p", { class: "empty" }, ...children);

const drawn = new Map();
/** Draws a part again only if what it shows has changed, and gives the focus back to where it was. */
function draw(id, what, build) {
  const now = JSON.stringify(what);
  if (drawn.get(id) === now) return;
  drawn.set(id, now);
  const focus = document.activeElement?.dataset?.key;
  $(id).replaceChildren(...present([build()]));
  if (focus && document.activeElement === document.body) {
    [...$(id).querySelectorAll("[data-key]")].find((node) => node.dataset.key === focus)?.focus();
  }
}

/** The record an answer is about; one that was brought from elsewhere has none that tells anybody anything. */
const record = (of) => of?.name ?? (of?.type === "imported" ? null : of?.id ?? null);

const ball = (score) => h("span", { class: `ball ${groupOf(score)}` }, String(score));
const balls = (counts, small) => h("ul", { class: small ? "answers small" : "answers", "aria-label": "The answers" },
  counts.flatMap((n, score) => Array.from({ length: n }, () => h("li", {}, ball(score)))).reverse());

/** Promoters, passives and detractors as parts of a bar. */
const parts = (of) => h("span", { class: "parts", "aria-hidden": "true" },
  GROUPS.filter((group) => of[`${group}s`]).map((group) => h("i", { class: group, style: { flex: `${of[`${group}s`]} 0 0` } })));

/** A share and its interval between nothing and all. */
const shareBar = ({ share, low, high }) => h("span", { class: "whisker share", "aria-hidden": "true",
  style: { "--low": `${100 * low}%`, "--high": `${100 * (1 - high)}%`, "--at": `${100 * share}%` } }, h("i"), h("b"));

/** A score and its interval between −100 and 100. */
const whisker = (score, { low, high }) => h("span", { class: `whisker ${score < 0 ? "minus" : ""}`, "aria-hidden": "true",
  style: { "--low": `${(low + 100) / 2}%`, "--high": `${(100 - high) / 2}%`, "--at": `${(score + 100) / 2}%` } }, h("i"), h("b"));

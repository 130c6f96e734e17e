// --- tables, and what a spreadsheet gets -------------------------------------------------------------
// A table has columns {name, key, value(row), show(row), num, wide}. What is shown, sorted and saved is one list.

/** A cell as a spreadsheet takes it: a text that it would run as a formula is made a text again. */
function cell(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(Number(value.toFixed(4)));
  const safe = /^[\s]*[=+\-@\uff0b\uff0d\uff1d\uff20]|^[\t\r\n]/.test(value) ? `'${value}` : value;
  return /[",;\r\n\t]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const csv = (columns, rows) => "\ufeff" + [columns.map((column) => cell(column.name)), ...rows.map((row) => columns.map((column) => cell(column.value(row))))]
  .map((line) => line.join(",")).join("\r\n") + "\r\n";

function save(name, columns, rows) {
  const { from, to } = known.numbers ?? {};
  keep(new Blob([csv(columns, rows)], { type: "text/csv;charset=utf-8" }), ["npsloop", name, view.campaign, from, to].filter(Boolean).join("-") + ".csv");
}

/** Saves a file where the browser saves files. */
function keep(file, name) {
  const address = URL.createObjectURL(file);
  h("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
  tell("The file is saved.");
}

const plainCells = (column, row) => (column.show ?? column.value)(row) ?? "\u2013";

function table(columns, rows, { caption, sorted, onsort, key, mark } = {}) {
  const by = sorted?.replace("-", "");
  const head = (column) => {
    const order = column.key && column.key === by ? (sorted.startsWith("-") ? "descending" : "ascending") : null;
    const name = column.head ?? column.name;
    return h("th", { scope: "col", class: cls(column), "aria-sort": order },
      onsort && column.key ? button([name, h("span", { class: "arrow", "aria-hidden": "true" }, order === "descending" ? "\u2193" : order ? "\u2191" : "\u2195")], () => onsort(column, order), { class: "sort", "data-key": `sort:${column.key}` }) : name);
  };
  const cls = (column) => [column.num && "num", column.wide && "wide"].filter(Boolean).join(" ") || null;
  // A region that can be scrolled can be reached by keyboard.
  return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption, "data-key": `scroll:${key ?? caption}` }, h("table", {},
    h("caption", { class: "unseen" }, caption),
    h("thead", {}, h("tr", {}, columns.map(head))),
    h("tbody", {}, rows.map((row) => h("tr", { class: mark?.(row) }, columns.map((column, at) =>
      at ? h("td", { class: cls(column) }, plainCells(column, row)) : h("th", { scope: "row", class: cls(column) }, plainCells(column, row))))))));
}

/** What stands below each chart: its numbers as a table, and as a file. */
function numbersBelow(name, caption, columns, rows, file = columns) {
  const details = h("details", { class: "below", "data-open": name, open: isOpen(name), ontoggle: () => unfold(name, details.open) },
    h("summary", { "data-key": `below:${name}` }, "As a table"), table(columns, rows, { caption, key: `below:${name}` }));
  return h("div", { class: "numbers" }, details, asFile(name, caption, file, rows));
}

const asFile = (name, caption, columns, rows) => button(["CSV", unseen(`: ${caption}`)], () => save(name, columns, rows), { class: "plain file", "data-key": `file:${name}`, "data-csv": name });

/** Sorts by a column; where there is nothing to sort by comes last. */
function inOrder(rows, columns, sorted) {
  const column = columns.find((column) => column.key === sorted.replace("-", ""));
  if (!column) return rows;
  const way = sorted.startsWith("-") ? -1 : 1;
  const of = column.rank ?? column.value;
  const words = new Intl.Collator(undefined, { numeric: true });
  return rows.toSorted((a, b) => {
    const [x, y] = [of(a), of(b)];
    if (x === null || x === undefined || y === null || y === undefined) return (x ?? null) === (y ?? null) ? 0 : (x ?? null) === null ? 1 : -1;
    return way * (typeof x === "number" ? x - y : words.compare(x, y));
  });
}

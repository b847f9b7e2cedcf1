// A table that is sorted by its heads, and its rows as CSV.
import { pack } from "./graph-link.js";
import { h } from "./dom.js";
import { number, t } from "./words.js";

/** Write one value as people read it. */
function said(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return number(value, { maximumFractionDigits: 4, useGrouping: !Number.isInteger(value) || Math.abs(value) > 9999 });
  if (typeof value === "boolean") return t(value ? "query.yes" : "query.no");
  if (Array.isArray(value)) return value.map(said).join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value).replace(/T00:00:00(\.0+)?(\+00:00|Z)$/, "");
}

/** Give a table of rows; ``columns`` have name, label and doc, and a title where they are shown by another name. */
export function table(columns, rows) {
  const body = h("tbody");
  let order = { name: null, up: true };
  const fill = () => {
    const sorted = [...rows];
    if (order.name) {
      sorted.sort((a, b) => {
        const [x, y] = [a[order.name], b[order.name]];
        if (x === y) return 0;
        if (x === null || x === undefined) return 1;
        if (y === null || y === undefined) return -1;
        const before = typeof x === "number" ? x - y : String(x).localeCompare(String(y));
        return order.up ? before : -before;
      });
    }
    body.replaceChildren(...sorted.slice(0, 2000).map((row) => h("tr", {}, columns.map((column) => cell(column, row[column.name])))));
  };
  const heads = columns.map((column) => h("th", { scope: "col", title: column.doc || null }, h("button", { type: "button", "aria-label": t("query.sort", { name: column.title ?? column.name }), onclick: (event) => {
    order = { name: column.name, up: order.name === column.name ? !order.up : true };
    for (const head of heads) head.removeAttribute("aria-sort");
    event.currentTarget.parentElement.setAttribute("aria-sort", order.up ? "ascending" : "descending");
    fill();
  } }, column.title ?? column.name)));
  fill();
  return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("query.table") }, h("table", {}, h("thead", {}, h("tr", {}, heads)), body));
}

function cell(column, value) {
  const words = said(value);
  const shown = column.label && typeof value === "string" ? h("a", { href: `/graph#${new URLSearchParams({ nodes: pack([`${column.label}:${value}`]) })}` }, words) : words;
  return h("td", { class: typeof value === "number" ? "figure" : null }, shown);
}

/** Write rows as CSV, quoted where needed; what a spreadsheet would run as a formula is made text. */
export function csv(columns, rows) {
  const write = (value) => {
    let words = value === null || value === undefined ? "" : Array.isArray(value) ? value.join("; ") : String(value);
    if (typeof value === "string" && /^[=+\-@\t\r]/.test(words)) words = `'${words}`;
    return /[",\n\r]/.test(words) ? `"${words.replaceAll('"', '""')}"` : words;
  };
  return [columns.map((column) => column.name), ...rows.map((row) => columns.map((column) => row[column.name]))].map((row) => row.map(write).join(",")).join("\r\n") + "\r\n";
}

// The query page: the library, parameters, rows, pictures, and Cypher of one's own.
import { $, announce, download, h } from "./dom.js";
import { get, post } from "./api.js";
import { clearError, errorBox, start } from "./frame.js";
import { bars, lines } from "./chart.js";
import { nodePicker } from "./combo.js";
import { csv, table } from "./table.js";
import { language, number, t, tOr } from "./words.js";

let queries = [];
const inLanguage = (one, field) => (language() === "zh" && one[`${field}_zh`]) || one[field];
/** Give what a parameter or column is called: its own name, and in Chinese what is said of it. */
const called = (one) => (language() === "zh" && one.doc_zh?.replace(/。$/, "")) || one.name;

start(async () => {
  queries = (await get("/api/v1/queries")).queries;
  $("#search").addEventListener("input", drawList);
  $("#own").addEventListener("click", () => (location.hash = "own"));
  addEventListener("hashchange", open);
  drawList();
  open();
});

function drawList() {
  const words = $("#search").value.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (one) => words.every((word) => [one.name, one.title, one.title_zh, one.question, one.question_zh, one.theme].join(" ").toLowerCase().includes(word));
  const themes = Map.groupBy ? Map.groupBy(queries.filter(fits), (one) => one.theme) : new Map([["", queries.filter(fits)]]);
  const here = location.hash.slice(1);
  $("#list").replaceChildren(...[...themes].flatMap(([theme, own]) => [h("h2", {}, tOr(`theme.${theme}`, theme)), h("ul", {}, own.map((one) => h("li", {}, h("button", { type: "button", "aria-current": one.name === here ? "true" : null, onclick: () => (location.hash = one.name) }, inLanguage(one, "title")))))]));
}

function open() {
  const name = decodeURIComponent(location.hash.slice(1));
  $("#result").hidden = true;
  drawList();
  if (name === "own") return drawOwn();
  const query = queries.find((one) => one.name === name);
  if (query) drawQuery(query);
}

function drawQuery(query) {
  const fields = query.parameters.map((one) => field(one));
  const texts = [...new Set(Object.values(query.cypher))];
  const form = h("form", { onsubmit: (event) => {
    event.preventDefault();
    const params = {};
    for (const { one, read } of fields) {
      const value = read();
      if (value !== null) params[one.name] = value;
    }
    run(query, `/api/v1/queries/${encodeURIComponent(query.name)}/run`, { params });
  } }, h("div", { class: "parameters" }, fields.map(({ element }) => element)), h("div", { class: "actions" }, h("button", { class: "main" }, t("query.run"))));
  $("#question").replaceChildren(h("h2", {}, inLanguage(query, "title")), h("p", { class: "quiet" }, inLanguage(query, "question")), form, h("details", {}, h("summary", {}, t("query.cypher")), ...texts.map((text) => h("pre", { tabindex: "0" }, text))));
}

/** Give the field of a parameter: its element, and how to read its value; null where the default holds. */
function field(one) {
  const id = `parameter-${one.name}`;
  const doc = h("small", { id: `${id}-doc` }, called(one) === one.name ? one.doc : one.name);
  const names = { id, "aria-describedby": `${id}-doc`, required: one.required };
  const shown = one.default ?? "";
  if (one.type === "boolean") {
    const input = h("input", { ...names, type: "checkbox", checked: Boolean(one.default), required: false });
    return { one, read: () => input.checked, element: h("div", {}, h("label", { class: "choice", for: id }, input, called(one)), doc) };
  }
  const isNumber = one.type === "integer" || one.type === "number";
  const input = h("input", { ...names, type: isNumber ? "number" : "text", step: one.type === "integer" ? "1" : "any", min: one.minimum, max: one.maximum, value: one.required ? String(one.example ?? "") : null, placeholder: String(Array.isArray(shown) ? shown.join(", ") : shown) });
  const read = () => {
    const typed = input.value.trim();
    if (!typed) return null;
    if (isNumber) return Number(typed);
    return one.type === "strings" ? typed.split(",").map((part) => part.trim()) : typed;
  };
  const label = h("label", { for: id }, called(one), one.required ? ` (${t("query.required")})` : "");
  if (!one.label || one.type !== "string") return { one, read, element: h("div", {}, label, input, doc) };
  // a node is found by its name; what the question takes is its id
  const list = h("ul", { id: `${id}-list`, role: "listbox", "aria-label": called(one), hidden: true });
  for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list", autocomplete: "off" })) input.setAttribute(name, value);
  nodePicker(input, list, { labels: one.label, pick: (node) => (input.value = node.id) });
  return { one, read, element: h("div", {}, label, h("div", { class: "combo" }, input, list), doc) };
}

function drawOwn() {
  const area = h("textarea", { id: "cypher", spellcheck: "false" });
  area.value = "MATCH (p:Product)-[:HAS_BRAND]->(b:Brand)\nRETURN b.name AS brand, count(p) AS products\nORDER BY products DESC LIMIT 10";
  area.addEventListener("keydown", (event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.form.requestSubmit());
  const form = h("form", { onsubmit: (event) => {
    event.preventDefault();
    run(null, "/api/v1/cypher", { query: area.value });
  } }, h("label", { for: "cypher" }, t("query.free")), area, h("div", { class: "actions" }, h("button", { class: "main" }, t("query.run"))));
  $("#question").replaceChildren(h("h2", {}, t("query.own")), form);
}

async function run(query, path, body) {
  const place = $("#result");
  place.hidden = false;
  place.classList.add("busy");
  try {
    const answer = await post(path, body);
    clearError();
    await drawAnswer(place, answer, query?.name ?? "cypher");
    announce(t("query.rows", { n: number(answer.rows.length), seconds: answer.seconds.toFixed(2) }));
  } catch (error) {
    place.replaceChildren(errorBox(error) ?? "");
  } finally {
    place.classList.remove("busy");
  }
}

async function drawAnswer(place, answer, name) {
  const { columns, rows } = answer;
  const head = h("div", { class: "result-head" }, h("p", { class: "quiet" }, t("query.rows", { n: number(rows.length), seconds: answer.seconds.toFixed(2) })),
    h("button", { type: "button", onclick: () => download(`${name}.csv`, csv(columns, rows), "text/csv") }, t("query.csv")), h("button", { type: "button", onclick: () => download(`${name}.json`, JSON.stringify(rows, null, 1)) }, t("query.json")));
  const picture = h("div", { id: "picture" });
  const told = columns.map((column) => ({ ...column, title: called(column), doc: called(column) === column.name ? column.doc : column.name }));
  place.replaceChildren(head, picture, rows.length ? table(told, rows) : h("p", { class: "notice" }, t("query.none")));
  if (rows.length) await draw(picture, answer);
}

async function draw(place, { picture, rows, columns, title }) {
  const values = rows.map((row) => picture.columns.map((name) => row[name]));
  if (picture.kind === "bar") place.append(bars(values, title || t("query.picture")));
  if (picture.kind === "line") place.append(lines(values, title || t("query.picture")));
  if (picture.kind !== "graph") return;
  const { GraphView } = await import("./graph-view.js");
  const schema = await get("/api/v1/graph/schema");
  const box = h("div", { class: "graph", role: "img", "aria-label": t("query.picture") });
  place.append(box);
  const labels = picture.columns.map((name) => columns.find((column) => column.name === name)?.label ?? "Entity");
  const [nodes, edges] = [new Map(), new Map()];
  for (const [from, to, words] of values) {
    const ends = [[labels[0], from], [labels[1], to]].map(([label, id]) => ({ key: `${label}:${id}`, label, id: String(id), name: String(id) }));
    for (const end of ends) nodes.set(end.key, end);
    const key = `${ends[0].key}>${ends[1].key}`;
    edges.set(key, { key, from: ends[0].key, to: ends[1].key, type: words === undefined ? "" : String(words), inferred: false });
  }
  const named = await post("/api/v1/graph/among", { nodes: [...nodes.keys()].slice(0, 1000), language: language() }).catch(() => ({ nodes: [] }));
  for (const node of named.nodes) nodes.set(node.key, node);
  new GraphView(box, new Map(schema.nodes.map((node) => [node.label, node.color]))).show(nodes, edges);
}

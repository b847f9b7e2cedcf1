// The graph browser: finding, expanding, paths, explanations; a link restores what is shown.
import { $, announce, download, h } from "./dom.js";
import { address, get, post } from "./api.js";
import { clearError, showError, start } from "./frame.js";
import { GraphView } from "./graph-view.js";
import { nodePicker } from "./combo.js";
import { edgeName, nodeName } from "./reasons.js";
import { photo } from "./cards.js";
import { day, inWords, language, number, t, tOr } from "./words.js";

const HOPS = 5;
const LINKED = 1000; // nodes up to which the address holds what is shown; the service gives no more at once
const now = { nodes: new Map(), edges: new Map(), selected: null };
const hidden = { labels: new Set(), types: new Set() };
const past = [];
const future = [];
const ends = { from: null, to: null };
let view;
let schema;

start(async () => {
  schema = await get("/api/v1/graph/schema");
  view = new GraphView($("#canvas"), new Map(schema.nodes.map((node) => [node.label, node.color])));
  globalThis.shopgraph = { view, show: (piece) => add(piece) }; // for measuring
  view.cy.on("tap", "node", (event) => select(event.target.id()));
  view.cy.on("dbltap", "node", (event) => expand(event.target.id()));
  nodePicker($("#find"), $("#find-list"), { pick: (node) => (($("#find").value = ""), reveal(`${node.label}:${node.id}`)) });
  for (const end of ["from", "to"]) nodePicker($(`#${end}`), $(`#${end}-list`), { pick: (node) => setEnd(end, { key: `${node.label}:${node.id}`, ...node }) });
  $("#paths").addEventListener("submit", findPaths);
  $("#undo").addEventListener("click", () => travel(past, future));
  $("#redo").addEventListener("click", () => travel(future, past));
  $("#fit").addEventListener("click", () => view.fit());
  $("#clear").addEventListener("click", () => change(() => (now.nodes.clear(), now.edges.clear(), (now.selected = null))));
  $("#as-list").addEventListener("click", toggleList);
  $("#png").addEventListener("click", () => download("graph.png", view.png()));
  $("#json").addEventListener("click", () => download("graph.json", JSON.stringify({ nodes: [...now.nodes.values()], edges: [...now.edges.values()] }, null, 1)));
  document.addEventListener("keydown", keys);
  addEventListener("hashchange", restore);
  await restore();
  if (!now.nodes.size) draw({});
});

const split = (key) => [key.slice(0, key.indexOf(":")), key.slice(key.indexOf(":") + 1)];

async function attempt(run) {
  try {
    $(".stage").classList.add("busy");
    const found = await run();
    clearError();
    return found;
  } catch (error) {
    showError(error);
    return null;
  } finally {
    $(".stage").classList.remove("busy");
  }
}

/** Keep what is shown, change it, and draw it. */
function change(run, { explained = false, ...options } = {}) {
  past.push({ nodes: new Map(now.nodes), edges: new Map(now.edges), selected: now.selected });
  if (past.length > 100) past.shift();
  future.length = 0;
  run();
  now.explained = explained;
  draw(options);
}

function travel(from, to) {
  const there = from.pop();
  if (!there) return;
  to.push({ nodes: new Map(now.nodes), edges: new Map(now.edges), selected: now.selected });
  Object.assign(now, there, { explained: false });
  draw({});
}

function add(piece, { instead = false, ...options } = {}) {
  change(() => {
    if (instead) for (const all of [now.nodes, now.edges]) all.clear();
    for (const node of piece.nodes) now.nodes.set(node.key, { ...now.nodes.get(node.key), ...node });
    for (const edge of piece.edges) now.edges.set(edge.key, edge);
  }, options);
}

function draw(options) {
  const seconds = view.show(now.nodes, now.edges, options);
  document.body.dataset.layoutSeconds = seconds.toFixed(3);
  view.filter(hidden.labels, hidden.types);
  view.cy.elements().unselect();
  if (now.selected && now.nodes.has(now.selected)) view.cy.getElementById(now.selected).select();
  $("#undo").disabled = !past.length;
  $("#redo").disabled = !future.length;
  $("#hint").hidden = now.nodes.size > 0;
  const told = t("graph.shown", { nodes: number(now.nodes.size), edges: number(now.edges.size) });
  $("#shown").textContent = told;
  announce(told);
  drawLegend();
  drawDetails();
  if (!$("#listing").hidden) drawList();
  save();
}

/** Write what is shown into the address. */
function save() {
  if (now.explained) return;
  const keys = [...now.nodes.keys()].filter((key) => !/:some \d+$/.test(key));
  const hide = [...hidden.labels, ...hidden.types].join("|");
  const hash = keys.length && keys.length <= LINKED ? new URLSearchParams({ nodes: keys.join("|"), ...(now.selected ? { selected: now.selected } : {}), ...(hide ? { hide } : {}) }).toString() : "";
  history.replaceState(null, "", hash ? `#${hash}` : location.pathname);
}

/** Show what the address names. */
async function restore() {
  const asked = new URLSearchParams(location.hash.slice(1));
  if (asked.get("explain")) {
    const [user, product] = [asked.get("explain"), asked.get("product") ?? ""];
    const piece = await attempt(() => get(address`/api/v1/graph/explanation?user=${user}&product=${product}` + `&limit=12&${inWords()}`));
    if (piece) {
      now.selected = `Product:${product}`;
      add(piece, { explained: true, instead: true });
    }
    return;
  }
  const keys = (asked.get("nodes") ?? "").split("|").filter((key) => key.includes(":"));
  if (!keys.length) return;
  const types = new Set(schema.edges.map((one) => one.type));
  for (const set of [hidden.labels, hidden.types]) set.clear();
  for (const name of (asked.get("hide") ?? "").split("|").filter(Boolean)) (types.has(name) ? hidden.types : hidden.labels).add(name);
  await attempt(async () => {
    // one node may be a link's that is old, or typed by hand: of it the service says what is wrong
    const piece = keys.length === 1 ? { nodes: [await node(keys[0])], edges: [] } : await post("/api/v1/graph/among", { nodes: keys.slice(0, LINKED), language: language() });
    now.selected = asked.get("selected") ?? keys[0];
    add(piece, { instead: true });
  });
}

async function node(key) {
  const [label, id] = split(key);
  return (await get(`/api/v1/graph/node/${encodeURIComponent(label)}/${encodeURIComponent(id)}?${inWords()}`)).node;
}

function neighbours(key, limit) {
  const [label, id] = split(key);
  return get(`/api/v1/graph/neighbours/${encodeURIComponent(label)}/${encodeURIComponent(id)}?limit=${limit}&${inWords()}`);
}

async function reveal(key) {
  const found = await attempt(() => node(key));
  if (!found) return;
  now.selected = key;
  add({ nodes: [found], edges: [] });
}

async function expand(key) {
  if (/:some \d+$/.test(key)) return;
  const piece = await attempt(() => neighbours(key, 12));
  if (!piece) return;
  now.selected = key;
  const wanted = piece.nodes.filter((one) => !hidden.labels.has(one.label));
  add({ nodes: wanted, edges: piece.edges.filter((edge) => !hidden.types.has(edge.type)) }, { near: key });
  const more = Object.entries(piece.more);
  if (more.length) $("#details .actions").after(h("p", { class: "quiet small" }, more.map(([type, n]) => t("graph.more", { n: number(n), type: edgeName(type) })).join(", ")));
}

function take(key) {
  change(() => {
    now.nodes.delete(key);
    for (const [name, edge] of now.edges) if (edge.from === key || edge.to === key) now.edges.delete(name);
    now.selected = null;
  });
}

function select(key) {
  now.selected = key;
  view.cy.elements().unselect();
  view.cy.getElementById(key).select();
  drawDetails();
  save();
}

async function drawDetails() {
  const place = $("#details");
  const own = now.nodes.get(now.selected);
  if (!own) return place.replaceChildren(h("p", { class: "quiet" }, t("graph.none")));
  const facts = h("dl");
  const picture = h("div");
  const act = (word, run) => h("button", { type: "button", onclick: run }, t(word));
  place.replaceChildren(
    h("h3", {}, nodeName(own)), h("p", { class: "quiet small" }, `${tOr(`label.${own.label}`, own.label)} · ${own.id}`),
    h("div", { class: "actions" }, act("graph.expand", () => expand(own.key)), act("graph.remove", () => take(own.key)), act("graph.start", () => setEnd("from", own)), act("graph.end", () => setEnd("to", own))),
    picture, facts,
  );
  if (/:some \d+$/.test(own.key)) return;
  try {
    const found = await node(own.key);
    if (now.selected !== own.key) return;
    for (const [name, value] of Object.entries(inLanguage(found.properties))) facts.append(h("dt", {}, tOr(`property.${name}`, name)), h("dd", {}, said(value)));
    if (own.label === "Product") {
      const { product } = await get(address`/api/v1/products/${own.id}`);
      if (product.photo && now.selected === own.key) picture.replaceChildren(photo(product.photo, product.name));
    }
  } catch (error) {
    if (error.status !== 404) showError(error);
  }
}

/** Keep what a reader of this language wants: a text that is there in both is shown once. */
function inLanguage(properties) {
  const found = {};
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === "" || name === "name_zh" || /embedding|vector/.test(name)) continue;
    const [plain, chinese] = [name.replace(/_zh$/, ""), name.endsWith("_zh")];
    if (!(plain in found) || chinese === (language() === "zh")) found[plain] = value;
  }
  return found;
}

function said(value) {
  if (typeof value === "boolean") return t(value ? "query.yes" : "query.no");
  if (typeof value === "string" && /^\d{4}-\d\d-\d\dT/.test(value)) return day(value);
  return Array.isArray(value) ? value.join(", ") : String(value);
}

function counts(values) {
  const found = new Map();
  for (const value of values) found.set(value, (found.get(value) ?? 0) + 1);
  return found;
}

function drawLegend() {
  const labels = counts([...now.nodes.values()].map((one) => one.label));
  const types = counts([...now.edges.values()].map((one) => one.type));
  const row = (name, said, doc, set, count, mark) =>
    h("label", { class: "choice", title: doc }, h("input", { type: "checkbox", checked: !set.has(name), onchange: (event) => {
      if (event.target.checked) set.delete(name);
      else set.add(name);
      view.filter(hidden.labels, hidden.types);
      save();
    } }), mark, h("span", {}, said), h("span", { class: "count" }, count ? number(count) : ""));
  $("#legend").replaceChildren(...schema.nodes.map((one) => row(one.label, tOr(`label.${one.label}`, one.label), one.doc, hidden.labels, labels.get(one.label), h("span", { class: "dot", style: { background: one.color } }))));
  $("#types").replaceChildren(...schema.edges.map((one) => row(one.type, edgeName(one.type) + (one.inferred ? ` (${t("graph.inferred")})` : ""), `${one.type}. ${one.doc}`, hidden.types, types.get(one.type), "")));
}

function setEnd(end, own) {
  ends[end] = own.key;
  $(`#${end}`).value = nodeName(own);
}

async function findPaths(event) {
  event.preventDefault();
  if (!ends.from || !ends.to) return $(ends.from ? "#to" : "#from").focus();
  const found = await attempt(() => get(address`/api/v1/graph/paths?from=${ends.from}&to=${ends.to}` + `&max_hops=${HOPS}&limit=8&${inWords()}`));
  if (!found) return;
  const names = new Map(found.nodes.map((one) => [one.key, nodeName(one)]));
  $("#paths-found").replaceChildren(found.paths.length ? h("ol", {}, found.paths.map((path) => h("li", {}, path.map((key) => names.get(key)).join(" → ")))) : h("p", { class: "quiet" }, t("graph.nopath", { n: HOPS })));
  if (found.nodes.length) add(found);
  view.cy.elements().removeClass("found");
  for (const edge of found.edges) view.cy.getElementById(edge.key).addClass("found");
}

function toggleList() {
  const open = $("#listing").hidden;
  $("#listing").hidden = !open;
  $("#as-list").setAttribute("aria-pressed", String(open));
  if (open) drawList();
  $(open ? "#listing" : "#canvas").focus();
}

function drawList() {
  const name = (key) => nodeName(now.nodes.get(key) ?? { id: key });
  $("#listing").replaceChildren(
    h("h2", {}, t("graph.nodes")),
    h("ul", {}, [...now.nodes.values()].map((one) => h("li", {}, h("button", { type: "button", class: "link", "aria-label": t("graph.select", { name: nodeName(one) }), onclick: () => select(one.key) }, nodeName(one)), h("small", { class: "quiet" }, ` ${tOr(`label.${one.label}`, one.label)}`)))),
    h("h2", {}, t("graph.edges")),
    h("ul", {}, [...now.edges.values()].map((edge) => h("li", {}, `${name(edge.from)} — ${edgeName(edge.type)}${edge.inferred ? ` (${t("graph.inferred")})` : ""} → ${name(edge.to)}`))),
  );
}

function keys(event) {
  if (event.target.matches("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey) return;
  const walk = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  const run = { e: () => now.selected && expand(now.selected), Delete: () => now.selected && take(now.selected), z: () => travel(past, future), y: () => travel(future, past), f: () => view.fit(), "/": () => $("#find").focus() }[event.key];
  if (walk && document.activeElement === $("#canvas") && now.nodes.size) {
    const order = [...now.nodes.keys()];
    select(order[(order.indexOf(now.selected) + walk + order.length) % order.length]);
    announce(nodeName(now.nodes.get(now.selected)));
  } else if (run) run();
  else return;
  event.preventDefault();
}

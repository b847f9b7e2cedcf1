// The graph browser: finding, expanding, paths, explanations; a link restores what is shown.
import { $, announce, debounce, download, h } from "./dom.js";
import { address, get, post } from "./api.js";
import { clearError, showError, start } from "./frame.js";
import { readLink, writeLink } from "./graph-link.js";
import { GraphView } from "./graph-view.js";
import { nodePicker } from "./combo.js";
import { edgeName, nodeName } from "./reasons.js";
import { photo } from "./cards.js";
import { day, inWords, language, number, t, tOr } from "./words.js";

const HOPS = 5;
const LINKED = 1000; // nodes up to which the address holds what is shown; the service gives no more at once
const now = { nodes: new Map(), edges: new Map(), selected: null, explained: null };
const hidden = { labels: new Set(), types: new Set() };
const past = [];
const future = [];
const ends = { from: null, to: null };
const path = { walked: null, edges: new Set() }; // the ends of the paths that were found last, and their edges
let view;
let schema;

start(async () => {
  schema = await get("/api/v1/graph/schema");
  view = new GraphView($("#canvas"), new Map(schema.nodes.map((node) => [node.label, node.color])));
  globalThis.shopgraph = { view, show: (piece) => add(piece) }; // for measuring
  view.cy.on("tap", "node", (event) => select(event.target.id()));
  view.cy.on("viewport dragfree", debounce(300, save));
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
  $("#json").addEventListener("click", () => download("graph.json", JSON.stringify({ nodes: seenNodes(), edges: seenEdges() }, null, 1)));
  document.addEventListener("keydown", keys);
  addEventListener("hashchange", restore);
  await restore();
  if (!now.nodes.size) draw({});
});

const taken = () => ({ ...now, nodes: new Map(now.nodes), edges: new Map(now.edges) });
const seen = (key) => now.nodes.has(key) && !hidden.labels.has(now.nodes.get(key).label);
const seenNodes = () => [...now.nodes.values()].filter((one) => seen(one.key));
const seenEdges = () => [...now.edges.values()].filter((edge) => !hidden.types.has(edge.type) && seen(edge.from) && seen(edge.to));
const several = (key) => /:some \d+$/.test(key); // one that stands for several nodes, and has no place in a link
const step = ({ from, type, to }) => JSON.stringify([from, type, to]);

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
function change(run, { explained = null, ...options } = {}) {
  past.push(taken());
  if (past.length > 100) past.shift();
  future.length = 0;
  run();
  now.explained = explained;
  draw(options);
}

function travel(from, to) {
  const there = from.pop();
  if (!there) return;
  to.push(taken());
  Object.assign(now, there);
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
  view.trace((edge) => path.edges.has(step(edge)));
  view.cy.elements().unselect();
  if (now.selected && now.nodes.has(now.selected)) view.cy.getElementById(now.selected).select();
  $("#undo").disabled = !past.length;
  $("#redo").disabled = !future.length;
  $("#hint").hidden = now.nodes.size > 0;
  drawSeen();
  drawLegend();
  drawDetails();
  save();
}

/** Say how much is in sight, and whether a link can hold it; the list says all of it. */
function drawSeen() {
  const told = t("graph.shown", { nodes: number(seenNodes().length), edges: number(seenEdges().length) });
  $("#shown").textContent = linked().length > LINKED ? `${told}. ${t("graph.nolink", { n: number(LINKED) })}` : told;
  announce($("#shown").textContent);
  if (!$("#listing").hidden) drawList();
}

/** Give the keys of the nodes that a link is to bring back. */
const linked = () => [...now.nodes.keys()].filter((key) => now.explained || !several(key));

/** Write what is shown into the address. */
function save() {
  const keys = linked();
  const nodes = keys.length <= LINKED ? keys : [];
  const shown = nodes.length > 0;
  const hash = writeLink({
    explained: shown ? now.explained : null,
    nodes,
    selected: shown ? now.selected : null,
    hide: [...hidden.labels, ...hidden.types],
    ...ends,
    walked: shown && [...now.edges.values()].some((edge) => path.edges.has(step(edge))) ? path.walked : null,
    look: shown ? view.looking : null,
    spots: nodes.map((key) => view.cy.getElementById(key).position()),
  });
  history.replaceState(null, "", hash ? `#${hash}` : location.pathname);
}

/** Show what the address names. */
async function restore() {
  const asked = readLink(location.hash);
  const types = new Set(schema.edges.map((one) => one.type));
  for (const set of [hidden.labels, hidden.types]) set.clear();
  for (const name of asked.hide) (types.has(name) ? hidden.types : hidden.labels).add(name);
  await attempt(async () => {
    const piece = await pieceOf(asked);
    if (!piece) return;
    const keys = asked.explained ? piece.nodes.map((one) => one.key) : asked.nodes;
    const placed = new Map(keys.length === asked.spots.length ? keys.map((key, place) => [key, asked.spots[place]]) : []);
    now.selected = asked.selected ?? (asked.explained ? `Product:${asked.explained.product}` : keys[0]);
    add(piece, { explained: asked.explained, instead: true, placed, look: asked.look });
  });
  for (const end of ["from", "to"]) if (asked[end]) await attempt(async () => setEnd(end, now.nodes.get(asked[end]) ?? (await node(asked[end]))));
  if (asked.walked) await walk(asked.walked, () => {});
  save();
}

/** Give the nodes and edges that a link names; null where it names none. */
async function pieceOf({ explained, nodes }) {
  if (explained) return get(address`/api/v1/graph/explanation?user=${explained.user}&product=${explained.product}` + `&limit=12&${inWords()}`);
  if (!nodes.length) return null;
  // one node may be a link's that is old, or typed by hand: of it the service says what is wrong
  if (nodes.length === 1) return { nodes: [await node(nodes[0])], edges: [] };
  return post("/api/v1/graph/among", { nodes: nodes.slice(0, LINKED), language: language() });
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
  if (several(key)) return;
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
  if (several(own.key)) return;
  try {
    const found = await node(own.key);
    if (now.selected !== own.key) return;
    for (const [name, value] of Object.entries(inLanguage(found.properties))) facts.append(h("dt", {}, tOr(`property.${name}`, name)), h("dd", {}, said(value)));
    if (own.label === "Product") {
      const { product } = await get(address`/api/v1/products/${own.id}`);
      if (product.photo && now.selected === own.key) picture.replaceChildren(photo(product.photo, product.name));
    } else if (own.label === "Image" && found.properties.path) picture.replaceChildren(photo(address`/api/v1/graph/photo/${own.id}`, nodeName(own)));
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
      drawSeen();
      save();
    } }), mark, h("span", {}, said), h("span", { class: "count" }, count ? number(count) : ""));
  $("#legend").replaceChildren(...schema.nodes.map((one) => row(one.label, tOr(`label.${one.label}`, one.label), one.doc, hidden.labels, labels.get(one.label), h("span", { class: "dot", style: { background: one.color } }))));
  $("#types").replaceChildren(...schema.edges.map((one) => row(one.type, edgeName(one.type) + (one.inferred ? ` (${t("graph.inferred")})` : ""), `${one.type}. ${one.doc}`, hidden.types, types.get(one.type), "")));
}

function setEnd(end, own) {
  ends[end] = own.key;
  $(`#${end}`).value = nodeName(own);
  save();
}

async function findPaths(event) {
  event.preventDefault();
  if (!ends.from || !ends.to) return $(ends.from ? "#to" : "#from").focus();
  await walk({ ...ends }, (found) => found.nodes.length && add(found));
}

/** Find the paths between two nodes, say them, and mark those of their edges that are shown after ``put``. */
async function walk(between, put) {
  const found = await attempt(() => get(address`/api/v1/graph/paths?from=${between.from}&to=${between.to}` + `&max_hops=${HOPS}&limit=8&${inWords()}`));
  if (!found) return;
  const names = new Map(found.nodes.map((one) => [one.key, nodeName(one)]));
  $("#paths-found").replaceChildren(found.paths.length ? h("ol", {}, found.paths.map((keys) => h("li", {}, keys.map((key) => names.get(key)).join(" → ")))) : h("p", { class: "quiet" }, t(found.complete ? "graph.nopath" : "graph.gaveup", { n: HOPS })));
  Object.assign(path, { walked: between, edges: new Set(found.edges.map(step)) });
  put(found);
  view.trace((edge) => path.edges.has(step(edge)));
  save();
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
    h("ul", {}, seenNodes().map((one) => h("li", {}, h("button", { type: "button", class: "link", "aria-label": t("graph.select", { name: nodeName(one) }), onclick: () => select(one.key) }, nodeName(one)), h("small", { class: "quiet" }, ` ${tOr(`label.${one.label}`, one.label)}`)))),
    h("h2", {}, t("graph.edges")),
    h("ul", {}, seenEdges().map((edge) => h("li", {}, `${name(edge.from)} — ${edgeName(edge.type)}${edge.inferred ? ` (${t("graph.inferred")})` : ""} → ${name(edge.to)}`))),
  );
}

function keys(event) {
  if (event.target.matches("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey) return;
  const go = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  const run = { e: () => now.selected && expand(now.selected), Delete: () => now.selected && take(now.selected), z: () => travel(past, future), y: () => travel(future, past), f: () => view.fit(), "/": () => $("#find").focus() }[event.key];
  const order = seenNodes().map((one) => one.key);
  if (go && document.activeElement === $("#canvas") && order.length) {
    const at = order.indexOf(now.selected);
    select(order[(at < 0 && go < 0 ? order.length - 1 : at + go + order.length) % order.length]);
    announce(nodeName(now.nodes.get(now.selected)));
  } else if (run) run();
  else return;
  event.preventDefault();
}

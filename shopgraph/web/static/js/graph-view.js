// The picture of the graph, by cytoscape.js.
import cytoscape from "../vendor/cytoscape/cytoscape.esm.min.mjs";
import { debounce, h } from "./dom.js";
import { FONT, WIDEST, bounds, covers, fill, separate } from "./room.js";
import { edgeName, nodeName } from "./reasons.js";

const SMALL = 150; // nodes up to which the layout is worked out with care, and no name covers another
const NAMED = 0.55; // zoom below which names are left out
const TOLD = 24; // edges up to which each says its type; others do when pointed at
const NEAREST = 1.3; // zoom beyond which a small piece is not blown up

const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Give a colour of the page as the canvas needs it. */
function colour(name) {
  const probe = h("i", { style: { color: `var(--${name})` } });
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

function style() {
  const [ink, paper, edge, own, quiet] = ["ink", "paper", "edge", "own", "quiet"].map(colour);
  const said = { label: "data(said)", color: quiet, "font-size": 9, "text-rotation": "autorotate", "text-background-color": paper, "text-background-opacity": 0.9, "text-background-padding": 1 };
  return [
    { selector: "node", style: { "background-color": "data(colour)", width: 26, height: 26, "border-width": 1.5, "border-color": paper } },
    { selector: "node[label = 'Product']", style: { width: 34, height: 34 } },
    { selector: "node.named", style: { label: "data(short)", color: ink, "font-size": FONT, "text-wrap": "wrap", "text-max-width": WIDEST, "text-valign": "bottom", "text-margin-y": 3, "text-background-color": paper, "text-background-opacity": 0.8, "text-background-padding": 1 } },
    { selector: "edge", style: { width: 1.2, "line-color": edge, "curve-style": "haystack", opacity: 0.75 } },
    { selector: "edge.arrowed", style: { "curve-style": "bezier", "target-arrow-shape": "triangle", "target-arrow-color": edge, "arrow-scale": 0.8 } },
    { selector: "edge.named", style: said },
    { selector: "edge[?inferred]", style: { "line-style": "dashed", "line-color": own } },
    { selector: ".found", style: { "line-color": own, "target-arrow-color": own, width: 2.5, opacity: 1 } },
    { selector: "edge.pointed", style: { ...said, "curve-style": "bezier", "line-color": own, width: 2.5, opacity: 1, "z-index": 9 } },
    { selector: "node:selected", style: { "border-width": 4, "border-color": own } },
    { selector: ".gone", style: { display: "none" } },
  ];
}

/** Give a class to those elements that want it, and touch no other: each that is touched is styled anew. */
function mark(elements, name, wants) {
  elements.filter((one) => one.hasClass(name) !== wants(one)).toggleClass(name);
}

/** Put a picture into ``container``; ``colours`` is label -> colour. */
export class GraphView {
  constructor(container, colours) {
    this.colours = colours;
    this.cy = cytoscape({ container, style: style(), minZoom: 0.03, maxZoom: 4, hideEdgesOnViewport: true, textureOnViewport: true, boxSelectionEnabled: false });
    this.cy.on("zoom pan", debounce(80, () => this.name()));
    this.cy.on("mouseover tapdragover", "edge", (event) => event.target.addClass("pointed"));
    this.cy.on("mouseout tapdragout", "edge", (event) => event.target.removeClass("pointed"));
    document.addEventListener("themechange", () => this.cy.style(style()));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.cy.style(style()));
  }

  /** Show a piece: nodes and edges by their keys; what is there stays where it is, what is new comes to its place in
   * ``placed``, if that has one for all, and is looked at as ``look`` says. Gives the seconds it took. */
  show(nodes, edges, { keep = true, near = null, placed = new Map(), look = null } = {}) {
    const { cy } = this;
    const started = performance.now();
    const old = new Set(cy.nodes().map((node) => node.id()));
    const start = near && old.has(near) ? { ...cy.getElementById(near).position() } : { x: 0, y: 0 };
    cy.batch(() => {
      cy.elements().filter((one) => !(one.isNode() ? nodes : edges).has(one.id())).remove();
    });
    const kept = cy.nodes().length;
    const fresh = [...nodes.values()].filter((node) => cy.getElementById(node.key).empty());
    const spots = this.#spots(start, near && kept ? cy.nodes().map((node) => node.position()) : []);
    cy.add([
      ...fresh.map((node) => {
        const words = nodeName(node);
        return { data: { id: node.key, label: node.label, colour: this.colours.get(node.label) ?? "#888888", short: words.length > 44 ? `${words.slice(0, 42)}…` : words }, position: spots.next().value };
      }),
      ...[...edges.values()].filter((edge) => nodes.has(edge.from) && nodes.has(edge.to) && cy.getElementById(edge.key).empty()).map((edge) => ({ data: { id: edge.key, source: edge.from, target: edge.to, said: edgeName(edge.type), type: edge.type, inferred: edge.inferred } })),
    ]);
    // to what is large, a little is added where there is room, and the rest stays as the reader knows it
    if (nodes.size && [...nodes.keys()].every((key) => placed.has(key))) {
      cy.batch(() => cy.nodes().forEach((node) => node.position(placed.get(node.id()))));
      this.look(look);
    } else if ((fresh.length && !(kept > SMALL && fresh.length < kept / 4)) || !keep) this.layout();
    this.name();
    return (performance.now() - started) / 1000;
  }

  /** Give free places around a point, the nearest first. */
  *#spots(start, taken) {
    const cell = ({ x, y }) => `${Math.round(x / 60)} ${Math.round(y / 60)}`;
    const full = new Set(taken.map(cell));
    for (let place = 1; ; place++) {
      const far = 40 + 18 * Math.sqrt(place);
      const spot = { x: start.x + far * Math.cos(2.4 * place), y: start.y + far * Math.sin(2.4 * place) };
      if (full.has(cell(spot)) && place < 4000) continue;
      if (taken.length) full.add(cell(spot));
      yield spot;
    }
  }

  /** Work out where the nodes stand. */
  layout() {
    const { cy } = this;
    const count = cy.nodes().length;
    const careful = count <= SMALL;
    cy.layout({ name: "cose", animate: false, randomize: false, fit: false, nodeRepulsion: () => 40_000, idealEdgeLength: () => 110, numIter: careful ? 600 : Math.max(12, Math.round(28_000 / count)), nodeDimensionsIncludeLabels: false, componentSpacing: 80, initialTemp: careful ? 200 : 400, coolingFactor: careful ? 0.985 : 0.9 }).run();
    if (careful) {
      const boxes = cy.nodes().map((node) => bounds(node));
      fill(boxes, cy.width() / cy.height(), cy.edges().length <= TOLD ? 6 : 1.7); // edges that say their types need room
      separate(boxes);
      cy.batch(() => boxes.forEach((box) => box.node.position({ x: box.x, y: box.y })));
    }
    this.#frame();
  }

  /** How the picture is looked at: the zoom, and the point in the middle. */
  get looking() {
    const { cy } = this;
    const [zoom, pan] = [cy.zoom(), cy.pan()];
    return { zoom, x: (cy.width() / 2 - pan.x) / zoom, y: (cy.height() / 2 - pan.y) / zoom };
  }

  /** Look at the picture so; at all of it where nothing is said. */
  look(how) {
    if (!how) return this.#frame();
    const { cy } = this;
    cy.zoom(how.zoom);
    cy.pan({ x: cy.width() / 2 - how.x * cy.zoom(), y: cy.height() / 2 - how.y * cy.zoom() });
  }

  /** Mark the edges of paths: those that ``wants`` of their ends and type. */
  trace(wants) {
    this.cy.batch(() => mark(this.cy.edges(), "found", (edge) => wants({ from: edge.data("source"), to: edge.data("target"), type: edge.data("type") })));
  }

  #frame() {
    this.cy.fit(undefined, 30);
    if (this.cy.zoom() > NEAREST) {
      this.cy.zoom(NEAREST);
      this.cy.center();
    }
  }

  /** Write names where there is room to read them. */
  name() {
    const { cy } = this;
    const [nodes, edges] = [cy.nodes(), cy.edges()];
    const few = nodes.length <= 60;
    const all = nodes.length <= SMALL && (few || cy.zoom() >= NAMED);
    const some = !all && cy.zoom() >= NAMED ? this.#named() : null;
    cy.batch(() => {
      mark(nodes, "named", (node) => all || Boolean(some?.has(node.id())));
      mark(edges, "arrowed", () => few);
      mark(edges, "named", () => edges.length <= TOLD);
    });
  }

  /** Choose names, of the best connected nodes first, that cover no other of those in sight. */
  #named() {
    const { x1, y1, x2, y2 } = this.cy.extent();
    const inside = this.cy.nodes().filter((node) => {
      const { x, y } = node.position();
      return x > x1 && x < x2 && y > y1 && y < y2 && !node.hasClass("gone");
    });
    const order = inside.map((node) => bounds(node)).sort((a, b) => b.node.selected() - a.node.selected() || b.node.degree() - a.node.degree());
    const chosen = [];
    for (const box of order) if (!chosen.some((other) => covers(box, other, 0))) chosen.push(box);
    return new Set(chosen.map((box) => box.node.id()));
  }

  /** Hide what a filter leaves out. */
  filter(labels, types) {
    this.cy.batch(() => {
      this.cy.nodes().forEach((node) => node.toggleClass("gone", labels.has(node.data("label"))));
      this.cy.edges().forEach((edge) => edge.toggleClass("gone", types.has(edge.data("type"))));
    });
  }

  fit() {
    if (calm() || this.cy.nodes().length < 3) this.#frame();
    else this.cy.animate({ fit: { eles: this.cy.elements(), padding: 30 }, duration: 200 });
  }

  png() {
    return this.cy.png({ output: "blob", full: true, scale: 2, maxWidth: 6000, maxHeight: 6000, bg: colour("paper") });
  }
}

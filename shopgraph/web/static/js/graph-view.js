// The picture of the graph, by cytoscape.js.
import cytoscape from "../vendor/cytoscape/cytoscape.esm.min.mjs";
import { h } from "./dom.js";
import { nodeName } from "./reasons.js";

const SMALL = 150; // nodes up to which the layout is worked out with care
const NAMED = 0.55; // zoom below which names are left out

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
  return [
    { selector: "node", style: { "background-color": "data(colour)", width: 26, height: 26, "border-width": 1.5, "border-color": paper } },
    { selector: "node.named", style: { label: "data(short)", color: ink, "font-size": 10, "text-wrap": "wrap", "text-max-width": 110, "text-valign": "bottom", "text-margin-y": 4, "text-background-color": paper, "text-background-opacity": 0.75, "text-background-padding": 1 } },
    { selector: "node[label = 'Product']", style: { width: 34, height: 34 } },
    { selector: "edge", style: { width: 1.2, "line-color": edge, "curve-style": "haystack", opacity: 0.75 } },
    { selector: "edge.named", style: { "curve-style": "bezier", "target-arrow-shape": "triangle", "target-arrow-color": edge, "arrow-scale": 0.8, label: "data(type)", color: quiet, "font-size": 7, "text-rotation": "autorotate", "text-background-color": paper, "text-background-opacity": 0.85 } },
    { selector: "edge[?inferred]", style: { "line-style": "dashed", "line-color": own } },
    { selector: ".found", style: { "line-color": own, "target-arrow-color": own, width: 2.5, opacity: 1 } },
    { selector: "node:selected", style: { "border-width": 4, "border-color": own } },
    { selector: ".gone", style: { display: "none" } },
  ];
}

/** Put a picture into ``container``; ``colours`` is label -> colour. */
export class GraphView {
  constructor(container, colours) {
    this.colours = colours;
    this.cy = cytoscape({ container, style: style(), minZoom: 0.03, maxZoom: 4, hideEdgesOnViewport: true, textureOnViewport: true, boxSelectionEnabled: false });
    this.cy.on("zoom", () => this.name());
    document.addEventListener("themechange", () => this.cy.style(style()));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.cy.style(style()));
  }

  /** Show a piece: nodes and edges by their keys; what is there stays where it is. Gives the seconds of the layout. */
  show(nodes, edges, { keep = true, near = null } = {}) {
    const { cy } = this;
    const old = new Set(cy.nodes().map((node) => node.id()));
    const start = near && old.has(near) ? { ...cy.getElementById(near).position() } : { x: 0, y: 0 };
    cy.batch(() => {
      cy.elements().filter((one) => !(one.isNode() ? nodes : edges).has(one.id())).remove();
      let place = 0;
      for (const node of nodes.values()) {
        if (cy.getElementById(node.key).nonempty()) continue;
        const angle = 2.4 * place++;
        const far = 40 + 14 * Math.sqrt(place);
        const words = nodeName(node);
        cy.add({ data: { id: node.key, label: node.label, colour: this.colours.get(node.label) ?? "#888888", short: words.length > 44 ? `${words.slice(0, 42)}…` : words }, position: { x: start.x + far * Math.cos(angle), y: start.y + far * Math.sin(angle) } });
      }
      for (const edge of edges.values()) {
        if (cy.getElementById(edge.key).nonempty() || !nodes.has(edge.from) || !nodes.has(edge.to)) continue;
        cy.add({ data: { id: edge.key, source: edge.from, target: edge.to, type: edge.type, inferred: edge.inferred } });
      }
    });
    const fresh = [...nodes.keys()].some((one) => !old.has(one));
    const seconds = fresh || !keep ? this.layout() : 0;
    this.name();
    return seconds;
  }

  /** Work out where the nodes stand. */
  layout() {
    const started = performance.now();
    const count = this.cy.nodes().length;
    const careful = count <= SMALL;
    this.cy
      .layout({ name: "cose", animate: false, randomize: false, fit: true, padding: 40, nodeRepulsion: () => 40_000, idealEdgeLength: () => 110, numIter: careful ? 600 : Math.max(12, Math.round(40_000 / count)), nodeDimensionsIncludeLabels: false, componentSpacing: 80, initialTemp: careful ? 200 : 400, coolingFactor: careful ? 0.985 : 0.9 })
      .run();
    return (performance.now() - started) / 1000;
  }

  /** Write names where there is room to read them. */
  name() {
    const large = this.cy.zoom() >= NAMED && this.cy.nodes().length <= 400;
    const few = this.cy.nodes().length <= 60;
    if (this.named === `${large}${few}${this.cy.elements().length}`) return;
    this.named = `${large}${few}${this.cy.elements().length}`;
    this.cy.batch(() => {
      this.cy.nodes().toggleClass("named", large || few);
      this.cy.edges().toggleClass("named", few);
    });
  }

  /** Hide what a filter leaves out. */
  filter(labels, types) {
    this.cy.batch(() => {
      this.cy.nodes().forEach((node) => node.toggleClass("gone", labels.has(node.data("label"))));
      this.cy.edges().forEach((edge) => edge.toggleClass("gone", types.has(edge.data("type"))));
    });
  }

  fit() {
    if (calm()) this.cy.fit(undefined, 40);
    else this.cy.animate({ fit: { eles: this.cy.elements(), padding: 40 }, duration: 200 });
  }

  png() {
    return this.cy.png({ output: "blob", full: true, scale: 2, maxWidth: 6000, maxHeight: 6000, bg: colour("paper") });
  }
}

// Names of nodes and relationships, and the parts of a score.
import { h } from "./dom.js";
import { percent, t, tOr } from "./words.js";

const SOURCES = ["behaviour", "graph", "text", "image", "other"];

/** Name a node as people read it: attributes with their value, unless the service has words for them. */
export function nodeName(node) {
  if (/^some \d+$/.test(node.id)) return tOr(`some.${node.label}`, node.name).replace("{n}", Number.parseInt(node.name, 10));
  const [name, value] = node.label === "Attribute" ? node.id.split(/=(.*)/s) : [];
  if (value && (!node.name || node.name === name || node.name === node.id)) return `${name.replaceAll("_", " ")}: ${value}`;
  return node.name || node.id;
}

/** Name a type of relationship as people read it. */
export const edgeName = (type) => tOr(`edge.${type}`, type.toLowerCase().replaceAll("_", " "));

/** Join shares of languages and kinds into the five that are shown. */
export function grouped(shares) {
  const found = {};
  for (const [name, value] of Object.entries(shares)) {
    const source = SOURCES.find((one) => name === one || name.startsWith(`${one}_`)) ?? "other";
    found[source] = (found[source] ?? 0) + Math.max(0, value);
  }
  const whole = Object.values(found).reduce((sum, value) => sum + value, 0) || 1;
  return SOURCES.filter((source) => (found[source] ?? 0) / whole >= 0.005).map((source) => [source, found[source] / whole]);
}

/** Draw where a score comes from, as one bar. */
export function sharesBar(shares) {
  const parts = grouped(shares);
  if (!parts.length) return null;
  const told = parts.map(([source, share]) => `${t(`source.${source}`)} ${percent(share)}`).join(", ");
  const bar = h("div", { class: "shares", role: "img", "aria-label": t("shares.label", { told }), title: told });
  for (const [source, share] of parts) bar.append(h("i", { class: `of-${source}`, style: { width: `${100 * share}%` } }));
  return bar;
}

/** Say what the colours of the bar mean, with their shares. */
export function sharesLegend(shares) {
  return h("p", { class: "legend" }, grouped(shares).map(([source, share]) => h("span", {}, h("i", { class: `of-${source}` }), `${t(`source.${source}`)} ${percent(share)}`)));
}

// Small pictures of an answer: bars and lines.
import { h, s } from "./dom.js";
import { number } from "./words.js";

const COLOURS = ["own", "behaviour", "text", "image", "other", "bad", "ink"];
const short = (words, most) => (words.length > most ? `${words.slice(0, most - 1)}…` : words);

/** Draw bars: rows of [name, value]; those of less than nothing go to the left of the axis. */
export function bars(rows, label) {
  const shown = rows.filter(([, value]) => Number.isFinite(value)).slice(0, 20);
  const values = shown.map(([, value]) => value);
  const [low, high] = [Math.min(...values, 0), Math.max(...values, 0)];
  const room = low < 0 ? 60 : 0; // for figures to the left of bars
  const scale = (450 - room) / (high - low || 1);
  const zero = 260 + room - low * scale; // where bars begin
  const height = 26 * shown.length + 6;
  const axis = low < 0 ? s("line", { x1: zero, x2: zero, y1: 0, y2: height, class: "axis" }) : null;
  return s("svg", { viewBox: `0 0 800 ${height}`, role: "img", "aria-label": label }, axis, shown.map(([name, value], place) => {
    const y = 26 * place + 4;
    const width = Math.max(2, Math.abs(value) * scale);
    const left = value < 0 ? zero - width : zero;
    const figure = number(value, { maximumFractionDigits: 3 });
    return s("g", {}, s("text", { x: 250, y: y + 14, "text-anchor": "end", class: "value" }, short(String(name), 36)), s("rect", { x: left, y, width, height: 18, rx: 4, class: value < 0 ? "bar less" : "bar" }), s("text", { x: value < 0 ? left - 8 : left + width + 8, y: y + 14, "text-anchor": value < 0 ? "end" : "start" }, figure));
  }));
}

/** Draw lines: rows of [x, y, series]. */
export function lines(rows, label) {
  const points = rows.filter(([, y]) => Number.isFinite(y));
  const places = [...new Set(points.map(([x]) => x))].sort((a, b) => (a > b ? 1 : -1));
  const series = [...new Set(points.map(([, , name]) => name ?? ""))].slice(0, COLOURS.length);
  const top = Math.max(...points.map(([, y]) => y), 0);
  const low = Math.min(...points.map(([, y]) => y), 0);
  const across = (x) => 60 + (690 * places.indexOf(x)) / Math.max(1, places.length - 1);
  const up = (y) => 240 - (220 * (y - low)) / (top - low || 1);
  const step = Math.ceil(places.length / 8);
  const drawing = s("svg", { viewBox: "0 0 800 270", role: "img", "aria-label": label },
    [low, (low + top) / 2, top].map((y) => s("g", {}, s("line", { x1: 60, x2: 750, y1: up(y), y2: up(y), class: "axis" }), s("text", { x: 52, y: up(y) + 4, "text-anchor": "end" }, number(y, { maximumFractionDigits: 2 })))),
    places.filter((_, place) => place % step === 0).map((x) => s("text", { x: across(x), y: 262, "text-anchor": "middle" }, short(String(x).replace(/T00:00:00.*/, ""), 12))),
    series.map((name, place) => {
      const own = points.filter(([, , one]) => (one ?? "") === name).sort((a, b) => places.indexOf(a[0]) - places.indexOf(b[0]));
      const line = s("polyline", { points: own.map(([x, y]) => `${across(x)},${up(y)}`).join(" "), fill: "none", "stroke-width": 2.5, "stroke-linejoin": "round" });
      line.style.stroke = `var(--${COLOURS[place]})`;
      return line;
    }),
  );
  const legend = series.length > 1 ? h("p", { class: "chips" }, series.map((name, place) => h("span", { class: "chip" }, h("span", { class: "dot", style: { background: `var(--${COLOURS[place]})`, width: "10px", height: "10px", borderRadius: "50%" } }), String(name)))) : null;
  return h("div", {}, drawing, legend);
}

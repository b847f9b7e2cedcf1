// The report that the pipeline wrote, within our frame: its own style, and none of its scripts, for it has none.
import { $, h } from "./dom.js";
import { getDocument } from "./api.js";
import { errorBox, start } from "./frame.js";
import { inWords } from "./words.js";

const TOKENS = `:host { --page: transparent; display: block; } body, .report-body { margin: 0; }`;
const OURS = ["paper", "ink", "quiet", "line", "own"];

start(async () => {
  try {
    show(await getDocument(`/api/v1/report?embedded=true&${inWords()}`));
  } catch (error) {
    $("#report").replaceChildren(errorBox(error) ?? "");
  }
});

function show(page) {
  const host = h("div");
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  const own = [...page.querySelectorAll("head template")].map((style) => style.content.textContent).join("\n");
  // the theme of the frame holds: both name their colours alike
  const themed = own.replaceAll(":root", ":host").replaceAll(/@media \(prefers-color-scheme: dark\)/g, "@media not all");
  const inherited = OURS.map((name) => `--${name}: inherit`).join("; ");
  sheet.replaceSync(`${themed}\n${TOKENS}\n:host { ${inherited}; --tile: var(--sunken); --rival: var(--edge); --against: var(--bad); color-scheme: inherit; }`);
  root.adoptedStyleSheets = [sheet];
  const body = h("div", { class: "report-body" });
  for (const element of page.querySelectorAll("script, iframe, object, embed, link, meta, a[hreflang]")) element.remove(); // the frame has a switch of languages itself
  body.append(...[...page.body.childNodes].map((node) => document.importNode(node, true)));
  for (const element of body.querySelectorAll("[data-style]")) element.style.cssText = element.dataset.style;
  for (const [old, name] of [["header", "div"], ["main", "div"]]) for (const element of body.querySelectorAll(old)) element.replaceWith(h(name, { class: `report-${old}` }, ...element.childNodes));
  root.append(body);
  root.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (!link) return;
    event.preventDefault();
    root.getElementById(decodeURIComponent(link.getAttribute("href").slice(1)))?.scrollIntoView();
  });
  $("#report").replaceChildren(host);
}

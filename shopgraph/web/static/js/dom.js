// Making elements. Text goes in as text, never as markup.

/** Give an element: h("button", {type: "button", class: "main", onclick: f}, "words", child, ...). */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "dataset") Object.assign(element.dataset, value);
    else if (name === "style") Object.assign(element.style, value);
    else if (name in element && typeof value !== "string") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/** Give an SVG element. */
export function s(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== null && value !== undefined) element.setAttribute(name, value);
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

const ICONS = {
  like: "M12 20s-7-4.4-9-8.6C1.5 8 3.4 5 6.6 5 9 5 10.9 6.3 12 8c1.1-1.7 3-3 5.4-3C20.6 5 22.5 8 21 11.4 19 15.6 12 20 12 20z",
  hide: "M5 5l14 14M19 5 5 19",
  cart: "M3 4h2.500l2 11h10l2-8H6.500M9 20h.01M17 20h.01",
  bought: "M4 12.500l5 5L20 6.5",
  photo: "M4 7h3.500L9 5h6l1.5 2H20v12H4zM12 16.500a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7z",
  search: "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5 20 20",
  close: "M6 6l12 12M18 6 6 18",
};

/** Give one of our small pictures; its words stand beside it or in a label. */
export function icon(name) {
  return s("svg", { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true", focusable: "false" }, s("path", { d: ICONS[name] }));
}

export const $ = (selector, root = document) => root.querySelector(selector);
export const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

/** Say something to those who cannot see what changed. */
export function announce(words) {
  const live = $("#live");
  live.textContent = "";
  requestAnimationFrame(() => (live.textContent = words));
}

/** Give a function that runs once, some time after the last of many calls. */
export function debounce(wait, run) {
  let timer = 0;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => run(...values), wait);
  };
}

/** Offer text or a blob as a file. */
export function download(name, content, kind = "application/json") {
  const address = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type: kind }));
  const link = h("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

// The words of the pages in the language of the reader: one JSON file for each.
import { $$ } from "./dom.js";

const LANGUAGES = ["en", "zh"];
let words = {};
let chosen = "en";

/** Load the words of the language that was chosen, or that the browser asks for. */
export async function loadWords() {
  chosen = stored() ?? (navigator.languages ?? [navigator.language]).map((name) => name.slice(0, 2)).find((name) => LANGUAGES.includes(name)) ?? "en";
  const answer = await fetch(`/static/words/${chosen}.json`);
  words = await answer.json();
  document.documentElement.lang = chosen === "zh" ? "zh-CN" : "en";
}

function stored() {
  try {
    const found = localStorage.getItem("shopgraph.language");
    return LANGUAGES.includes(found) ? found : null;
  } catch {
    return null;
  }
}

/** Change the language; the page is drawn anew. */
export function switchLanguage() {
  try {
    localStorage.setItem("shopgraph.language", chosen === "en" ? "zh" : "en");
  } catch {
    // without storage the browser's language holds
  }
  location.reload();
}

export const language = () => chosen;

/** Give the part of an address that asks for names in the reader's language. */
export const inWords = () => `language=${chosen}`;

/** Give words by their key; "{name}" in them is replaced. */
export function t(key, values = {}) {
  const found = words[key] ?? key;
  return found.replaceAll(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** Give words by their key where there are some, else the other words. */
export const tOr = (key, other) => words[key] ?? other;

/** Put the words into the elements below one that name theirs. */
export function applyWords(root = document) {
  for (const element of $$("[data-word]", root)) element.textContent = t(element.dataset.word);
  for (const element of $$("[data-word-label]", root)) element.setAttribute("aria-label", t(element.dataset.wordLabel));
  for (const element of $$("[data-word-hint]", root)) element.setAttribute("placeholder", t(element.dataset.wordHint));
  for (const element of $$("[data-word-title]", root)) element.title = t(element.dataset.wordTitle);
}

export const number = (value, options = {}) => new Intl.NumberFormat(document.documentElement.lang, options).format(value);
export const percent = (value) => number(value, { style: "percent", maximumFractionDigits: 0 });
export const price = (value) => (value === null || value === undefined ? "" : number(value, { minimumFractionDigits: 2, maximumFractionDigits: 2 }));
export const day = (value) => new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium" }).format(new Date(value));

// What all pages share: language, theme, key, and errors.
import { $, $$, announce, h } from "./dom.js";
import { applyWords, language, loadWords, switchLanguage, t } from "./words.js";
import { key, onKeyNeeded, setKey } from "./api.js";

let asking = null;
let declined = false; // who was asked once and gave no key is not asked by every request that follows

/** Start a page: load the words, put up the frame, then run the page's own part. */
export async function start(run) {
  await loadWords();
  const page = document.body.dataset.page;
  applyWords();
  document.title = `${t(`nav.${page}`)} · shopgraph`;
  for (const link of $$("[data-nav]")) if (link.dataset.nav === page) link.setAttribute("aria-current", "page");
  const other = $("#language");
  other.textContent = language() === "zh" ? "English" : "中文";
  other.lang = language() === "zh" ? "en" : "zh-CN";
  other.addEventListener("click", switchLanguage);
  showTheme();
  $("#theme").addEventListener("click", switchTheme);
  $("#key-cancel").addEventListener("click", () => $("#key-dialog").close("cancel")); // no button that Enter would press
  $("#key").addEventListener("click", async () => (await askKey()) && location.reload());
  onKeyNeeded(async () => !declined && !(declined = !(await askKey({ wrong: key() !== null }))));
  try {
    await run();
  } catch (error) {
    showError(error);
  }
  document.body.dataset.ready = "yes";
}

function isDark() {
  const own = document.documentElement.dataset.theme;
  return own ? own === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

function showTheme() {
  $("#theme").textContent = t(isDark() ? "theme.light" : "theme.dark");
}

function switchTheme() {
  const next = isDark() ? "light" : "dark";
  document.documentElement.dataset.theme = next;
  try {
    localStorage.setItem("shopgraph.theme", next);
  } catch {
    // it holds for this page
  }
  showTheme();
  document.dispatchEvent(new CustomEvent("themechange"));
}

/** Ask for a key, as the one used so far was wrong or there was none; many who ask at once get one dialog. */
function askKey({ wrong = false } = {}) {
  asking ??= new Promise((resolve) => {
    const dialog = $("#key-dialog");
    const input = $("#key-input");
    input.value = key() ?? "";
    $("#key-wrong").hidden = !wrong;
    input.setAttribute("aria-invalid", String(wrong));
    dialog.returnValue = "";
    dialog.addEventListener(
      "close",
      () => {
        asking = null;
        const saved = dialog.returnValue === "save";
        if (saved) setKey(input.value.trim());
        resolve(saved && input.value.trim() !== "");
      },
      { once: true },
    );
    dialog.showModal();
    input.select();
  });
  return asking;
}

/** Give an error as people read it: what is wrong, what to do, and the id by which the log has it. */
export function errorBox(error) {
  if (error.name === "AbortError") return null;
  const known = "status" in error;
  if (!known) console.error(error);
  const message = !known ? t("error.page") : error.code === "no_answer" ? t("error.no_answer") : error.absent ? t("error.absent") : error.message;
  return h(
    "div",
    { class: "error" },
    h("strong", {}, message),
    known && !error.absent && error.hint ? h("span", {}, error.hint) : null,
    known && error.requestId ? h("small", {}, t("error.request"), " ", h("code", {}, error.requestId)) : null,
  );
}

/** Show an error on top of the page. */
export function showError(error) {
  const box = errorBox(error);
  if (!box) return;
  const close = h("button", { type: "button", class: "plain", onclick: () => box.remove() }, t("close"));
  box.append(close);
  $("#trouble").replaceChildren(box);
}

/** Take the error away, as what was asked now went well. */
export function clearError() {
  $("#trouble").replaceChildren();
}

export { announce };

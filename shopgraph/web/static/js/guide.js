// The guide: search, ask, recommendations with reasons, and what customers say to them.
import { $, announce, h, icon } from "./dom.js";
import { address, get, post } from "./api.js";
import { clearError, errorBox, showError, start } from "./frame.js";
import { card } from "./cards.js";
import { filterBody, showFacets, startFilters } from "./filters.js";
import { showWhom, startWhom } from "./whom.js";
import { showProduct } from "./why.js";
import { asked, keep, state } from "./state.js";
import { language, number, t } from "./words.js";

const PAGE = 24;
const view = { words: "", photo: null, similar: null, k: PAGE, items: [], mode: "recommend" };
let last = 0;

start(async () => {
  $("#photo-button").prepend(icon("photo"));
  startFilters(() => show({ again: true }));
  await Promise.all([startWhom(() => show()), startFinder()]);
  await show();
});

function startFinder() {
  const words = $("#words");
  words.value = view.words = new URLSearchParams(location.search).get("q") ?? "";
  const asks = () => $("[name=mode]:checked").value === "ask";
  const hint = () => {
    words.placeholder = t(asks() ? "ask.hint" : "search.hint");
    $("#go").textContent = t(asks() ? "ask.go" : "search.go");
  };
  document.querySelectorAll("[name=mode]").forEach((choice) => choice.addEventListener("change", hint));
  hint();
  $("#finder").addEventListener("submit", (event) => {
    event.preventDefault();
    if (asks()) return ask(words.value.trim());
    find(words.value.trim());
  });
  words.addEventListener("search", () => words.value === "" && view.words !== "" && find(""));
  $("#photo-button").addEventListener("click", () => $("#photo").click());
  $("#photo").addEventListener("change", (event) => event.target.files[0] && takePhoto(event.target.files[0]));
  $("#more").addEventListener("click", () => ((view.k += PAGE), show({ again: true })));
  addEventListener("paste", (event) => {
    const file = [...(event.clipboardData?.files ?? [])].find((one) => one.type.startsWith("image/"));
    if (file) takePhoto(file);
  });
  addEventListener("dragover", (event) => {
    event.preventDefault();
    $("#drop").hidden = false;
  });
  addEventListener("dragleave", (event) => !event.relatedTarget && ($("#drop").hidden = true));
  addEventListener("drop", (event) => {
    event.preventDefault();
    $("#drop").hidden = true;
    const file = [...event.dataTransfer.files].find((one) => one.type.startsWith("image/"));
    if (file) takePhoto(file);
  });
}

function find(words) {
  Object.assign(view, { words, similar: null, k: PAGE });
  $("#answer").hidden = true;
  history.replaceState(null, "", words ? `?${new URLSearchParams({ q: words })}` : location.pathname);
  show();
}

function takePhoto(file) {
  const reader = new FileReader();
  reader.onload = () => {
    view.photo = reader.result;
    view.similar = null;
    const away = () => {
      view.photo = null;
      $("#photo-chosen").hidden = true;
      $("#photo").value = "";
      show();
    };
    $("#photo-chosen").replaceChildren(h("img", { src: view.photo, alt: t("photo.yours") }), h("span", { class: "quiet" }, t("photo.chosen")), h("button", { type: "button", class: "plain", onclick: away }, t("photo.remove")));
    $("#photo-chosen").hidden = false;
    show();
  };
  reader.readAsDataURL(file);
}

/** Ask the service for what is wanted now, and draw it. */
async function show({ again = false } = {}) {
  const mine = ++last;
  if (!again) view.k = PAGE;
  $("#cards").classList.add("busy");
  try {
    const answer = await fetchAnswer();
    if (mine !== last) return;
    clearError();
    draw(answer);
  } catch (error) {
    if (mine === last) showError(error);
  } finally {
    if (mine === last) $("#cards").classList.remove("busy");
  }
}

async function fetchAnswer() {
  const common = { filters: filterBody(), k: view.k, language: language() };
  if (view.similar) return { ...(await post("/api/v1/similar", { ...common, product: view.similar.id, reasons: 1 })), mode: "similar" };
  if (view.words || view.photo) {
    const body = { ...common, words: view.words || null, user: state.user };
    if (view.photo) body.photo = view.photo.slice(view.photo.indexOf(",") + 1);
    try {
      return { ...(await post("/api/v1/search", body)), mode: "search" };
    } catch (error) {
      if (!error.absent || !view.words) throw error;
      return { ...(await post("/api/v1/recommend", { ...common, ...asked(), words: view.words })), mode: "search" };
    }
  }
  return { ...(await post("/api/v1/recommend", { ...common, ...asked(), reasons: 1, k: view.k + state.hidden.length })), mode: "recommend" };
}

const act = {
  canExplain: () => view.mode !== "search" && Boolean(state.user || state.history.length),
  open: (item) => showProduct(item.product, { reasons: act.canExplain(), similar: showSimilar }),
  why: (item) => showProduct(item.product, { similar: showSimilar }),
  say,
};

async function openProduct(id) {
  try {
    act.open(await get(address`/api/v1/products/${id}` + `?language=${language()}`));
  } catch (error) {
    showError(error);
  }
}

function showSimilar(product) {
  view.similar = product;
  show();
  $("#results-title").scrollIntoView({ block: "nearest" });
}

function draw(answer) {
  view.mode = answer.mode;
  view.items = answer.items.filter((item) => !state.hidden.includes(item.product.id) || state.user).slice(0, view.k);
  const title = view.similar ? t("results.similar", { name: view.similar.name }) : answer.mode === "search" ? t("results.found", { n: number(answer.total ?? answer.items.length) }) : t(`results.${state.user ? "customer" : state.history.length ? "visitor" : "popular"}`);
  $("#results-title").textContent = title;
  $("#results-tools").replaceChildren(...(view.similar ? [h("button", { type: "button", onclick: () => ((view.similar = null), show()) }, t("results.back"))] : []));
  $("#understood").replaceChildren(...corrections(answer), ...(answer.understood ?? []).map((one) => h("span", { class: "chip" }, one.negated ? t("understood.not", { name: one.name }) : one.name)));
  $("#notes").replaceChildren(...(answer.notes ?? []).map((note) => h("p", { class: "notice" }, note)));
  if (answer.facets) showFacets(answer.facets, () => show({ again: true }));
  drawCards();
  $("#more").hidden = answer.items.length < view.k || view.k >= 96;
  announce(`${title}: ${t("results.count", { n: view.items.length })}`);
}

function corrections(answer) {
  if (!answer.corrections?.length || !answer.query) return [];
  return [h("span", {}, t("search.corrected"), " ", h("strong", {}, answer.query))];
}

function drawCards() {
  const cards = view.items.map((item) => card(item, act, state.said));
  $("#cards").replaceChildren(...(cards.length ? cards : [h("li", { class: "notice empty" }, t("results.none"))]));
}

async function say(item, kind) {
  const { product } = item;
  state.said.add(`${product.id} ${kind}`);
  if (state.user) {
    try {
      await post("/api/v1/feedback", { user: state.user, product: product.id, kind });
    } catch (error) {
      state.said.delete(`${product.id} ${kind}`);
      return showError(error);
    }
  } else if (kind === "not_interested") {
    state.hidden.push(product.id);
    state.history = state.history.filter((entry) => entry.id !== product.id);
  } else {
    state.history = [{ id: product.id, name: product.name, kind }, ...state.history.filter((entry) => entry.id !== product.id)].slice(0, 100);
  }
  keep();
  announce(t("say.done", { say: t(`say.${kind}`), name: product.name }));
  showWhom(() => show());
  if (view.mode === "recommend") await show({ again: true });
  else drawCards();
}

/** Write an offered question with its gaps in the reader's language. */
const withGaps = (question) => question.replace(/PRODUCT|ASPECT|KIND/g, (gap) => t(`gap.${gap}`));

/** Put an offered question into the field, with its first gap marked. */
function begin(question) {
  const field = $("#words");
  const gap = question.match(/PRODUCT|ASPECT|KIND/);
  field.value = withGaps(question);
  field.focus();
  if (gap) field.setSelectionRange(gap.index, gap.index + t(`gap.${gap[0]}`).length);
}

async function ask(question) {
  if (!question) return;
  const box = $("#answer");
  box.hidden = false;
  box.replaceChildren(h("h2", { id: "answer-title" }, question), h("p", { class: "quiet" }, t("ask.busy")));
  try {
    const answer = await post("/api/v1/ask", { question, user: state.user, language: language() });
    const several = answer.items?.length !== 1; // of one product, everybody knows which is spoken of
    const quotes = (answer.quotes ?? []).map((quote) => h("blockquote", {}, quote.text, several ? h("cite", {}, h("button", { type: "button", class: "link", onclick: () => openProduct(quote.product) }, quote.name)) : null));
    const cypher = (answer.cypher ?? []).map((ran) => `${ran.cypher}\n${JSON.stringify(ran.parameters)}`).join("\n\n");
    const nearest = (answer.nearest ?? []).map((one) => h("li", {}, h("button", { type: "button", class: "link", onclick: () => begin(one) }, withGaps(one))));
    box.replaceChildren(h("h2", { id: "answer-title" }, question), h("p", {}, answer.text), ...quotes, nearest.length ? h("ul", {}, ...nearest) : "", cypher ? h("details", {}, h("summary", {}, t("ask.cypher")), h("pre", {}, cypher)) : "");
    if (answer.items?.length) draw({ mode: "search", items: answer.items, notes: [] });
    announce(answer.text);
  } catch (error) {
    box.replaceChildren(h("h2", { id: "answer-title" }, question), errorBox(error) ?? "");
  }
}

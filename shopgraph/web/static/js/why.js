// Why a product is recommended, or what it is.
import { $, h, icon } from "./dom.js";
import { address, get, post } from "./api.js";
import { errorBox } from "./frame.js";
import { language, percent, price, t } from "./words.js";
import { pack } from "./graph-link.js";
import { nodeName, sharesBar, sharesLegend } from "./reasons.js";
import { photo } from "./cards.js";
import { asked, state } from "./state.js";

/** Open the dialog of a product, with all reasons where the customer is known by something. */
export async function showProduct(product, { reasons = true, similar } = {}) {
  const dialog = $("#why");
  const body = h("div", { class: "busy" });
  const close = h("button", { type: "button", class: "plain", "aria-label": t("close"), onclick: () => dialog.close() }, icon("close"));
  const facts = h("p", { class: "quiet" }, [product.brand, price(product.price)].filter(Boolean).join(" · "));
  const head = h("div", { class: "why-head" }, product.photo ? photo(product.photo) : h("span"), h("div", {}, h("h2", { id: "why-title" }, product.name), facts), close);
  dialog.replaceChildren(head, body);
  dialog.showModal();
  const whom = asked();
  try {
    const details = await get(address`/api/v1/products/${product.id}` + `?language=${language()}`);
    const [text, chips] = await inLanguage(details.product);
    body.append(h("p", { class: "details" }, text), h("p", { class: "chips" }, chips.map((one) => h("span", { class: "chip" }, one))));
    if (reasons && (whom.user || whom.history)) {
      const { item } = await post("/api/v1/explain", { ...whom, product: product.id, language: language() });
      body.append(h("h3", {}, t("why.title")), sharesBar(item.shares) ?? "", sharesLegend(item.shares), reasonList(item.reasons));
    }
    const links = [h("button", { type: "button", onclick: () => (dialog.close(), similar?.(product)) }, t("why.similar"))];
    if (state.user && reasons) links.push(h("a", { class: "button", href: address`/graph#explain=${state.user}&product=${product.id}` }, t("why.graph")));
    links.push(h("a", { class: "button", href: address`/graph#nodes=${pack([`Product:${product.id}`])}` }, t("why.node")));
    body.append(h("div", { class: "actions" }, links));
  } catch (error) {
    body.append(errorBox(error) ?? "");
  }
  body.classList.remove("busy");
}

/** Give a product's description, and what it is in short: in Chinese as the graph has it, where it does. */
async function inLanguage(product) {
  const own = [...product.categories.map((id) => ({ label: "Category", id, name: id })), ...product.attributes.map((id) => ({ label: "Attribute", id }))];
  if (language() !== "zh") return [product.description ?? "", own.map(nodeName)];
  try {
    const [{ node }, { nodes }] = await Promise.all([get(address`/api/v1/graph/node/Product/${product.id}`), post("/api/v1/graph/among", { nodes: own.map((one) => `${one.label}:${one.id}`), language: "zh" })]);
    return [node.properties.description_zh ?? product.description ?? "", nodes.map(nodeName)];
  } catch {
    return [product.description ?? "", own.map(nodeName)];
  }
}

function reasonList(reasons) {
  if (!reasons.length) return h("p", { class: "quiet" }, t("why.none"));
  const most = Math.max(...reasons.map((reason) => Math.abs(reason.share)));
  return h("ol", { class: "reasons" }, reasons.slice(0, 12).map((reason) =>
    h("li", { class: reason.share < 0 ? "against" : "" }, h("span", {}, reason.sentence), h("span", { class: "meter" }, h("i", { style: { width: `${(100 * Math.abs(reason.share)) / most}%` } })), h("b", {}, percent(reason.share)))));
}

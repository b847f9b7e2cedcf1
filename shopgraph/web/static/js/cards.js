// Product cards.
import { h, icon } from "./dom.js";
import { photoAddress } from "./api.js";
import { price, t } from "./words.js";
import { sharesBar } from "./reasons.js";

const SAY = [["like", "like"], ["not_interested", "hide"], ["cart", "cart"], ["purchase", "bought"]];

/** Give a picture of a product, or a place where one would be. */
export function photo(path, alt = "") {
  if (!path) return icon("photo");
  const image = h("img", { alt, loading: "lazy", decoding: "async" });
  photoAddress(path).then((address) => (image.src = address)).catch(() => image.replaceWith(icon("photo")));
  return image;
}

/** Give a card: ``act`` has open(item), why(item) and say(item, kind). */
export function card(item, act, said) {
  const { product } = item;
  const saying = SAY.map(([kind, picture]) =>
    h("button", { type: "button", class: "plain", title: t(`say.${kind}`), "aria-label": t("say.label", { say: t(`say.${kind}`), name: product.name }), "aria-pressed": String(said.has(`${product.id} ${kind}`)), onclick: () => act.say(item, kind) }, icon(picture)),
  );
  return h(
    "li",
    { class: "card", dataset: { product: product.id } },
    h("div", { class: "photo" }, photo(product.photo)),
    h(
      "div",
      { class: "body" },
      h("h3", {}, h("button", { type: "button", class: "link", onclick: () => act.open(item) }, product.name)),
      h("p", { class: "facts" }, h("span", {}, product.brand ?? ""), h("b", {}, price(product.price))),
      product.in_stock === false ? h("p", { class: "out" }, t("card.out")) : null,
      item.missing?.length ? h("p", { class: "missing" }, t("card.missing", { names: item.missing.join(", ") })) : null,
      item.reasons?.length ? h("p", { class: "reason" }, item.reasons[0].sentence) : null,
      item.shares ? sharesBar(item.shares) : null,
    ),
    h("div", { class: "say" }, saying, act.canExplain() ? h("button", { type: "button", class: "plain why", "aria-label": t("why.label", { name: product.name }), onclick: () => act.why(item) }, t("why.button")) : null),
  );
}

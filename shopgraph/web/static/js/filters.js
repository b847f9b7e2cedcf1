// Filters, and facets with counts where an answer brings them.
import { $, debounce, h } from "./dom.js";
import { number, t, tOr } from "./words.js";

export const filters = { price_min: null, price_max: null, brands: new Set(), categories: new Set(), in_stock: false, attributes: new Map() };

/** Give the filters as the service wants them. */
export function filterBody() {
  const attributes = Object.fromEntries([...filters.attributes].filter(([, values]) => values.size).map(([name, values]) => [name, [...values]]));
  return { price_min: filters.price_min, price_max: filters.price_max, brands: [...filters.brands], categories: [...filters.categories], in_stock: filters.in_stock, attributes };
}

/** Draw what stays: prices and stock, and an empty place for facets. */
export function startFilters(changed) {
  const bound = (name) => h("div", {}, h("label", { for: name }, t(`filters.${name}`)), h("input", { id: name, type: "number", min: "0", step: "any", inputmode: "decimal", oninput: debounce(400, (event) => {
    const value = event.target.valueAsNumber;
    filters[name] = Number.isFinite(value) && value >= 0 ? value : null;
    changed();
  }) }));
  $("#filters-body").replaceChildren(
    h("div", { class: "prices" }, bound("price_min"), bound("price_max")),
    h("label", { class: "choice" }, h("input", { type: "checkbox", id: "in-stock", onchange: (event) => ((filters.in_stock = event.target.checked), changed()) }), t("filters.in_stock")),
    h("div", { id: "facets" }),
  );
  if (matchMedia("(max-width: 860px)").matches) $("#filters").open = false;
}

function chosenFor(facet) {
  if (facet.id === "brand") return filters.brands;
  if (facet.id === "category") return filters.categories;
  const name = facet.id.replace(/^attribute:/, "");
  if (!filters.attributes.has(name)) filters.attributes.set(name, new Set());
  return filters.attributes.get(name);
}

const ownValue = (facet, value) => (facet.id.startsWith("attribute:") ? value.replace(/^[^=]*=/, "") : value);

/** Give the values of a facet that are shown: the first ones, and all that are chosen, found now or not. */
function shownValues(facet, chosen) {
  const shown = facet.values.filter((value, place) => place < 8 || chosen.has(ownValue(facet, value.value)));
  const there = new Set(shown.map((value) => ownValue(facet, value.value)));
  return [...shown, ...[...chosen].filter((value) => !there.has(value)).map((value) => ({ value, name: value, count: 0 }))];
}

/** Draw the facets of an answer; one by which products are chosen stays, for it could not be undone else. */
export function showFacets(facets, changed) {
  const known = new Set(facets.map((facet) => facet.id));
  const absent = ["brand", "category", ...[...filters.attributes.keys()].map((name) => `attribute:${name}`)].filter((id) => !known.has(id)).map((id) => ({ id, name: id.replace(/^attribute:/, ""), values: [] }));
  const wanted = [...facets, ...absent].filter((facet) => facet.id !== "price" && (facet.values.length || chosenFor(facet).size));
  $("#facets").replaceChildren(...wanted.filter((facet, place) => place < 6 || chosenFor(facet).size).map((facet) => {
    const chosen = chosenFor(facet);
    const own = (value) => ownValue(facet, value);
    return h("fieldset", { class: "facet" }, h("legend", {}, tOr(`facet.${facet.id}`, facet.name)), shownValues(facet, chosen).map((value) =>
      h("label", { class: "choice" }, h("input", { type: "checkbox", checked: chosen.has(own(value.value)), onchange: (event) => {
        if (event.target.checked) chosen.add(own(value.value));
        else chosen.delete(own(value.value));
        changed();
      } }), h("span", {}, value.name), h("span", { class: "count" }, number(value.count)))));
  }));
}

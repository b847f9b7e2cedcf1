// Who is served: choosing a customer, and what is believed of them, from which events.
import { $, announce, h, icon } from "./dom.js";
import { address, call, get, post } from "./api.js";
import { clearError, showError } from "./frame.js";
import { nodePicker } from "./combo.js";
import { nodeName } from "./reasons.js";
import { day, percent, t, tOr } from "./words.js";
import { keep, state } from "./state.js";

/** Put up the part of the customer; ``changed`` is called when the next answer would be another. */
export function startWhom(changed) {
  nodePicker($("#customer"), $("#customer-list"), { labels: "User", pick: (node) => choose(node.id, changed) });
  $("#customer").addEventListener("keydown", (event) => {
    const typed = event.target.value.trim();
    if (event.key === "Enter" && !event.defaultPrevented && typed) choose(typed, changed);
  });
  return showWhom(changed);
}

function choose(user, changed) {
  state.user = user;
  keep();
  $("#customer").value = "";
  clearError();
  showWhom(changed);
  changed();
}

/** Draw who is served now. */
export async function showWhom(changed) {
  const place = $("#whom");
  if (!state.user) return showVisitor(place, changed);
  const beliefs = h("div", { class: "beliefs" });
  const name = h("strong", {}, state.user);
  place.replaceChildren(h("p", { class: "who" }, name, h("button", { type: "button", class: "link", onclick: () => choose(null, changed) }, t("whom.leave"))), beliefs);
  const user = state.user;
  get(address`/api/v1/graph/node/User/${user}`).then(({ node }) => name.replaceChildren(node.name, node.name === user ? "" : h("small", { class: "quiet" }, ` ${user}`)), () => {});
  try {
    const [profile, events] = await Promise.all([get(address`/api/v1/users/${user}/profile`), get(address`/api/v1/users/${user}/events`)]);
    if (state.user === user) beliefs.replaceChildren(...likes(profile), eventList(events.events, async (event) => {
      try {
        await call("DELETE", address`/api/v1/users/${user}/events/${event.id}`);
        announce(t("event.removed"));
        showWhom(changed);
        changed();
      } catch (error) {
        showError(error);
      }
    }));
  } catch (error) {
    if (!error.absent) beliefs.replaceChildren(h("p", { class: "quiet small" }, error.message));
  }
}

function likes(profile) {
  if (!profile.likes.length) return [h("p", { class: "quiet small" }, t("profile.none"))];
  return [h("h3", {}, t("profile.likes")), ...profile.likes.slice(0, 8).map((liking) =>
    h("div", { class: "belief", title: t("profile.from", { n: liking.products.length, usual: percent(liking.usual) }) }, h("span", {}, nodeName(liking.node)), h("span", { class: "meter", role: "img", "aria-label": percent(liking.weight) }, h("i", { style: { width: `${Math.min(100, 100 * liking.weight)}%` } }))))];
}

function eventList(events, remove) {
  const list = events.slice(0, 8).map((event) =>
    h("div", { class: "event" }, h("span", {}, event.product.name, h("br"), h("small", { class: "quiet" }, [tOr(`kind.${event.kind.toLowerCase()}`, event.kind), event.at ? day(event.at) : null].filter(Boolean).join(" · "))),
      h("button", { type: "button", class: "plain", "aria-label": t("event.remove", { name: event.product.name }), title: t("event.remove", { name: event.product.name }), onclick: () => remove(event) }, icon("close"))));
  return h("div", {}, h("h3", {}, t("profile.events", { n: events.length })), ...list);
}

async function showVisitor(place, changed) {
  const suggested = h("div", { class: "suggested" });
  const history = state.history.map((entry) => ({ id: entry.id, product: entry, kind: entry.kind, at: null }));
  place.replaceChildren(h("p", { class: "quiet small" }, t("whom.visitor")), history.length ? h("div", { class: "beliefs" }, eventList(history, (event) => {
    state.history = state.history.filter((entry) => entry.id !== event.id);
    keep();
    showWhom(changed);
    changed();
  })) : suggested);
  if (history.length) return;
  try { // customers to try: some who bought what is popular
    const popular = await post("/api/v1/recommend", { k: 1 });
    const near = await get(address`/api/v1/graph/neighbours/Product/${popular.items[0].product.id}` + "?types=PURCHASED&limit=4");
    suggested.replaceChildren(...near.nodes.filter((node) => node.label === "User").slice(0, 4).map((node) => h("button", { type: "button", onclick: () => choose(node.id, changed) }, node.name)));
  } catch {
    // only an offer
  }
}

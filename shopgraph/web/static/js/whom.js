// Who is served: choosing a customer, and what is believed of them, from which events.
import { $, announce, h, icon } from "./dom.js";
import { address, call, get, post } from "./api.js";
import { clearError, showError } from "./frame.js";
import { nodePicker } from "./combo.js";
import { nodeName } from "./reasons.js";
import { day, inWords, percent, t, tOr } from "./words.js";
import { keep, state } from "./state.js";

const SHOWN = 8; // events until all are asked for

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
  const removeEvent = async (event) => {
    try {
      await call("DELETE", address`/api/v1/users/${user}/events/${event.id}`);
      announce(t("event.removed"));
      showWhom(changed);
      changed();
    } catch (error) {
      showError(error);
    }
  };
  get(address`/api/v1/graph/node/User/${user}`).then(({ node }) => name.replaceChildren(node.name, node.name === user ? "" : h("small", { class: "quiet" }, ` ${user}`)), () => {});
  try {
    const [profile, events] = await Promise.all([get(address`/api/v1/users/${user}/profile` + `?${inWords()}`), get(address`/api/v1/users/${user}/events` + `?${inWords()}`)]);
    if (state.user === user) beliefs.replaceChildren(...likes(profile), eventList(events.events, removeEvent, { word: "whom.forget", run: () => forget(user, changed) }));
  } catch (error) {
    if (!error.absent) beliefs.replaceChildren(h("p", { class: "quiet small" }, error.message));
  }
}

/** Keep each node once, in its strongest relation. */
function each(liked) {
  const seen = new Set();
  return liked.filter(({ node }) => !seen.has(`${node.label}:${node.id}`) && seen.add(`${node.label}:${node.id}`));
}

function likes(profile) {
  if (!profile.likes.length) return [h("p", { class: "quiet small" }, t("profile.none"))];
  return [h("h3", {}, t("profile.likes")), ...each(profile.likes).slice(0, 8).map((liking) =>
    h("div", { class: "belief", title: t("profile.from", { n: liking.products.length, usual: percent(liking.usual) }) }, h("span", {}, nodeName(liking.node)), h("span", { class: "meter", role: "img", "aria-label": percent(liking.weight) }, h("i", { style: { width: `${Math.min(100, 100 * liking.weight)}%` } }))))];
}

/** Ask whether to forget a customer, and do so. */
function forget(user, changed) {
  const dialog = $("#forget");
  const act = async () => {
    dialog.close();
    try {
      await call("DELETE", address`/api/v1/users/${user}`);
      choose(null, changed);
      announce(t("forget.done", { name: user }));
    } catch (error) {
      showError(error);
    }
  };
  dialog.replaceChildren(h("h2", { id: "forget-title" }, t("forget.title", { name: user })), h("p", { class: "quiet" }, t("forget.why")), h("div", { class: "actions" }, h("button", { type: "button", class: "plain", onclick: () => dialog.close() }, t("cancel")), h("button", { type: "button", class: "main danger", onclick: act }, t("whom.forget"))));
  dialog.showModal();
}

function eventList(events, remove, all) {
  const one = (event) =>
    h("div", { class: "event" }, h("span", {}, event.product.name, h("br"), h("small", { class: "quiet" }, [tOr(`kind.${event.kind.toLowerCase()}`, event.kind), event.at ? day(event.at) : null].filter(Boolean).join(" · "))),
      h("button", { type: "button", class: "plain", "aria-label": t("event.remove", { name: event.product.name }), title: t("event.remove", { name: event.product.name }), onclick: () => remove(event) }, icon("close")));
  const list = h("div", {}, events.slice(0, SHOWN).map(one));
  const more = h("button", { type: "button", class: "link", onclick: () => (more.remove(), list.append(...events.slice(SHOWN).map(one))) }, t("events.all", { n: events.length }));
  return h("div", {}, h("h3", {}, t("profile.events", { n: events.length })), list, h("div", { class: "row" }, events.length > SHOWN ? more : null, h("button", { type: "button", class: "link", onclick: all.run }, t(all.word))));
}

async function showVisitor(place, changed) {
  const suggested = h("div", { class: "suggested" });
  const history = state.history.map((entry) => ({ id: entry.id, product: entry, kind: entry.kind, at: null }));
  const without = (rest) => {
    state.history = rest;
    keep();
    showWhom(changed);
    changed();
  };
  const all = { word: "events.remove", run: () => without([]) };
  place.replaceChildren(h("p", { class: "quiet small" }, t("whom.visitor")), history.length ? h("div", { class: "beliefs" }, eventList(history, (event) => without(state.history.filter((entry) => entry.id !== event.id)), all)) : suggested);
  if (history.length) return;
  try { // customers to try: some who bought what is popular
    const popular = await post("/api/v1/recommend", { k: 1 });
    const near = await get(address`/api/v1/graph/neighbours/Product/${popular.items[0].product.id}` + "?types=PURCHASED&limit=4");
    suggested.replaceChildren(...near.nodes.filter((node) => node.label === "User").slice(0, 4).map((node) => h("button", { type: "button", onclick: () => choose(node.id, changed) }, node.name)));
  } catch {
    // only an offer
  }
}

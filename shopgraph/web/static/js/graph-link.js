// The link of the graph browser: what is shown, where it stands, and how it is looked at. Keys may hold any character.

/** Write keys of nodes one after the other, as ``nodes`` of a link has them. */
export const pack = (keys) => keys.map((key) => key.replaceAll("%", "%25").replaceAll("|", "%7C")).join("|");const unpack = (words) => (words ?? "").split("|").filter(Boolean).map((key) => key.replaceAll("%7C", "|").replaceAll("%25", "%"));
const round = (values) => values.map(Math.round).join(".");
const numbers = (words, count) => {
  const found = words.split(".").map(Number);
  return found.length === count && found.every(Number.isFinite) ? found : null;
};

/** Write what is shown, for behind the "#" of the address; what is empty is left out. */
export function writeLink({ explained, nodes, selected, hide, from, to, walked, look, spots }) {
  const parts = [
    ["explain", explained?.user],
    ["product", explained?.product],
    ["nodes", explained ? "" : pack(nodes)],
    ["selected", selected],
    ["hide", pack(hide)],
    ["from", from],
    ["to", to],
    ["paths", walked && pack([walked.from, walked.to])],
    ["look", look && round([100 * look.zoom, look.x, look.y])],
    ["at", spots.map(({ x, y }) => round([x, y])).join("_")],
  ];
  return new URLSearchParams(parts.filter(([, value]) => value)).toString();
}

/** Read what a link says; what it does not say is null or empty. */
export function readLink(hash) {
  const told = new URLSearchParams(hash.replace(/^#/, ""));
  const [user, ends] = [told.get("explain"), unpack(told.get("paths"))];
  const look = numbers(told.get("look") ?? "", 3);
  const spots = (told.get("at") ?? "").split("_").filter(Boolean).map((words) => numbers(words, 2));
  return {
    explained: user ? { user, product: told.get("product") ?? "" } : null,
    nodes: unpack(told.get("nodes")).filter((key) => key.includes(":")),
    selected: told.get("selected"),
    hide: unpack(told.get("hide")),
    from: told.get("from"),
    to: told.get("to"),
    walked: ends.length === 2 ? { from: ends[0], to: ends[1] } : null,
    look: look && look[0] > 0 ? { zoom: look[0] / 100, x: look[1], y: look[2] } : null,
    spots: spots.every(Boolean) ? spots.map(([x, y]) => ({ x, y })) : [],
  };
}

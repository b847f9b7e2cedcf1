// A field that offers nodes of the graph as one types, by mouse and by keyboard.
import { debounce, h } from "./dom.js";
import { get } from "./api.js";
import { nodeName } from "./reasons.js";
import { language, t, tOr } from "./words.js";

/** Make ``input`` offer nodes in ``list``; ``pick`` gets the one that was chosen. */
export function nodePicker(input, list, { labels = "", pick }) {
  let found = [];
  let at = -1;
  const shut = () => {
    list.hidden = true;
    at = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const choose = (node) => {
    shut();
    pick(node);
  };
  const mark = (next) => {
    at = (next + found.length) % found.length;
    [...list.children].forEach((option, place) => option.setAttribute("aria-selected", String(place === at)));
    input.setAttribute("aria-activedescendant", list.children[at].id);
    list.children[at].scrollIntoView({ block: "nearest" });
  };
  const look = debounce(180, async () => {
    const words = input.value.trim();
    if (!words) return shut();
    const query = new URLSearchParams({ q: words, limit: "12", language: language(), ...(labels ? { labels } : {}) });
    found = await get(`/api/v1/graph/find?${query}`).then((answer) => answer.nodes, () => []);
    if (input.value.trim() !== words || document.activeElement !== input) return;
    list.replaceChildren(
      ...found.map((node, place) =>
        h("li", { role: "option", id: `${list.id}-${place}`, "aria-selected": "false", onmousedown: (event) => (event.preventDefault(), choose(node)) }, h("span", {}, nodeName(node)), h("small", { class: "quiet" }, labels ? node.id : `${tOr(`label.${node.label}`, node.label)}${node.name === node.id || node.id.includes("=") ? "" : ` · ${node.id}`}`)),
      ),
    );
    if (!found.length) list.replaceChildren(h("li", { class: "quiet", role: "option", "aria-disabled": "true", "aria-selected": "false" }, t("find.none")));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
  });
  input.addEventListener("input", look);
  input.addEventListener("blur", shut);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return shut();
    if (event.key === "Enter" && !list.hidden && found.length) {
      event.preventDefault();
      return choose(found[Math.max(at, 0)]);
    }
    if (!list.hidden && found.length && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      mark(at + (event.key === "ArrowDown" ? 1 : at < 0 ? 0 : -1));
    }
  });
}

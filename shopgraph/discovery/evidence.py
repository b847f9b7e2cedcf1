"""How surely each product is what a name says: by the shop's lists and texts, photos and reviews."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from linking.lexicon import Lexicon
from linking.mentions import NodeRef
from linking.text import normalise
from recommender import Recommender
from recommender.arrays import BoolArray, FloatArray
from recommender.attributes import HAS_ATTRIBUTE
from recommender.filters import Filters
from recommender.hops import CRITICISED, DEPICTS, MENTIONS, PRAISED
from shopgraph.discovery.text_index import TextIndex

_KEPT = 512
_FEWEST_BASKET = 1e-6


@dataclass(frozen=True, slots=True)
class Trust:
    """How much each kind of evidence says, 0 to 1; what the shop lists says 1."""

    title: float = 0.9
    depicted: float = 0.6
    described: float = 0.4


class Evidence:
    """Strengths of nodes over the products of a model. It may be asked by several threads at once.

    Args:
        recommender: whose catalogue and graph are read.
        lexicon: names of the nodes, to be found in the products' texts.
        index: of those texts.
        titles, descriptions: of the products, normalised.
        trust: how much each kind of evidence says.
    """

    def __init__(
        self,
        recommender: Recommender,
        lexicon: Lexicon,
        index: TextIndex,
        *,
        titles: Sequence[str],
        descriptions: Sequence[str],
        trust: Trust | None = None,
    ) -> None:
        self._recommender, self._index = recommender, index
        self._titles, self._descriptions = titles, descriptions
        self._trust = trust or Trust()
        self._names: dict[NodeRef, list[str]] = {}
        for key, alias in lexicon.items():
            for sense in alias.senses:
                node = lexicon.entries[sense.entry].node
                if node.label in ("Brand", "Attribute"):
                    self._names.setdefault(node, []).append(key)
        self._targets = _positions(recommender)
        self._lock = threading.Lock()
        self._made: OrderedDict[tuple[NodeRef, str], FloatArray] = OrderedDict()

    def of(self, node: NodeRef, *, wanted: str = PRAISED) -> FloatArray:
        """Give how surely each product is what a node says, 0 to 1, ``(n_products,)``; not to be changed.

        Args:
            node: the node.
            wanted: of an aspect, what reviews are to say of it: ``praised`` or ``criticised``.
        """
        key = (node, wanted)
        with self._lock:
            found = self._made.get(key)
            if found is not None:
                self._made.move_to_end(key)
                return found
        made: Mapping[str, Callable[[NodeRef], FloatArray]] = {
            "Brand": self._brand,
            "Category": self._category,
            "Attribute": self._attribute,
            "Product": self._product,
        }
        found = self._aspect(node, wanted) if node.label == "Aspect" else made[node.label](node)
        found.flags.writeable = False
        with self._lock:
            self._made[key] = found
            while len(self._made) > _KEPT:
                self._made.popitem(last=False)
        return found

    def other(self, node: NodeRef) -> BoolArray:
        """Say which products are known to be of another brand, or to have another value, ``(n_products,)``."""
        catalogue = self._recommender.catalogue
        if node.label == "Brand":
            named: BoolArray = (catalogue.brands >= 0) & (self.of(node) == 0)
            return named
        if node.label == "Attribute" and HAS_ATTRIBUTE in catalogue.relations:
            name = f"{node.id.partition('=')[0]}="
            values = tuple(one.id for one in self._names if one.label == "Attribute" and one.id.startswith(name))
            having = catalogue.allowed(Filters(links={HAS_ATTRIBUTE: values})) if values else self.of(node) > 0
            listed: BoolArray = having & (self.of(node) == 0)
            return listed
        none: BoolArray = self.of(node) == 0
        return none

    def _brand(self, node: NodeRef) -> FloatArray:
        listed = self._recommender.catalogue.allowed(Filters(brands=(node.id,))).astype(np.float32)
        return np.maximum(listed, self._named(node) * (self._recommender.catalogue.brands < 0))

    def _category(self, node: NodeRef) -> FloatArray:
        return self._recommender.catalogue.allowed(Filters(categories=(node.id,))).astype(np.float32)

    def _attribute(self, node: NodeRef) -> FloatArray:
        found = np.zeros(self._recommender.products, dtype=np.float32)
        if HAS_ATTRIBUTE in self._recommender.catalogue.relations:
            found += self._recommender.catalogue.allowed(Filters(links={HAS_ATTRIBUTE: (node.id,)}))
        found = np.maximum(found, self._named(node))
        shown = self._linked(f"{DEPICTS}:Attribute", node)
        return found if shown is None else np.maximum(found, self._trust.depicted * shown)

    def _aspect(self, node: NodeRef, wanted: str) -> FloatArray:
        found = self._linked(f"{MENTIONS}:Aspect:{wanted}", node)
        return np.zeros(self._recommender.products, dtype=np.float32) if found is None else found

    def _product(self, node: NodeRef) -> FloatArray:
        found = np.zeros(self._recommender.products, dtype=np.float32)
        row = self._recommender.catalogue.row_of.get(node.id)
        if row is not None:
            found[row] = 1.0
        return found

    def _linked(self, relation: str, node: NodeRef) -> FloatArray | None:
        """Give the strengths of a relation of the graph, None where no product has it."""
        place = self._targets.get((relation, node.label, node.id))
        if place is None:
            return None
        kind, column = place
        members = self._recommender.artefact.kinds[kind].members
        picked: FloatArray = np.asarray(members[:, [column]].todense(), dtype=np.float32).ravel()
        return np.clip(picked, 0, 1)

    def _named(self, node: NodeRef) -> FloatArray:
        """Give how surely texts name a node: in the title, or in the description alone."""
        found = np.zeros(self._recommender.products, dtype=np.float32)
        for name in self._names.get(node, ()):
            for row in self._index.having_all(name).tolist():
                if _holds(self._titles[row], name):
                    found[row] = self._trust.title
                elif found[row] < self._trust.described and _holds(self._descriptions[row], name):
                    found[row] = self._trust.described
        return found


def _positions(recommender: Recommender) -> dict[tuple[str, str, str], tuple[int, int]]:
    """Give, by relation, label and id, where the products of a node stand: number of the kind, column in it."""
    found: dict[tuple[str, str, str], tuple[int, int]] = {}
    wanted = {f"{DEPICTS}:Attribute", f"{MENTIONS}:Aspect:{PRAISED}", f"{MENTIONS}:Aspect:{CRITICISED}"}
    start = 0
    for number, kind in enumerate(recommender.artefact.kinds):
        if kind.name == "interactions" or kind.direct:
            continue
        if kind.name in wanted:
            own = recommender.artefact.targets.slice(start, len(kind.targets))
            for column, (label, id_) in enumerate(zip(own["label"].to_pylist(), own["id"].to_pylist(), strict=True)):
                found[kind.name, label, id_] = (number, column)
        start += len(kind.targets)
    return found


def _holds(text: str, name: str) -> bool:
    """Tell whether a text has a name, cut out between words."""
    at = text.find(name)
    while at >= 0:
        end = at + len(name)
        if not name.isascii() or (
            (at == 0 or not text[at - 1].isalnum()) and (end == len(text) or not text[end].isalnum())
        ):
            return True
        at = text.find(name, at + 1)
    return False


def searchable(text: str | None) -> str:
    """Give a text in the form in which names are looked for in it."""
    return normalise(text) if text else ""

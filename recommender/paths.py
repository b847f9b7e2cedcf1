"""Paths of reasons: the named nodes and edges between a product of the history and a recommended one.

Nodes are made when they are first named and then kept, since the same brands and categories come again and again.
"""

from __future__ import annotations

import numpy as np

from recommender.answers import Node, Step
from recommender.artefact import Artefact
from recommender.baskets import INTERACTIONS
from recommender.hops import through

INDIRECT = "indirect"
_IN_CATEGORY, _PART_OF = "IN_CATEGORY", "PART_OF"
_PATH = " > "
_ANY = "INTERACTED"
"""What customers did with a product where not all of them did what is to be predicted."""


class Paths:
    """Names products and what lies between them.

    Args:
        artefact: the model.
    """

    def __init__(self, artefact: Artefact) -> None:
        self._kinds = artefact.kinds
        starts = [len(kind.targets) if kind.name != INTERACTIONS and not kind.direct else 0 for kind in artefact.kinds]
        self._starts = np.concatenate([[0], np.cumsum(starts)]).tolist()
        self._between = [artefact.targets[name].combine_chunks() for name in ("label", "id", "name")]
        self._products = [artefact.items[name].combine_chunks() for name in ("id", "name", "categories")]
        self._did = "/".join(name.upper() for name in artefact.target_kinds) or _ANY
        self._nodes: dict[int, Node] = {}
        self._targets: dict[int, Node] = {}
        self._up: dict[tuple[int, int], tuple[Step, ...]] = {}
        self._down: dict[tuple[int, int], tuple[Step, ...]] = {}

    def node(self, item: int) -> Node:
        """Give the product's node."""
        found = self._nodes.get(item)
        if found is None:
            identifier = self._products[0][item].as_py()
            found = Node("Product", identifier, self._products[1][item].as_py() or identifier)
            self._nodes[item] = found
        return found

    def indirect(self, item: int) -> tuple[Step, ...]:
        """Give the path to a product that no basket joins with the one of the history."""
        return (Step(INDIRECT, True, self.node(item)),)

    def customers(self, count: int, item: int, *, did: bool, does: bool) -> tuple[Step, ...]:
        """Give the path through customers.

        Args:
            count: how many.
            item: the recommended product.
            did: all of them did what is to be predicted with the product of the history.
            does: the same with the recommended product.
        """
        between = Node("User", "", f"{count} customer" + ("s" if count > 1 else ""))
        first = Step(self._did if did else _ANY, False, between)
        return first, Step(self._did if does else _ANY, True, self.node(item))

    def basket(self, kind: int, basket: int, j: int, item: int) -> tuple[Step, ...]:
        """Give the path through a basket of a relation.

        Args:
            kind: of the basket; not interactions.
            basket: its number within the kind.
            j: the product of the history.
            item: the recommended product.
        """
        relation = self._kinds[kind]
        if relation.direct:
            return (Step(relation.relation, int(relation.targets[basket]) == j, self.node(item)),)
        row = self._starts[kind] + basket
        if relation.relation == _IN_CATEGORY:
            return self._climb(j, row) + self._descend(item, row)
        between, way = self._target(row), through(relation.relation)
        if way is None:
            first = Step(relation.relation, relation.outgoing, between)
            return first, Step(relation.relation, not relation.outgoing, self.node(item))
        carriers = Node(way.label, "", way.name)
        there = Step(way.first, way.outgoing, carriers), Step(way.second, True, between)
        return *there, Step(way.second, False, carriers), Step(way.first, not way.outgoing, self.node(item))

    def _climb(self, item: int, row: int) -> tuple[Step, ...]:
        found = self._up.get((item, row))
        if found is None:
            own, *wider = self._chain(item, self._target(row))
            found = (Step(_IN_CATEGORY, True, own), *(Step(_PART_OF, True, node) for node in wider))
            self._up[item, row] = found
        return found

    def _descend(self, item: int, row: int) -> tuple[Step, ...]:
        found = self._down.get((item, row))
        if found is None:
            narrower = self._chain(item, self._target(row))[-2::-1]
            found = (*(Step(_PART_OF, False, node) for node in narrower), Step(_IN_CATEGORY, False, self.node(item)))
            self._down[item, row] = found
        return found

    def _chain(self, item: int, category: Node) -> list[Node]:
        """Give the categories from the one a product stands in up to ``category``; an id is the path to there."""
        own = self._products[2][item].as_py() or ()
        inside = [name for name in own if name == category.id or name.startswith(category.id + _PATH)]
        chain = [category]
        if inside:
            for step in min(inside, key=lambda name: (len(name), name))[len(category.id) :].split(_PATH)[1:]:
                chain.insert(0, Node(category.label, chain[0].id + _PATH + step, step))
        return chain

    def _target(self, row: int) -> Node:
        found = self._targets.get(row)
        if found is None:
            label, identifier, name = (column[row].as_py() for column in self._between)
            found = self._targets[row] = Node(label, identifier, name)
        return found

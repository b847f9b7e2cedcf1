"""Reasons: a linear score taken apart exactly into history product, relation and path.

The score of product i for a history h is ``sum_j h_j B[j, i]``. Of each ``B[j, i]`` the filter's part is known
relation by relation. The rest comes from the regression: EASE explains away a common share of all evidence that j and
i have in common, so it is divided over the relations in proportion to that evidence, ``w_r (F_r F_r')[j, i]``. Where
two products have no basket in common the weight comes through others and is called indirect. All parts add up to the
score.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import NamedTuple

import numpy as np

from recommender.answers import Node, Reason, Step
from recommender.arrays import Csr, FloatArray
from recommender.artefact import Artefact
from recommender.baskets import INTERACTIONS
from recommender.hops import through
from recommender.models.graph_filter import GraphFilter, filter_factors
from recommender.models.propagation import factor_of, weight_of

INDIRECT = "indirect"
_ROUNDING = 1e-6
"""Share of a weight that is the rounding of its parts, and no way of its own."""
_IN_CATEGORY, _PART_OF = "IN_CATEGORY", "PART_OF"
_PATH = " > "
_ANY = "INTERACTED"
"""What customers did with a product where not all of them did what is to be predicted."""


class _Part(NamedTuple):
    """A part of one weight: over which kind, how much, and over which baskets."""

    kind: int
    score: float
    baskets: np.ndarray
    strength: np.ndarray


class Explainer:
    """Takes scores of one model apart. Its factors are made when the first reason is asked for.

    Args:
        artefact: the model.
    """

    def __init__(self, artefact: Artefact) -> None:
        self._artefact = artefact
        starts = [len(kind.targets) if kind.name != INTERACTIONS and not kind.direct else 0 for kind in artefact.kinds]
        self._target_start = np.concatenate([[0], np.cumsum(starts)])

    def reasons(self, history: Mapping[int, float], item: int) -> tuple[Reason, ...]:
        """Give the reasons for a recommendation, strongest first; their parts add up to its score.

        Args:
            history: row of each product of the history -> its weight.
            item: row of the recommended product.
        """
        weights = {j: float(self._artefact.weights[j, item]) for j in history}
        score = sum(history[j] * weight for j, weight in weights.items())
        found: list[Reason] = []
        for j, weight in weights.items():
            if weight != 0.0:
                found.extend(self._of_pair(j, item, weight, history[j], score))
        return tuple(sorted(found, key=lambda reason: -abs(reason.score)))

    def node(self, item: int) -> Node:
        """Give the product's node."""
        items = self._artefact.items
        identifier = items["id"][item].as_py()
        return Node("Product", identifier, items["name"][item].as_py() or identifier)

    def _of_pair(self, j: int, item: int, weight: float, times: float, score: float) -> list[Reason]:
        parts = self._parts(j, item, weight)
        whole = sum(part.score for part in parts)
        reasons = [
            self._reason(j, item, part.score * times, score, self._path(j, item, part), len(part.baskets), part.kind)
            for part in parts
            if part.score != 0.0
        ]
        rest = weight - whole
        if abs(rest) > _ROUNDING * abs(weight):
            path = (Step(INDIRECT, True, self.node(item)),)
            reasons.append(self._reason(j, item, rest * times, score, path, 0, None))
        return reasons

    def _parts(self, j: int, item: int, weight: float) -> list[_Part]:
        """Divide one weight over the kinds of baskets."""
        kinds = self._artefact.kinds
        filters = [self._filter_part(number, j, item) for number in range(len(kinds))]
        rest = weight - sum(filters)
        evidence = [_common(factor, factor, j, item) for factor in self._factors]
        strengths = [float(strength.sum()) * w for (_, strength), w in zip(evidence, self._weights, strict=True)]
        total = sum(strengths)
        parts = []
        for number, ((baskets, strength), own) in enumerate(zip(evidence, strengths, strict=True)):
            score = filters[number] + (rest * own / total if total > 0 else 0.0)
            parts.append(_Part(number, score, baskets, strength))
        return parts

    def _filter_part(self, number: int, j: int, item: int) -> float:
        factors = self._filters[number]
        if factors is None:
            return 0.0
        left, right, scale = factors
        _, strength = _common(left, right, j, item)
        return float(strength.sum()) * float(scale[item])

    @cached_property
    def _weights(self) -> list[float]:
        return [weight_of(kind, self._artefact.parameters) for kind in self._artefact.kinds]

    @cached_property
    def _buyers(self) -> Csr:
        return self._artefact.seen.T.tocsr()

    @cached_property
    def _factors(self) -> list[Csr]:
        return [factor_of(kind) for kind in self._artefact.kinds]

    @cached_property
    def _filters(self) -> list[tuple[Csr, Csr, FloatArray] | None]:
        parameters = self._artefact.parameters
        strength = 1.0 if self._artefact.model == GraphFilter.name else parameters.get("filter", 0.0)
        return filter_factors(self._artefact.kinds, parameters, strength=strength)

    def _reason(
        self, j: int, item: int, part: float, score: float, path: tuple[Step, ...], evidence: int, kind: int | None
    ) -> Reason:
        name = INDIRECT if kind is None else self._artefact.kinds[kind].name
        share = part / score if score else 0.0
        return Reason(self.node(j), name, part, share, path, evidence)

    def _path(self, j: int, item: int, part: _Part) -> tuple[Step, ...]:
        kind = self._artefact.kinds[part.kind]
        end = self.node(item)
        if not len(part.baskets):
            return (Step(INDIRECT, True, end),)
        best = int(part.baskets[np.argmax(part.strength)])
        if kind.name == INTERACTIONS:
            count = len(part.baskets)
            customers = Node("User", "", f"{count} customer" + ("s" if count > 1 else ""))
            did, does = (self._word(product, part.baskets) for product in (j, item))
            return Step(did, False, customers), Step(does, True, end)
        if kind.direct:
            return (Step(kind.relation, int(kind.targets[best]) == j, end),)
        between = self._target(part.kind, best)
        if kind.relation == _IN_CATEGORY:
            up, down = self._climb(j, between), self._climb(item, between)
            rise = [Step(_IN_CATEGORY, True, up[0]), *(Step(_PART_OF, True, wider) for wider in up[1:])]
            fall = [*(Step(_PART_OF, False, narrower) for narrower in down[-2::-1]), Step(_IN_CATEGORY, False, end)]
            return (*rise, *fall)
        way = through(kind.relation)
        if way is not None:
            carriers = Node(way.label, "", way.name)
            first, second = Step(way.first, way.outgoing, carriers), Step(way.second, True, between)
            return first, second, Step(way.second, False, carriers), Step(way.first, not way.outgoing, end)
        return Step(kind.relation, kind.outgoing, between), Step(kind.relation, not kind.outgoing, end)

    def _word(self, item: int, users: np.ndarray) -> str:
        """Say what these customers did with a product."""
        bought = self._buyers.indices[self._buyers.indptr[item] : self._buyers.indptr[item + 1]]
        if not np.isin(users, bought).all():
            return _ANY
        return "/".join(name.upper() for name in self._artefact.target_kinds) or _ANY

    def _climb(self, item: int, category: Node) -> list[Node]:
        """Give the categories from the one a product stands in up to ``category``; an id is the path to there."""
        own = self._artefact.items["categories"][item].as_py() or ()
        inside = [name for name in own if name == category.id or name.startswith(category.id + _PATH)]
        chain = [category]
        if inside:
            for step in min(inside, key=lambda name: (len(name), name))[len(category.id) :].split(_PATH)[1:]:
                chain.insert(0, Node(category.label, chain[0].id + _PATH + step, step))
        return chain

    def _target(self, kind: int, basket: int) -> Node:
        row = int(self._target_start[kind]) + basket
        targets = self._artefact.targets
        return Node(targets["label"][row].as_py(), targets["id"][row].as_py(), targets["name"][row].as_py())


def _common(left: Csr, right: Csr, j: int, item: int) -> tuple[np.ndarray, np.ndarray]:
    """Give the baskets two items have in common, and the product of their entries in each."""
    a = slice(left.indptr[j], left.indptr[j + 1])
    b = slice(right.indptr[item], right.indptr[item + 1])
    shared, first, second = np.intersect1d(left.indices[a], right.indices[b], assume_unique=True, return_indices=True)
    return shared, left.data[a][first].astype(np.float64) * right.data[b][second].astype(np.float64)

"""Knowledge-aware propagation: EASE over weighted baskets of every kind, joined with a degree-normalised filter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

import numpy as np
import scipy.sparse as sp

from kg.errors import MemoryEstimateError
from recommender.arrays import Csr, FloatArray, column_sums, inverse_power, scaled
from recommender.baskets import INTERACTIONS, Baskets, damped
from recommender.blocks import in_blocks
from recommender.ease import ease, gram, local_ease, solve_blocks
from recommender.models.graph_filter import GraphFilter, filter_scores
from recommender.models.model import Choice, Parameters, Range, Resources, Scorer, Space, dense_scores, popularity_boost
from recommender.neighbourhoods import gram_blocks, nearest_items, scattered
from recommender.sparsify import sparse_top, top_per_column

_T = TypeVar("_T")

WEIGHT = "weight:"
"""Prefix of the parameters that weigh kinds of baskets against interactions."""

DAMPING = "damping"
"""Parameter: how much less a customer of many products says of each two of them."""

_DAMPINGS = (0.0, -0.5, -0.25, 0.25, 0.5, 0.75)
_SHARED_DAMPING = 0.5
_LOCAL = 128
_WHOLE = 20_000
"""Catalogues above this size are solved over neighbourhoods. On amazon-book (24,915 products) both ways were equally
good on a validation part, Recall@20 .2337 whole and .2342 over neighbourhoods, at 249 s and 35 s."""
_EXACT_TRIALS = 4_000
"""Catalogues up to this size are solved whole in every trial of tuning."""
_BATCH = 128
_SOLVED = 64
"""Items whose systems are made and solved at once: few, so that they stay in a processor's cache."""
_USERS = 64
"""Users whose scores are joined at once, for the same reason."""

_DEFAULT_WEIGHTS = {
    "HAS_BRAND": 2.0,
    "IN_CATEGORY": 0.1,
    "BOUGHT_TOGETHER": 3.0,
    "BOUGHT_TOGETHER:direct": 2.0,
    "MENTIONS:Aspect:praised": 10.0,
    "MENTIONS:Aspect:criticised": 2.0,
    "DEPICTS:Attribute": 10.0,
}
_DEFAULT_SHARED, _DEFAULT_DIRECT = 0.5, 0.2


class Propagation:
    """EASE with relations as side information, plus a graph filter.

    ``A = R'R + sum_r w_r F_r F_r' + ridge I`` over the baskets F_r of every relation, damped by the square root of
    their size; ``B = -P / diag(P)``, ``P = inverse(A)`` as in EASE (Steck, WWW 2019; side information as in Jeunen et
    al., RecSys 2020, "Closed-form models for collaborative filtering with side-information"); a direct link is a
    basket of two. Customers weigh ``size ** -damping`` in R'R. Columns are scaled by ``popularity`` and the filter of
    ``GraphFilter`` is added with weight ``filter``.
    """

    name = "propagation"
    doc = "EASE over interactions and every relation of the graph, joined with a graph filter."

    def defaults(self, kinds: Sequence[Baskets]) -> dict[str, float]:
        """Give weights that did well on catalogues of different kinds, see docs/explanation/closed-form.md."""
        found = {"ridge": 100.0, "popularity": 0.1, "filter": 0.1, "filter_popularity": 0.0, "filter_relations": 0.1}
        found[DAMPING] = 0.0
        for kind in kinds[1:]:
            usual = _DEFAULT_DIRECT if kind.direct else _DEFAULT_SHARED
            found[WEIGHT + kind.name] = _DEFAULT_WEIGHTS.get(kind.name, usual)
        return found

    def space(self, kinds: Sequence[Baskets]) -> Space:
        """Give where to look: weights from a tenth of the default to ten times it.

        The ridge starts at 50: trials over neighbourhoods bear a smaller one than the whole catalogue does.
        """
        found: dict[str, Range | Choice] = {
            DAMPING: Choice(_DAMPINGS),
            "ridge": Range(50.0, 1_000.0, log=True),
            "popularity": Range(-0.1, 0.4),
            "filter": Range(0.003, 3.0, log=True),
            "filter_popularity": Range(-0.2, 0.4),
        }
        if len(kinds) > 1:
            found["filter_relations"] = Range(0.01, 3.0, log=True)
        for name, value in self.defaults(kinds).items():
            if name.startswith(WEIGHT):
                found[name] = Range(value / 10, value * 10, log=True)
        return found

    def fit(self, kinds: Sequence[Baskets], parameters: Parameters, resources: Resources) -> Csr:
        """Solve the whole catalogue where it fits into memory, else neighbourhoods; add the filter."""
        factors = weighted_factors(kinds, parameters)
        boost = popularity_boost(kinds[0].members, parameters["popularity"])
        n_items = len(boost)
        resources = resources.bounded(n_items)
        if solved_whole(n_items, resources):
            A = gram(factors)
            A[np.arange(n_items), np.arange(n_items)] += np.float32(parameters["ridge"])
            B = ease(A)
            B *= boost
            weights = sparse_top(B, resources.neighbours)
            del A, B
        else:
            m = min(_LOCAL, resources.neighbours)
            needed = local_bytes(n_items, m)
            if needed > resources.memory_bytes:
                raise MemoryEstimateError(
                    f"{n_items:,} products with {m} neighbours each need about {needed / 1024**3:.1f} GiB, and "
                    f"training.memory_gib allows {resources.memory_gib:g}. Raise it, or lower training.neighbours."
                )
            weights = local_ease(factors, nearest_items(factors, m), parameters["ridge"])
            weights = scaled(weights, columns=boost)
        if parameters["filter"] > 0:
            addition = GraphFilter().fit(kinds, parameters, resources)
            weights = weights + addition * np.float32(parameters["filter"])
        return top_per_column(sp.csr_matrix(weights, dtype=np.float32), resources.neighbours)

    def scorer(self, kinds: Sequence[Baskets], histories: Csr, resources: Resources) -> Scorer:
        """Prepare trials in which the regression is solved over neighbourhoods that are gathered once."""
        own, related = filter_scores(kinds, histories, resources)
        related = np.broadcast_to(related, own.shape)  # one zero where there are no relations
        n_items = histories.shape[1]
        regress = (
            _exact_regression(kinds, histories)
            if n_items <= _EXACT_TRIALS
            else _local_regression(kinds, histories, self.defaults(kinds), resources)
        )

        def score(parameters: Parameters) -> FloatArray:
            scores = regress(parameters)
            boost = popularity_boost(kinds[0].members, parameters["popularity"])
            relations = np.float32(parameters.get("filter_relations", 0.0))
            filtering = popularity_boost(kinds[0].members, parameters["filter_popularity"])
            filtering *= np.float32(parameters["filter"])

            def join(part: slice) -> None:
                added = related[part] * relations
                added += own[part]
                added *= filtering
                scores[part] *= boost
                scores[part] += added

            in_blocks(join, len(scores), _USERS)
            return scores

        return score

    def faithful(self, n_items: int, resources: Resources) -> bool:
        """Tell whether trials are solved whole as the fit is, or the fit over neighbourhoods as trials are."""
        return n_items <= _EXACT_TRIALS or not solved_whole(n_items, resources.bounded(n_items))


def dense_bytes(n_items: int, neighbours: int) -> float:
    """Estimate the memory that solving the whole catalogue takes, in bytes.

    One matrix of the catalogue squared in float32, blocks of rows beside it, and the weights kept, twice.
    """
    return 4.0 * n_items**2 * 1.15 + 2 * 12.0 * n_items * min(neighbours, n_items) + 3e8


def plan(n_items: int, resources: Resources) -> str:
    """Say before fitting how the catalogue will be solved and what memory that takes."""
    resources = resources.bounded(n_items)
    if solved_whole(n_items, resources):
        needed = dense_bytes(n_items, resources.neighbours)
        return f"{n_items:,} products solved together, about {needed / 1024**3:.1f} GiB"
    m = min(_LOCAL, resources.neighbours)
    return f"{n_items:,} products solved over {m} neighbours each, about {local_bytes(n_items, m) / 1024**3:.1f} GiB"


def solved_whole(n_items: int, resources: Resources) -> bool:
    """Say whether the catalogue is solved whole: where that fits into memory and does not take many minutes."""
    return n_items <= _WHOLE and dense_bytes(n_items, resources.neighbours) <= resources.memory_bytes


def local_bytes(n_items: int, m: int) -> float:
    """Estimate the memory that solving over neighbourhoods of m items takes, in bytes."""
    return 24.0 * n_items * m


def weight_of(kind: Baskets, parameters: Parameters) -> float:
    """Give the weight of a kind of baskets against interactions, which weigh 1."""
    return 1.0 if kind.name == INTERACTIONS else float(parameters.get(WEIGHT + kind.name, 0.0))


def factor_of(kind: Baskets, parameters: Parameters) -> Csr:
    """Give a kind's baskets as the regression sees them: damped, direct links as they are.

    Interactions are damped as far as ``damping`` says, and then scaled so that all customers together weigh what they
    did; so neither the ridge nor the weights of relations need to follow.
    """
    if kind.direct:
        return kind.members
    if kind.name != INTERACTIONS:
        return damped(kind.members, _SHARED_DAMPING)
    exponent = float(parameters.get(DAMPING, 0.0))
    if not exponent:
        return kind.members
    size = column_sums(kind.members)
    even = inverse_power(size, exponent / 2).astype(np.float64)
    whole = np.square(size).sum() / max(np.square(size * even).sum(), 1e-12)
    return scaled(kind.members, columns=np.asarray(even * whole**0.5, dtype=np.float32))


def weighted_factors(kinds: Sequence[Baskets], parameters: Parameters) -> list[Csr]:
    """Give each kind's factor times the root of its weight; kinds without weight are left out."""
    return [
        factor_of(kind, parameters) * np.float32(weight_of(kind, parameters) ** 0.5)
        for kind in kinds
        if weight_of(kind, parameters) > 0
    ]


class _Latest(Generic[_T]):
    """Keeps what was made for the latest damping: tuning tries one after the other, and then stays with one."""

    def __init__(self, make: Callable[[Parameters], _T]) -> None:
        self._make = make
        self._found: tuple[float, _T] | None = None

    def __call__(self, parameters: Parameters) -> _T:
        damping = float(parameters.get(DAMPING, 0.0))
        if self._found is None or self._found[0] != damping:
            self._found = None  # before the next is made: it can be large
            self._found = (damping, self._make(parameters))
        return self._found[1]


def _weighed(arrays: Sequence[FloatArray], weights: Sequence[np.float32]) -> FloatArray:
    """Give the weighted sum of arrays of one shape."""
    total = arrays[0] * weights[0]
    piece = np.empty_like(total)
    for array, weight in zip(arrays[1:], weights[1:], strict=True):
        total += np.multiply(array, weight, out=piece)
    return total


def _exact_regression(kinds: Sequence[Baskets], histories: Csr) -> Scorer:
    related = [gram([factor_of(kind, {})]) for kind in kinds[1:]]
    own = _Latest(lambda parameters: gram([factor_of(kinds[0], parameters)]))

    def regress(parameters: Parameters) -> FloatArray:
        blocks = [own(parameters), *related]
        A = _weighed(blocks, [np.float32(weight_of(kind, parameters)) for kind in kinds])
        A[np.arange(len(A)), np.arange(len(A))] += np.float32(parameters["ridge"])
        return np.asarray(histories @ ease(A), dtype=np.float32)

    return regress


def _local_regression(kinds: Sequence[Baskets], histories: Csr, defaults: Parameters, resources: Resources) -> Scorer:
    n_items = histories.shape[1]
    room = 0.35 * resources.memory_bytes / (4.0 * len(kinds) * n_items)
    m = int(min(96, max(16, np.sqrt(room) // 8 * 8)))
    nearest = nearest_items(weighted_factors(kinds, defaults), m)

    def gathered(kind: Baskets, parameters: Parameters) -> tuple[FloatArray, FloatArray]:
        factor = factor_of(kind, parameters)
        blocks = np.empty((n_items, m, m), dtype=np.float32)
        own = np.empty((n_items, m), dtype=np.float32)

        def gather(part: slice) -> None:
            blocks[part], own[part] = gram_blocks(factor, np.arange(part.start, part.stop), nearest[part])

        in_blocks(gather, n_items, _BATCH)
        return blocks, own

    interactions = _Latest(lambda parameters: gathered(kinds[0], parameters))
    related = [gathered(kind, {}) for kind in kinds[1:]]

    def regress(parameters: Parameters) -> FloatArray:
        left, right = zip(interactions(parameters), *related, strict=True)
        weights = [np.float32(weight_of(kind, parameters)) for kind in kinds]
        values = np.empty((n_items, m), dtype=np.float32)

        def solve(part: slice) -> None:
            system = _weighed([block[part] for block in left], weights)
            wanted = _weighed([own[part] for own in right], weights)
            values[part] = solve_blocks(system, wanted, parameters["ridge"])

        in_blocks(solve, n_items, _SOLVED)
        return dense_scores(histories, scattered(values, nearest))

    return regress

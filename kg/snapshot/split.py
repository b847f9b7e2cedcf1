"""The split: which interactions a model may learn from, and which are kept to judge it.

Whatever the method, a customer's *pair* with a product goes to one side as a whole: where the purchase is kept for the
test, so are that customer's views and ratings of that product, at any time, for they would give the purchase away.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from kg.errors import ConfigurationError
from kg.ids import IdMap, IntArray
from kg.snapshot.draw import pair_draws, string_draws
from kg.snapshot.edges import FloatArray
from kg.tables import KINDS, SPLITS

TRAIN, VALIDATION, TEST = range(len(SPLITS))
STRENGTH: tuple[str, ...] = ("purchased", "rated", "carted", "clicked", "viewed")
"""Kinds of interaction from the strongest sign of interest to the weakest."""

_KNOWN_TIMES = 0.5
"""Share of target interactions whose time must be known for ``auto`` to go by time."""


class SplitMethod(StrEnum):
    """How interactions are parted into train and test."""

    AUTO = "auto"  # given, if the data come with a split; else leave_last_out, if times are known; else random
    GIVEN = "given"  # the split that the data come with
    TIME = "time"  # all that happened from some moment on is test
    LEAVE_LAST_OUT = "leave_last_out"  # each customer's last product is test
    RANDOM = "random"  # a fraction of each customer's products is test
    NONE = "none"  # no test part: learn from everything


@dataclass(frozen=True, slots=True)
class SplitSettings:
    """How to split.

    Attributes:
        method: see ``SplitMethod``; default ``auto``.
        fraction: share of the target interactions that ``time`` and ``random`` keep for the test, default 0.2.
        target_kinds: kinds of interaction to predict, as in ``kg.tables.KINDS``; None (default) for the strongest kind
            present, of purchased, rated, carted, clicked, viewed.
        min_value: target interactions of a lower value are not predicted, though their pair may be; None (default) for
            any value.
        min_history: products that ``leave_last_out`` and ``random`` leave a customer in train, default 1.
        seed: of ``random``, default 0.
    """

    method: SplitMethod = SplitMethod.AUTO
    fraction: float = 0.2
    target_kinds: tuple[str, ...] | None = None
    min_value: float | None = None
    min_history: int = 1
    seed: int = 0

    def __post_init__(self) -> None:
        if not 0 < self.fraction < 1:
            raise ConfigurationError(f"The split's fraction is {self.fraction}; give a number between 0 and 1.")
        if self.min_history < 0:
            raise ConfigurationError(f"The split's min_history is {self.min_history}; give 0 or more.")
        for kind in self.target_kinds or ():
            if kind not in KINDS:
                raise ConfigurationError(f'There is no kind of interaction "{kind}". Kinds: {", ".join(KINDS)}.')


@dataclass(frozen=True, slots=True)
class Interactions:
    """All interactions of a graph as columns, in any order.

    Attributes:
        user: row of the customer, ``(n,)``.
        product: row of the product, ``(n,)``.
        kind: position in ``kg.tables.KINDS``, ``(n,)``.
        at: milliseconds since 1970 UTC, -1 where unknown, ``(n,)``.
        value: stars or another strength, NaN where there is none, ``(n,)``.
        given: position in ``kg.tables.SPLITS``, -1 where the data say nothing, ``(n,)``.
    """

    user: IntArray
    product: IntArray
    kind: npt.NDArray[np.int8]
    at: IntArray
    value: FloatArray
    given: npt.NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.user)


@dataclass(frozen=True, slots=True)
class Division:
    """What a split decided.

    Attributes:
        method: that was used; never ``auto``.
        target_kinds: kinds to predict.
        part: TRAIN, VALIDATION or TEST of each interaction, ``(n,)``.
        target: the interaction is one to predict; others lie on the test side only so as not to leak, ``(n,)``.
        held: the customer-product pairs that are not in train, sorted codes as ``pair_codes`` makes them.
        cutoff: with ``time``, the moment from which everything is test, in milliseconds since 1970 UTC.
    """

    method: SplitMethod
    target_kinds: tuple[str, ...]
    part: npt.NDArray[np.int8]
    target: npt.NDArray[np.bool_]
    held: IntArray
    cutoff: int | None = None


def pair_codes(user: IntArray, product: IntArray, ids: IdMap) -> IntArray:
    """Give one number for each pair of a customer's and a product's row, ``(n,)``."""
    width = max(1, ids.count("Product"))
    codes: IntArray = (user - ids.slice("User").start) * width + (product - ids.slice("Product").start)
    return codes


def divide(interactions: Interactions, ids: IdMap, settings: SplitSettings) -> Division:
    """Decide for each interaction whether it is train, validation or test.

    The answer depends on ids, times and settings, never on the order of the interactions.

    Raises:
        ConfigurationError: the method needs times or a given split, and the data have none.
    """
    eligible = (
        interactions.given > TRAIN
        if settings.method in (SplitMethod.AUTO, SplitMethod.GIVEN) and (interactions.given > TRAIN).any()
        else np.ones(len(interactions), dtype=np.bool_)
    )
    kinds = settings.target_kinds or _strongest(interactions.kind[eligible])
    target = np.isin(interactions.kind, [KINDS.index(kind) for kind in kinds])
    if settings.min_value is not None:
        target &= ~(interactions.value < settings.min_value)
    method = _resolve(interactions, target, settings)
    codes = pair_codes(interactions.user, interactions.product, ids)
    cutoff = None
    chosen = np.full(len(interactions), TRAIN, dtype=np.int8)
    if method is SplitMethod.GIVEN:
        chosen = np.maximum(interactions.given, TRAIN).astype(np.int8)
    elif method is SplitMethod.TIME:
        cutoff = _cutoff(interactions.at[target], settings)
        chosen[target & (interactions.at >= cutoff)] = TEST
    elif method is SplitMethod.LEAVE_LAST_OUT:
        chosen[np.isin(codes, _last_pairs(interactions, target, codes, ids, settings))] = TEST
    elif method is SplitMethod.RANDOM:
        chosen[np.isin(codes, _random_pairs(target, codes, ids, settings))] = TEST
    part = _whole_pairs(chosen, codes)
    held = np.unique(codes[part != TRAIN])
    target &= (chosen != TRAIN) & (part == chosen)
    if cutoff is not None:
        part[interactions.at >= cutoff] = TEST
    return Division(method, kinds, part, target, held, cutoff)


def _strongest(kinds: npt.NDArray[np.int8]) -> tuple[str, ...]:
    present = {KINDS[kind] for kind in np.unique(kinds)}
    return next(((kind,) for kind in STRENGTH if kind in present), ())


def _resolve(interactions: Interactions, target: npt.NDArray[np.bool_], settings: SplitSettings) -> SplitMethod:
    has_given = bool((interactions.given >= 0).any())
    times = interactions.at[target] >= 0
    method = settings.method
    if method is SplitMethod.AUTO:
        if not target.any():
            return SplitMethod.NONE
        if has_given:
            return SplitMethod.GIVEN
        return SplitMethod.LEAVE_LAST_OUT if times.mean() >= _KNOWN_TIMES else SplitMethod.RANDOM
    if method is SplitMethod.GIVEN and not has_given:
        raise ConfigurationError('The split method is "given", but no interaction has a split. Use "auto".')
    if method in (SplitMethod.TIME, SplitMethod.LEAVE_LAST_OUT) and not times.any():
        raise ConfigurationError(
            f'The split method is "{method}", but no interaction to predict has a time. Use "random" or "auto".'
        )
    return method


def _whole_pairs(chosen: npt.NDArray[np.int8], codes: IntArray) -> npt.NDArray[np.int8]:
    """Give every interaction of a pair the latest part that any of them has."""
    pairs, inverse = np.unique(codes, return_inverse=True)
    latest = np.zeros(len(pairs), dtype=np.int8)
    np.maximum.at(latest, inverse, chosen)
    return latest[inverse]


def _cutoff(at: IntArray, settings: SplitSettings) -> int:
    times = np.sort(at[at >= 0])
    cutoff = int(times[min(len(times) - 1, int(len(times) * (1 - settings.fraction)))])
    if cutoff == times[0]:
        raise ConfigurationError(
            f'With the split method "time" and the fraction {settings.fraction} nothing would be left to learn from: '
            'too many interactions have the same time. Use a smaller fraction, or "leave_last_out".'
        )
    return cutoff


def _candidates(
    target: npt.NDArray[np.bool_], codes: IntArray, ids: IdMap, settings: SplitSettings
) -> tuple[IntArray, IntArray, IntArray, npt.NDArray[np.uint64]]:
    """Give the pairs to predict, their customers, how many pairs each customer has in all, and a draw per pair."""
    width = max(1, ids.count("Product"))
    totals = np.bincount(np.unique(codes) // width, minlength=1)
    pairs = np.unique(codes[target])
    users = pairs // width
    return pairs, users, totals[users], pair_draws(users, pairs % width, ids, seed=settings.seed)


def _last_pairs(
    interactions: Interactions, target: npt.NDArray[np.bool_], codes: IntArray, ids: IdMap, settings: SplitSettings
) -> IntArray:
    pairs, users, totals, draws = _candidates(target, codes, ids, settings)
    last = np.full(len(pairs), -1, dtype=np.int64)
    np.maximum.at(last, np.searchsorted(pairs, codes[target]), interactions.at[target])
    order = np.lexsort((draws, last, users))
    is_last = np.append(users[order][1:] != users[order][:-1], True)[: len(order)]
    chosen = order[is_last]
    kept: IntArray = pairs[chosen[(totals[chosen] > settings.min_history) & (last[chosen] >= 0)]]
    return kept


def _random_pairs(target: npt.NDArray[np.bool_], codes: IntArray, ids: IdMap, settings: SplitSettings) -> IntArray:
    pairs, users, totals, draws = _candidates(target, codes, ids, settings)
    order = np.lexsort((draws, users))
    _, first, counts = np.unique(users[order], return_index=True, return_counts=True)
    rank = np.arange(len(order)) - np.repeat(first, counts)
    # Rounded up or down by the customer's own draw, so that customers with few products give their share on average.
    luck = string_draws(ids.label_ids("User"), seed=settings.seed).astype(np.float64) / 2.0**64
    wanted = np.floor(np.repeat(counts, counts) * settings.fraction + luck[users[order]])
    allowed = totals[order] - settings.min_history
    return pairs[order[rank < np.minimum(wanted, allowed)]]

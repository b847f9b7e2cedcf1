"""How newcomers stand among the products known: what is chosen for them by products that play newcomers.

A tenth of the products are looked at as if they had come after training: nobody bought them, and they have their links,
words and vectors. The weights of the sources are those by which customers' own products of them rank best, and their
scores are raised until they get as many places in customers' lists as they have of the purchases. Only train is looked
at, and nothing is trained again: what a newcomer scores hangs on the products known alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
import scipy.sparse as sp

from recommender.alike import Likeness, nearest
from recommender.arrays import BoolArray, Csr, FloatArray, IntArray, empty
from recommender.artefact import Artefact
from recommender.baskets import INTERACTIONS, Baskets
from recommender.network.modality import Modality
from recommender.ranking import hide, top_k

PLACES = 2.0
"""New products get twice the places that they have of the purchases: on validation parts of train the recall of all
purchases, known and new, hardly depends on it (Beauty .164, .163, .163 for 1, 1.5 and 2), and shops want them seen."""
NEAR = 1.5
"""What a product known says for a newcomer that is like it, against the most that it is itself spoken for by one."""
_K = 20
_SHARE, _MOST = 0.1, 1_000
_USERS, _BYTES = 2_000, 2**27
_FEWEST = 50
_MOST_PLACES = 0.9
_GRID = (0.0, 0.1, 0.3, 1.0, 3.0)
_POWERS = (1.5, 2.0, 3.0)
_LOWEST, _HIGHEST, _HALVINGS = 1e-2, 1e2, 14


@dataclass(frozen=True, slots=True)
class Standing:
    """What newcomers' scores are made by.

    Attributes:
        sources: weight of each source in choosing the nearest products; those absent count as usual.
        sharpness: power that the likeness of the nearest is raised to.
        scale: times which the scores of the item weights are taken.
        gains: the same for each part made of vectors.
    """

    sources: Mapping[str, float] = field(default_factory=dict)
    sharpness: float = 1.0
    scale: float = 1.0
    gains: tuple[float, ...] = ()


def spoken_for(weights: Csr) -> Csr:
    """Give item weights with a diagonal: how much a product speaks for one that is nearly the same."""
    strongest = np.asarray(weights.max(axis=0).todense()).ravel() if weights.nnz else np.zeros(weights.shape[0])
    return sp.csr_matrix(weights + sp.diags(NEAR * np.maximum(strongest, 0), format="csr"), dtype=np.float32)


def standing(
    artefact: Artefact, modalities: Sequence[Modality] = (), *, places: float = PLACES, seed: int = 0
) -> Standing:
    """Choose the standing of newcomers to a model.

    Args:
        artefact: the model.
        modalities: vectors of its products.
        places: share of the places in lists that newcomers get, against their share of the purchases.
        seed: of the products that play newcomers, and of the customers asked.
    """
    play = Play.of(artefact, modalities, places=places, seed=seed)
    if play is None:
        return Standing(gains=(1.0,) * len(artefact.parts))
    found = {name: play.likeness.of(name, slice(0, len(play.players))) for name in play.likeness.sources}
    own = sp.csr_matrix(artefact.weights[play.known][:, play.known])
    ranked = np.asarray((play.histories @ own).toarray(), dtype=np.float32)
    lent = np.asarray((play.histories @ spoken_for(own)).toarray(), dtype=np.float32)
    judge = Judge(play, ranked)
    weights, sharpness = _best(judge, lent, found, play.likeness.usual())
    shares = nearest(_sum(found, weights), sharpness=sharpness)
    gains = []
    for part in artefact.parts:
        asked = np.asarray(play.histories @ part.inputs[play.known], dtype=np.float32)
        scores = np.asarray(asked @ part.whole[play.known].T, dtype=np.float32)
        gains.append(Judge(play, scores).scale(_lent(scores, shares)))
    return Standing(weights, sharpness, judge.scale(_lent(lent, shares)), tuple(gains))


@dataclass(frozen=True, slots=True, eq=False)
class Play:
    """Products that play newcomers, and customers who are asked.

    Attributes:
        players: rows of these products, ``(n_new,)``.
        known: rows of the others, ``(n_old,)``.
        histories: what the customers did with those, ``(n_users, n_old)``.
        bought: which of the players they have, ``(n_users, n_new)``.
        places: share of the places in lists that the players are to get.
        likeness: of the players to the others.
    """

    players: IntArray
    known: IntArray
    histories: Csr
    bought: BoolArray
    places: float
    likeness: Likeness

    @classmethod
    def of(cls, artefact: Artefact, modalities: Sequence[Modality], *, places: float, seed: int) -> Play | None:
        """Draw players and customers; None where there are too few to say anything."""
        n_items = len(artefact.items)
        drawn = np.random.default_rng(seed)
        number = max(1, min(round(_SHARE * n_items), _MOST, _BYTES // (4 * max(n_items, 1))))
        players = np.sort(drawn.choice(n_items, number, replace=False)).astype(np.int64)
        known = np.setdiff1d(np.arange(n_items), players)
        histories = artefact.histories
        rest = sp.csr_matrix(histories[:, known])
        users = np.flatnonzero(np.diff(rest.indptr) > 0)
        if len(users) < _FEWEST or not artefact.weights.nnz:
            return None
        most = max(_FEWEST, min(_USERS, _BYTES // (4 * rest.shape[1])))
        if len(users) > most:
            users = np.sort(drawn.choice(users, most, replace=False))
        seen = artefact.seen[users]
        bought = seen[:, players].toarray() > 0
        if not bought.any():
            return None
        order = np.concatenate([known, players])
        likeness = Likeness(
            [_playing(kind, order, len(known)) for kind in artefact.kinds if kind.name != INTERACTIONS],
            artefact.parameters,
            artefact.items.take(pa.array(order)),
            [Modality(own.name, own.matrix[order], own.present[order]) for own in modalities],
            n_old=len(known),
        )
        share = min(_MOST_PLACES, places * float(bought.sum() / seen.nnz))
        return cls(players, known, rest[users], bought, share, likeness)


class Judge:
    """Puts products that play newcomers among those known.

    Args:
        play: who plays, and who is asked.
        ranked: scores of the products known, ``(n_users, n_old)``.
    """

    def __init__(self, play: Play, ranked: FloatArray) -> None:
        self._play = play
        ranked = ranked.copy()
        hide(ranked, play.histories)
        k = min(_K, ranked.shape[1])
        self._known: FloatArray = np.partition(ranked, -k, axis=1)[:, -k:]

    def scale(self, scores: FloatArray) -> float:
        """Give what newcomers' scores, ``(n_users, n_new)``, are to be multiplied by.

        Found by bisection: those that a customer does not have get their share of the places.
        """
        unbought = np.where(self._play.bought, -np.inf, scores).astype(np.float32)
        low, high = np.log(_LOWEST), np.log(_HIGHEST)
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            if self._listed(unbought * np.float32(np.exp(middle))).sum() < self._play.places * _K * len(scores):
                low = middle
            else:
                high = middle
        return float(np.exp((low + high) / 2))

    def recall(self, scores: FloatArray) -> float:
        """Give the recall of the newcomers bought in lists of 20, once scaled."""
        hit = self._listed(scores * np.float32(self.scale(scores)))
        bought = self._play.bought
        wanted = bought.any(axis=1)
        return float(((hit & bought).sum(axis=1)[wanted] / bought.sum(axis=1)[wanted]).mean())

    def _listed(self, scores: FloatArray) -> BoolArray:
        """Say which newcomers are in a customer's list, ``(n_users, n_new)``."""
        joined = np.concatenate([self._known, np.where(scores > 0, scores, -np.inf)], axis=1)
        best = top_k(joined.astype(np.float32), _K)
        listed = np.zeros((len(scores), joined.shape[1] + 1), dtype=np.bool_)
        np.put_along_axis(listed, np.where(best < 0, joined.shape[1], best), True, axis=1)
        return listed[:, self._known.shape[1] : -1]


def _lent(scores: FloatArray, shares: Csr) -> FloatArray:
    """Give newcomers' scores, ``(n_users, n_new)``, from those of the products that they take shares of."""
    return np.asarray((shares @ scores.T).T, dtype=np.float32)


def _best(
    judge: Judge, lent: FloatArray, found: Mapping[str, FloatArray], usual: Mapping[str, float]
) -> tuple[dict[str, float], float]:
    """Choose the weights of the sources one after the other, those before as chosen, then the sharpness."""

    def reached(tried: Mapping[str, float], sharpness: float) -> float:
        return judge.recall(_lent(lent, nearest(_sum(found, tried), sharpness=sharpness)))

    weights, sharpness = dict(usual), 1.0
    best = reached(weights, sharpness)
    for name in found:
        for weight in _GRID:
            tried = {**weights, name: weight}
            if weight == weights[name] or not any(tried.values()):
                continue
            own = reached(tried, sharpness)
            if own > best:
                best, weights = own, tried
    for power in _POWERS:
        own = reached(weights, power)
        if own > best:
            best, sharpness = own, power
    return weights, sharpness


def _sum(found: Mapping[str, FloatArray], weights: Mapping[str, float]) -> FloatArray:
    total = np.zeros_like(next(iter(found.values())))
    for name, own in found.items():
        if weights[name]:
            total += np.float32(weights[name]) * own
    return total


def _playing(kind: Baskets, order: IntArray, n_old: int) -> Baskets:
    """Put the products that play newcomers last, and leave out direct links that lead to them or join two of them."""
    members = sp.csr_matrix(kind.members[order])
    if not kind.direct:
        return replace(kind, members=members)
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    columns = members.tocsc()
    ends = np.bincount(np.repeat(np.arange(columns.shape[1]), np.diff(columns.indptr)), columns.indices >= n_old)
    own = (ends == 0) | ((ends == 1) & (place[kind.targets] >= n_old))
    if not own.any():
        return replace(kind, members=empty(len(order), 0), targets=kind.targets[own])
    return replace(kind, members=sp.csr_matrix(columns[:, own]), targets=place[kind.targets[own]])

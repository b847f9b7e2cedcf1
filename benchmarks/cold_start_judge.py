"""Who is asked about new products, how lists are judged, and nearest neighbours by one source as rivals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from kg.snapshot import Holdout
from recommender import Recommender
from recommender.alike import Likeness
from recommender.arrays import BoolArray, Csr, FloatArray, IntArray, csr
from recommender.artefact import Artefact
from recommender.evaluation import test_users
from recommender.network import Modality
from recommender.ranking import hide, top_k
from recommender.standing import Judge, Play

Scores = Callable[[Csr], FloatArray]
"""From histories, ``(n_users, n_items)``, to a score of every product, ``(n_users, n_items)``."""
K = 20
_BLOCK = 512


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """Customers, what they have, and what should be found.

    Attributes:
        histories: what they did, ``(n_users, n_items)``.
        seen: what is not recommended, ``(n_users, n_items)``.
        wanted: what should be found, ``(n_users, n_items)``.
    """

    histories: Csr
    seen: Csr
    wanted: Csr

    @classmethod
    def buyers(cls, artefact: Artefact, users: Sequence[str], products: Sequence[str]) -> Asked:
        """Take those who bought a new product and have something in train; pair by pair, the products are wanted."""
        user_of = {name: row for row, name in enumerate(artefact.users.to_pylist())}
        item_of = {name: row for row, name in enumerate(artefact.items["id"].to_pylist())}
        pairs = [(user_of[u], item_of[p]) for u, p in zip(users, products, strict=True) if u in user_of]
        at = np.array(pairs, dtype=np.int64).reshape(-1, 2)
        histories = artefact.histories
        wanted = csr(at[:, 0], at[:, 1], 1.0, histories.shape)
        rows = np.flatnonzero((np.diff(wanted.indptr) > 0) & (np.diff(histories.indptr) > 0))
        return cls(histories[rows], artefact.seen[rows], wanted[rows])

    @classmethod
    def tested(cls, artefact: Artefact, holdout: Holdout) -> Asked:
        """Take those with known products in the test part, which are wanted."""
        users, relevant, _ = test_users(artefact, holdout)
        rows = np.flatnonzero(np.diff(relevant.indptr) > 0)
        return cls(artefact.histories[users[rows]], artefact.seen[users[rows]], relevant[rows])

    def wider(self, more: int) -> Asked:
        """Give the same in a catalogue with further products at its end."""
        parts = (self.histories, self.seen, self.wanted)
        return Asked(
            *(sp.csr_matrix((m.data, m.indices, m.indptr), shape=(m.shape[0], m.shape[1] + more)) for m in parts)
        )


def judged(asked: Asked, scores: Scores, *, new: BoolArray) -> dict[str, float]:
    """Give Recall@20 of what is wanted among all products and among the new, and the share of places of the new.

    Args:
        asked: who, and what is wanted.
        scores: what products are ranked by.
        new: which products are, ``(n_items,)``.
    """
    among_all, among_new, places = [], [], 0
    for start in range(0, asked.histories.shape[0], _BLOCK):
        part = slice(start, start + _BLOCK)
        own = np.array(scores(asked.histories[part]), dtype=np.float32)
        hide(own, asked.seen[part])
        wanted = asked.wanted[part].toarray() > 0
        best = top_k(own, K)
        among_all.append(_recall(best, wanted))
        places += int(new[best].sum())
        if new.any():
            own[:, ~new] = -np.inf
            among_new.append(_recall(top_k(own, K), wanted))
    found = {"Recall@20": float(np.concatenate(among_all).mean())}
    if among_new:
        found["Recall@20 among the new"] = float(np.concatenate(among_new).mean())
        found["share of places"] = places / (K * asked.histories.shape[0])
    return found


def _recall(best: IntArray, wanted: BoolArray) -> FloatArray:
    hit = np.take_along_axis(wanted, np.maximum(best, 0), axis=1) & (best >= 0)
    return np.asarray(hit.sum(axis=1) / wanted.sum(axis=1), dtype=np.float32)


def rivals(
    base: Artefact, more: Recommender, modalities: Sequence[Modality], play: Play | None
) -> Mapping[str, tuple[Scores, Scores]]:
    """Give nearest neighbours by each source: ranking all products, and the new ones among the model's.

    Args:
        base: the model without the new products.
        more: the model with them.
        modalities: vectors of all products.
        play: what scales are chosen by; None for none.
    """
    n_old, artefact = len(base.items), more.artefact
    likeness = Likeness(artefact.kinds, {}, artefact.items, modalities, n_old=n_old)
    found = {}
    for name in likeness.sources:
        own = likeness.matrix(name)

        def whole(histories: Csr, own: Csr | FloatArray = own) -> FloatArray:
            product = (histories @ own) @ own.T
            return np.asarray(product.toarray() if sp.issparse(product) else product, dtype=np.float32)

        factor = 1.0
        if play is not None:
            known, players = own[play.known], own[play.players]
            product = (play.histories @ known) @ players.T
            scores = np.asarray(product.toarray() if sp.issparse(product) else product, dtype=np.float32)
            wide = _spread(play.histories, play.known, n_old, more.products)
            ranked = more.scorer.block(wide)[:, play.known]
            factor = Judge(play, ranked).scale(scores)

        def among(histories: Csr, whole: Scores = whole, factor: float = factor) -> FloatArray:
            scores = more.scorer.block(histories)
            scores[:, n_old:] = whole(histories)[:, n_old:] * np.float32(factor)
            return scores

        found[name] = (whole, among)
    return found


def _spread(histories: Csr, known: IntArray, n_old: int, n_items: int) -> Csr:
    coo = histories.tocoo()
    return csr(coo.row.astype(np.int64), known[coo.col], coo.data, (histories.shape[0], n_items))

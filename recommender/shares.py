"""Reasons of a model whose closed form is joined by vectors: what each product of the history, and each source, gave.

The closed form's part comes apart exactly (``recommender.reasons``). A part made of vectors adds a power of e of its
score; that score is a sum over the products of the history and over sources, ``h_j P_j . Q_is``, and what it adds is
shared among those that raise it, in proportion. All reasons of a recommendation add up to its score.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from recommender.answers import Reason, Step
from recommender.arrays import DoubleArray
from recommender.artefact import Artefact
from recommender.network.part import VectorPart
from recommender.paths import Paths
from recommender.reasons import Explainer, Told
from recommender.scoring import Added, History, JoinedScorer

BEHAVIOUR, GRAPH = "behaviour", "graph"
_SOURCES = {"relations": GRAPH}
_NETWORK = "network"
_EQUAL = 1e-12


class Explained(NamedTuple):
    """Why a product was recommended.

    Attributes:
        reasons: strongest first.
        shares: of the score, by source: ``behaviour``, ``graph``, or a modality's name; they add up to 1.
    """

    reasons: tuple[Reason, ...]
    shares: Mapping[str, float]


class JoinedExplainer:
    """Takes joined scores apart.

    Args:
        artefact: the model.
        scorer: of the model.
        explainer: of its closed form.
    """

    def __init__(self, artefact: Artefact, scorer: JoinedScorer, explainer: Explainer) -> None:
        self._scorer, self._explainer = scorer, explainer
        self._paths = Paths(artefact)
        self._parts = artefact.parts
        self._closed = bool(artefact.weight)
        self._stacked = [np.stack(list(part.outputs.values())) for part in artefact.parts]

    def explained(self, history: History, items: Sequence[int], *, most: int | None = None) -> list[Explained]:
        """Give reasons and shares of each recommendation.

        Args:
            history: what the scores were made of.
            items: rows of the recommended products.
            most: reasons given for each; None for all.
        """
        added = self._scorer.added(history)
        none = Told((), 0.0, 0.0)
        closed = self._explainer.told(history, items, most=most) if self._closed else [none] * len(items)
        factor = added[0].factor if self._closed else 0.0
        vectors = added[1:] if self._closed else added
        pieces = [
            self._pieces(part, stacked, own, history, items)
            for part, stacked, own in zip(self._parts, self._stacked, vectors, strict=True)
        ]
        return [
            self._one(item, closed[place], factor, [piece[place] for piece in pieces], history, most)
            for place, item in enumerate(items)
        ]

    def _pieces(
        self, part: VectorPart, stacked: np.ndarray, added: Added, history: History, items: Sequence[int]
    ) -> DoubleArray:
        """Give what each source and product of the history adds, ``(n_recommended, n_sources, n_history)``."""
        chosen = np.asarray(items, dtype=np.int64)
        own = part.inputs[history.items] * history.weights[:, None]
        raised = np.maximum(np.einsum("jd,sid->isj", own, stacked[:, chosen]), 0.0)
        total = raised.sum(axis=(1, 2), keepdims=True)
        even = np.full_like(raised, 1.0 / max(raised.shape[1] * raised.shape[2], 1))
        shares = np.where(total > _EQUAL, raised / np.maximum(total, _EQUAL), even)
        return np.asarray(shares * added.scores[chosen][:, None, None], dtype=np.float64)

    def _one(
        self,
        item: int,
        closed: Told,
        factor: float,
        pieces: Sequence[DoubleArray],
        history: History,
        most: int | None,
    ) -> Explained:
        shares = {BEHAVIOUR: closed.behaviour * factor, GRAPH: closed.graph * factor}
        shares = {name: value for name, value in shares.items() if value}
        found: list[tuple[float, Reason | tuple[int, int, VectorPart]]] = [
            (reason.score * factor, reason) for reason in closed.reasons
        ]
        for part, piece in zip(self._parts, pieces, strict=True):
            for name, own in zip(part.outputs, piece.sum(axis=1).tolist(), strict=True):
                source = _SOURCES.get(name, name)
                shares[source] = shares.get(source, 0.0) + own
            for place, (j, own) in enumerate(zip(history.items.tolist(), piece.sum(axis=0).tolist(), strict=True)):
                if own:
                    found.append((own, (place, j, part)))
        total = sum(shares.values())
        found.sort(key=lambda entry: -abs(entry[0]))
        return Explained(
            tuple(self._reason(item, score, what, total, closed) for score, what in found[:most]),
            {name: value / total if total else 0.0 for name, value in shares.items()},
        )

    def _reason(
        self, item: int, score: float, what: Reason | tuple[int, int, VectorPart], total: float, closed: Told
    ) -> Reason:
        share = score / total if total else 0.0
        if isinstance(what, Reason):
            return replace(what, score=score, share=share)
        place, j, part = what
        # what the network passed messages over is the way between the two products in the graph, where there is one
        way = closed.way(place) if part.name == _NETWORK else None
        path, nodes = way or ((Step(part.name, True, self._paths.node(item)),), 0)
        return Reason(self._paths.node(j), part.name, score, share, path, nodes)

"""Reasons of a model whose closed form is joined by vectors: what each product of the history, and each source, gave.

The closed form's part comes apart exactly (``recommender.reasons``). A part made of vectors adds a power of e of its
score; that score is a sum over the products of the history and over sources, ``h_j P_j . Q_is``, and what it adds is
shared among those that raise it, in proportion. All reasons of a recommendation add up to its score.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from recommender.answers import Reason, Step
from recommender.arrays import FloatArray
from recommender.artefact import Artefact
from recommender.network.part import VectorPart
from recommender.paths import Paths
from recommender.reasons import GRAPH, Explained, Explainer, Teller, Told, explained_by
from recommender.scoring import Added, History, JoinedScorer

_SOURCES = {"relations": GRAPH}
_NETWORK = "network"
_EQUAL = 1e-12


class _ByVectors:
    """Says what a part made of vectors adds.

    Args:
        part: of the model.
        stacked: its outputs, ``(n_sources, n_items, dim)``.
        added: what it adds to the scores.
        history: what the scores were made of.
        items: rows of the recommended products.
        paths: names nodes.
        closed: what the closed form says, for the ways between products.
    """

    def __init__(
        self,
        part: VectorPart,
        stacked: FloatArray,
        added: Added,
        history: History,
        items: Sequence[int],
        *,
        paths: Paths,
        closed: Told | None,
    ) -> None:
        chosen = np.asarray(items, dtype=np.int64)
        own = part.inputs[history.items] * history.weights[:, None]
        raised = np.maximum(np.einsum("jd,sid->isj", own, stacked[:, chosen]), 0.0)
        total = raised.sum(axis=(1, 2), keepdims=True)
        even = np.full_like(raised, 1.0 / max(raised.shape[1] * raised.shape[2], 1))
        pieces = np.where(total > _EQUAL, raised / np.maximum(total, _EQUAL), even)
        pieces *= added.scores[chosen][:, None, None]
        self._by_source: list[list[float]] = pieces.sum(axis=2).tolist()
        self._by_product: list[list[float]] = pieces.sum(axis=1).tolist()
        self._names = [_SOURCES.get(name, name) for name in part.outputs]
        self._name, self._paths, self._closed = part.name, paths, closed
        self._history, self._items = history.items.tolist(), items

    def scores(self, position: int, most: int | None = None) -> Sequence[float]:
        return self._by_product[position]

    def sources(self, position: int) -> Iterable[tuple[str, float]]:
        return zip(self._names, self._by_source[position], strict=True)

    def reason(self, position: int, number: int, score: float, share: float) -> Reason:
        # what the network passed messages over is the way between the two products in the graph, where there is one
        closed = self._closed if self._name == _NETWORK else None
        way = None if closed is None else closed.way(position, number)
        path, nodes = way or ((Step(self._name, True, self._paths.node(self._items[position])),), 0)
        return Reason(self._paths.node(self._history[number]), self._name, score, share, path, nodes)


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
        self._closed = bool(artefact.weight)
        self._parts = [(part, np.stack(list(part.outputs.values()))) for part in artefact.parts]

    def explained(self, history: History, items: Sequence[int], *, most: int | None = None) -> list[Explained]:
        """Give reasons and shares of each recommendation.

        Args:
            history: what the scores were made of.
            items: rows of the recommended products.
            most: reasons given for each; None for all.
        """
        if not len(items) or not len(history.items):
            return [Explained((), {}) for _ in items]
        added = self._scorer.added(history)
        tellers: list[tuple[Teller, float]] = []
        closed = None
        if self._closed:
            closed = self._explainer.told(history, items)
            if added[0].factor:
                tellers.append((closed, added[0].factor))
            added = added[1:]
        for (part, stacked), own in zip(self._parts, added, strict=True):
            tellers.append((_ByVectors(part, stacked, own, history, items, paths=self._paths, closed=closed), 1.0))
        return [explained_by(tellers, position, most) for position in range(len(items))]

"""Ranks against a plain count, and against PyKEEN's evaluator."""

from __future__ import annotations

import numpy as np
import pytest

from embeddings.graph.ranking import rank
from embeddings.graph.scorer import ScoreArray
from embeddings.graph.training import train_graph_model
from embeddings.graph.triples import Triples
from embeddings.links.ranking import rank_links, rank_metrics
from kg.ids import IntArray
from kg.snapshot import Relation
from tests.embeddings.graph.worlds import planted, quick
from tests.embeddings.links.worlds import BRAND, shop


class Drawn:
    """A scorer of few distinct scores, so that many are equal."""

    def __init__(self, triples: Triples) -> None:
        self.entities, self.relations = triples.entities, list(triples.relations)
        self._scores = np.random.default_rng(3).integers(0, 4, (len(self.entities),) * 2).astype(np.float32)

    def tails(self, heads: IntArray, relation: int) -> ScoreArray:
        return self._scores[heads]

    def heads(self, tails: IntArray, relation: int) -> ScoreArray:
        return self._scores[:, tails].T.copy()


@pytest.mark.parametrize("asks_tail", [True, False])
@pytest.mark.parametrize("typed", [True, False])
def test_filtered_realistic_ranks(asks_tail: bool, typed: bool) -> None:
    triples = shop(groups=4, size=6)
    scorer = Drawn(triples)
    links = triples.rows[triples.rows[:, 1] == triples.relations.index("HAS_BRAND")][:, [0, 2]]
    chosen = links[::3]
    ranks = rank_links(scorer, chosen, BRAND, known=links, asks_tail=asks_tail, typed=typed)
    inside = triples.entities.slice("Brand" if asks_tail else "Product") if typed else slice(0, len(triples.entities))
    true = {(head, tail) for head, tail in links.tolist()}
    for (head, tail), found in zip(chosen.tolist(), ranks, strict=True):
        own = scorer._scores[head, tail]
        rivals = []
        for other in range(inside.start, inside.stop):
            pair = (head, other) if asks_tail else (other, tail)
            if pair not in true:
                rivals.append(scorer._scores[pair])
        assert found == 1 + sum(r > own for r in rivals) + sum(r == own for r in rivals) / 2


def test_a_model_ranks_as_by_pykeen() -> None:
    triples = planted(n_relations=1)
    model = train_graph_model(triples, settings=quick(epochs=2))
    test = triples.taken(np.arange(0, len(triples), 5))
    links, known = test.rows[:, [0, 2]], triples.rows[:, [0, 2]]
    relation = Relation("Entity", "RELATED_TO", "Entity", None)
    named = _Renamed(model, relation.label)
    ranks = [rank_links(named, links, relation, known=known, asks_tail=asks_tail) for asks_tail in (True, False)]
    theirs = rank(model.network, test, known=[triples], inverse=model.settings.inverse)
    ours = rank_metrics(np.concatenate(ranks))
    assert (ours.mrr, ours.hits_at_10) == pytest.approx((theirs["mrr"], theirs["hits@10"]), rel=1e-3)
    assert ours.count == 2 * len(links)


class _Renamed:
    """A model whose one relation has another label."""

    def __init__(self, model: object, label: str) -> None:
        self._model = model
        self.entities, self.relations = model.entities, [label]  # type: ignore[attr-defined]

    def tails(self, heads: IntArray, relation: int) -> ScoreArray:
        found: ScoreArray = self._model.tails(heads, relation)  # type: ignore[attr-defined]
        return found

    def heads(self, tails: IntArray, relation: int) -> ScoreArray:
        found: ScoreArray = self._model.heads(tails, relation)  # type: ignore[attr-defined]
        return found


def test_of_no_links_there_is_no_figure() -> None:
    assert rank_metrics(np.zeros(0)).count == 0

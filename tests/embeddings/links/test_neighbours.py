"""The baselines, against counts made by hand."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest

from embeddings.graph.triples import Triples
from embeddings.links.neighbours import CommonNeighbours, NeighbourVotes
from embeddings.links.popularity import Popularity
from tests.embeddings.links.worlds import BOUGHT, BRAND, shop, triples_of

SMALL = {
    BOUGHT: [("a", "x"), ("b", "x"), ("b", "y"), ("c", "y"), ("a", "y")],
    BRAND: [("b", "Acme"), ("c", "Best"), ("x", "Acme")],
}


def row(triples: Triples, label: str, id_: str) -> int:
    return int(triples.entities.rows(label, [id_])[0])


def test_adamic_and_adar_by_hand() -> None:
    triples = triples_of(SMALL)
    scorer = CommonNeighbours(triples)
    scores = scorer.tails(np.array([row(triples, "Product", "a")]), 0)[0]
    # a and Acme share x (with a, b and Acme beside it); a and b share x and y.
    assert scores[row(triples, "Brand", "Acme")] == pytest.approx(1 / math.log(3))
    assert scores[row(triples, "Product", "b")] == pytest.approx(2 / math.log(3))
    assert scores[row(triples, "Brand", "Best")] == 0
    back = scorer.heads(np.array([row(triples, "Brand", "Acme")]), 1)[0]
    assert back[row(triples, "Product", "a")] == pytest.approx(1 / math.log(3))


def test_popularity_counts_each_side() -> None:
    triples = triples_of(SMALL)
    scorer, brand = Popularity(triples), triples.relations.index("HAS_BRAND")
    scores = scorer.tails(np.array([0, 1]), brand)
    assert scores.shape == (2, len(triples.entities))
    assert [scores[1, row(triples, "Brand", name)] for name in ("Acme", "Best")] == [2, 1]
    assert scorer.heads(np.array([0]), brand)[0, row(triples, "Product", "b")] == 1


def test_the_most_alike_vote_and_nobody_for_itself() -> None:
    triples = triples_of(SMALL)
    scorer, brand = NeighbourVotes(triples), triples.relations.index("HAS_BRAND")
    a, b, c = (row(triples, "Product", name) for name in "abc")
    near = scorer.nearest(np.array([a, b]))
    assert near[0, b] > near[0, c] > 0
    assert near[1, b] == 0
    assert near[0, b] == pytest.approx(scorer.similarity(np.array([a]), np.array([b]))[0, 0])
    scores = scorer.tails(np.array([a]), brand)[0]
    assert scores[row(triples, "Brand", "Acme")] == pytest.approx(near[0, b] + near[0, row(triples, "Product", "x")])
    assert scores[row(triples, "Brand", "Best")] == pytest.approx(near[0, c])


def test_tails_and_heads_of_votes_agree() -> None:
    triples = shop(groups=4, size=12)
    scorer, brand = NeighbourVotes(triples, voters=7), triples.relations.index("HAS_BRAND")
    inside, tails = triples.entities.slice("Product"), triples.entities.slice("Brand")
    heads = np.arange(inside.start, inside.stop)
    forward = scorer.tails(heads, brand)[:, tails]
    backward = scorer.heads(np.arange(tails.start, tails.stop), brand)[:, inside]
    np.testing.assert_allclose(forward, backward.T, atol=1e-6)
    assert np.diff(scorer.nearest(heads).indptr).max() <= 7


def test_nearest_are_the_nearest() -> None:
    triples = shop(groups=3, size=10, noise=0.4)
    scorer = NeighbourVotes(triples, voters=3)
    inside = triples.entities.slice("Product")
    rows = np.arange(inside.start, inside.stop)
    alike = scorer.similarity(rows, rows)
    np.fill_diagonal(alike, 0)
    for place, near in enumerate(scorer.nearest(rows).toarray()[:, inside]):
        kept = near[near > 0]
        assert sorted(kept, reverse=True) == pytest.approx(sorted(alike[place], reverse=True)[: len(kept)], abs=1e-6)
    assert all(alike[i, j] == pytest.approx(alike[j, i], abs=1e-6) for i, j in combinations(range(6), 2))

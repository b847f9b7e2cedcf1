"""What is hidden, and what follows from it for interests."""

from __future__ import annotations

import numpy as np
import pytest

from embeddings.links.constraints import links_of
from embeddings.links.hiding import hide_links, some_heads
from embeddings.links.interests import hide_for, interest_in
from kg.errors import ConfigurationError
from tests.embeddings.links.worlds import BOUGHT, BRAND, CATEGORY, PURCHASED, shop, triples_of


def test_a_share_of_each_relation_is_hidden_and_nothing_is_lost() -> None:
    triples = shop()
    kept, hidden = hide_links(triples, [BRAND, BOUGHT], share=0.1, seed=4)
    assert len(kept) + len(hidden) == len(triples)
    both = np.concatenate([kept.rows, hidden.rows])
    assert {tuple(row) for row in both.tolist()} == {tuple(row) for row in triples.rows.tolist()}
    for relation in (BRAND, BOUGHT):
        assert len(links_of(hidden, relation)) == round(0.1 * len(links_of(triples, relation)))
    assert not len(links_of(hidden, CATEGORY))
    again = hide_links(triples, [BRAND, BOUGHT], share=0.1, seed=4)[1]
    assert np.array_equal(again.rows, hidden.rows)
    assert not np.array_equal(hide_links(triples, [BRAND, BOUGHT], share=0.1, seed=5)[1].rows, hidden.rows)


def test_every_entity_keeps_a_link() -> None:
    triples = triples_of({BRAND: [("p1", "b1"), ("p2", "b2"), ("p3", "b1")], BOUGHT: [("p1", "p2"), ("p2", "p3")]})
    kept, hidden = hide_links(triples, [BRAND, BOUGHT], share=0.9, seed=0)
    assert len(hidden)
    assert set(kept.rows[:, [0, 2]].ravel().tolist()) == set(range(len(triples.entities)))


def test_heads_stand_apart_whatever_others_there_are() -> None:
    heads = np.arange(1000)
    apart = some_heads(heads, share=0.4, seed=1)
    assert 300 < apart.sum() < 500
    fewer = np.append(heads[::7], 999)
    assert np.array_equal(some_heads(fewer, share=0.4, seed=1), apart[fewer])


def test_a_hidden_purchase_gives_away_no_interest_and_an_old_one_is_no_news() -> None:
    triples = shop()
    kept, hidden = hide_for(triples, [BRAND], interactions=[PURCHASED], properties=[BRAND, CATEGORY], share=0.2, seed=0)
    assert kept.relations == hidden.relations == tuple(sorted((*triples.relations, "INTERESTED_IN")))
    brands = dict(links_of(triples, BRAND).tolist())
    learned = dict(links_of(kept, BRAND).tolist())
    bought, gone = links_of(kept, PURCHASED).tolist(), links_of(hidden, PURCHASED).tolist()
    shown = {(user, learned[product]) for user, product in bought if product in learned}
    assert {tuple(pair) for pair in links_of(kept, interest_in("Brand")).tolist()} == shown
    old = {(user, brands[product]) for user, product in bought}
    news = {(user, brands[product]) for user, product in gone} - old
    assert news
    assert {tuple(pair) for pair in links_of(hidden, interest_in("Brand")).tolist()} == news
    assert len(links_of(hidden, interest_in("Category")))


def test_interests_need_both_halves() -> None:
    with pytest.raises(ConfigurationError, match="both, or neither"):
        hide_for(shop(groups=2), [BRAND], interactions=[PURCHASED], share=0.1, seed=0)

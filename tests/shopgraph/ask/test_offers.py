"""Products that an answer may offer."""

from __future__ import annotations

from typing import cast

import numpy as np

from recommender.catalogue import Catalogue
from recommender.filters import Filters
from recommender.rules import Boost, Rules
from shopgraph.ask.offers import Offers


class _Catalogue:
    """A catalogue of 2,500 products of which the rules allow every hundredth."""

    row_of = {f"P{row}": row for row in range(2_500)}  # noqa: RUF012

    def within(self, filters: Filters | None, rules: Rules) -> np.ndarray:
        return np.arange(2_500) % 100 == 99


def _run(cypher: str) -> list[dict[str, object]]:
    """Give the rows of a query, as a store does."""
    words = cypher.split()
    start = int(words[words.index("SKIP") + 1]) if "SKIP" in words else 0
    return [{"id": f"P{row}"} for row in range(2_500)][start : start + int(words[words.index("LIMIT") + 1])]


def test_without_rules_everything_is_offered_by_one_query() -> None:
    for rules in (None, Rules(), Rules(boosts=(Boost(Filters(in_stock=True), add=1.0),))):
        offers = Offers(cast(Catalogue, _Catalogue()), rules)
        assert offers.first(_run, "MATCH", 3) == [{"id": "P0"}, {"id": "P1"}, {"id": "P2"}]
        assert offers.may("new since training")


def test_what_rules_forbid_is_passed_over_however_long_that_takes() -> None:
    offers = Offers(cast(Catalogue, _Catalogue()), Rules(filters=Filters(in_stock=True)))
    ran: list[str] = []

    def run(cypher: str) -> list[dict[str, object]]:
        ran.append(cypher)
        return _run(cypher)

    found = [str(row["id"]) for row in offers.first(run, "MATCH", 15)]
    assert found == [f"P{row}" for row in range(99, 1_500, 100)]
    assert ran == ["MATCH LIMIT 1000", "MATCH SKIP 1000 LIMIT 1000"]
    assert len(offers.first(_run, "MATCH", 100)) == 25
    assert (offers.may("P99"), offers.may("P98"), offers.may("new since training")) == (True, False, False)

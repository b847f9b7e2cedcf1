"""What the next recommendation heeds is weighed as the model weighs what it knows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from shopgraph.feedback import KINDS, Event, Journal, Kind
from shopgraph.feedback.journal import TakenBack
from shopgraph.feedback.overlay import changes_of


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    """An empty journal."""
    with closing(Journal(tmp_path / "journal.sqlite")) as made:
        yield made


def say(journal: Journal, kind: Kind, product: str = "p", *, at: int = 1_000) -> None:
    journal.add(Event(f"{kind}-{product}-{at}", "u", product, kind, at), KINDS[kind].edge)


def test_kinds_count_as_they_do_in_the_model(journal: Journal) -> None:
    say(journal, Kind.VIEW, "seen")
    say(journal, Kind.CART, "carted")
    usual = changes_of(journal, "u")
    own = changes_of(journal, "u", kind_weights={"VIEWED": 0.0, "CARTED": 2.0})
    assert usual is not None
    assert own is not None
    assert usual.added == {"seen": 0.2, "carted": 0.6}
    assert own.added == {"carted": 2.0}


def test_what_is_left_is_weighed_so_too(journal: Journal) -> None:
    journal.take_back("u", TakenBack("p", "PURCHASED", 1_000, frozenset({"CARTED", "VIEWED"})))
    usual = changes_of(journal, "u")
    own = changes_of(journal, "u", kind_weights={"VIEWED": 0.0, "CARTED": 2.0, "PURCHASED": 3.0})
    assert usual is not None
    assert own is not None
    assert (usual.left, usual.unbought) == ({"p": 0.6}, ("p",))
    assert own.left == {"p": 2.0}


def test_an_event_that_was_taken_back_may_be_said_anew(journal: Journal) -> None:
    say(journal, Kind.PURCHASE)
    journal.take_back("u", TakenBack("p", "PURCHASED", 1_000, frozenset()), own="purchase-p-1000")
    taken = changes_of(journal, "u")
    assert taken is not None
    assert (taken.added, taken.bought, taken.left, taken.unbought) == ({}, (), {"p": 0.0}, ("p",))
    say(journal, Kind.PURCHASE)
    anew = changes_of(journal, "u")
    assert anew is not None
    assert (anew.added, anew.bought, anew.left, anew.unbought) == ({"p": 1.0}, ("p",), {}, ())


def test_a_dislike_silences_a_product_whatever_else_of_it_is_taken_back(journal: Journal) -> None:
    say(journal, Kind.NOT_INTERESTED)
    journal.take_back("u", TakenBack("p", "VIEWED", 1_000, frozenset({"PURCHASED"})))
    found = changes_of(journal, "u")
    assert found is not None
    assert (found.left, found.disliked) == ({"p": 0.0}, ("p",))

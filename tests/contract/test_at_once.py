"""Several who write the same rows at the same moment: each row stands once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from kg.store import GraphStore
from shopgraph.feedback import Event, Journal, Kind
from shopgraph.feedback.writer import GraphWriter, apply
from shopgraph.file_lock import FileLock
from tests.contract.conftest import Address
from tests.contract.rows import VIEWED, batch, edges, ids, nodes

_ROUNDS, _WRITERS = 12, 3


@pytest.fixture
def stores(address: Address) -> Iterator[list[GraphStore]]:
    """Ways into one graph for several writers: the embedded engine has one, which they share."""
    with ExitStack() as opened:
        first = opened.enter_context(address.open())
        first.create_schema()
        embedded = address.url.startswith("ladybug")
        yield [first, *(first if embedded else opened.enter_context(address.open()) for _ in range(_WRITERS - 1))]


def at_once(works: list[Callable[[], object]]) -> None:
    """Begin all at the same moment, each in a thread, and wait for them; what one raises is raised."""
    gate = threading.Barrier(len(works))

    def work(do: Callable[[], object]) -> None:
        gate.wait()
        do()

    with ThreadPoolExecutor(len(works)) as pool:
        list(pool.map(work, works))


def test_several_may_create_the_schema_at_the_same_moment(stores: list[GraphStore]) -> None:
    for _ in range(_ROUNDS // 2):
        stores[0].clear()
        at_once([store.create_schema for store in stores])
        assert stores[0].load_nodes("Product", [ids("p")]) == 1


def test_rows_that_several_load_at_the_same_moment_stand_once(stores: list[GraphStore]) -> None:
    stores[0].load_nodes("User", [ids("before")])
    stores[0].load_nodes("Product", [ids("p", "q")])
    stores[0].load_edges(VIEWED, [batch({"source": "before", "target": "p", "at": None})])

    def load(store: GraphStore, number: int) -> None:
        users = [f"u{number}-{which}" for which in range(5)]
        store.load_nodes("User", [ids(*users)])
        # one transaction in either order, and an interaction without a time, which no constraint could tell apart
        rows = [{"source": user, "target": target, "at": None} for user in users for target in ("q", "p")]
        store.load_edges(VIEWED, [batch(*rows)])

    for number in range(_ROUNDS):
        at_once([lambda store=store, number=number: load(store, number) for store in stores])  # type: ignore[misc]
    assert len(nodes(stores[0], "User")) == 1 + 5 * _ROUNDS
    assert len(edges(stores[0], VIEWED)) == 1 + 10 * _ROUNDS


def test_an_event_that_several_tell_at_the_same_moment_stands_once(stores: list[GraphStore], tmp_path: Path) -> None:
    stores[0].load_nodes("Product", [ids("p", "q")])
    journal = Journal(tmp_path / "journal.sqlite")
    for number in range(_ROUNDS):
        for product in ("p", "q"):
            event = Event(f"{number}{product}", f"u{number % 3}", product, Kind.VIEW, 1_000 * number)
            journal.add(event, "VIEWED")
        entries = journal.waiting(most=100)
        at_once([lambda store=store, told=entries: apply(store, told) for store in stores])  # type: ignore[misc]
        journal.told(entries)
    assert len(edges(stores[0], VIEWED)) == 2 * _ROUNDS
    journal.close()


def test_feedback_waits_while_a_build_has_its_turn(stores: list[GraphStore], tmp_path: Path) -> None:
    store, journal = stores[0], Journal(tmp_path / "journal.sqlite")
    store.load_nodes("Product", [ids("p")])
    turn = tmp_path / "turn.lock"
    writer = GraphWriter(journal, lambda: store, turn=FileLock(turn))
    with FileLock(turn):
        journal.add(Event("e", "u", "p", Kind.VIEW, 1_000), "VIEWED")
        assert writer.flush() == 0
        assert edges(store, VIEWED) == []
    assert writer.flush() == 1
    assert len(edges(store, VIEWED)) == 1
    journal.close()

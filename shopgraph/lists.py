"""The lists of all customers: for a campaign's mails, and in the graph, where analysts ask what was recommended."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from kg.errors import GraphStoreError
from kg.store.inferred import Written, remove_conclusions, write_conclusions
from kg.store.protocol import EdgeKey
from shopgraph.feedback.overlay import changes_of

if TYPE_CHECKING:
    from kg.store.protocol import GraphStore
    from recommender import Recommender
    from recommender.rules import Rules
    from shopgraph.feedback.journal import Journal
    from shopgraph.project import Project

RECOMMENDED = EdgeKey("User", "RECOMMENDED", "Product")
LISTS = pa.schema(
    [
        ("user", pa.string()),
        ("rank", pa.int64()),
        ("product", pa.string()),
        ("name", pa.string()),
        ("score", pa.float64()),
        ("source", pa.string()),
    ]
)
"""One row for each product of a list; ``source`` says how the list was found, as in every answer."""
_KEPT = ["user", "rank", "product", "score"]
_AT_ONCE = 1_000
"""Customers of a batch."""


def make_lists(
    project: Project,
    *,
    k: int,
    rules: Rules | None = None,
    out: Path | None = None,
    graph: bool = True,
    progress: Callable[[str, int, int], None] | None = None,
) -> dict[str, object]:
    """Recommend to all customers of a project, with it and its graph held, so that nobody is forgotten meanwhile.

    Args:
        project: whose model recommends; feedback since it was trained is heeded.
        k: products of a list.
        rules: of ranking.
        out: a CSV file of the schema ``LISTS``, which is there at the end, whole, or as it was before.
        graph: put them into the graph, in the place of those that were there.
        progress: as in ``recommended_lists``.

    Returns:
        The ``model``, numbers of ``customers`` and ``recommendations``, and for the graph of edges ``written`` and
        ``removed``; the ``file``.

    Raises:
        ProjectError: there is no model, or another run is at work.
        GraphStoreError: the graph cannot be written, or lacks customers or products of the model.
    """
    from recommender import Recommender
    from shopgraph.feedback.journal import Journal
    from shopgraph.project import ProjectLock

    beside = None if out is None else out.with_name(f".{out.name}.new")
    with ExitStack() as held:
        if beside is not None:
            held.callback(beside.unlink, missing_ok=True)  # where something failed; at the end it has its name
        held.enter_context(ProjectLock(project))
        store = held.enter_context(project.open_store(read_only=False)) if graph else None
        journal = held.enter_context(closing(Journal(project.journal_file))) if project.journal_file.is_file() else None
        recommender = Recommender.load(project.need_model())
        file = None if beside is None else held.enter_context(csv.CSVWriter(beside, LISTS))
        batches, customers = [], 0
        for batch in recommended_lists(
            recommender,
            k=k,
            rules=rules,
            exclude_seen=project.settings.answers.exclude_seen,
            journal=journal,
            progress=progress,
        ):
            customers += len(batch["user"].unique())
            batches.append(batch.select(_KEPT))
            if file is not None:
                file.write_batch(batch)
        lists = pa.Table.from_batches(batches, pa.schema([LISTS.field(name) for name in _KEPT]))
        told: dict[str, object] = {"model": recommender.model, "customers": customers}
        told["recommendations"] = lists.num_rows
        if store is not None:
            written = write_lists(store, lists, model=recommender.model)
            told |= {"written": written.edges, "removed": written.removed}
        if file is not None and beside is not None and out is not None:
            file.close()
            beside.replace(out)
            told["file"] = str(out)
    return told


def recommended_lists(
    recommender: Recommender,
    *,
    k: int,
    rules: Rules | None = None,
    exclude_seen: bool = True,
    journal: Journal | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> Iterator[pa.RecordBatch]:
    """Recommend to every customer whom the model knows, as one by one.

    Args:
        recommender: of the model.
        k: products of a list; fewer where the rules leave fewer.
        rules: of ranking.
        exclude_seen: leave out what the customer has bought.
        journal: of feedback since the model was trained, which each list heeds.
        progress: told of how many customers there are lists, and of how many there will be.

    Yields:
        Rows of the schema ``LISTS``, in the order of the model's customers.

    Raises:
        ConfigurationError: the rules name what the catalogue does not have.
    """
    users = recommender.artefact.users.to_pylist()
    weights = recommender.artefact.kind_weights
    for start in range(0, len(users), _AT_ONCE):
        rows: list[dict[str, object]] = []
        for user in users[start : start + _AT_ONCE]:
            changes = None if journal is None else changes_of(journal, user, kind_weights=weights)
            if changes is not None and changes.forgotten:
                continue
            answer = recommender.recommend(user=user, k=k, rules=rules, exclude_seen=exclude_seen, changes=changes)
            rows += [
                {
                    "user": user,
                    "rank": item.rank,
                    "product": item.product.id,
                    "name": item.product.name,
                    "score": item.score,
                    "source": answer.source,
                }
                for item in answer.items
            ]
        yield pa.RecordBatch.from_pylist(rows, LISTS)
        if progress is not None:
            progress("recommending", min(start + _AT_ONCE, len(users)), len(users))


def write_lists(store: GraphStore, lists: pa.Table, *, model: str) -> Written:
    """Make the graph hold these lists as ``RECOMMENDED``, and none that were there before.

    Args:
        store: open for writing, with the schema.
        lists: ``user``, ``product``, ``rank`` and ``score``.
        model: that recommended.

    Raises:
        GraphStoreError: a customer or a product is not in the graph, and nothing was changed; or the store refused.
    """
    for label, column in (("User", "user"), ("Product", "product")):
        there = store.query(f"MATCH (n:{label}) RETURN n.id AS id")["id"]
        named = pc.unique(lists[column])
        missing = named.filter(pc.invert(pc.is_in(named, value_set=there.combine_chunks())))
        if len(missing):
            raise GraphStoreError(
                f"The graph does not have {len(missing):,} of the customers or products of the lists, such as the "
                f'{label.lower()} "{missing[0]}": it was built anew since the model was trained. Run: shopgraph run'
            )
    edges = pa.table({"source": lists["user"], "target": lists["product"], **{c: lists[c] for c in ("rank", "score")}})
    written = write_conclusions(store, model, {RECOMMENDED: edges})
    return Written(written.edges, written.removed + remove_lists(store, but=model))


def remove_lists(store: GraphStore, *, but: str | None = None) -> int:
    """Take all lists out of the graph, those of one model perhaps left; give how many edges there were.

    Raises:
        GraphStoreError: the store refused.
    """
    rows = store.query("MATCH (:User)-[r:RECOMMENDED]->(:Product) RETURN DISTINCT r.model AS model")
    return sum(remove_conclusions(store, model) for model in rows["model"].to_pylist() if model != but)

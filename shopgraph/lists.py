"""The lists of all customers: for a campaign's mails, and in the graph, where analysts ask what was recommended."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pyarrow as pa

from kg.store.inferred import Written, remove_conclusions, write_conclusions
from kg.store.protocol import EdgeKey

if TYPE_CHECKING:
    from kg.store.protocol import GraphStore
    from recommender import Recommender
    from recommender.rules import Rules

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
_AT_ONCE = 1_000
"""Customers whose lists are put into a batch of the table."""


def recommended_lists(
    recommender: Recommender,
    *,
    k: int,
    rules: Rules | None = None,
    exclude_seen: bool = True,
    progress: Callable[[str, int, int], None] | None = None,
) -> pa.Table:
    """Recommend to every customer whom the model knows, by the same rules as one by one.

    Args:
        recommender: of the model.
        k: products of a list; fewer where the rules leave fewer.
        rules: of ranking.
        exclude_seen: leave out what the customer has bought.
        progress: told of how many customers there are lists, and of how many there will be.

    Returns:
        A table of the schema ``LISTS``, in the order of the model's customers.

    Raises:
        ConfigurationError: the rules name what the catalogue does not have.
    """
    users = recommender.artefact.users.to_pylist()
    batches = []
    for start in range(0, len(users), _AT_ONCE):
        rows = []
        for user in users[start : start + _AT_ONCE]:
            answer = recommender.recommend(user=user, k=k, rules=rules, exclude_seen=exclude_seen)
            rows += [
                (user, item.rank, item.product.id, item.product.name, item.score, answer.source)
                for item in answer.items
            ]
        batches.append(pa.RecordBatch.from_pylist([dict(zip(LISTS.names, row, strict=True)) for row in rows], LISTS))
        if progress is not None:
            progress("recommending", min(start + _AT_ONCE, len(users)), len(users))
    return pa.Table.from_batches(batches, LISTS)


def write_lists(store: GraphStore, lists: pa.Table, *, model: str) -> Written:
    """Make the graph hold these lists as ``RECOMMENDED``, and none that were there before.

    Args:
        store: open for writing, with the schema.
        lists: of ``recommended_lists``.
        model: that recommended.

    Raises:
        GraphStoreError: a customer or a product is not in the graph, or the store refused.
    """
    others = remove_lists(store, but=model)
    edges = pa.table({"source": lists["user"], "target": lists["product"], **{c: lists[c] for c in ("rank", "score")}})
    written = write_conclusions(store, model, {RECOMMENDED: edges})
    return Written(written.edges, written.removed + others)


def remove_lists(store: GraphStore, *, but: str | None = None) -> int:
    """Take all lists out of the graph, those of one model perhaps left; give how many edges there were.

    Raises:
        GraphStoreError: the store refused.
    """
    rows = store.query("MATCH (:User)-[r:RECOMMENDED]->(:Product) RETURN DISTINCT r.model AS model")
    return sum(remove_conclusions(store, model) for model in rows["model"].to_pylist() if model != but)

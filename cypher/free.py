"""Free queries: any Cypher that only reads, within limits."""

from __future__ import annotations

import time
from collections.abc import Mapping

from cypher.answer import QueryAnswer, described
from kg.store.guard import check_free
from kg.store.protocol import GraphStore, QueryLimits


def run_free(
    store: GraphStore, text: str, parameters: Mapping[str, object] | None = None, *, limits: QueryLimits | None = None
) -> QueryAnswer:
    """Ask a store what an analyst wrote.

    Args:
        store: any graph store.
        text: one Cypher statement that only reads.
        parameters: values of its ``$names``, as the engines take them.
        limits: of rows, seconds and bytes; by default ``query_rows``, ``query_seconds`` and ``query_bytes`` of the
            limits.

    Raises:
        QueryError: it is wrong, does more than read, or ran past a limit.
    """
    bounds = limits or QueryLimits.usual()
    start = time.perf_counter()
    check_free(text, parameters)
    table = store.query(text, parameters, limits=bounds)
    return QueryAnswer(
        table=table,
        columns=described(table),
        cypher=text,
        seconds=time.perf_counter() - start,
    )

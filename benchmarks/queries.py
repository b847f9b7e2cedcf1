"""Every query of the library on both engines: equal rows, and how long each takes.

    python -m benchmarks.queries --data ../shared/data/amazon-beauty-kg --format pgpr --json queries.json
    python -m benchmarks.queries --data . --format demo --json queries.json

``--format demo`` makes the demo shop in its full size, with all that a run would conclude as the tests plant it
(``tests.demo_graph``), so that every query has rows; other data are imported and built. The graph is made in the
embedded engine, and the same rows loaded into a Neo4j of the benchmark's own.

Parameters that must be given name the busiest nodes of the graph. Each query runs once to warm up and then three times;
the middle one counts. Rows are equal when all values are, numbers to nine digits.
"""

from __future__ import annotations

import math
import statistics
import tempfile
from pathlib import Path

from benchmarks.common import Arguments, Figures, main, seconds
from cypher import Query, QueryAnswer, QueryLibrary
from kg.build import build
from kg.quality import import_source
from kg.schema import NODES
from kg.store import GraphStore, QueryLimits, open_store
from kg.store.rows import edge_tables
from tests.demo_graph import fill, make_tables
from tests.library_values import BusiestNodes
from tests.neo4j_server import neo4j_server

_ROUNDS = 3
_ASKED = 0.5
_LIMITS = QueryLimits(seconds=120)
_PRODUCTS, _USERS, _INTERACTIONS = 600, 1_500, 30_000
"""The demo shop as ``shopgraph demo`` makes it."""


def measure(arguments: Arguments) -> Figures:
    """Load the graph twice and ask every query of both engines."""
    figures: dict[str, float | int | str | bool | None] = {}
    library = QueryLibrary.own()
    with tempfile.TemporaryDirectory(prefix="shopgraph-benchmark-") as scratch:
        folder = Path(scratch)
        _make(arguments, folder)
        with (
            neo4j_server() as server,
            open_store(folder / "graph.lbug", read_only=True) as embedded,
            open_store(server.uri, user=server.user, password=server.password) as remote,
        ):
            remote.clear()
            with seconds() as loading:
                _copy(embedded, remote)
            figures["neo4j load seconds"] = loading.seconds
            figures |= _ask(library, embedded, remote)
    return figures


def _make(arguments: Arguments, folder: Path) -> None:
    """Make the graph in the embedded engine."""
    with open_store(folder / "graph.lbug") as store:
        if arguments.format == "demo":
            make_tables(folder, n_products=_PRODUCTS, n_users=_USERS, n_interactions=_INTERACTIONS)
            fill(store, folder)
        else:
            import_source(arguments.data, out=folder / "clean", format_name=arguments.format)
            build(folder / "clean", store)


def _copy(source: GraphStore, target: GraphStore) -> None:
    target.create_schema()
    for label in NODES:
        target.load_nodes(label, source.nodes(label))
    for key in edge_tables():
        target.load_edges(key, source.edges(key))


def _ask(library: QueryLibrary, embedded: GraphStore, remote: GraphStore) -> dict[str, float | int | str | None]:
    busiest = BusiestNodes(embedded)
    times: dict[str, dict[str, float]] = {"ladybug": {}, "neo4j": {}}
    different, with_rows = [], 0
    for query in library:
        values = busiest.values(query)
        answers = []
        for store in (embedded, remote):
            taken, answer = _timed(library, store, query, values)
            times[store.engine][query.name] = taken
            answers.append(answer)
        with_rows += len(answers[0]) > 0
        if not _equal(*answers):
            different.append(query.name)
    figures: dict[str, float | int | str | None] = {
        "queries": len(library),
        "with rows on these data": with_rows,
        "equal rows on both": len(library) - len(different),
        "different": ", ".join(different) or None,
    }
    for engine, taken_by in times.items():
        within = sum(taken <= _ASKED for taken in taken_by.values())
        figures[f"{engine}: share within 500 ms"] = within / len(library)
        figures[f"{engine}: median ms"] = 1000 * statistics.median(taken_by.values())
        figures[f"{engine}: slowest ms"] = 1000 * max(taken_by.values())
    for name in library:
        mine, theirs = (1000 * times[engine][name.name] for engine in ("ladybug", "neo4j"))
        figures[f"{name.name}: ladybug / neo4j ms"] = f"{mine:.0f} / {theirs:.0f}"
    return figures


def _timed(
    library: QueryLibrary, store: GraphStore, query: Query, values: dict[str, object]
) -> tuple[float, QueryAnswer]:
    library.run(store, query.name, values, limits=_LIMITS)
    answers = [library.run(store, query.name, values, limits=_LIMITS) for _ in range(_ROUNDS)]
    return statistics.median(answer.seconds for answer in answers), answers[-1]


def _equal(one: QueryAnswer, other: QueryAnswer) -> bool:
    if len(one) != len(other):
        return False
    pairs = zip(one.rows(), other.rows(), strict=True)
    return all(_same(mine[name], theirs[name]) for mine, theirs in pairs for name in mine)


def _same(mine: object, theirs: object) -> bool:
    if isinstance(mine, float) and isinstance(theirs, float):
        return math.isclose(mine, theirs, rel_tol=1e-9, abs_tol=1e-12)
    return mine == theirs


if __name__ == "__main__":
    main("queries", measure)

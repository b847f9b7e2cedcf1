"""Write the example answer into each query's file, from a small demo shop: ``make reference``."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from cypher import QueryLibrary
from cypher.example import example_rows, example_values, with_example
from cypher.library import QUERIES
from kg.store import open_store
from tests.demo_graph import fill, make_tables


def write(queries: Path) -> list[str]:
    """Write the examples into the files of a folder; give the names of queries without a row."""
    library = QueryLibrary.load(queries)
    empty = []
    with tempfile.TemporaryDirectory() as scratch:
        tables = make_tables(Path(scratch))
        with open_store(tables / "graph.lbug") as store:
            fill(store, tables)
            for query in library:
                rows = example_rows(library.run(store, query.name, example_values(query)))
                path = queries / query.theme / f"{query.name}.cypher"
                path.write_text(with_example(path.read_text(encoding="utf-8"), rows), encoding="utf-8")
                if not rows:
                    empty.append(query.name)
    return empty


if __name__ == "__main__":
    if empty := write(QUERIES):
        sys.exit(f'No rows, so no example: {", ".join(empty)}. Give their parameters other values after "such as".')

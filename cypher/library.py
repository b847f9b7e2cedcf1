"""The library: every query by its name, and running one."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from cypher.answer import QueryAnswer, as_described
from cypher.errors import LibraryError, UnknownQueryError, nearest
from cypher.header import read_query
from cypher.query import Query
from cypher.values import check, resolve
from kg.store.protocol import GraphStore, QueryLimits

QUERIES = Path(__file__).resolve().parent / "queries"
"""Folder of the library's own files: a folder for each theme, a file for each query."""


class QueryLibrary:
    """Queries by name.

    Args:
        queries: in the order of the library.
    """

    def __init__(self, queries: tuple[Query, ...]) -> None:
        self._queries = {query.name: query for query in queries}

    @classmethod
    def load(cls, folder: Path = QUERIES) -> QueryLibrary:
        """Read every ``THEME/NAME.cypher`` of a folder.

        Raises:
            LibraryError: a file is damaged, two have the same name, or there is none.
        """
        found: dict[str, tuple[Query, Path]] = {}
        for path in sorted(folder.glob("*/*.cypher")):
            query = read_query(path)
            if query.name in found:
                raise LibraryError(f"{path} and {found[query.name][1]} have the same name; give one of them another")
            found[query.name] = (query, path)
        if not found:
            raise LibraryError(f"There are no queries in {folder}; a query is a file THEME/NAME.cypher in it")
        return cls(tuple(query for query, _ in found.values()))

    @classmethod
    def own(cls) -> QueryLibrary:
        """Give the library that comes with shopgraph, read once."""
        return _own()

    def __len__(self) -> int:
        return len(self._queries)

    def __iter__(self) -> Iterator[Query]:
        return iter(self._queries.values())

    def list(self, theme: str | None = None) -> tuple[Query, ...]:
        """Give all queries, or those of a theme, by theme and name."""
        return tuple(query for query in self if theme is None or query.theme == theme)

    def themes(self) -> tuple[str, ...]:
        """Give the themes, in order."""
        return tuple(dict.fromkeys(query.theme for query in self))

    def get(self, name: str) -> Query:
        """Give the query of a name.

        Raises:
            UnknownQueryError: there is none; the message offers the nearest.
        """
        if name not in self._queries:
            hint = nearest(name, self._queries, otherwise=" See them all with: shopgraph query list")
            raise UnknownQueryError(f'There is no query "{name}".{hint}')
        return self._queries[name]

    def run(
        self,
        store: GraphStore,
        name: str,
        parameters: Mapping[str, object] | None = None,
        *,
        limits: QueryLimits | None = None,
    ) -> QueryAnswer:
        """Ask a store the query of a name.

        Args:
            store: any graph store.
            name: of the query.
            parameters: values by name, of their types or as words; those left out have their defaults.
            limits: of rows and seconds; by default those of free queries.

        Raises:
            UnknownQueryError: there is no such query.
            ParameterError: a parameter is unknown, missing or of the wrong type.
            QueryError: it ran past a limit.
        """
        query = self.get(name)
        start = time.perf_counter()
        values = resolve(check(query, parameters or {}), store)
        bounds = limits or QueryLimits.usual()
        text = query.text(store.engine)
        table = store.query(text, _sent(values), limits=bounds)
        return QueryAnswer(
            table=as_described(table, query),
            columns=query.columns,
            picture=query.picture,
            title=query.title,
            title_zh=query.title_zh,
            query=query.name,
            parameters=values,
            cypher=text,
            seconds=time.perf_counter() - start,
        )


def run_query(store: GraphStore, name: str, **parameters: object) -> QueryAnswer:
    """Ask a store a query of the library; see ``QueryLibrary.run``.

    Example: ``run_query(store, "best-sellers", limit=10).to_pandas()``
    """
    return QueryLibrary.own().run(store, name, parameters)


def _sent(values: Mapping[str, object]) -> dict[str, object]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


@cache
def _own() -> QueryLibrary:
    return QueryLibrary.load()

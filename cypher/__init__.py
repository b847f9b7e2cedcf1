"""The analysts' query library: questions a shop asks its graph, one ``*.cypher`` file each, and what runs them.

from cypher import run_query

answer = run_query(store, "best-sellers", limit=10)
answer.to_pandas()
"""

from __future__ import annotations

from cypher.answer import QueryAnswer
from cypher.errors import LibraryError, ParameterError, UnknownQueryError
from cypher.free import run_free
from cypher.library import QueryLibrary, run_query
from cypher.query import Column, Parameter, Picture, Query

__all__ = [
    "Column",
    "LibraryError",
    "Parameter",
    "ParameterError",
    "Picture",
    "Query",
    "QueryAnswer",
    "QueryLibrary",
    "UnknownQueryError",
    "run_free",
    "run_query",
]

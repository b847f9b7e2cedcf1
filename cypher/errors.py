"""What can go wrong with the query library, told apart."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from kg.errors import QueryError, ShopgraphError


class LibraryError(ShopgraphError):
    """A file of the library is damaged; the message names file and line."""


class UnknownQueryError(QueryError):
    """The library has no query of that name."""


class ParameterError(QueryError):
    """A parameter of a query is unknown, missing or of the wrong type."""


def nearest(name: str, known: Iterable[str], *, otherwise: str = "") -> str:
    """Give `` Did you mean "…"?`` with the nearest known name, or ``otherwise`` where none is near."""
    names = {one.lower(): one for one in known}
    close = difflib.get_close_matches(name.lower(), names, n=1, cutoff=0.5)
    return f' Did you mean "{names[close[0]]}"?' if close else otherwise

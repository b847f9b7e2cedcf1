"""The Cypher below a header: one text for both engines, or one for each."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from cypher.definitions import HeaderError
from cypher.query import ENGINES, Column, Parameter
from kg.errors import QueryError
from kg.store.guard import check_reading

_ENGINE = re.compile(r"//\s*engine:\s*(?P<engine>\S+)\s*")
_HIDDEN = re.compile(r"""//[^\n]*|/\*.*?\*/|'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*\"""", re.DOTALL)
_USED = re.compile(r"\$(\w+)")


def variants_of(lines: Sequence[str], start: int) -> Mapping[str, str]:
    """Give engine -> Cypher from a file's lines; the header ends before ``start``, from 0.

    Raises:
        HeaderError: an engine has no text, or two, or is none.
    """
    marks = [
        (number, found["engine"])
        for number, line in enumerate(lines[start:], start)
        if (found := _ENGINE.fullmatch(line))
    ]
    if not marks:
        cypher = "\n".join(lines[start:]).strip()
        return dict.fromkeys(ENGINES, cypher)
    if any(line.strip() for line in lines[start : marks[0][0]]):
        raise HeaderError("where engines differ, all Cypher stands below a line // engine: …", line=start + 1)
    texts: dict[str, str] = {}
    ends = [number for number, _ in marks[1:]] + [len(lines)]
    for (number, engine), end in zip(marks, ends, strict=True):
        if engine not in ENGINES or engine in texts:
            raise HeaderError(f'"{engine}" is not one of {", ".join(ENGINES)}, or stands here twice', line=number + 1)
        texts[engine] = "\n".join(lines[number + 1 : end]).strip()
    if missing := [engine for engine in ENGINES if engine not in texts]:
        raise HeaderError(f"there is no variant for {missing[0]}", line=len(lines))
    return texts


def check_variant(cypher: str, engine: str, parameters: Sequence[Parameter], columns: Sequence[Column]) -> None:
    """Look whether a text only reads, and has the parameters and columns that the header names.

    Raises:
        HeaderError: it does not.
    """
    try:
        check_reading(cypher)
    except QueryError as error:
        raise HeaderError(f"for {engine}: {error}") from error
    bare = _HIDDEN.sub(" ", cypher)
    used, known = set(_USED.findall(bare)), {one.name for one in parameters}
    if unknown := sorted(used - known):
        raise HeaderError(f"the Cypher for {engine} uses ${unknown[0]}, which the header does not name")
    if unused := sorted(known - used):
        raise HeaderError(f'the Cypher for {engine} does not use the parameter "{unused[0]}"')
    for column in columns:
        if not re.search(rf"\bAS {column.name}\b", bare):
            raise HeaderError(f'the Cypher for {engine} has no "AS {column.name}", a column of the header')


__all__ = ["check_variant", "variants_of"]

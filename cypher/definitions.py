"""What one line of a header defines: a parameter, a column, the picture, a row of the example."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cypher.errors import LibraryError, ParameterError, nearest
from cypher.query import Column, Kind, Latest, Parameter, Picture, PictureKind, Value
from cypher.values import parse
from kg.schema import NODES

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_PARAMETER = re.compile(
    r"(?P<name>\w+): (?P<type>\w+)(?: (?P<low>-?[\d.]+?)\.\.(?P<high>-?[\d.]+))?"
    r"(?: = (?P<default>.+)|, such as (?P<example>.+))"
)
_COLUMN = re.compile(r"(?P<name>\w+): (?P<type>\w+)")
_PICTURE_COLUMNS = {
    PictureKind.TABLE: (0, 0),
    PictureKind.BAR: (2, 2),
    PictureKind.LINE: (2, 3),
    PictureKind.GRAPH: (2, 3),
}


class HeaderError(LibraryError):
    """Something is wrong in a query's file.

    Args:
        what: is wrong.
        line: where, from 1; None for the line at hand.
    """

    def __init__(self, what: str, *, line: int | None = None) -> None:
        super().__init__(what)
        self.line = line


def parameter_of(said: str) -> Parameter:
    """Read ``name: type low..high = default | what it is | 它是什么``, or ``name: type, such as example | …``.

    Raises:
        HeaderError: it does not read so.
    """
    defined, doc, doc_zh = _words(said, "parameter")
    found = _PARAMETER.fullmatch(defined)
    if found is None:
        raise HeaderError(f'a parameter reads "name: type = default" or "name: type, such as …": {defined}')
    kind, label = _type(found["type"])
    if found["low"] is not None and kind not in {Kind.INTEGER, Kind.NUMBER}:
        raise HeaderError(f"only numbers have a range, and {found['name']} is of type {found['type']}")
    bare = Parameter(
        name=_name(found["name"]),
        kind=kind,
        label=label,
        default=None,
        example=None,
        low=float(found["low"]) if found["low"] else None,
        high=float(found["high"]) if found["high"] else None,
        doc=doc,
        doc_zh=doc_zh,
    )
    default = _value(bare, found["default"]) if found["default"] else None
    example = _value(bare, found["example"]) if found["example"] else None
    if isinstance(example, Latest):
        raise HeaderError("an example is a value, not counted from the latest")
    return Parameter(bare.name, kind, label, default, example, bare.low, bare.high, doc, doc_zh)


def column_of(said: str) -> Column:
    """Read ``name: type | what it is | 它是什么``.

    Raises:
        HeaderError: it does not read so.
    """
    defined, doc, doc_zh = _words(said, "column")
    found = _COLUMN.fullmatch(defined)
    if found is None:
        raise HeaderError(f'a column reads "name: type": {defined}')
    return Column(_name(found["name"]), *_type(found["type"]), doc, doc_zh)


def picture_of(said: str, columns: Sequence[Column]) -> Picture:
    """Read the kind of a picture and the columns it is drawn from.

    Raises:
        HeaderError: there is no such kind or column, or they do not fit.
    """
    word, *named = said.split()
    if word not in set(PictureKind):
        raise HeaderError(f'there is no picture "{word}"; there are: {", ".join(PictureKind)}')
    kind = PictureKind(word)
    least, most = _PICTURE_COLUMNS[kind]
    if not least <= len(named) <= most:
        raise HeaderError(f"a picture {kind} names {least} to {most} columns, not {len(named)}")
    kinds = {column.name: column.kind for column in columns}
    for name in named:
        if name not in kinds:
            raise HeaderError(f'there is no column "{name}".{nearest(name, kinds)}')
    if kind in {PictureKind.BAR, PictureKind.LINE} and kinds[named[1]] not in {Kind.INTEGER, Kind.NUMBER}:
        raise HeaderError(f'the column "{named[1]}" is drawn, so it must be integer or number')
    return Picture(kind, tuple(named))


def example_of(said: str, columns: Sequence[Column]) -> tuple[str, ...]:
    """Read a row of an answer, its cells parted by ``|``.

    Raises:
        HeaderError: it has not a cell for each column.
    """
    cells = tuple(cell.strip() for cell in said.split(" | "))
    if len(cells) != len(columns):
        raise HeaderError(f"an example has a cell for each of {len(columns)} columns, not {len(cells)}")
    return cells


def _words(said: str, what: str) -> tuple[str, str, str]:
    parts = [part.strip() for part in said.split(" | ")]
    if len(parts) != 3 or not all(parts):
        raise HeaderError(f"a {what} reads: definition | what it is | 它是什么")
    return parts[0], parts[1], parts[2]


def _type(word: str) -> tuple[Kind, str | None]:
    if word in NODES:
        return Kind.STRING, word
    try:
        return Kind(word), None
    except ValueError:
        known = [*(kind.value for kind in Kind), *NODES]
        hint = nearest(word, known, otherwise=f" There are: {', '.join(known)}")
        raise HeaderError(f'there is no type "{word}".{hint}') from None


def _name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise HeaderError(f'the name "{name}" is not of small letters, digits and _')
    return name


def _value(parameter: Parameter, said: str) -> Value | Latest:
    try:
        return parse(parameter, said[1:-1] if len(said) > 1 and said[0] == said[-1] == '"' else said)
    except ParameterError as error:
        raise HeaderError(str(error)) from error


__all__ = ["HeaderError", "column_of", "example_of", "parameter_of", "picture_of"]

"""Reading one file of the library: what its header says, and the Cypher below it.

The header is the comment at the top, a line for each fact::

    // title: Best sellers
    // title zh: 畅销商品
    // question: Which products were bought by most customers?
    // question zh: 哪些商品的购买人数最多？
    // parameter: since: time = latest PURCHASED - 90 days | Purchases from here on. | 起始时间。
    // parameter: brand: Brand, such as Ovelo | The brand. | 品牌。
    // parameter: limit: integer 1..1000 = 20 | Products shown. | 显示的商品数。
    // column: product: Product | Id of the product. | 商品编号。
    // column: buyers: integer | Customers who bought it. | 购买人数。
    // picture: bar product buyers
    // example: P0026 | 180

    MATCH ...

Where the engines must differ, the Cypher stands in two variants, each below a line ``// engine: ladybug`` or
``// engine: neo4j``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from cypher.definitions import HeaderError, column_of, example_of, parameter_of, picture_of
from cypher.errors import LibraryError, nearest
from cypher.query import Column, Parameter, Query
from cypher.variants import check_variant, variants_of

_ONCE = ("title", "title zh", "question", "question zh", "picture")
_REPEATED = ("parameter", "column", "example")
_LINE = re.compile(r"//\s*(?P<key>[a-z]+(?: zh)?):\s*(?P<said>.*\S)\s*")
_FILE_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_Read = TypeVar("_Read")
_Lines = Sequence[tuple[int, str]]
"""Lines of one key: number, from 1, and what is said."""


def read_query(path: Path) -> Query:
    """Read one file.

    Raises:
        LibraryError: something in it is wrong; the message says what and in which line.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise LibraryError(f"{path} cannot be read: {error}") from error
    return parse_query(text, name=path.stem, theme=path.parent.name, where=str(path))


def parse_query(text: str, *, name: str, theme: str, where: str) -> Query:
    """Read the text of one file.

    Raises:
        LibraryError: something in it is wrong; the message says what and in which line.
    """
    try:
        return _parsed(text, name, theme)
    except HeaderError as error:
        raise LibraryError(f"{where}, line {error.line}: {error}") from error


def _parsed(text: str, name: str, theme: str) -> Query:
    if not _FILE_NAME.fullmatch(name):
        raise HeaderError(f'the file\'s name "{name}" is not of small letters, digits and single hyphens', line=1)
    lines = text.splitlines()
    end = next((number for number, line in enumerate(lines) if not line.startswith("//")), len(lines))
    said = _said(lines[:end])
    once = {key: said[key][0] for key in _ONCE}
    parameters = tuple(_at(line, parameter_of, words) for line, words in said["parameter"])
    columns = tuple(_at(line, column_of, words) for line, words in said["column"])
    if not columns:
        raise HeaderError('the header names no "column"', line=end)
    _no_twins("parameter", parameters, said["parameter"])
    _no_twins("column", columns, said["column"])
    texts = variants_of(lines, end)
    for engine, cypher in texts.items():
        _at(end + 1, check_variant, cypher, engine, parameters, columns)
    return Query(
        name=name,
        theme=theme,
        title=once["title"][1],
        title_zh=once["title zh"][1],
        question=once["question"][1],
        question_zh=once["question zh"][1],
        parameters=parameters,
        columns=columns,
        picture=_at(once["picture"][0], picture_of, once["picture"][1], columns),
        example=tuple(_at(line, example_of, words, columns) for line, words in said["example"]),
        texts=texts,
    )


def _said(header: Sequence[str]) -> dict[str, list[tuple[int, str]]]:
    """Give the lines of each key; those that must be there once are."""
    said: dict[str, list[tuple[int, str]]] = {key: [] for key in (*_ONCE, *_REPEATED)}
    for number, line in enumerate(header, 1):
        found = _LINE.fullmatch(line)
        if found is None:
            raise HeaderError(f'the header has lines such as "// title: …", not "{line}"', line=number)
        key = found["key"]
        if key not in said:
            raise HeaderError(f'the header knows no "{key}".{nearest(key, said)}', line=number)
        if key in _ONCE and said[key]:
            raise HeaderError(f'"{key}" stands in line {said[key][0][0]} already', line=number)
        said[key].append((number, found["said"]))
    if missing := [key for key in _ONCE if not said[key]]:
        raise HeaderError(f'the header has no "{missing[0]}"', line=len(header) or 1)
    return said


def _at(line: int, read: Callable[..., _Read], *given: object) -> _Read:
    """Read a line; a mistake in it is told with its number."""
    try:
        return read(*given)
    except HeaderError as error:
        raise HeaderError(str(error), line=line) from error


def _no_twins(kind: str, named: Sequence[Parameter] | Sequence[Column], lines: _Lines) -> None:
    names = [one.name for one in named]
    for place, name in enumerate(names):
        if name in names[:place]:
            raise HeaderError(f'there is a {kind} "{name}" already', line=lines[place][0])


__all__ = ["parse_query", "read_query"]

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
from collections.abc import Mapping
from pathlib import Path

from cypher.errors import LibraryError, ParameterError, nearest
from cypher.query import ENGINES, Column, Kind, Latest, Parameter, Picture, PictureKind, Query, Value
from cypher.values import parse
from kg.errors import QueryError
from kg.schema import NODES
from kg.store.guard import check_reading

_ONCE = ("title", "title zh", "question", "question zh", "picture")
_REPEATED = ("parameter", "column", "example")
_LINE = re.compile(r"//\s*(?P<key>[a-z]+(?: zh)?):\s*(?P<said>.*\S)\s*")
_ENGINE = re.compile(r"//\s*engine:\s*(?P<engine>\S+)\s*")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_FILE_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
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
_HIDDEN = re.compile(r"""//[^\n]*|/\*.*?\*/|'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*\"""", re.DOTALL)
_USED = re.compile(r"\$(\w+)")


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
    return _Reader(where).read(text, name, theme)


class _Reader:
    def __init__(self, where: str) -> None:
        self._where = where

    def _wrong(self, line: int, what: str) -> LibraryError:
        return LibraryError(f"{self._where}, line {line}: {what}")

    def read(self, text: str, name: str, theme: str) -> Query:
        if not _FILE_NAME.fullmatch(name):
            raise self._wrong(1, f'the file\'s name "{name}" is not of small letters, digits and single hyphens')
        lines = text.splitlines()
        end = next((number for number, line in enumerate(lines) if not line.startswith("//")), len(lines))
        once: dict[str, tuple[int, str]] = {}
        repeated: dict[str, list[tuple[int, str]]] = {key: [] for key in _REPEATED}
        for number, line in enumerate(lines[:end], 1):
            found = _LINE.fullmatch(line)
            if found is None:
                raise self._wrong(number, f'the header has lines such as "// title: …", not "{line}"')
            key, said = found["key"], found["said"]
            if key in repeated:
                repeated[key].append((number, said))
            elif key not in _ONCE:
                known = (*_ONCE, *_REPEATED)
                raise self._wrong(number, f'the header knows no "{key}".{nearest(key, known)}')
            elif key in once:
                raise self._wrong(number, f'"{key}" stands in line {once[key][0]} already')
            else:
                once[key] = (number, said)
        if missing := [key for key in _ONCE if key not in once]:
            raise self._wrong(end or 1, f'the header has no "{missing[0]}"')
        parameters = tuple(self._parameter(*one) for one in repeated["parameter"])
        columns = tuple(self._column(*one) for one in repeated["column"])
        if not columns:
            raise self._wrong(end, 'the header names no "column"')
        for kind, named in (("parameter", parameters), ("column", columns)):
            self._no_twins(kind, [one.name for one in named], repeated[kind])
        texts = self._texts(lines, end)
        for engine, cypher in texts.items():
            self._check(cypher, engine, parameters, columns, end + 1)
        return Query(
            name=name,
            theme=theme,
            title=once["title"][1],
            title_zh=once["title zh"][1],
            question=once["question"][1],
            question_zh=once["question zh"][1],
            parameters=parameters,
            columns=columns,
            picture=self._picture(*once["picture"], columns),
            example=tuple(self._example(*one, columns) for one in repeated["example"]),
            texts=texts,
        )

    def _no_twins(self, kind: str, names: list[str], lines: list[tuple[int, str]]) -> None:
        for place, name in enumerate(names):
            if name in names[:place]:
                raise self._wrong(lines[place][0], f'there is a {kind} "{name}" already')

    def _words(self, line: int, said: str, what: str) -> tuple[str, str, str]:
        parts = [part.strip() for part in said.split(" | ")]
        if len(parts) != 3 or not all(parts):
            raise self._wrong(line, f"a {what} reads: definition | what it is | 它是什么")
        return parts[0], parts[1], parts[2]

    def _type(self, line: int, word: str) -> tuple[Kind, str | None]:
        if word in NODES:
            return Kind.STRING, word
        try:
            return Kind(word), None
        except ValueError:
            known = [*(kind.value for kind in Kind), *NODES]
            hint = nearest(word, known, otherwise=f" There are: {', '.join(known)}")
            raise self._wrong(line, f'there is no type "{word}".{hint}') from None

    def _name(self, line: int, name: str) -> str:
        if not _NAME.fullmatch(name):
            raise self._wrong(line, f'the name "{name}" is not of small letters, digits and _')
        return name

    def _parameter(self, line: int, said: str) -> Parameter:
        defined, doc, doc_zh = self._words(line, said, "parameter")
        found = _PARAMETER.fullmatch(defined)
        if found is None:
            raise self._wrong(line, f'a parameter reads "name: type = default" or "name: type, such as …": {defined}')
        kind, label = self._type(line, found["type"])
        if found["low"] is not None and kind not in {Kind.INTEGER, Kind.NUMBER}:
            raise self._wrong(line, f"only numbers have a range, and {found['name']} is of type {found['type']}")
        bare = Parameter(
            name=self._name(line, found["name"]),
            kind=kind,
            label=label,
            default=None,
            example=None,
            low=float(found["low"]) if found["low"] else None,
            high=float(found["high"]) if found["high"] else None,
            doc=doc,
            doc_zh=doc_zh,
        )
        default = self._value(line, bare, found["default"]) if found["default"] else None
        example = self._value(line, bare, found["example"]) if found["example"] else None
        if isinstance(example, Latest):
            raise self._wrong(line, "an example is a value, not counted from the latest")
        return Parameter(bare.name, kind, label, default, example, bare.low, bare.high, doc, doc_zh)

    def _value(self, line: int, parameter: Parameter, said: str) -> Value | Latest:
        try:
            return parse(parameter, said[1:-1] if len(said) > 1 and said[0] == said[-1] == '"' else said)
        except ParameterError as error:
            raise self._wrong(line, str(error)) from error

    def _column(self, line: int, said: str) -> Column:
        defined, doc, doc_zh = self._words(line, said, "column")
        found = _COLUMN.fullmatch(defined)
        if found is None:
            raise self._wrong(line, f'a column reads "name: type": {defined}')
        return Column(self._name(line, found["name"]), *self._type(line, found["type"]), doc, doc_zh)

    def _picture(self, line: int, said: str, columns: tuple[Column, ...]) -> Picture:
        word, *named = said.split()
        if word not in set(PictureKind):
            raise self._wrong(line, f'there is no picture "{word}"; there are: {", ".join(PictureKind)}')
        kind = PictureKind(word)
        least, most = _PICTURE_COLUMNS[kind]
        if not least <= len(named) <= most:
            raise self._wrong(line, f"a picture {kind} names {least} to {most} columns, not {len(named)}")
        kinds = {column.name: column.kind for column in columns}
        for name in named:
            if name not in kinds:
                raise self._wrong(line, f'there is no column "{name}".{nearest(name, kinds)}')
        if kind in {PictureKind.BAR, PictureKind.LINE} and kinds[named[1]] not in {Kind.INTEGER, Kind.NUMBER}:
            raise self._wrong(line, f'the column "{named[1]}" is drawn, so it must be integer or number')
        return Picture(kind, tuple(named))

    def _example(self, line: int, said: str, columns: tuple[Column, ...]) -> tuple[str, ...]:
        cells = tuple(cell.strip() for cell in said.split(" | "))
        if len(cells) != len(columns):
            raise self._wrong(line, f"an example has a cell for each of {len(columns)} columns, not {len(cells)}")
        return cells

    def _texts(self, lines: list[str], start: int) -> Mapping[str, str]:
        marks = [
            (number, found["engine"])
            for number, line in enumerate(lines[start:], start)
            if (found := _ENGINE.fullmatch(line))
        ]
        if not marks:
            cypher = "\n".join(lines[start:]).strip()
            return dict.fromkeys(ENGINES, cypher)
        if any(line.strip() for line in lines[start : marks[0][0]]):
            raise self._wrong(start + 1, "where engines differ, all Cypher stands below a line // engine: …")
        texts: dict[str, str] = {}
        ends = [number for number, _ in marks[1:]] + [len(lines)]
        for (number, engine), end in zip(marks, ends, strict=True):
            if engine not in ENGINES or engine in texts:
                raise self._wrong(number + 1, f'"{engine}" is not one of {", ".join(ENGINES)}, or stands here twice')
            texts[engine] = "\n".join(lines[number + 1 : end]).strip()
        if missing := [engine for engine in ENGINES if engine not in texts]:
            raise self._wrong(len(lines), f"there is no variant for {missing[0]}")
        return texts

    def _check(
        self,
        cypher: str,
        engine: str,
        parameters: tuple[Parameter, ...],
        columns: tuple[Column, ...],
        line: int,
    ) -> None:
        try:
            check_reading(cypher)
        except QueryError as error:
            raise self._wrong(line, f"for {engine}: {error}") from error
        bare = _HIDDEN.sub(" ", cypher)
        used, known = set(_USED.findall(bare)), {one.name for one in parameters}
        if unknown := sorted(used - known):
            raise self._wrong(line, f"the Cypher for {engine} uses ${unknown[0]}, which the header does not name")
        if unused := sorted(known - used):
            raise self._wrong(line, f'the Cypher for {engine} does not use the parameter "{unused[0]}"')
        for column in columns:
            if not re.search(rf"\bAS {column.name}\b", bare):
                raise self._wrong(line, f'the Cypher for {engine} has no "AS {column.name}", a column of the header')

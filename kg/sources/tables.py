"""A shop's own files, one for each table, as CSV, TSV, JSON lines or Parquet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from hashlib import blake2b
from itertools import chain, islice
from pathlib import Path
from typing import Any

from kg.errors import InputError
from kg.headings import OF_CUSTOMERS, columns_named, kind_named, plain_heading
from kg.records import Look, Record, Reject
from kg.sources.csvfile import read_sheet
from kg.sources.jsonlines import JsonRow, read_objects
from kg.sources.locate import bare_name, folder, listing, nearest
from kg.sources.parquetfile import is_parquet, parquet_columns, read_parquet
from kg.tables import TABLES, Column, ColumnType, Table

_ENDINGS = (".csv", ".tsv", ".jsonl", ".ndjson", ".json", ".parquet")
_ORDER = ("products", "users", "interactions", "reviews", "images", "links", "triples")
_OURS = frozenset({"_file", "_line"})  # of tables that were imported before
_MADE = {"reviews": "id", "images": "id"}  # required columns which the reader fills in
_PEEK = 100

Values = dict[str, Any]


class TablesReader:
    """Reads the files named ``products``, ``users``, ``interactions``, ``reviews``, ``images``, ``links``, ``triples``.

    In CSV and TSV, "|" parts the items of a list, and a comma paths of categories where all are paths; ``attributes``
    holds ``name=value`` items. Further columns of products and users are attributes; in other tables an unknown column
    stops the import, for it is nearly always a misspelt one; other words for a column are understood
    (``kg.headings``). A review without id is named by a hash of its contents, an image by its path. Where there is no
    file of interactions, a review with a user and a rating also gives an interaction of kind rated.
    """

    name = "tables"
    doc = "Your own files: products, users, interactions, reviews, ... as .csv, .tsv, .jsonl or .parquet"

    def recognises(self, source: Path) -> bool:
        """Tell whether ``source`` looks like this format."""
        return source.is_dir() and any(_table_of(path) for path in source.iterdir())

    def read(self, source: Path) -> Iterator[Record | Reject]:
        """Stream the tables, products and users first.

        Raises:
            InputError: no file is named as a table, one is given twice, or a column is missing or unknown.
        """
        files = self._files(source)
        rated = "interactions" not in files
        for table in _ORDER:
            if table in files:
                rows = _read_table(TABLES[table], files[table])
                yield from _with_ratings(rows) if table == "reviews" and rated else rows

    def look(self, source: Path) -> Look:
        """Say how the files are understood.

        Raises:
            InputError: as ``read`` does.
        """
        columns, attributes = {}, {}
        files = self._files(source)
        for name, path in files.items():
            table = TABLES[name]
            ours = columns_named(table, _headings(path))
            if other := {heading: column for heading, column in ours.items() if heading != column}:
                columns[path.name] = other
            if _open(table) and (
                further := [own for own in ours.values() if not table.column(own) and own not in _OURS]
            ):
                attributes[path.name] = further
        used = set(files.values())
        unread = [path.name for path in sorted(source.iterdir()) if _is_data(path) and path not in used]
        return Look(columns, attributes, unread)

    def _files(self, source: Path) -> dict[str, Path]:
        place = folder(source, format_name=self.name, expected=f"a folder with files such as {_ORDER[0]}.csv")
        files: dict[str, Path] = {}
        for path in sorted(place.iterdir()):
            table = _table_of(path)
            if table is not None and table in files:
                raise InputError(f"{place} holds both {files[table].name} and {path.name}. Keep one of them.")
            if table is not None:
                files[table] = path
        if not files:
            raise InputError(
                f"{place} has no file named as a table ({', '.join(_ORDER)}) and ending in {', '.join(_ENDINGS)}, "
                f"plain or .gz. It holds: {listing(place)}."
            )
        return files


def _table_of(path: Path) -> str | None:
    stem = bare_name(path).rpartition(".")[0]
    return stem if stem in TABLES and _is_data(path) else None


def _is_data(path: Path) -> bool:
    return path.is_file() and bare_name(path).endswith(_ENDINGS)


def _headings(path: Path) -> list[str]:
    """Give the headings of a file; of JSON lines, the keys of its first rows."""
    if is_parquet(path):
        return parquet_columns(path)
    if bare_name(path).endswith((".csv", ".tsv")):
        return read_sheet(path, name=path.name).columns
    return _peeked(path)[0] or []


def _read_table(table: Table, path: Path) -> Iterator[Record | Reject]:
    rows: Iterator[JsonRow | Reject]
    if is_parquet(path):
        given = parquet_columns(path)
        ours = columns_named(table, given)
        columns = [ours[name] for name in given]
        _check_columns(table, ours, path)
        rows = _named(read_parquet(path), ours)
        convert = _plain_converter(table, columns)
    elif bare_name(path).endswith((".csv", ".tsv")):
        sheet = read_sheet(path, name=path.name)
        ours = columns_named(table, sheet.columns)
        columns = [ours[name] for name in sheet.columns]
        _check_columns(table, ours, path)
        # Cells are made into one object for each row, so that the formats go one way from here.
        rows = (
            row if isinstance(row, Reject) else JsonRow(row.line, dict(zip(columns, row.cells, strict=True)), "")
            for row in sheet.rows
        )
        convert = _cell_converter(table, columns)
    else:
        keys, rows = _peeked(path)
        ours = columns_named(table, keys or [])
        if keys is not None:
            _check_required(table, ours, path)
        rows = _named(rows, ours)
        convert = None
    for row in rows:
        if isinstance(row, Reject):
            yield row
        elif convert is not None:
            yield Record(table.name, convert(row.values), path.name, row.line)
        else:
            yield _json_record(table, row, path.name)


def _named(rows: Iterator[JsonRow | Reject], ours: dict[str, str]) -> Iterator[JsonRow | Reject]:
    """Give rows with their headings as the columns are called; one whose column the row has, too, is left as it is."""
    other = {name: column for name, column in ours.items() if name != column}
    if not other:
        yield from rows
        return
    for row in rows:
        if isinstance(row, Reject):
            yield row
        else:
            values = row.values
            yield row._replace(
                values={
                    name if name not in other or other[name] in values else other[name]: value
                    for name, value in values.items()
                }
            )


def _check_columns(table: Table, ours: Mapping[str, str], path: Path) -> None:
    _check_required(table, ours, path)
    if _open(table):
        return
    known = [column.name for column in table.columns]
    unknown = [heading for heading, name in ours.items() if name not in known and name not in _OURS]
    if unknown:
        named = ", ".join(f'"{heading}"' for heading in unknown)
        meant = nearest(unknown[0], known) if len(unknown) == 1 else ""
        raise InputError(
            f"{path} has columns that {table.name} does not have: {named}.{meant} "
            f"Rename or remove them. Its columns are: {', '.join(known)}."
        )


def _check_required(table: Table, ours: Mapping[str, str], path: Path) -> None:
    for column in table.columns:
        made = _MADE.get(table.name) == column.name
        if column.required and not made and column.name not in ours.values():
            raise InputError(
                f'{path} has no column "{column.name}" ({column.doc.rstrip(".").lower()}), which {table.name} needs. '
                f"Columns found: {', '.join(ours)}.{nearest(column.name, ours)}"
            )
    customers = next((own for own in ours if table.name == "products" and plain_heading(own) in OF_CUSTOMERS), None)
    if customers is not None:
        raise InputError(
            f'{path} has the column "{customers}", which is of customers and not of products. What they did belongs '
            f"into interactions{path.suffix}; remove the columns about them here, for every further column is shown."
        )


def _open(table: Table) -> bool:
    return table.column("attributes") is not None


def _peeked(path: Path) -> tuple[list[str] | None, Iterator[JsonRow | Reject]]:
    """Give the keys of the first JSON lines, None where none can be read, and all lines.

    A column that none of the first rows has is missing from the file.
    """
    rows = read_objects(path, name=path.name)
    first = list(islice(rows, _PEEK))
    objects = [row.values for row in first if not isinstance(row, Reject)]
    keys = list(dict.fromkeys(key for values in objects for key in values)) if objects else None
    return keys, chain(first, rows)


def _json_record(table: Table, row: JsonRow, file: str) -> Record | Reject:
    known = {column.name for column in table.columns}
    further = row.values.keys() - known - _OURS
    if not further:
        values = {name: value for name, value in row.values.items() if name not in _OURS}
        return Record(table.name, _filled(table, values), file, row.line)
    if not _open(table):
        name = min(further)
        reason = f'"{name[:60]}" is no column of {table.name}.{nearest(name[:60], known)}'
        return row.reject(name=file, code="UNKNOWN_COLUMN", reason=reason)
    values = {name: value for name, value in row.values.items() if name in known}
    values["attributes"] = _joined(values.get("attributes"), [(name, row.values[name]) for name in sorted(further)])
    return Record(table.name, values, file, row.line)


def _joined(given: object, further: list[tuple[str, object]]) -> object:
    """Add the further columns to the attributes; what is no attribute list is left for the quality checks."""
    if given is None or given == "":
        pairs: list[object] = []
    elif isinstance(given, dict):
        pairs = list(given.items())
    elif isinstance(given, list):
        pairs = list(given)
    else:
        return given
    for name, value in further:
        items = value if isinstance(value, list) else [value]
        pairs.extend((name, item) for item in items if item is not None and item != "")
    return pairs


def _plain_converter(table: Table, columns: list[str]) -> Callable[[Values], Values]:
    known = [name for name in columns if table.column(name)]
    further = [name for name in columns if not table.column(name) and name not in _OURS]

    def convert(row: Values) -> Values:
        values = {name: row[name] for name in known}
        if further:
            values["attributes"] = _joined(values.get("attributes"), [(name, row[name]) for name in further])
        return _filled(table, values)

    return convert


def _cell_converter(table: Table, columns: list[str]) -> Callable[[Values], Values]:
    plain = _plain_converter(table, columns)
    lists = [column for name in columns if (column := table.column(name)) and column.type in _LISTS]

    def convert(row: Values) -> Values:
        for column in lists:
            row[column.name] = _list_cell(column, row[column.name])
        return plain(row)

    return convert


_LISTS = (ColumnType.STRINGS, ColumnType.PAIRS)


def _list_cell(column: Column, cell: str) -> object:
    items = [item for item in cell.split("|") if item.strip()]
    if column.type is ColumnType.STRINGS:
        # "Shoes > Running, Sale > Shoes", as some shops write, is two paths; "Home, Garden > Tools" is one
        paths = cell.split(", ")
        return paths if len(items) == 1 and len(paths) > 1 and all(" > " in path for path in paths) else items
    return [(name, value) for name, _, value in (item.partition("=") for item in items)]


def _filled(table: Table, values: Values) -> Values:
    """Fill in an id that may be made from the row, and give kinds of interactions their own names."""
    if table.name == "interactions" and "kind" in values:
        values["kind"] = kind_named(values["kind"])
    elif table.name == "images" and _blank(values.get("id")):
        values["id"] = values.get("path")
    elif table.name == "reviews" and _blank(values.get("id")):
        contents = [values.get(column.name) for column in table.columns if column.name != "id"]
        values["id"] = blake2b(repr(contents).encode("utf-8", "backslashreplace"), digest_size=12).hexdigest()
    return values


def _blank(value: object) -> bool:
    return value is None or value == ""


def _with_ratings(rows: Iterator[Record | Reject]) -> Iterator[Record | Reject]:
    for row in rows:
        yield row
        if isinstance(row, Record):
            values = row.values
            if not _blank(values.get("user_id")) and not _blank(values.get("rating")):
                rated = {"user_id": values["user_id"], "product_id": values.get("product_id"), "kind": "rated"}
                rated |= {"value": values["rating"], "at": values.get("at")}
                yield Record("interactions", rated, row.file, row.line)

"""Checking a batch of records of one table: every column by its type, then the rules of the table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from kg.errors import InputError
from kg.quality.columns import check_column
from kg.quality.prices import Prices, to_stock
from kg.quality.rules import Problem
from kg.records import Record
from kg.tables import Table

_DEFAULTS: dict[tuple[str, str], object] = {("interactions", "kind"): "purchased", ("products", "in_catalogue"): True}


class CheckedRows(NamedTuple):
    """A checked batch.

    Attributes:
        rows: those that keep the rules, in order, with the table's Arrow schema.
        problems: place in the batch -> what is wrong with the others.
        currencies: how often each was written beside a price.
    """

    rows: pa.Table
    problems: dict[int, Problem]
    currencies: Counter[str]


def check_rows(table: Table, records: list[Record], *, base: Path | None = None) -> CheckedRows:
    """Convert and check records of one table.

    Args:
        table: the table.
        records: all of it.
        base: folder from which relative paths of images are; they become absolute.

    Raises:
        InputError: a reader gave a column that the table does not have.
    """
    given: set[str] = set().union(*(record.values for record in records))
    strange = given - {column.name for column in table.columns}
    if strange:
        raise InputError(f'The reader gave {table.name} a column "{min(strange)}", which it does not have.')
    problems: dict[int, Problem] = {}
    arrays: list[pa.Array] = []
    to_price = Prices()
    converters: dict[tuple[str, str], Callable[[object], object]] = {
        ("products", "price"): to_price,
        ("products", "in_stock"): to_stock,
    }
    for column in table.columns:
        name = column.name
        values: list[object] = [None] * len(records)
        if name in given:
            values = [record.values.get(name) for record in records]
        checked = check_column(column, values, converters.get((table.name, name)))
        for row, problem in checked.problems.items():
            problems.setdefault(row, problem)
        default = _DEFAULTS.get((table.name, name))
        arrays.append(checked.array if default is None else pc.fill_null(checked.array, default))
    arrays.append(pa.array([record.file for record in records], pa.string()).dictionary_encode().cast(pa.string()))
    arrays.append(pa.array([record.line for record in records], pa.int64()))
    rows = pa.Table.from_arrays(arrays, schema=table.arrow)
    rule = _TABLE_RULES.get(table.name)
    if rule is not None:
        for row, problem in rule(rows).items():
            problems.setdefault(row, problem)
    if table.name == "images" and base is not None:
        rows = _absolute(rows, base)
    if problems:
        kept = [True] * len(records)
        for row in problems:
            kept[row] = False
        rows = rows.filter(pa.array(kept))
    return CheckedRows(rows, problems, to_price.currencies)


def _prices(rows: pa.Table) -> dict[int, Problem]:
    prices = rows["price"].to_pylist()
    return {
        row: Problem("NEGATIVE_PRICE", f'"price" is {price}')
        for row, price in enumerate(prices)
        if price is not None and price < 0
    }


def _self_links(rows: pa.Table) -> dict[int, Problem]:
    same = pc.fill_null(pc.equal(rows["product_id"], rows["other_id"]), False)
    if not pc.any(same).as_py():
        return {}
    found = pc.indices_nonzero(same).to_pylist()
    return {row: Problem("SELF_LINK", f'"{rows["product_id"][row].as_py()}" is linked to itself') for row in found}


_TABLE_RULES: dict[str, Callable[[pa.Table], dict[int, Problem]]] = {"products": _prices, "links": _self_links}


def _absolute(rows: pa.Table, base: Path) -> pa.Table:
    # The clean tables lie elsewhere than the pictures, so a relative path would lead nowhere.
    paths = [
        path if path is None or "://" in path or path.startswith(("data:", "/")) else str(base / path)
        for path in rows["path"].to_pylist()
    ]
    place = rows.schema.get_field_index("path")
    return rows.set_column(place, rows.schema.field(place), pa.array(paths, pa.string()))

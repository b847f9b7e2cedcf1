"""Customers' ids in tables: looked for in the columns in which a project's tables have ids of customers and reviews.

Ids are unique within their label alone: product 42 is no trace of customer 42. In a table that is none of a project's
every text is searched.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from shopgraph.traces_in_text import as_words, forms, is_telling

_USER, _REVIEW = "User", "Review"
_NONE: dict[str, str] = {}
_KNOWN: dict[str, dict[str, str]] = {
    "users": {"id": _USER},
    "interactions": {"user_id": _USER},
    "reviews": {"id": _REVIEW, "user_id": _USER},
    "test": {"user_id": _USER},
    "validation": {"user_id": _USER},
    "linked": {"id": _REVIEW},
    **dict.fromkeys(("products", "images", "links", "triples", "ids", "targets", "nodes", "captions"), _NONE),
    **dict.fromkeys(("entries", "aliases", "known", "cohesion", "settled", "trust", "context", "profiles"), _NONE),
    **dict.fromkeys(("slots", "proposals"), _NONE),
}
"""Tables of a project -> columns with ids of customers or reviews, and of which label."""
_LABELLED = (("label", "id"), ("head_label", "head"), ("tail_label", "tail"), ("head_label", "supporters"))
_OF_OTHERS = frozenset(
    {"id", "user_id", "product_id", "other_id", "head", "tail", "supporters", "shared", "label", "head_label",
     "tail_label", "brand", "categories", "kind", "relation", "split", "language", "model"}
)  # fmt: skip
"""Columns of known tables that are no free text."""


@dataclass(frozen=True)
class Ids:
    """Ids to look for.

    Attributes:
        users: of customers.
        reviews: of reviews.
    """

    users: frozenset[str]
    reviews: frozenset[str]

    @property
    def every(self) -> list[str]:
        """All of them, in order."""
        return sorted(self.users | self.reviews)

    @property
    def telling(self) -> list[str]:
        """Those that can be told by their bytes, wherever they stand."""
        return [one for one in self.every if is_telling(one)]

    def of(self, label: str) -> list[str]:
        """Give those of a label."""
        return sorted({_USER: self.users, _REVIEW: self.reviews}[label])


def table_holds(path: Path, table: pa.Table, ids: Ids) -> bool:
    """Tell whether a table holds one of some ids.

    Args:
        path: of the table; by its name the columns are known.
        table: what stands in it.
        ids: to look for.
    """
    own = _KNOWN.get(path.stem)
    if own is None:
        return any(_mentions(column, ids.every) for column in table.columns)
    names = set(table.schema.names)
    exact = any(_among(table[column], ids.of(label)) for column, label in own.items() if column in names)
    labelled = any(_labelled(table, *pair, ids) for pair in _LABELLED if names.issuperset(pair))
    shared = "shared" in names and _among(
        table["shared"], [f"{label}:{one}" for label in (_USER, _REVIEW) for one in ids.of(label)]
    )
    if exact or labelled or shared or (path.name == "nodes.arrow" and _nodes(path, table, ids)):
        return True
    return any(_mentions(table[name], ids.telling) for name in names - _OF_OTHERS)


def _labelled(table: pa.Table, label: str, column: str, ids: Ids) -> bool:
    labels = table[label].cast(pa.string())
    return any(
        _among(table[column].filter(pc.fill_null(pc.equal(labels, one), False)), ids.of(one))
        for one in (_USER, _REVIEW)
    )


def _nodes(path: Path, table: pa.Table, ids: Ids) -> bool:
    """Look into a snapshot's nodes, whose labels stand in the manifest, one piece of the table for each."""
    labels = [entry["label"] for entry in json.loads(path.with_name("manifest.json").read_text("utf-8"))["nodes"]]
    pieces = zip(labels, table["id"].chunks, strict=True)
    return any(_among(piece, ids.of(label)) for label, piece in pieces if label in (_USER, _REVIEW))


def _among(column: pa.ChunkedArray | pa.Array, wanted: Sequence[str]) -> bool:
    """Tell whether a value, or a member of a list, is one of some ids."""
    if pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
        column = pc.list_flatten(column)
    return bool(wanted) and bool(pc.any(pc.is_in(column, value_set=pa.array(wanted, column.type))).as_py())


def _mentions(column: pa.ChunkedArray | pa.Array, wanted: Iterable[str]) -> bool:
    """Tell whether a text has one of some ids as a word of its own."""
    wanted, kind = list(wanted), column.type
    if not wanted:
        return False
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return _mentions(pc.list_flatten(column), wanted)
    if pa.types.is_struct(kind):
        return any(_mentions(pc.struct_field(column, name), wanted) for name in kind.names)
    if pa.types.is_dictionary(kind):
        return _mentions(column.cast(kind.value_type), wanted)
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        return False
    near = pc.unique(column)
    pattern = re.compile(as_words(wanted))
    return any(
        pattern.search(value)
        for form in dict.fromkeys(form for one in wanted for form in forms(one))
        for value in near.filter(pc.fill_null(pc.match_substring(near, form), False)).to_pylist()
    )

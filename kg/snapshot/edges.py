"""The edges of a snapshot: which tables there are, and the columns of one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kg.ids import IntArray
from kg.store.protocol import EdgeKey

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Relation:
    """One relation of a snapshot: a relationship type between two labels.

    The generic type ``RELATED_TO`` stands for many relations; each of their names is a relation of its own.

    Attributes:
        source: label of the heads.
        type: relationship type.
        target: label of the tails.
        name: of the relation in the input, for ``RELATED_TO``; None for every other type.
    """

    source: str
    type: str
    target: str
    name: str | None = None

    @property
    def key(self) -> EdgeKey:
        """The store's table of edges that the relation comes from."""
        return EdgeKey(self.source, self.type, self.target)

    @property
    def label(self) -> str:
        """Type and, where there is one, name: ``IN_CATEGORY``, ``RELATED_TO:film.director``."""
        return self.type if self.name is None else f"{self.type}:{self.name}"

    def __str__(self) -> str:
        return f"({self.source})-[:{self.label}]->({self.target})"


@dataclass(frozen=True, slots=True)
class Edges:
    """The edges of one relation, sorted by head, tail and time.

    The arrays are read-only. A column in which nothing is known takes no memory.

    Attributes:
        head: row of each edge's source in the id map, ``(n_edges,)``.
        tail: row of each edge's target, ``(n_edges,)``.
        at: milliseconds since 1970 UTC, -1 where unknown, ``(n_edges,)``.
        value: stars, another strength, or the sentiment of a mention; NaN where there is none, ``(n_edges,)``.
        weight: confidence or strength, 1 where there is none, ``(n_edges,)``.
    """

    head: IntArray
    tail: IntArray
    at: IntArray
    value: FloatArray
    weight: FloatArray

    def __len__(self) -> int:
        return len(self.head)

    def known(self) -> dict[str, IntArray | FloatArray]:
        """Give head, tail and those other columns in which anything is known, by name."""
        columns: dict[str, IntArray | FloatArray] = {"head": self.head, "tail": self.tail}
        others: dict[str, IntArray | FloatArray] = {"at": self.at, "value": self.value, "weight": self.weight}
        return columns | {name: column for name, column in others.items() if any(column.strides)}

    @classmethod
    def sorted(
        cls,
        head: IntArray,
        tail: IntArray,
        *,
        at: IntArray | None = None,
        value: FloatArray | None = None,
        weight: FloatArray | None = None,
    ) -> Edges:
        """Make edges of columns in any order; a column left out is unknown everywhere."""
        known = [column for column in (weight, value, at, tail, head) if column is not None]
        order = np.lexsort(known)
        return cls.of(
            head[order],
            tail[order],
            at=None if at is None else at[order],
            value=None if value is None else value[order],
            weight=None if weight is None else weight[order],
        )

    @classmethod
    def of(
        cls,
        head: IntArray,
        tail: IntArray,
        *,
        at: IntArray | None = None,
        value: FloatArray | None = None,
        weight: FloatArray | None = None,
    ) -> Edges:
        """Make edges of columns that are sorted already; a column left out is unknown everywhere."""
        size = len(head)
        columns = (
            head,
            tail,
            np.broadcast_to(np.int64(-1), size) if at is None else at,
            np.broadcast_to(np.float64("nan"), size) if value is None else value,
            np.broadcast_to(np.float64(1), size) if weight is None else weight,
        )
        for column in columns:
            column.flags.writeable = False
        return cls(*columns)

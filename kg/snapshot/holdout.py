"""The holdout: the interactions kept from learning, in a folder of their own, for those who judge models."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kg.ids import IdMap
from kg.snapshot.files import HOLDOUT_FORMAT, Manifest, check_file, read_manifest, write_manifest
from kg.snapshot.split import TEST, VALIDATION, Division, Interactions
from kg.tables import KINDS

HOLDOUT_SCHEMA = pa.schema(
    [
        pa.field("user_id", pa.string()),
        pa.field("product_id", pa.string()),
        pa.field("kind", pa.string()),
        pa.field("value", pa.float64()),
        pa.field("at", pa.timestamp("ms", tz="UTC")),
        pa.field("target", pa.bool_()),
    ]
)
"""Columns of ``test.parquet`` and ``validation.parquet``; the rows are sorted by customer, product, kind and time."""

_PARTS = {"validation": VALIDATION, "test": TEST}


@dataclass(frozen=True)
class Holdout:
    """The interactions that are not in a snapshot.

    Only rows with ``target`` are to be predicted; the others lie here because they would give a target away.

    Attributes:
        path: the folder.
        manifest: counts, the settings of the split, and ``snapshot``, the fingerprint of the snapshot taken with it.
    """

    path: Path
    manifest: Manifest

    @property
    def snapshot(self) -> str:
        """Fingerprint of the snapshot that was taken with it."""
        return str(self.manifest["snapshot"])

    @cached_property
    def test(self) -> pa.Table:
        """The test part, as ``HOLDOUT_SCHEMA``; empty where there is none."""
        return self._read("test")

    @cached_property
    def validation(self) -> pa.Table:
        """The validation part that came with the data, as ``HOLDOUT_SCHEMA``; empty where there is none."""
        return self._read("validation")

    def _read(self, part: str) -> pa.Table:
        name = f"{part}.parquet"
        if name not in self.manifest["files"]:
            return HOLDOUT_SCHEMA.empty_table()
        return pq.read_table(check_file(self.path, name, self.manifest))


def load_holdout(path: Path) -> Holdout:
    """Open a holdout.

    Raises:
        ModelError: the folder is missing, of another version, or damaged.
    """
    return Holdout(path, read_manifest(path, HOLDOUT_FORMAT))


def write_holdout(
    folder: Path, interactions: Interactions, division: Division, ids: IdMap, *, manifest: Manifest
) -> None:
    """Write the parts that are not train into ``folder``; ``validation.parquet`` only where there are such rows."""
    counts: dict[str, dict[str, int]] = {}
    for part, number in _PARTS.items():
        table = _part(interactions, division, ids, number)
        counts[part] = {"rows": len(table), "targets": pc.sum(table["target"]).as_py() or 0}
        if len(table) or number == TEST:
            pq.write_table(table, folder / f"{part}.parquet")
    counts["train"] = {"rows": int((division.part == 0).sum())}
    write_manifest(folder, {**manifest, "format": HOLDOUT_FORMAT, "counts": counts, "cutoff": division.cutoff})


def _part(interactions: Interactions, division: Division, ids: IdMap, number: int) -> pa.Table:
    chosen = np.flatnonzero(division.part == number)
    columns = (interactions.value, interactions.at, interactions.kind, interactions.product, interactions.user)
    rows = chosen[np.lexsort([division.target[chosen], *(column[chosen] for column in columns)])]
    at = interactions.at[rows]
    value = interactions.value[rows]
    return pa.table(
        [
            ids.ids(interactions.user[rows]),
            ids.ids(interactions.product[rows]),
            pa.array(KINDS, pa.string()).take(pa.array(interactions.kind[rows])),
            pa.array(value, mask=np.isnan(value)),
            pa.array(at, pa.int64(), mask=at < 0).cast(pa.timestamp("ms", tz="UTC")),
            pa.array(division.target[rows]),
        ],
        schema=HOLDOUT_SCHEMA,
    )

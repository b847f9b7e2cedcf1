"""Proposals: links that are probably true, how sure each is, and what speaks for it; kept as an artefact.

A folder with ``manifest.json`` (settings, and for every relation how often proposals of each confidence were right on a
hidden part that nothing was fitted to), ``calibration.json`` and ``proposals.parquet``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from embeddings.links.calibration import Calibration
from kg.artefact import ArtefactKind
from kg.errors import ModelError

_AGAIN = "Propose the links again; in a project: shopgraph propose"
PROPOSALS = ArtefactKind(
    "shopgraph-proposals", 1, "folder of proposed links", _AGAIN, libraries=("numpy", "scikit-learn", "pyarrow")
)
SCHEMA = pa.schema(
    [
        ("head_label", pa.string()),
        ("head", pa.string()),
        ("relation", pa.string()),
        ("tail_label", pa.string()),
        ("tail", pa.string()),
        ("confidence", pa.float64()),
        ("model", pa.string()),
        ("supporters", pa.list_(pa.string())),  # ids of the head's label
        ("shared", pa.list_(pa.string())),  # "Label:id"
    ]
)
"""One row for each proposal, the surest first.

``supporters`` are the entities nearest to the head that are known to have the link, ``shared`` the neighbours of
any kind that head and tail have in common.
"""
_TABLE, _CALIBRATION = "proposals.parquet", "calibration.json"


@dataclass(frozen=True, slots=True)
class Precision:
    """How often proposals from some confidence up were right, on hidden links that nothing was fitted to.

    Attributes:
        confidence: from which.
        proposals: how many there were for the heads that were kept apart.
        right: how many of them were hidden links.
        precision: share that is right: of proposals where a head has one tail, ``right / proposals``; otherwise
            corrected for links that the graph lacks (``embeddings.links.calibration``). None without proposals.
    """

    confidence: float
    proposals: int
    right: int
    precision: float | None


@dataclass(frozen=True, slots=True)
class Calibrated:
    """What was learned of one relation.

    Attributes:
        relation: as text, ``(Product)-[:HAS_BRAND]->(Brand)``.
        calibration: gives the confidence.
        heads: how many it was fitted to, and how many it was checked on.
        hidden: links of the heads it was checked on that were hidden.
        average_precision: of the candidates of the heads it was checked on, sorted by confidence; to choose between
            models by.
        precision: at each confidence.
    """

    relation: str
    calibration: Calibration
    heads: tuple[int, int]
    hidden: int
    average_precision: float
    precision: tuple[Precision, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Proposals:
    """Proposed links.

    Attributes:
        model: name of what proposed them.
        table: of ``SCHEMA``.
        calibrated: of each relation.
        settings: JSON values.
        source: fingerprint of the triples that were learned from.
        skipped: relation -> why nothing was proposed.
    """

    model: str
    table: pa.Table
    calibrated: tuple[Calibrated, ...]
    settings: Mapping[str, Any] = field(default_factory=dict)
    source: str = ""
    skipped: Mapping[str, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def from_confidence(self, least: float) -> pa.Table:
        """Give the proposals of at least some confidence."""
        return self.table.filter(pc.greater_equal(self.table["confidence"], least))


def save_proposals(proposals: Proposals, folder: Path) -> None:
    """Write proposals, replacing those that are there once the new ones are whole.

    Raises:
        ModelError: something else lies in ``folder``.
    """
    manifest = {
        "model": proposals.model,
        "settings": dict(proposals.settings),
        "source": proposals.source,
        "skipped": dict(proposals.skipped),
        "relations": [
            {
                "relation": one.relation,
                "heads": list(one.heads),
                "hidden": one.hidden,
                "average_precision": one.average_precision,
                "precision": [{name: getattr(level, name) for name in Precision.__slots__} for level in one.precision],
            }
            for one in proposals.calibrated
        ],
    }
    with PROPOSALS.writing(folder, manifest) as beside:
        numbers = {one.relation: one.calibration.as_json() for one in proposals.calibrated}
        (beside / _CALIBRATION).write_text(f"{json.dumps(numbers, ensure_ascii=False)}\n", encoding="utf-8")
        pq.write_table(proposals.table, beside / _TABLE)


def load_proposals(folder: Path) -> Proposals:
    """Read proposals.

    Raises:
        ModelError: there are none, they are of another format or version, or damaged.
    """
    with PROPOSALS.reading(folder) as manifest:
        table = pq.read_table(folder / _TABLE)
        if not table.schema.equals(SCHEMA):
            raise ModelError(f"{folder / _TABLE} has other columns than proposals have. {_AGAIN}")
        numbers = json.loads((folder / _CALIBRATION).read_text("utf-8"))
        calibrated = tuple(
            Calibrated(
                str(entry["relation"]),
                Calibration.from_json(numbers[entry["relation"]]),
                (int(entry["heads"][0]), int(entry["heads"][1])),
                int(entry["hidden"]),
                float(entry["average_precision"]),
                tuple(Precision(**level) for level in entry["precision"]),
            )
            for entry in manifest["relations"]
        )
        return Proposals(
            str(manifest["model"]),
            table.cast(SCHEMA),
            calibrated,
            dict(manifest["settings"]),
            str(manifest["source"]),
            dict(manifest["skipped"]),
        )

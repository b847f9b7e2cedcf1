"""The artefact of proposals: kept whole, and refused when it is not."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from embeddings.links.calibration import Calibration
from embeddings.links.proposals import SCHEMA, Calibrated, Precision, Proposals, load_proposals, save_proposals
from kg.errors import ModelError


def made() -> Proposals:
    row = {
        "head_label": "Product",
        "head": "p1",
        "relation": "HAS_ATTRIBUTE",
        "tail_label": "Attribute",
        "tail": "waterproof=yes",
        "confidence": 0.875,
        "model": "transe",
        "supporters": ["p2"],
        "shared": ["User:u1"],
    }
    calibration = Calibration(
        ("score",), ((0.0, 1.0),), ((2.0,),), -1.0, (-1.0, 1.0), (0.1, 0.9), (0.2, 0.95), 0.09, 0.1
    )
    calibrated = Calibrated(
        "(Product)-[:HAS_ATTRIBUTE]->(Attribute)",
        calibration,
        (30, 20),
        25,
        0.5,
        (Precision(0.8, 10, 9, 0.9), Precision(0.9, 0, 0, None)),
    )
    return Proposals(
        "transe",
        pa.Table.from_pylist([row], SCHEMA),
        (calibrated,),
        {"least": 0.5},
        "abc",
        {"(Product)-[:HAS_BRAND]->(Brand)": "too little"},
    )


def test_kept_and_read(tmp_path: Path) -> None:
    proposals = made()
    save_proposals(proposals, tmp_path / "links")
    found = load_proposals(tmp_path / "links")
    assert found.table.equals(proposals.table)
    assert (found.calibrated, found.model, found.settings, found.source, found.skipped) == (
        proposals.calibrated,
        proposals.model,
        proposals.settings,
        proposals.source,
        proposals.skipped,
    )
    assert (len(found), found.from_confidence(0.9).num_rows) == (1, 0)
    manifest = json.loads((tmp_path / "links" / "manifest.json").read_text("utf-8"))
    assert manifest["relations"][0]["precision"][0] == {
        "confidence": 0.8,
        "proposals": 10,
        "right": 9,
        "precision": 0.9,
    }
    first = {path.name: path.read_bytes() for path in (tmp_path / "links").iterdir()}
    save_proposals(found, tmp_path / "links")
    assert first == {path.name: path.read_bytes() for path in (tmp_path / "links").iterdir()}


@pytest.mark.parametrize("name", ["proposals.parquet", "calibration.json", "manifest.json"])
def test_what_was_changed_is_refused(tmp_path: Path, name: str) -> None:
    save_proposals(made(), tmp_path / "links")
    path = tmp_path / "links" / name
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(ModelError, match=r"damaged.*Propose the links again"):
        load_proposals(tmp_path / "links")


def test_what_is_something_else_is_refused_and_left_alone(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"manifest\.json is missing"):
        load_proposals(tmp_path / "nothing")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(ModelError, match="is no folder of proposed links"):
        save_proposals(made(), tmp_path / "mine")
    assert (tmp_path / "mine" / "letter.txt").read_text("utf-8") == "dear"


def test_other_columns_are_refused(tmp_path: Path) -> None:
    from embeddings.links.proposals import PROPOSALS

    save_proposals(made(), tmp_path / "links")
    manifest = json.loads((tmp_path / "links" / "manifest.json").read_text("utf-8"))
    with PROPOSALS.writing(tmp_path / "forged", manifest) as beside:
        (beside / "calibration.json").write_bytes((tmp_path / "links" / "calibration.json").read_bytes())
        pq.write_table(pa.table({"head": ["p1"]}), beside / "proposals.parquet")
    with pytest.raises(ModelError, match="other columns"):
        load_proposals(tmp_path / "forged")

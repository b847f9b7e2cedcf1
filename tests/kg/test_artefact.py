"""Folders that hold something learned: what is told where their files do not hold what they should."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from safetensors.numpy import load_file, save_file

from kg.artefact import ArtefactKind
from kg.errors import ConfigurationError, ModelError

KIND = ArtefactKind("shopgraph-thing", 1, "thing", "Make it again.")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with KIND.writing(tmp_path / "thing", {"own": 1}) as beside:
        save_file({"numbers": np.arange(3)}, beside / "numbers.safetensors")
        pq.write_table(pa.table({"id": ["a"]}), beside / "ids.parquet")
        (beside / "broken").write_bytes(b"neither table nor numbers")
    return tmp_path / "thing"


def test_what_was_written_is_read(folder: Path) -> None:
    with KIND.reading(folder) as manifest:
        assert manifest["own"] == 1
        assert load_file(folder / "numbers.safetensors")["numbers"].tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (lambda folder, manifest: manifest["other"], "KeyError: 'other'"),
        (lambda folder, manifest: load_file(folder / "broken"), "SafetensorError"),
        (lambda folder, manifest: load_file(folder / "none"), "none"),
        (lambda folder, manifest: pq.read_table(folder / "broken"), "ArrowInvalid"),
        (lambda folder, manifest: pq.read_table(folder / "ids.parquet")["name"], "name"),
        (lambda folder, manifest: manifest["own"].lower(), "AttributeError"),
        (lambda folder, manifest: manifest["own"][0], "TypeError"),
    ],
)
def test_what_does_not_hold_what_it_should_is_told_with_the_remedy(folder: Path, wrong: object, told: str) -> None:
    said = rf"thing holds no whole thing \(.*{told}.*\)\. Make it again\."
    with pytest.raises(ModelError, match=said), KIND.reading(folder) as manifest:
        wrong(folder, manifest)  # type: ignore[operator]


def test_settings_that_are_wrong_are_damage_and_errors_of_the_program_are_not(folder: Path) -> None:
    with pytest.raises(ModelError, match="dim is 0"), KIND.reading(folder):
        raise ConfigurationError("dim is 0")
    with pytest.raises(ZeroDivisionError), KIND.reading(folder):
        1 / 0  # noqa: B018

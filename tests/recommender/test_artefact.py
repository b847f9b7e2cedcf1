"""A model on disk: nothing that could run code, and no damage goes unnoticed."""

from __future__ import annotations

import ast
import json
import pickletools
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import recommender
from kg.errors import ModelError
from recommender import Recommender
from recommender.artefact import load, save

FILES = ("manifest.json", "weights.safetensors", "ids.parquet", "users.parquet", "targets.parquet", "links.parquet")


@pytest.fixture
def model(trained: Callable[[str], Recommender], tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    save(trained("propagation").artefact, folder)
    return folder


def refused(folder: Path) -> str:
    """Give the message with which loading is refused: a sentence that names the place and says what to do."""
    with pytest.raises(ModelError) as caught:
        Recommender.load(folder)
    message = str(caught.value)
    assert str(folder) in message
    assert "shopgraph run --project PROJECT" in message
    return message


def test_what_is_saved_is_what_is_loaded(model: Path, tmp_path: Path) -> None:
    save(load(model), tmp_path / "again")
    for name in FILES:
        assert (tmp_path / "again" / name).read_bytes() == (model / name).read_bytes()
    assert sorted(path.name for path in model.iterdir()) == sorted(FILES)


def test_the_manifest_says_what_it_is(model: Path) -> None:
    manifest = json.loads((model / "manifest.json").read_text("utf-8"))
    assert manifest["format"] == 2
    assert manifest["model"] == "propagation"
    assert manifest["target_kinds"] == ["purchased"]
    assert {"numpy", "scipy", "pyarrow", "safetensors"} <= set(manifest["libraries"])
    assert len(manifest["snapshot"]) == 64


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file(model: Path, name: str) -> None:
    (model / name).unlink()
    assert ("no model" if name == "manifest.json" else "damaged") in refused(model)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
def test_a_truncated_file(model: Path, name: str, share: float) -> None:
    content = (model / name).read_bytes()
    (model / name).write_bytes(content[: int(len(content) * share)])
    assert "damaged" in refused(model)


@pytest.mark.parametrize("name", FILES)
def test_one_flipped_byte(model: Path, name: str) -> None:
    content = (model / name).read_bytes()
    for place in np.random.default_rng(1).integers(0, len(content), 25).tolist():
        flipped = bytearray(content)
        flipped[place] ^= 0x01
        (model / name).write_bytes(flipped)
        if name == "manifest.json" and _same_json(flipped, content):
            continue
        refused(model)


def _same_json(one: bytes | bytearray, other: bytes) -> bool:
    try:
        return bool(json.loads(one) == json.loads(other))
    except ValueError:
        return False


@pytest.mark.parametrize("version", [0, 1, 3, "1", None])
def test_another_format_version(model: Path, version: object) -> None:
    manifest = json.loads((model / "manifest.json").read_text("utf-8"))
    (model / "manifest.json").write_text(json.dumps({**manifest, "format": version}), "utf-8")
    assert f"has the format {version}, and this version reads 2" in refused(model)


@pytest.mark.parametrize("text", ["", "{", "[]", '"model"', "null", "{}", "\x00\x01"])
def test_a_manifest_that_is_none(model: Path, text: str) -> None:
    (model / "manifest.json").write_text(text, "utf-8")
    refused(model)


@pytest.mark.parametrize("name", ["ids.parquet", "users.parquet"])
def test_swapped_ids(model: Path, name: str) -> None:
    table = pq.read_table(model / name)
    order = [1, 0, *range(2, len(table))]
    pq.write_table(table.take(pa.array(order)), model / name)
    refused(model)


def test_parts_of_two_models_do_not_mix(model: Path, tuned: Path) -> None:
    for name in FILES:
        mixed = model.with_name(f"mixed-{name}")
        shutil.copytree(model, mixed)
        shutil.copy(tuned / name, mixed / name)
        refused(mixed)


def test_a_new_model_takes_the_place_of_the_old_one(model: Path, tuned: Path) -> None:
    save(load(tuned), model)
    assert Recommender.load(model).products == 120
    assert [path.name for path in model.parent.iterdir()] == ["model"]


def test_what_an_interrupted_save_left_is_in_nobodys_way(model: Path, tuned: Path) -> None:
    beside = model.with_name(".model.writing")
    beside.mkdir()
    (beside / "weights.safetensors").write_bytes(b"half")
    save(load(tuned), model)
    assert Recommender.load(model).products == 120
    assert not beside.exists()


def test_nothing_is_pickled(model: Path) -> None:
    for path in model.iterdir():
        with pytest.raises(Exception):  # noqa: B017 (pickletools raises what it likes)
            list(pickletools.genops(path.read_bytes()))


def test_the_code_neither_reads_nor_writes_pickles() -> None:
    package = Path(recommender.__file__).parent
    for path in package.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = {alias.name for alias in node.names} | {getattr(node, "module", None)}
                assert not names & {"pickle", "cloudpickle", "dill", "joblib", "marshal", "shelve"}, path
            if isinstance(node, ast.Attribute):
                assert ast.unparse(node) not in {"torch.load", "torch.save", "np.load", "np.save"}, path

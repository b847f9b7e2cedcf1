"""The vector artefact: mapped, the same after every round, and refused with the reason when it is not whole."""

from __future__ import annotations

import hashlib
import io
import json
import os
import pickle
import struct
import tempfile
import time
from pathlib import Path

import numpy as np
import psutil  # type: ignore[import-untyped]
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from safetensors.numpy import save_file

from embeddings.artefact import VectorArtefact, load_vectors, save_vectors
from embeddings.mapped import map_tensors
from embeddings.vectors import Vectors
from kg.errors import InputError, ModelError
from kg.ids import IdMap

VECTORS = Vectors.sorted("text", "Product", ["p1", "p2", "p3"], [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "vectors"
    save_vectors(
        VectorArtefact(VECTORS, {"relations": np.eye(2)}, {"encoder": "灯", "dim": 2}, {"mrr": 0.5}, "abc"), place
    )
    return place


def refused(folder: Path, *, contents: bool = True) -> str:
    """Give the message with which loading is refused: it names the place and says what to do."""
    with pytest.raises(ModelError) as caught:
        load_vectors(folder, contents=contents)
    assert str(folder) in str(caught.value)
    assert "Make the vectors again" in str(caught.value)
    return str(caught.value)


def forge(folder: Path, name: str, content: bytes) -> None:
    """Put another file into an artefact, and a manifest that vouches for it."""
    (folder / name).write_bytes(content)
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    manifest["files"][name] = hashlib.sha256(content).hexdigest()
    rest = {key: value for key, value in manifest.items() if key != "fingerprint"}
    manifest["fingerprint"] = hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")


def with_header(header: object, data: bytes = bytes(24), *, length: int | None = None) -> bytes:
    """Make a safetensors file of a header of one's own."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + data


def tensor(start: int, end: int, *, dtype: str = "F32", shape: tuple[int, ...] = (3, 2)) -> dict[str, object]:
    return {"dtype": dtype, "shape": list(shape), "data_offsets": [start, end]}


def test_everything_comes_back(folder: Path) -> None:
    for contents in (True, False):
        again = load_vectors(folder, contents=contents)
        assert (again.vectors.name, again.vectors.ids) == ("text", VECTORS.ids)
        assert np.array_equal(again.vectors.matrix, VECTORS.matrix)
        assert np.array_equal(again.tensors["relations"], np.eye(2))
        assert again.configuration == {"encoder": "灯", "dim": 2}
        assert (again.metrics, again.source) == ({"mrr": 0.5}, "abc")


FINITE = {"allow_nan": False, "allow_infinity": False}
TYPES = st.sampled_from([np.float64, np.float16, np.int64, np.int8, np.uint16, np.bool_])


@settings(max_examples=40, deadline=None)
@given(
    matrix=hnp.arrays(np.float32, st.tuples(st.integers(0, 12), st.integers(0, 5)), elements=FINITE),
    tensors=st.dictionaries(
        st.text("abcä.", min_size=1, max_size=5),
        hnp.arrays(TYPES, hnp.array_shapes(min_dims=0, min_side=0), elements=FINITE),
        max_size=3,
    ),
)
def test_any_shape_and_type_comes_back(matrix: np.ndarray, tensors: dict[str, np.ndarray]) -> None:
    half = len(matrix) // 2
    ids = IdMap(
        {"User": [f"u{i}" for i in range(half)], "Product": [f"产品 {i:02d}" for i in range(len(matrix) - half)]}
    )
    with tempfile.TemporaryDirectory() as place:
        first, second = Path(place) / "a", Path(place) / "b"
        save_vectors(VectorArtefact(Vectors("any", ids, matrix), tensors), first)
        loaded = load_vectors(first)
        save_vectors(loaded, second)
        assert loaded.vectors.ids == ids
        assert loaded.vectors.matrix.tobytes() == matrix.tobytes()
        assert loaded.tensors.keys() == tensors.keys()
        for name, given in tensors.items():
            assert (loaded.tensors[name].dtype, loaded.tensors[name].shape) == (given.dtype, given.shape)
            assert loaded.tensors[name].tobytes() == given.tobytes()
        for file in ("manifest.json", "vectors.safetensors", "ids.parquet"):
            assert (first / file).read_bytes() == (second / file).read_bytes()


def test_what_is_mapped_cannot_be_changed_and_outlives_its_file(folder: Path) -> None:
    loaded = load_vectors(folder)
    with pytest.raises(ValueError, match="read-only"):
        loaded.vectors.matrix[0, 0] = 1
    save_vectors(VectorArtefact(Vectors("text", VECTORS.ids, VECTORS.matrix * 2)), folder)
    assert np.array_equal(loaded.vectors.matrix, VECTORS.matrix)
    assert np.array_equal(load_vectors(folder).vectors.matrix, VECTORS.matrix * 2)


def test_a_large_folder_opens_at_once_and_takes_no_memory(tmp_path: Path) -> None:
    """200 MB: reading them would take far longer than the limit here, and their memory."""
    n, dim = 40_000, 1_250
    matrix = np.zeros((n, dim), np.float32)
    matrix[:, 0] = np.arange(n)
    save_vectors(
        VectorArtefact(Vectors("text", IdMap({"Product": [f"p{i:06d}" for i in range(n)]}), matrix)), tmp_path / "v"
    )
    del matrix
    load_vectors(tmp_path / "v", contents=False)  # imports are not what is measured
    process = psutil.Process()
    before, took = process.memory_info().rss, []
    for _ in range(3):
        start = time.perf_counter()
        opened = load_vectors(tmp_path / "v", contents=False)
        took.append(time.perf_counter() - start)
    assert (tmp_path / "v" / "vectors.safetensors").stat().st_size > 190e6
    assert process.memory_info().rss - before < 30e6
    assert min(took) < 0.15
    assert opened.vectors.of("Product", ["p030000"])[0][0, 0] == 30_000
    assert process.memory_info().rss - before < 30e6


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_numbers_that_are_not_finite_are_not_saved(tmp_path: Path, bad: float) -> None:
    matrix = VECTORS.matrix.copy()
    matrix[1, 1] = bad
    with pytest.raises(InputError, match="Product 'p2'"):
        save_vectors(VectorArtefact(Vectors("text", VECTORS.ids, matrix)), tmp_path / "v")
    with pytest.raises(InputError, match='tensor "relations"'):
        save_vectors(VectorArtefact(VECTORS, {"relations": np.array([bad])}), tmp_path / "v")
    assert not list(tmp_path.iterdir())


def test_another_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(ModelError, match="is no folder of vectors"):
        save_vectors(VectorArtefact(VECTORS), tmp_path)
    assert (tmp_path / "notes.txt").read_text() == "mine"
    assert "holds no folder of vectors" in refused(tmp_path)


@pytest.mark.parametrize("name", ["vectors.safetensors", "ids.parquet"])
def test_damage(folder: Path, name: str) -> None:
    whole = (folder / name).read_bytes()
    for place in np.random.default_rng(0).integers(0, len(whole), 20).tolist():
        flipped = bytearray(whole)
        flipped[place] ^= 1
        (folder / name).write_bytes(flipped)
        assert "contents have changed" in refused(folder)
    for share in (0.0, 0.3, 0.99):
        (folder / name).write_bytes(whole[: int(len(whole) * share)])
        refused(folder)
        refused(folder, contents=False)
    (folder / name).unlink()
    assert "missing" in refused(folder)


def test_an_older_and_a_foreign_folder(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    (folder / "manifest.json").write_text(json.dumps({**manifest, "version": 0}), "utf-8")
    assert "version 0; this shopgraph reads 1" in refused(folder)
    (folder / "manifest.json").write_text(json.dumps({**manifest, "format": "shopgraph-linker"}), "utf-8")
    assert "is a shopgraph-linker, not a shopgraph-vectors" in refused(folder)


class Bomb:
    """What a pickle can do: run a command."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> object:
        return (os.mkdir, (str(self.mark),))


def _npy(bomb: Bomb) -> bytes:
    out = io.BytesIO()
    np.save(out, np.array([bomb], dtype=object), allow_pickle=True)
    return out.getvalue()


def _torch(bomb: Bomb) -> bytes:
    out = io.BytesIO()
    torch.save({"vectors": bomb}, out)
    return out.getvalue()


@pytest.mark.parametrize("made", [pickle.dumps, _npy, _torch], ids=["pickle", "npy of objects", "torch"])
@pytest.mark.parametrize("name", ["vectors.safetensors", "ids.parquet"])
def test_a_pickle_is_never_opened(folder: Path, tmp_path: Path, name: str, made: object) -> None:
    mark = tmp_path / "the pickle ran"
    content = made(Bomb(mark))  # type: ignore[operator]
    forge(folder, name, content)
    for contents in (True, False):
        refused(folder, contents=contents)
    assert not mark.exists()
    if made is pickle.dumps:  # it would have: the test can fail
        pickle.loads(content)
        assert mark.exists()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "0 bytes"),
        (b"\0" * 7, "7 bytes"),
        (with_header({"vectors": tensor(0, 24)}, length=10**12), "header claims"),
        (with_header({"vectors": tensor(0, 24)}, length=2**64 - 1), "header claims"),
        (with_header(b"{no json"), "no JSON header"),
        (with_header(b"[" * 5000), "no JSON header"),
        (with_header(b"[]"), "names no tensors"),
        (with_header(b'{"vectors": 1}'), "does not say where"),
        (with_header({"vectors": {**tensor(0, 24), "code": "x"}}), "does not say where"),
        (with_header({"vectors": tensor(8, 32)}, bytes(24)), "reach past its end"),
        (with_header({"vectors": tensor(0, 24)}, bytes(20)), "reach past its end"),
        (with_header({"vectors": tensor(0, 24)}, bytes(30)), "leave gaps"),
        (with_header({"vectors": tensor(0, 24), "other.a": tensor(20, 44)}, bytes(44)), "overlap"),
        (with_header({"vectors": tensor(-24, 0)}), "no whole numbers"),
        (with_header({"vectors": tensor(24, 0)}), "other than what its shape"),
        (with_header({"vectors": tensor(0, 24, shape=(2**40, 2**40))}), "other than what its shape"),
        (with_header({"vectors": {**tensor(0, 24), "shape": [3.0, 2]}}), "no whole numbers"),
        (with_header({"vectors": {**tensor(0, 24), "shape": [True, 6]}}), "no whole numbers"),
        (with_header({"vectors": {**tensor(0, 24), "data_offsets": [0, 8, 24]}}), "no whole numbers"),
        (with_header(b'{"vectors": 1, "vectors": 2}'), "no JSON header"),
        (with_header({"vectors": tensor(0, 24, dtype="BF16")}), "type 'BF16'"),
        (with_header({"vectors": tensor(0, 24, dtype="object")}), "type 'object'"),
        (with_header({"vectors": tensor(0, 24, dtype="I32")}), "float32 is wanted"),
        (with_header({"vectors": tensor(0, 24, shape=(2, 3))}), "shape"),
        (with_header({"other.vectors": tensor(0, 24)}), "'vectors'"),
    ],
)
def test_a_forged_header(folder: Path, content: bytes, reason: str) -> None:
    forge(folder, "vectors.safetensors", content)
    for contents in (True, False):
        assert reason in refused(folder, contents=contents)


@pytest.mark.parametrize(
    "table",
    [
        pa.table({"label": ["Product"] * 3, "id": ["p1", "p3", "p2"]}),
        pa.table({"label": ["Product"] * 3, "id": ["p1", "p1", "p2"]}),
        pa.table({"label": ["Product"] * 3, "id": ["p1", "p2", "p4"]}),
        pa.table({"label": ["Product"] * 3, "id": ["p1", "p2", None]}),
        pa.table({"label": ["Product", "Product", "Spaceship"], "id": ["p1", "p2", "p3"]}),
        pa.table({"label": ["Product", None, "Product"], "id": ["p1", "p2", "p3"]}),
        pa.table({"label": ["Product", "User", "Product"], "id": ["p1", "p2", "p3"]}),
        pa.table({"label": ["Product"] * 2, "id": ["p1", "p2"]}),
        pa.table({"label": [1, 2, 3], "id": ["p1", "p2", "p3"]}),
        pa.table({"id": ["p1", "p2", "p3"]}),
    ],
)
def test_forged_ids(folder: Path, table: pa.Table) -> None:
    out = io.BytesIO()
    pq.write_table(table, out)
    forge(folder, "ids.parquet", out.getvalue())
    for contents in (True, False):
        refused(folder, contents=contents)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200), st.integers(0, 200))
def test_no_bytes_at_all_break_the_map(junk: bytes, cut: int) -> None:
    """Whatever a file holds, it is mapped rightly or refused."""
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "t.safetensors"
        save_file({"vectors": np.arange(6, dtype=np.float32), "b": np.arange(3, dtype=np.int8)}, path)
        whole = path.read_bytes()
        path.write_bytes(whole[:cut] + junk + whole[cut + len(junk) :])
        try:
            for found in map_tensors(path).values():
                found.sum()
        except ModelError as error:
            assert str(path) in str(error)

"""Vectors that others made: the good rows join, the others are set aside, and nothing in the files is trusted."""

from __future__ import annotations

import json
import pickle
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import save_file

from embeddings.readymade import ReadyMade, ReadyMadeVectors, read_vectors
from kg.errors import InputError, StrictInputError
from kg.ids import IdMap
from kg.quality.quarantine import Quarantine

IDS = ["p3", "p1", "p4", "p2"]
MATRIX = np.arange(12, dtype=np.float32).reshape(4, 3) + 1


def lines(path: Path, ids: list[str]) -> Path:
    path.write_text("".join(f"{one}\n" for one in ids), encoding="utf-8")
    return path


def codes(found: ReadyMadeVectors) -> dict[int, str]:
    return {one.row: one.problem.code for one in found.rejects}


def vector(found: ReadyMadeVectors, node: str) -> list[float]:
    (row,) = found.vectors.ids.rows("Product", [node])
    return [float(number) for number in found.vectors.matrix[row]]


def write(kind: str, folder: Path, ids: list[str], matrix: np.ndarray[Any, Any]) -> ReadyMade:
    """Write ids and vectors in one of the forms there are."""
    path = folder / f"vectors.{kind.partition(' ')[0]}"
    if kind == "npy":
        np.save(path, matrix)
        return ReadyMade("audio", path, lines(folder / "ids.txt", ids))
    if kind == "npy column by column":
        np.save(folder / "v.npy", np.asfortranarray(matrix))
        pq.write_table(pa.table({"asin": ids}), folder / "ids.parquet")
        return ReadyMade("audio", folder / "v.npy", folder / "ids.parquet", id_column="asin")
    if kind == "safetensors":
        save_file({"audio": np.ascontiguousarray(matrix), "mean": matrix.mean(0)}, path)
        (folder / "ids.csv").write_text("n,id\n" + "".join(f"{n},{one}\n" for n, one in enumerate(ids)))
        return ReadyMade("audio", path, folder / "ids.csv")
    if kind == "parquet lists":
        table = {"id": ids, "vector": pa.array(matrix.tolist(), pa.large_list(pa.float64()))}
    elif kind == "parquet fixed":
        table = {"id": ids, "vector": pa.array(matrix.tolist(), pa.list_(pa.float64(), matrix.shape[1]))}
    else:
        table = {"id": ids, **{f"v.{n}": column for n, column in enumerate(matrix.T)}}
    pq.write_table(pa.table(table), path, row_group_size=2)
    return ReadyMade("audio", path)


KINDS = ("npy", "npy column by column", "safetensors", "parquet lists", "parquet fixed", "parquet columns")


@pytest.mark.parametrize("kind", KINDS)
def test_every_form_gives_the_same(tmp_path: Path, kind: str) -> None:
    found = read_vectors(write(kind, tmp_path, IDS, MATRIX))
    assert found.rejects == ()
    assert found.vectors.name == "audio"
    assert found.vectors.ids.label_ids("Product").to_pylist() == sorted(IDS)
    for node, row in zip(IDS, MATRIX, strict=True):
        assert vector(found, node) == row.tolist()
    assert not found.vectors.matrix.flags.writeable


@pytest.mark.parametrize("kind", KINDS)
def test_bad_rows_are_set_aside_and_the_others_go_on(tmp_path: Path, kind: str) -> None:
    ids = ["p1", "p2", "", "p4", "p5", "p1", "p2", "stranger", "p6", "p7", "x" * 600]
    matrix = np.ones((11, 3)) * np.arange(1, 12)[:, None]
    matrix[1, 2], matrix[3, 0], matrix[4], matrix[8, 1], matrix[5] = np.nan, -np.inf, 0, 1e300, matrix[0]
    known = IdMap({"Product": [f"p{n}" for n in range(10)]})
    found = read_vectors(write(kind, tmp_path, ids, matrix), known=known)
    assert codes(found) == {
        2: "NOT_A_NUMBER", 3: "MISSING_VALUE", 4: "NOT_A_NUMBER", 5: "MISSING_VALUE", 6: "DUPLICATE_ID",
        8: "UNKNOWN_REFERENCE", 9: "NOT_A_NUMBER", 11: "MISSING_VALUE",
    }  # fmt: skip
    assert "number 3 of its vector is nan" in found.rejects[0].problem.reason
    assert "too large for float32" in found.rejects[6].problem.reason
    # The row of p2 that was bad does not stand in the way of the good one.
    assert found.vectors.ids.label_ids("Product").to_pylist() == ["p1", "p2", "p7"]
    assert vector(found, "p2") == [7, 7, 7]


def test_an_id_twice_with_another_vector_is_a_conflict(tmp_path: Path) -> None:
    found = read_vectors(write("npy", tmp_path, ["b", "a", "b"], MATRIX[:3]))
    assert codes(found) == {3: "CONFLICT"}
    assert "row 1" in found.rejects[0].problem.reason
    assert vector(found, "b") == MATRIX[0].tolist()


def test_lists_of_another_length_and_none(tmp_path: Path) -> None:
    rows = [[1.0, 2.0], None, [1.0], [3.0, None], [5.0, 6.0]]
    pq.write_table(pa.table({"id": list("abcde"), "v": pa.array(rows, pa.list_(pa.float32()))}), tmp_path / "v.parquet")
    found = read_vectors(ReadyMade("audio", tmp_path / "v.parquet"))
    assert codes(found) == {2: "MISSING_VALUE", 3: "WRONG_TYPE", 4: "NOT_A_NUMBER"}
    assert vector(found, "e") == [5, 6]


@settings(max_examples=40, deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["a", "b", "c", "d", ""]),
            st.lists(st.sampled_from([0.0, 1.5, -2.0, float("nan"), float("inf")]), min_size=2, max_size=2),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_every_row_is_kept_or_set_aside(tmp_path_factory: pytest.TempPathFactory, rows: list[Any]) -> None:
    folder = tmp_path_factory.mktemp("rows")
    matrix = np.array([values for _, values in rows])
    found = read_vectors(write("parquet fixed", folder, [node for node, _ in rows], matrix))
    assert len(found.vectors) + len(found.rejects) == len(rows)
    first: dict[str, list[float]] = {}
    for node, values in rows:
        if node and np.isfinite(values).all() and any(values):
            first.setdefault(node, values)
    assert {node: vector(found, node) for node in first} == first
    assert len(found.vectors) == len(first)


def test_a_large_file_in_order_stays_mapped(tmp_path: Path) -> None:
    ids = [f"p{n:05}" for n in range(20_000)]
    matrix = np.random.default_rng(0).normal(size=(20_000, 16)).astype(np.float32)
    np.save(tmp_path / "v.npy", matrix)
    mapped = read_vectors(ReadyMade("audio", tmp_path / "v.npy", lines(tmp_path / "ids.txt", ids)))
    assert isinstance(mapped.vectors.matrix, np.memmap)
    save_file({"v": matrix}, tmp_path / "v.safetensors")
    other = read_vectors(ReadyMade("audio", tmp_path / "v.safetensors", tmp_path / "ids.txt"))
    assert not other.vectors.matrix.flags.owndata
    copied = read_vectors(ReadyMade("audio", tmp_path / "v.npy", lines(tmp_path / "reversed.txt", ids[::-1])))
    for found, wanted in ((mapped, matrix), (other, matrix), (copied, matrix[::-1])):
        np.testing.assert_array_equal(found.vectors.matrix, wanted)


def test_rejects_go_into_the_quarantine(tmp_path: Path) -> None:
    found = read_vectors(write("npy", tmp_path, ["a", "b", "a"], MATRIX[:3]))
    with Quarantine(tmp_path / "quarantine.jsonl", strict=False) as quarantine:
        found.write_rejects(quarantine)
    (row,) = [json.loads(line) for line in (tmp_path / "quarantine.jsonl").read_text().splitlines()]
    assert (row["file"], row["line"], row["table"], row["code"], row["raw"]) == (
        "vectors.npy", 3, "audio", "CONFLICT", "a",
    )  # fmt: skip
    with Quarantine(tmp_path / "strict.jsonl", strict=True) as quarantine, pytest.raises(StrictInputError):
        found.write_rejects(quarantine)


class Bomb:
    """Leaves a file behind if it is ever unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return (Path.touch, (self.path,))


def test_pickles_are_never_opened(tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    ids = lines(tmp_path / "ids.txt", ["a"])
    np.save(tmp_path / "objects.npy", np.array([[Bomb(ran)]], dtype=object), allow_pickle=True)
    (tmp_path / "renamed.npy").write_bytes(pickle.dumps(Bomb(ran)))
    (tmp_path / "renamed.safetensors").write_bytes(pickle.dumps(Bomb(ran)))
    for name, reason in (
        ("objects.npy", "Python objects"),
        ("renamed.npy", "a pickle is never opened"),
        ("renamed.safetensors", "safetensors"),
    ):
        with pytest.raises(InputError, match=reason):
            read_vectors(ReadyMade("audio", tmp_path / name, ids))
    assert not ran.exists()


def test_files_that_would_unpack_to_any_size_are_refused(tmp_path: Path) -> None:
    ids = lines(tmp_path / "ids.txt", ["a"])
    np.savez_compressed(tmp_path / "zeros", np.zeros((1000, 1000)))
    (tmp_path / "zeros.npz").rename(tmp_path / "zeros.npy")
    with pytest.raises(InputError, match="zip of arrays"):
        read_vectors(ReadyMade("audio", tmp_path / "zeros.npy", ids))
    row = pa.array([[1.0] * 500_000], pa.list_(pa.float32()))
    pq.write_table(pa.table({"id": ["a"], "v": row}), tmp_path / "wide.parquet", compression="zstd")
    assert (tmp_path / "wide.parquet").stat().st_size < 10_000
    with pytest.raises(InputError, match="500,000 numbers"):
        read_vectors(ReadyMade("audio", tmp_path / "wide.parquet", most_bytes=1_000_000))
    header = b"{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000, 1000), }\n"
    (tmp_path / "claims.npy").write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + b"\0" * 64)
    with pytest.raises(InputError, match="cannot be read"):
        read_vectors(ReadyMade("audio", tmp_path / "claims.npy", ids))
    long = pa.table({"id": ["x" * 1_000_000] * 3, "v": pa.array([[1.0]] * 3, pa.list_(pa.float32()))})
    pq.write_table(long, tmp_path / "ids.parquet")
    assert codes(read_vectors(ReadyMade("audio", tmp_path / "ids.parquet"))) == dict.fromkeys(
        (1, 2, 3), "MISSING_VALUE"
    )


@pytest.mark.parametrize(
    ("matrix", "reason"),
    [
        (np.ones(4), r"shape \(4,\)"),
        (np.ones((4, 3, 2)), r"shape \(4, 3, 2\)"),
        (np.ones((4, 2), dtype=complex), "complex"),
        (np.array([["a"]] * 4), "<U1"),
        (np.ones((4, 0)), "no numbers"),
        (np.ones((5, 3)), "5 vectors for 4 ids"),
    ],
)
def test_matrices_that_are_none(tmp_path: Path, matrix: np.ndarray[Any, Any], reason: str) -> None:
    np.save(tmp_path / "v.npy", matrix)
    with pytest.raises(InputError, match=reason):
        read_vectors(ReadyMade("audio", tmp_path / "v.npy", lines(tmp_path / "ids.txt", IDS)))


def test_files_that_are_none(tmp_path: Path) -> None:
    ids = lines(tmp_path / "ids.txt", IDS)
    np.save(tmp_path / "v.npy", MATRIX)
    whole = (tmp_path / "v.npy").read_bytes()
    (tmp_path / "cut.npy").write_bytes(whole[:-4])
    (tmp_path / "empty.npy").write_bytes(b"")
    (tmp_path / "v.txt").write_text("1 2 3")
    pq.write_table(pa.table({"asin": IDS, "v": MATRIX.tolist(), "w": MATRIX.tolist()}), tmp_path / "two.parquet")
    save_file({"a": MATRIX, "b": MATRIX}, tmp_path / "two.safetensors")
    for name, wanted in (
        ("none.npy", "no file"),
        ("cut.npy", "cannot be read"),
        ("empty.npy", r"no \.npy file"),
        ("v.txt", "does not end in"),
        ("two.safetensors", "2 matrices"),
        ("two.parquet", 'no column "id"'),
    ):
        with pytest.raises(InputError, match=wanted):
            read_vectors(ReadyMade("audio", tmp_path / name, ids))
    with pytest.raises(InputError, match="columns of lists v, w"):
        read_vectors(ReadyMade("audio", tmp_path / "two.parquet", id_column="asin"))
    with pytest.raises(InputError, match="no file"):
        read_vectors(ReadyMade("audio", tmp_path / "v.npy", tmp_path / "none.txt"))
    with pytest.raises(InputError, match="says nothing of ids"):
        read_vectors(ReadyMade("audio", tmp_path / "v.npy"))
    assert len(read_vectors(ReadyMade("a", tmp_path / "two.safetensors", ids, columns=["b"])).vectors) == 4
    assert len(read_vectors(ReadyMade("a", tmp_path / "two.parquet", id_column="asin", columns=["w"])).vectors) == 4


def test_a_damaged_parquet_file(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    source = write("parquet lists", tmp_path, [f"p{n}" for n in range(500)], rng.normal(size=(500, 8)))
    whole = source.matrix.read_bytes()
    for start in range(200, len(whole), len(whole) // 25):
        damaged = whole[:start] + bytes(255 - byte for byte in whole[start : start + 40]) + whole[start + 40 :]
        source.matrix.write_bytes(damaged)
        try:
            found = read_vectors(source)
        except InputError:
            continue
        assert len(found.vectors) + len(found.rejects) == 500
        assert np.isfinite(found.vectors.matrix).all()


def test_numbers_as_ids(tmp_path: Path) -> None:
    pq.write_table(pa.table({"id": [10, 9], "v": [[1.0, 2.0], [3.0, 4.0]]}), tmp_path / "v.parquet")
    assert vector(read_vectors(ReadyMade("audio", tmp_path / "v.parquet")), "9") == [3, 4]
    pq.write_table(pa.table({"id": [1.5, 9.0], "v": [[1.0, 2.0], [3.0, 4.0]]}), tmp_path / "v.parquet")
    with pytest.raises(InputError, match="as strings"):
        read_vectors(ReadyMade("audio", tmp_path / "v.parquet"))

"""Vectors kept in a file: whole, whoever writes and whatever kills them, and no larger than it may be."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from embeddings.cache import VectorCache, content_key
from embeddings.vectors import VectorArray
from kg.errors import ModelError


def numbered(numbers: range, dim: int = 4) -> dict[str, VectorArray]:
    return {content_key(str(n).encode()): np.full(dim, n, dtype=np.float32) for n in numbers}


def test_what_was_put_is_there_for_its_encoder_alone(tmp_path: Path) -> None:
    vectors = numbered(range(1_200))
    with VectorCache(tmp_path / "deep" / "vectors.db") as cache:
        cache.put(vectors, encoder="one")
        cache.put({next(iter(vectors)): np.zeros(4, dtype=np.float32)}, encoder="two")
    with VectorCache(tmp_path / "deep" / "vectors.db") as cache:
        found = cache.get([*vectors, content_key(b"none")], encoder="one", dim=4)
        assert found.keys() == vectors.keys()
        assert all((found[key] == vectors[key]).all() for key in vectors)
        assert len(cache.get(list(vectors), encoder="two", dim=4)) == 1
        assert cache.get(list(vectors), encoder="three", dim=4) == {}


def test_ballast_is_removed_and_the_file_becomes_smaller(tmp_path: Path) -> None:
    path = tmp_path / "vectors.db"
    with VectorCache(path) as cache:
        cache.put(numbered(range(2_000), dim=64), encoder="old")
        cache.put(numbered(range(100), dim=64), encoder="new")
        assert cache.keep_only(["new"]) == 2_000
        assert cache.get(list(numbered(range(5))), encoder="old", dim=64) == {}
        assert len(cache.get(list(numbered(range(100))), encoder="new", dim=64)) == 100
    assert path.stat().st_size < 100_000


def test_a_full_file_gives_up_its_oldest(tmp_path: Path) -> None:
    path = tmp_path / "vectors.db"
    with VectorCache(path, most_bytes=400_000) as cache:
        for start in range(0, 4_000, 100):
            cache.put(numbered(range(start, start + 100), dim=64), encoder="one")
        assert len(cache.get(list(numbered(range(3_900, 4_000))), encoder="one", dim=64)) == 100
        assert cache.get(list(numbered(range(1_000))), encoder="one", dim=64) == {}
    assert path.stat().st_size < 600_000


WRITER = """
import sys
from pathlib import Path
import numpy as np
from embeddings.cache import VectorCache, content_key
cache = VectorCache(Path(sys.argv[1]))
for start in range(0, 10**6, 50):
    some = {content_key(str(n).encode()): np.full(4, n, dtype=np.float32) for n in range(start, start + 50)}
    cache.put(some, encoder="one")
    print(start, flush=True)
"""


def test_killed_while_writing(tmp_path: Path) -> None:
    path = tmp_path / "vectors.db"
    for round_ in range(2):
        process = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(10 + 7 * round_)]
        os.kill(process.pid, signal.SIGKILL)
        said += process.stdout.readlines()
        process.wait()
        process.stdout.close()
        written = int([line for line in said if line.endswith("\n")][-1]) + 50
        wanted = numbered(range(written))
        with VectorCache(path) as cache:
            found = cache.get(list(wanted), encoder="one", dim=4)
        assert found.keys() == wanted.keys()
        assert all((found[key] == wanted[key]).all() for key in wanted)


def put_many(path: Path, numbers: range) -> None:
    with VectorCache(path) as cache:
        for start in range(numbers.start, numbers.stop, 20):
            cache.put(numbered(range(start, start + 20)), encoder="one")
            time.sleep(0.001)


def test_two_processes_write_at_once(tmp_path: Path) -> None:
    path = tmp_path / "vectors.db"
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=put_many, args=(path, range(n * 300, n * 300 + 400))) for n in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0]
    with VectorCache(path) as cache:
        assert len(cache.get(list(numbered(range(700))), encoder="one", dim=4)) == 700


def test_a_file_that_is_something_else(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no database at all, but long enough to look at" * 50)
    other = sqlite3.connect(tmp_path / "other")
    other.execute("CREATE TABLE things (id)")
    other.commit()
    other.close()
    for name in ("text", "other"):
        with pytest.raises(ModelError, match="Remove"):
            VectorCache(tmp_path / name)


@pytest.mark.parametrize("stored", [b"\0" * 12, np.full(4, np.nan, dtype="<f4").tobytes()])
def test_a_vector_that_was_changed(tmp_path: Path, stored: bytes) -> None:
    path = tmp_path / "vectors.db"
    with VectorCache(path) as cache:
        cache.put(numbered(range(1)), encoder="one")
    other = sqlite3.connect(path)
    other.execute("UPDATE vectors SET vector = ?", (stored,))
    other.commit()
    other.close()
    with VectorCache(path) as cache, pytest.raises(ModelError, match="not what was written"):
        cache.get(list(numbered(range(1))), encoder="one", dim=4)

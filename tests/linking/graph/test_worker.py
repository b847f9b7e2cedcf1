"""Processes that link: what several find is what one finds, and none loads PyTorch or spaCy."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from linking.artefact import save_linker
from linking.graph import parallel, worker
from linking.graph.parallel import link_batches
from tests.linking.shops import small_linker

TEXTS = ["my Voltwya cable", "an Apple phone", "nothing here", "苹果手机的充电器"]


def batches() -> Iterator[pa.RecordBatch]:
    """Give the texts two by two."""
    for start in range(0, len(TEXTS), 2):
        part = TEXTS[start : start + 2]
        nothing = pa.nulls(len(part), pa.string())
        ids = pa.array([str(start + row) for row in range(len(part))])
        yield pa.record_batch({"id": ids, "text": pa.array(part), "language": nothing, "product": nothing})


def test_a_slice_travels_without_the_rest() -> None:
    ids = pa.array([str(number) for number in range(1_000)])
    part = pa.record_batch({"id": ids}).slice(400, 2)
    packed = worker.pack(part)
    assert worker.unpack(packed).to_pylist() == [{"id": "400"}, {"id": "401"}]
    assert len(packed) < 1_000


@pytest.mark.slow
def test_two_processes_find_what_one_finds_without_loading_torch_or_spacy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parallel, "_PIECE", 1)
    linker = small_linker()
    save_linker(linker, tmp_path / "linker")
    one, two = (list(link_batches(tmp_path / "linker", linker, batches(), workers=number)) for number in (1, 2))
    assert [rows for rows, _ in one] == [2, 2]
    assert [rows for rows, _ in two] == [1, 1, 1, 1]
    alone, together = (pa.Table.from_batches([mentions for _, mentions in found]).to_pylist() for found in (one, two))
    assert alone == together
    assert len(alone) >= 4
    code = (
        f"import sys; from linking.graph import worker; worker.start({str(tmp_path / 'linker')!r}); "
        "sys.exit(not {'torch', 'spacy'}.isdisjoint(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

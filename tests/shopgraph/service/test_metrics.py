"""Figures of several processes."""

from __future__ import annotations

from pathlib import Path

import pytest
from prometheus_client.mmap_dict import MmapedDict, mmap_key

from shopgraph.service.metrics import FOLDER, exposition


def test_a_process_that_has_only_just_started_or_was_killed_then_is_no_hindrance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FOLDER, str(tmp_path))
    for process, number in ((1, 2.0), (2, 3.0)):
        own = MmapedDict(str(tmp_path / f"counter_{process}.db"))
        own.write_value(mmap_key("answers", "answers_total", ["source"], ["history"], "Answers."), number, 0.0)
        own.close()
    (tmp_path / "counter_3.db").touch()
    (tmp_path / "counter_4.db").write_bytes(bytes(65_536))  # it has its size, and nothing else yet
    assert 'answers_total{source="history"} 5.0' in exposition().decode()

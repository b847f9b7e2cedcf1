"""Killed at random moments, training ends with the bytes of an undisturbed run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.recommender.shops import contents

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a system that forks")
_ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.slow
def test_killed_ten_times_training_ends_with_the_same_bytes(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.embeddings.graph.killer", str(tmp_path), "10", "7"],
        cwd=_ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stdout) == 10
    assert contents(tmp_path / "killed") == contents(tmp_path / "undisturbed")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["killed", "undisturbed"]

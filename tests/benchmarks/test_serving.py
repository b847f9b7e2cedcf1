"""The benchmark of serving gives its figures for any model."""

from __future__ import annotations

from pathlib import Path

from benchmarks.common import Arguments
from benchmarks.serving import OPTIONS, measure
from recommender.settings import TrainSettings
from recommender.training import train
from tests.recommender.shops import corner, taken


def test_the_benchmark_gives_its_figures(tmp_path: Path) -> None:
    train(*taken(corner(), tmp_path), tmp_path / "model", settings=TrainSettings(tune=False))
    options = {key.lstrip("-").replace("-", "_"): value for key, value in OPTIONS.items()}
    options |= {"model": str(tmp_path / "model"), "requests": "20", "dim": "4"}
    figures = measure(Arguments(tmp_path, None, 0, options))
    assert (figures["users"], figures["products"], figures["all users' lists"]) == (6, 7, 6)
    times = [value for name, value in figures.items() if name.endswith("(ms)") and isinstance(value, float)]
    assert len(times) == 6 * 2 + 6
    assert all(0 < value < 1000 for value in times)
    shares = [value for name, value in figures.items() if "recall" in name and isinstance(value, float)]
    assert len(shares) == 6
    assert all(0.5 <= share <= 1 for share in shares)

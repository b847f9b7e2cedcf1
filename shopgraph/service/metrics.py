"""Figures of the service for Prometheus, over all worker processes where there are several."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Metric,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""Environment variable that names the folder in which worker processes share their figures."""
CONTENT_TYPE = CONTENT_TYPE_LATEST

REQUESTS = Counter("shopgraph_requests_total", "Requests answered.", ["method", "route", "status"])
SECONDS = Histogram(
    "shopgraph_request_seconds",
    "Time from a request's first byte to the last of its answer.",
    ["route"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30),
)
SOURCES = Counter("shopgraph_answers_total", "Answers by the way they were found.", ["source"])
FEEDBACK = Counter("shopgraph_feedback_total", "Events of feedback stored.", ["kind"])
LOADED = Gauge(
    "shopgraph_model_loaded_timestamp_seconds", "When the model in use was loaded.", multiprocess_mode="mostrecent"
)


class SharedFigures:
    """Adds up the figures that worker processes keep in a folder.

    A file is empty for a moment while a process starts, and for good where it was killed then; the library's own
    collector fails on it.

    Args:
        folder: of the files.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def collect(self) -> Iterable[Metric]:
        """Give all figures."""
        files = [str(path) for path in sorted(self._folder.glob("*.db")) if path.stat().st_size]
        found: Iterable[Metric] = MultiProcessCollector.merge(files)  # type: ignore[no-untyped-call]
        return found


def exposition() -> bytes:
    """Give the figures in Prometheus's text format."""
    folder = os.environ.get(FOLDER)
    if folder:
        registry = CollectorRegistry()
        registry.register(SharedFigures(Path(folder)))
        return generate_latest(registry)
    return generate_latest(REGISTRY)

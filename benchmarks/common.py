"""What every benchmark shares: its command line, its table on the screen, and its one JSON object.

A benchmark is a function that takes ``Arguments`` and gives figures; ``main`` does the rest::

    def measure(arguments: Arguments) -> Figures:
        with seconds() as loading:
            ...
        return {"rows per second": rows / loading.seconds}

    if __name__ == "__main__":
        main("store", measure)
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import importlib.metadata
import json
import os
import platform
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import psutil  # type: ignore[import-untyped]
from rich.console import Console
from rich.table import Table

Figures = Mapping[str, float | int | str | bool | None]

_LIBRARIES = ("ladybug", "neo4j", "duckdb", "pyarrow", "numpy", "scipy", "torch", "pykeen", "torch-geometric", "spacy")


@dataclass(frozen=True, slots=True)
class Arguments:
    """What the command line of a benchmark says.

    Attributes:
        data: folder (or file) of the data.
        format: of the data, as ``shopgraph import --format`` names it; None to find it out.
        seed: every random choice follows from it.
        options: further words of the command line, ``--name value`` for each option of the benchmark's own.
    """

    data: Path
    format: str | None
    seed: int
    options: Mapping[str, str]


class Seconds:
    """The time a ``with seconds()`` block took, in ``seconds``."""

    seconds: float = 0.0


@contextlib.contextmanager
def seconds() -> Iterator[Seconds]:
    """Measure the wall-clock time of a block, garbage of earlier ones collected first."""
    gc.collect()
    watch = Seconds()
    start = time.perf_counter()
    try:
        yield watch
    finally:
        watch.seconds = time.perf_counter() - start


def tuning(options: Mapping[str, str]) -> dict[str, Any]:
    """Give ``tune`` and ``trials`` of ``TrainSettings`` from ``--trials``: a number, 0 for defaults, or ``usual``."""
    given = options["trials"]
    return {"tune": given != "0", "trials": None if given in ("usual", "0") else int(given)}


def main(
    name: str,
    measure: Callable[[Arguments], Figures],
    *,
    argv: Sequence[str] | None = None,
    options: Mapping[str, str] | None = None,
) -> None:
    """Run a benchmark from the command line: ``python -m benchmarks.NAME --data FOLDER --format F --json FILE``.

    Args:
        name: of the benchmark.
        measure: does the work and gives the figures, in the order in which to show them.
        argv: words of the command line; by default the program's own.
        options: further options with their defaults; ``{"--rounds": "3"}`` comes as ``arguments.options["rounds"]``.
    """
    parser = argparse.ArgumentParser(prog=f"python -m benchmarks.{name}")
    parser.add_argument("--data", type=Path, required=True, help="folder of the data")
    parser.add_argument("--format", default=None, help="format of the data (default: find it out)")
    parser.add_argument("--json", type=Path, default=None, help="file to write the figures to")
    parser.add_argument("--seed", type=int, default=0, help="seed of every random choice (default 0)")
    for option, default in (options or {}).items():
        parser.add_argument(option, default=default, help=f"default {default}")
    given = vars(parser.parse_args(argv))
    own = {option.lstrip("-").replace("-", "_") for option in options or {}}
    arguments = Arguments(given["data"], given["format"], given["seed"], {key: given[key] for key in sorted(own)})
    if not arguments.data.exists():
        parser.error(f"{arguments.data} does not exist")
    random.seed(arguments.seed)
    np.random.seed(arguments.seed)
    with _peak_memory() as memory, seconds() as all_of_it:
        figures = dict(measure(arguments))
    outcome = {
        "name": name,
        "figures": figures,
        "seconds": round(all_of_it.seconds, 3),
        "peak_rss_mb": round(memory.peak / 2**20, 1),
        "machine": _machine(),
        "versions": _versions(),
        "seed": arguments.seed,
    }
    _show(name, figures, outcome)
    if given["json"] is not None:
        given["json"].parent.mkdir(parents=True, exist_ok=True)
        given["json"].write_text(json.dumps(outcome, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


class _Memory:
    peak: int = 0


@contextlib.contextmanager
def _peak_memory() -> Iterator[_Memory]:
    """Watch the memory of this process and its children: what a benchmark starts counts as its own."""
    memory = _Memory()
    done = threading.Event()

    def watch() -> None:
        own = psutil.Process()
        while not done.wait(0.1):
            total = 0
            for process in (own, *own.children(recursive=True)):
                with contextlib.suppress(psutil.Error):
                    total += process.memory_info().rss
            memory.peak = max(memory.peak, total)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield memory
    finally:
        done.set()
        watcher.join()


def _machine() -> dict[str, object]:
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 2**30, 1),
        "python": platform.python_version(),
    }


def _processor() -> str:
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor()


def _versions() -> dict[str, str]:
    versions = {}
    for library in _LIBRARIES:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            versions[library] = importlib.metadata.version(library)
    return versions


def _show(name: str, figures: Figures, outcome: Mapping[str, object]) -> None:
    table = Table("figure", "value", title=f"{name}: {outcome['seconds']} s, {outcome['peak_rss_mb']} MB at most")
    table.columns[1].justify = "right"
    for key, value in figures.items():
        table.add_row(key, _text(value))
    Console().print(table)


def _text(value: float | int | str | bool | None) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return "–" if value is None else str(value)

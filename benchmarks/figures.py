"""Run the benchmarks and hold their figures of quality against the bounds in ``benchmarks/bounds.toml``.

    python -m benchmarks.figures [--bounds FILE] [--only NAME] [--slow] [--jobs N]

Each command that the bounds need runs once, in a process of its own. Time is never bounded here: machines differ. So
two commands run at once, sharing the processors: most use one thread for most of their time. Bounds that are marked as
slow are held with ``--slow`` (or by ``--only``), for they would make a gate of half an hour; the last lines name them.
The exit status is 1 when a bound is broken or a benchmark fails, and the last line is ``N passed, N failed``.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

_ROOT = Path(__file__).resolve().parent.parent
_BOUNDS = Path(__file__).with_name("bounds.toml")
_KEYS = {"benchmark", "data", "format", "args", "figure", "at_least", "at_most", "slow"}
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True, slots=True)
class Command:
    """One run of a benchmark.

    Attributes:
        benchmark: module in ``benchmarks``, or in another package where its name has a dot.
        data: folder in the data folder; a name that is there.
        format: of the data; None to find it out.
        args: further words of the command line.
    """

    benchmark: str
    data: str
    format: str | None
    args: tuple[str, ...]

    def words(self, root: Path, out: Path) -> list[str]:
        """Give the command line that writes its figures to ``out``."""
        module = self.benchmark if "." in self.benchmark else f"benchmarks.{self.benchmark}"
        words = [sys.executable, "-m", module, "--data", str(root / self.data), "--json", str(out)]
        return [*words, *(("--format", self.format) if self.format else ()), *self.args]

    def __str__(self) -> str:
        return " ".join((self.benchmark, self.data, *self.args))


@dataclass(frozen=True, slots=True)
class Bound:
    """What one figure must keep to; one side may be open. A slow one is held only when it is asked for."""

    command: Command
    figure: str
    at_least: float | None
    at_most: float | None
    slow: bool = False

    def margin(self, value: float) -> float:
        """Give how far ``value`` is inside the bound; negative where it is broken."""
        below = float("inf") if self.at_least is None else value - self.at_least
        above = float("inf") if self.at_most is None else self.at_most - value
        return min(below, above)

    def __str__(self) -> str:
        if self.at_least is not None and self.at_least == self.at_most:
            return f"= {_text(self.at_least)}"
        sides = (("≥", self.at_least), ("≤", self.at_most))
        return " and ".join(f"{sign} {_text(value)}" for sign, value in sides if value is not None)


def _text(value: float) -> str:
    return f"{value:,.10g}" if abs(value) >= 1000 else f"{value:.5g}"


def read_bounds(path: Path) -> tuple[Bound, ...]:
    """Read the table of bounds.

    Raises:
        ValueError: an entry is not of the form that the head of ``bounds.toml`` shows.
    """
    entries = tomllib.loads(path.read_text(encoding="utf-8")).get("bound", [])
    return tuple(_bound(entry, f"{path}, bound {number}") for number, entry in enumerate(entries, start=1))


def _bound(entry: Mapping[str, object], where: str) -> Bound:
    if unknown := sorted(set(entry) - _KEYS):
        raise ValueError(f"{where}: no such key: {', '.join(unknown)}. Keys are {', '.join(sorted(_KEYS))}.")
    words = {key: entry.get(key) for key in ("benchmark", "data", "figure")}
    if missing := [key for key, word in words.items() if not isinstance(word, str) or not word]:
        raise ValueError(f"{where}: {missing[0]} must be a word.")
    args, kind = entry.get("args", []), entry.get("format")
    if not isinstance(args, list) or not (kind is None or isinstance(kind, str)):
        raise ValueError(f"{where}: args must be a list, and format a word.")
    at_least, at_most = _number(entry, "at_least", where), _number(entry, "at_most", where)
    if at_least is None and at_most is None:
        raise ValueError(f"{where}: give at_least, at_most or both.")
    command = Command(str(words["benchmark"]), str(words["data"]), kind, tuple(map(str, args)))
    if not isinstance(slow := entry.get("slow", False), bool):
        raise ValueError(f"{where}: slow must be true or false.")
    return Bound(command, str(words["figure"]), at_least, at_most, slow)


def _number(entry: Mapping[str, object], key: str, where: str) -> float | None:
    value = entry.get(key)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise ValueError(f"{where}: {key} must be a number.")
    return None if value is None else float(value)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a command.

    Attributes:
        figures: by name, or why there are none.
        output: what it printed.
        seconds: taken.
    """

    figures: dict[str, object] | str
    output: str = ""
    seconds: float = 0.0


def run(command: Command, root: Path, *, threads: int) -> Outcome:
    """Run a benchmark whose libraries may use so many threads; give its figures, or why there are none."""
    if not (root / command.data).exists():
        return Outcome(f"no data in {root / command.data}")
    environment = {**dict.fromkeys(_THREADS, str(threads)), **os.environ}
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="shopgraph-figures-") as scratch:
        out = Path(scratch) / "figures.json"
        done = subprocess.run(
            command.words(root, out),
            cwd=_ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        took = time.perf_counter() - began
        if done.returncode or not out.is_file():
            why = f"exit status {done.returncode}" if done.returncode else "it wrote no figures"
            return Outcome(why, done.stdout, took)
        return Outcome(json.loads(out.read_text(encoding="utf-8"))["figures"], done.stdout, took)


def run_all(commands: Sequence[Command], root: Path, console: Console, *, jobs: int) -> dict[Command, Outcome]:
    """Run commands, so many at once, and print what each says when it ends."""
    threads = max(1, (os.cpu_count() or 1) // jobs)

    def start(command: Command) -> Outcome:
        console.print(f"-- {command} starts", highlight=False)
        return run(command, root, threads=threads)

    outcomes: dict[Command, Outcome] = {}
    pool = ThreadPoolExecutor(jobs)
    try:
        running = {pool.submit(start, command): command for command in commands}
        for ended in as_completed(running):
            outcome = outcomes[running[ended]] = ended.result()
            console.print(f"== {running[ended]}: {outcome.seconds:.0f} s", highlight=False)
            console.out(outcome.output, highlight=False)
    finally:
        pool.shutdown(cancel_futures=True)  # an interruption starts nothing more
    return outcomes


def check(bounds: Sequence[Bound], root: Path, console: Console, *, jobs: int) -> list[str]:
    """Run every command once, print the table, and name what is broken."""
    outcomes = run_all(list(dict.fromkeys(bound.command for bound in bounds)), root, console, jobs=jobs)
    table = Table("benchmark", "figure", "bound", "measured", "margin", title="figures and their bounds")
    for column in table.columns[2:]:
        column.justify = "right"
    broken = []
    for bound in bounds:
        measured, margin, wrong = _held(bound, outcomes[bound.command].figures)
        style = "red" if wrong else None
        table.add_row(str(bound.command), bound.figure, str(bound), measured, margin, style=style)
        if wrong:
            broken.append(f"{bound.command}: {bound.figure} {bound}: {wrong}")
    console.print(table)
    return broken


def _held(bound: Bound, outcome: dict[str, object] | str) -> tuple[str, str, str]:
    """Give the figure measured, its margin, and what is wrong with it if anything is."""
    if isinstance(outcome, str):
        return "–", "–", outcome
    value = outcome.get(bound.figure)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "–", "–", f"the benchmark gives no number of this name, but {', '.join(outcome)}"
    margin = bound.margin(value)
    # NaN is neither inside nor outside; it must not pass
    return _text(value), f"{margin:+.4g}", "" if margin >= 0 else f"measured {_text(value)}"


def main(argv: Sequence[str] | None = None) -> int:
    """Check the bounds; give the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.figures", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--bounds", type=Path, default=_BOUNDS, help="table of bounds (default benchmarks/bounds.toml)")
    parser.add_argument("--only", default=None, help="run this benchmark alone")
    parser.add_argument("--slow", action="store_true", help="hold the slow ones, too")
    parser.add_argument("--jobs", type=int, default=2, help="benchmarks to run at once (default 2)")
    given = parser.parse_args(argv)
    if given.jobs < 1:
        parser.error("--jobs must be 1 or more")
    console = Console(width=None if sys.stdout.isatty() else 140)
    try:
        bounds = read_bounds(given.bounds)
    except (OSError, ValueError) as error:
        parser.error(str(error))
    bounds = tuple(bound for bound in bounds if given.only in (None, bound.command.benchmark))
    left = [bound for bound in bounds if bound.slow and not (given.slow or given.only)]
    bounds = tuple(bound for bound in bounds if not bound.slow or given.slow or given.only)
    root = Path(os.environ.get("SHOPGRAPH_DATA") or _ROOT.parent / "shared" / "data").resolve()
    if not root.is_dir():
        print(f"No research data in {root}; name their folder in SHOPGRAPH_DATA")
        return int(os.environ.get("CI", "").lower() == "true")
    broken = check(bounds, root, console, jobs=given.jobs)
    for line in broken:
        print(f"BROKEN {line}")
    for name in dict.fromkeys(bound.command.benchmark for bound in left):
        print(f"not asked for: {name}, which is slow; python -m benchmarks.figures --only {name}")
    print(f"{len(bounds) - len(broken)} passed, {len(broken)} failed")
    return int(bool(broken))


if __name__ == "__main__":
    sys.exit(main())

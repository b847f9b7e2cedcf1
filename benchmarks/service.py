"""The HTTP service under load: recommendations a second, latencies at half that load, and a long run.

    python -m benchmarks.service --data ../shared/data/amazon-beauty-kg --format pgpr --json service.json

A model is trained with its defaults, the network among them (``--network no``: without; ``--model FOLDER`` takes one
that is trained already), ``shopgraph serve`` answers with two workers, and a second process asks for the top 10 of
customers drawn at random over connections that stay open: first as fast as it is answered, without and with the
strongest three reasons; then at half of the required load (``--half``, requests a second without and with reasons),
where the latencies count; at last for ``--minutes`` with both mixed, while the memory of the service is watched. Client
and service share the machine.
"""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import psutil  # type: ignore[import-untyped]

from benchmarks.common import Arguments, Figures, main
from benchmarks.served import model_at
from recommender import Recommender
from shopgraph.project import Project

OPTIONS = {
    "--model": "",
    "--network": "yes",
    "--workers": "2",
    "--seconds": "15",
    "--half": "250,125",
    "--minutes": "5",
    "--connections": "8",
}
_BODIES = 4_000


def measure(arguments: Arguments) -> Figures:
    """Start the service, put the load on it, and stop it."""
    options = arguments.options
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        project = Project.create(folder / "project")
        project.model.symlink_to(model_at(arguments, folder))
        recommender = Recommender.load(project.folder)
        rng = np.random.default_rng(arguments.seed)
        users = recommender.artefact.users.take(rng.integers(0, recommender.users, _BODIES)).to_pylist()
        plain = [json.dumps({"user": user, "k": 10}) for user in users]
        reasons = [json.dumps({"user": user, "k": 10, "reasons": 3}) for user in users]
        figures: dict[str, float | int | str] = {
            "model": recommender.model,
            "products": recommender.products,
            "workers": int(options["workers"]),
        }
        del recommender
        with _service(project, options["workers"], folder / "log") as (port, process):
            seconds, connections = float(options["seconds"]), int(options["connections"])
            _load(folder, port, reasons[:500] + plain[:500], seconds=5, connections=connections)
            halves = [float(part) for part in options["half"].split(",")]
            for what, bodies, half in (("plain", plain, halves[0]), ("reasons", reasons, halves[1])):
                most = _load(folder, port, bodies, seconds=seconds, connections=connections)
                figures |= {f"{what}: a second": most["a second"], f"{what}: errors": most["errors"]}
                calm = _load(folder, port, bodies, seconds=seconds, connections=connections, rate=half)
                figures |= {
                    f"{what} at {half:g} a second: {key}": calm[key]
                    for key in ("median (ms)", "99th percentile (ms)", "longest (ms)", "errors")
                }
            if float(options["minutes"]):
                figures |= _long(folder, port, process, plain, reasons, options, halves[1])
    return figures


def _long(
    folder: Path,
    port: int,
    process: psutil.Process,
    plain: list[str],
    reasons: list[str],
    options: Mapping[str, str],
    rate: float,
) -> dict[str, float]:
    """Ask for minutes, half with reasons, and compare the memory of the service before and after."""
    mixed = [body for pair in zip(plain, reasons, strict=True) for body in pair]
    before = _memory(process)
    found = _load(
        folder, port, mixed, seconds=60 * float(options["minutes"]), connections=int(options["connections"]), rate=rate
    )
    return {
        f"{options['minutes']} minutes at {rate:g} a second: answered": found["answered"],
        f"{options['minutes']} minutes: errors": found["errors"],
        f"{options['minutes']} minutes: 99th percentile (ms)": found["99th percentile (ms)"],
        "memory before (MB)": before,
        "memory after (MB)": _memory(process),
    }


def _memory(process: psutil.Process) -> float:
    """Give what the processes of the service hold for themselves, in MB."""
    return float(sum(one.memory_full_info().uss for one in (process, *process.children(recursive=True))) / 1e6)


def _load(
    folder: Path, port: int, bodies: list[str], *, seconds: float, connections: int, rate: float = 0.0
) -> dict[str, float]:
    plan = folder / "plan.json"
    content = {"port": port, "bodies": bodies, "connections": connections, "seconds": seconds, "rate": rate}
    plan.write_text(json.dumps(content), "utf-8")
    done = subprocess.run([sys.executable, "-m", "benchmarks.load", str(plan)], capture_output=True, check=False)
    if done.returncode:
        raise RuntimeError(f"the load ended with status {done.returncode}: {done.stderr.decode(errors='replace')}")
    found: dict[str, float] = json.loads(done.stdout)
    return found


@contextlib.contextmanager
def _service(project: Project, workers: str, log: Path) -> Iterator[tuple[int, psutil.Process]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    code = "from shopgraph.cli import main; main()"
    words = ["serve", "--project", str(project.folder), "--port", str(port), "--workers", workers]
    with log.open("w") as errors:
        process = subprocess.Popen([sys.executable, "-c", code, *words], stderr=errors)
    try:
        for _ in range(600):
            with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready") as ready:
                if ready.status == 200:
                    break
            time.sleep(0.1)
        while log.read_text(encoding="utf-8").count("search opened") < int(workers) and process.poll() is None:
            time.sleep(0.1)  # each of them opens it beside the requests
        yield port, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(timeout=30)


if __name__ == "__main__":
    main("service", measure, options=OPTIONS)

"""Trains in processes that it kills: ``python -m tests.embeddings.graph.killer FOLDER KILLS SEED``.

``FOLDER/undisturbed`` is trained in one go, ``FOLDER/killed`` in attempts of which each but the last is killed with
SIGKILL, some random milliseconds after it has come to a random batch. It starts once and forks for every attempt, since
starting PyTorch takes longer than the training.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from pathlib import Path

import torch

from embeddings.graph.training import make_graph_vectors
from tests.embeddings.graph.worlds import planted, quick

SETTINGS = quick(epochs=8, validation_every=2, batch=64, patience=0)


def _train(out: Path, pipe: int) -> None:
    """Train, writing a byte for every batch."""
    from embeddings.graph import run

    real = run.Run.step

    def step(self: run.Run, batch: object, number: int) -> float:
        os.write(pipe, b".")
        return real(self, batch, number)  # type: ignore[arg-type]

    run.Run.step = step  # type: ignore[method-assign, assignment]
    torch.set_num_threads(1)
    make_graph_vectors(planted(), out, settings=SETTINGS, checkpoint_seconds=0)


def attempts(out: Path, *, kills: int, rng: random.Random) -> int:
    """Kill so many attempts, let the next one end, and give how many were killed."""
    killed = 0
    while True:
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            _train(out, writing)
            os._exit(0)
        os.close(writing)
        left = rng.randrange(1, 9) if killed < kills else -1
        while left != 0 and os.read(reading, 1):
            left -= 1
        if left == 0:
            time.sleep(rng.uniform(0, 0.02))
            os.kill(child, signal.SIGKILL)
        os.close(reading)
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status):
            if os.waitstatus_to_exitcode(status):
                raise SystemExit(f"an attempt failed with the status {status}")
            return killed
        killed += 1


if __name__ == "__main__":
    place, wanted, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    attempts(place / "undisturbed", kills=0, rng=random.Random(seed))
    print(attempts(place / "killed", kills=wanted, rng=random.Random(seed)))  # noqa: T201

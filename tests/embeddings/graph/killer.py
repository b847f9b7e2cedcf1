"""Trains in processes that it kills: ``python -m tests.embeddings.graph.killer OUT KILLS SEED``.

It starts once and forks for every attempt, since starting PyTorch takes longer than the training. Each attempt but the
last is killed with SIGKILL, some random milliseconds after it has come to a random batch.
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


def main(out: Path, kills: int, seed: int) -> None:
    """Kill so many attempts, let the next one end, and print how many were killed."""
    rng = random.Random(seed)
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
        if os.WIFSIGNALED(status):
            killed += 1
            continue
        if os.waitstatus_to_exitcode(status):
            raise SystemExit(f"an attempt failed with the status {status}")
        print(killed)  # noqa: T201
        return


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))

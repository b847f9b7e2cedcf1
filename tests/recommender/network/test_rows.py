"""Gradients of rows of a large catalogue, and the memory told before training."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
import torch

from benchmarks.scaling import made_examples
from recommender.network import NetworkSettings, rows
from recommender.network.estimate import extent_bytes, extent_of, training_bytes
from recommender.network.training import Examples, Trainer

SETTINGS = NetworkSettings(dim=8, negatives=50, history_dropout=0.0, node_dropout=0.0, epochs=2, device="cpu")


@pytest.fixture(scope="module")
def examples() -> Examples:
    return made_examples(20_000, seed=0)


def test_rows_of_a_large_leaf_have_the_same_gradient(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = torch.tensor([3, 1, 3])
    gradients = []
    for most in (0, 100):
        monkeypatch.setattr(rows, "LARGE", most)
        leaf = torch.arange(20.0).reshape(5, 4).requires_grad_()
        (rows.rows_of(leaf, chosen) ** 2).sum().backward()
        gradients.append(leaf.grad)
    assert torch.equal(*gradients)


def test_a_large_catalogue_is_trained_as_a_small_one(monkeypatch: pytest.MonkeyPatch, examples: Examples) -> None:
    found = []
    for most in (0, 10**6):
        monkeypatch.setattr(rows, "LARGE", most)
        trainer = Trainer(examples, SETTINGS)
        found.append([trainer.run_epoch(), trainer.run_epoch()])
    assert found[0] == pytest.approx(found[1], rel=1e-3)


def test_memory_is_estimated_before_and_grows_with_what_takes_it(examples: Examples) -> None:
    least = training_bytes(examples, SETTINGS)
    assert least > 4 * 4 * 2 * examples.n_items * SETTINGS.dim
    assert training_bytes(examples, replace(SETTINGS, dim=16)) > least
    assert training_bytes(examples, replace(SETTINGS, hops=0)) < least
    assert np.isfinite(least)


def test_the_estimate_before_anything_is_built_is_hardly_more_than_that_of_what_is_built(examples: Examples) -> None:
    """So what is not refused at the start is not refused later."""
    built = extent_of(examples)
    before = replace(built, joined=None)
    for settings in (SETTINGS, replace(SETTINGS, dim=64, neighbours=20), replace(SETTINGS, sampled=True)):
        assert 1 <= extent_bytes(before, settings) / extent_bytes(built, settings) < 1.25


@pytest.mark.parametrize("way", ["whole", "sampled"])
def test_the_estimate_is_what_is_taken_at_most(way: str) -> None:
    """In a process of its own, with members, vectors and customers who judge all there at once."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.recommender.network.memory_taken", way],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stderr
    taken, estimated = map(int, done.stdout.split())
    assert 0.5 * estimated < taken < 1.1 * estimated

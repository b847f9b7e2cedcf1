"""Drawn neighbours: the vectors of a batch's items alone, in place of all items'."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse as sp
import torch

from embeddings.vectors import Vectors
from kg.errors import MemoryEstimateError
from recommender.baskets import all_baskets
from recommender.data import training_data
from recommender.models import Resources
from recommender.models.graph_filter import GraphFilter
from recommender.network.estimate import extent_of, planned, settled, training_bytes
from recommender.network.graph import item_graph
from recommender.network.modality import Modality
from recommender.network.sampling import neighbourhood, sampled_rows
from recommender.network.training import Examples, Trainer, train_vectors
from recommender.scoring import VectorScorer
from tests.recommender.network.conftest import QUICK, Shop

SAMPLED = replace(QUICK, sampled=True, negatives=40)
CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def examples(shop: Shop, tastes: Vectors) -> Examples:
    data = training_data(shop[0])
    kinds = all_baskets(data)
    weights = GraphFilter().fit(kinds, GraphFilter().defaults(kinds), Resources(neighbours=10))
    graph = item_graph(kinds, weights, neighbours=10)
    return Examples(data.interactions, data.target, graph, [Modality.of(tastes, data.item_ids)])


@pytest.mark.parametrize("hops", [0, 1, 2])
def test_with_all_neighbours_the_vectors_are_those_of_the_whole(examples: Examples, hops: int) -> None:
    trainer = Trainer(examples, replace(SAMPLED, hops=hops))
    trainer.run_epoch()
    trainer.network.eval()
    rows = np.arange(3, examples.n_items, 7)
    around = neighbourhood(
        examples.graph, rows, hops=hops, fanout=examples.n_items, rng=np.random.default_rng(0), device=CPU
    )
    with torch.no_grad():
        for found, whole in zip(trainer.network.of(around), trainer.network(), strict=True):
            assert torch.allclose(found, whole[torch.from_numpy(rows)], atol=1e-5)


def test_few_entries_of_a_row_stand_for_all_of_them() -> None:
    matrix = sp.random(6, 50, density=0.5, format="csr", dtype=np.float32, random_state=1)
    matrix = sp.csr_matrix(sp.vstack([matrix, sp.csr_matrix((1, 50), dtype=np.float32), matrix[:1] * 0 + matrix[1]]))
    rng = np.random.default_rng(0)
    rows = np.array([0, 2, 6, 7])
    x = rng.normal(size=50).astype(np.float32)
    drawn = [sampled_rows(matrix, rows, 8, rng) for _ in range(3_000)]
    assert all(np.diff(one.indptr).tolist() == [8, 8, 0, 8] for one in drawn)
    assert len({tuple(one.indices.tolist()) for one in drawn[:50]}) > 40
    mean = np.mean([one @ x for one in drawn], axis=0)
    assert np.allclose(mean, matrix[rows] @ x, atol=0.12)
    assert (sampled_rows(matrix, rows, 50, rng) != matrix[rows]).nnz == 0


def test_a_step_touches_no_other_rows_than_it_needs(examples: Examples) -> None:
    few = replace(examples, histories=sp.csr_matrix(examples.histories.multiply(np.arange(160)[:, None] < 3)))
    few = Examples(sp.csr_matrix(few.histories), examples.target[: few.histories.nnz], examples.graph)
    trainer = Trainer(few, replace(SAMPLED, hops=0, negatives=5, knowledge=0.0))
    before = trainer.network.inputs.detach().clone()
    trainer.run_epoch()
    moved = (trainer.network.inputs.detach() != before).any(1).numpy()
    assert moved.any()
    assert not moved[np.setdiff1d(np.arange(few.n_items), few.histories.indices)].any()


def test_a_killed_training_goes_on_and_ends_the_same(examples: Examples, tmp_path: Path) -> None:
    settings = replace(SAMPLED, epochs=3, members=1, checkpoint_seconds=0)
    whole = train_vectors(examples, settings, epochs=3)

    def told(done: int, of: int, loss: float) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_vectors(examples, settings, epochs=3, checkpoint=tmp_path / "state", told=told)
    assert list(tmp_path.iterdir())
    again = train_vectors(examples, settings, epochs=3, checkpoint=tmp_path / "state")
    assert again[0].tobytes() == whole[0].tobytes()
    assert all(again[1][name].tobytes() == own.tobytes() for name, own in whole[1].items())


def test_it_learns_what_the_whole_learns(examples: Examples) -> None:
    """The planted shop has two tastes, by even and odd products: histories rank their own half first."""
    right = []
    for settings in (replace(QUICK, members=1, epochs=8), replace(SAMPLED, members=1, epochs=8, fanout=3)):
        inputs, outputs = train_vectors(examples, settings, epochs=8)
        scores = VectorScorer(inputs, np.sum(list(outputs.values()), axis=0)).block(examples.histories)
        taste = np.asarray(examples.histories @ (np.arange(examples.n_items) % 2)) > examples.histories.sum(1).A1 / 2
        top = np.argsort(-scores, axis=1)[:, :10] % 2 == taste[:, None]
        right.append(float(top.mean()))
    whole, sampled = right
    assert whole > 0.8
    assert sampled > whole - 0.05


def test_neighbours_are_drawn_where_the_whole_does_not_fit(examples: Examples) -> None:
    needed = training_bytes(examples, replace(QUICK, sampled=False)) / 2**30
    assert settled(extent_of(examples), QUICK, memory_gib=needed * 1.1).sampled is False
    assert settled(extent_of(examples), QUICK, memory_gib=needed * 0.9).sampled is True
    assert settled(extent_of(examples), replace(QUICK, sampled=False), memory_gib=needed * 0.9).sampled is False
    sampled, _ = planned(extent_of(examples), SAMPLED, memory_gib=needed)
    assert sampled == SAMPLED
    for settings, way in ((replace(QUICK, sampled=False), "network.sampled"), (SAMPLED, "network.dim")):
        with pytest.raises(MemoryEstimateError, match=way):
            planned(extent_of(examples), settings, memory_gib=needed / 100)
    assert SAMPLED.wrong_items(1_000_000) == 40
    assert replace(SAMPLED, negatives=None).wrong_items(1_000_000) == 2_048


@pytest.mark.parametrize("negatives", [None, 0, 10**6])
def test_where_neighbours_are_drawn_rivals_are_too(examples: Examples, negatives: int | None) -> None:
    """All rivals would need all vectors, which are not there."""
    settings = replace(SAMPLED, negatives=negatives, members=1)
    assert settings.wrong_items(examples.n_items) == examples.n_items
    assert np.isfinite(Trainer(examples, settings).run_epoch())


def test_products_in_halves_are_nearly_those_in_full(examples: Examples) -> None:
    losses = {}
    for precision in ("fp32", "bf16"):
        trainer = Trainer(examples, replace(QUICK, precision=precision))
        losses[precision] = [trainer.run_epoch() for _ in range(4)]
    assert losses["bf16"] != losses["fp32"]
    assert losses["bf16"] == pytest.approx(losses["fp32"], rel=0.01)

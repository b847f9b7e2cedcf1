"""Training of the network: parting histories, losses, and going on after a kill."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse as sp
import torch
from hypothesis import given
from hypothesis import strategies as st

from embeddings.vectors import Vectors
from recommender.baskets import all_baskets
from recommender.data import training_data
from recommender.models import Resources
from recommender.models.graph_filter import GraphFilter
from recommender.network import NetworkSettings
from recommender.network.graph import ItemGraph, item_graph
from recommender.network.histories import DAMPING, part
from recommender.network.loss import alignment_loss, draw_rivals, softmax_loss
from recommender.network.modality import Modality
from recommender.network.sparse import Adjacency
from recommender.network.training import Examples, Trainer, fingerprint, train_vectors
from tests.recommender.network.conftest import QUICK, Shop


@pytest.fixture(scope="module")
def examples(shop: Shop) -> Examples:
    data = training_data(shop[0])
    kinds = all_baskets(data)
    weights = GraphFilter().fit(kinds, GraphFilter().defaults(kinds), Resources(neighbours=10))
    graph = item_graph(kinds, weights, neighbours=10)
    return Examples(data.interactions, data.target, graph)


@pytest.fixture(scope="module")
def text(shop: Shop, tastes: Vectors) -> Modality:
    return Modality.of(tastes, training_data(shop[0]).item_ids)


@given(sizes=st.lists(st.integers(0, 9), min_size=1, max_size=20), seed=st.integers(0, 99))
def test_histories_are_parted_without_loss(sizes: list[int], seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = np.repeat(np.arange(len(sizes)), sizes)
    items = np.concatenate([rng.choice(30, size, replace=False) for size in sizes] or [[]]).astype(int)
    histories = sp.csr_matrix((np.ones(len(rows), np.float32), (rows, items)), shape=(len(sizes), 30))
    split = part(histories, np.ones(histories.nnz, np.bool_), rng)
    seen = sp.csr_matrix(split.seen)
    asked = sp.csr_matrix((np.ones(len(split.rows)), (split.rows, split.items)), shape=histories.shape)
    both = (seen > 0).astype(int) + (asked > 0).astype(int)
    for row, size in enumerate(sizes):
        if size > 1:
            assert both[row].sum() == size and seen[row].nnz > 0 and asked[row].nnz > 0
            assert np.allclose(seen[row].data, seen[row].nnz ** -DAMPING)
        else:
            assert asked[row].nnz == 0


def test_the_loss_over_all_items_is_the_softmax_among_what_is_not_known() -> None:
    torch.manual_seed(0)
    queries, outputs = torch.randn(2, 4), torch.randn(7, 4)
    histories = sp.csr_matrix(np.array([[1, 1, 1, 0, 0, 0, 0], [0, 0, 0, 1, 1, 0, 0]], dtype=np.float32))
    split = part(histories, np.ones(5, np.bool_), np.random.default_rng(1))
    found = softmax_loss(queries, outputs, split, rivals=None)
    expected = 0.0
    for row, item, weight in zip(split.rows, split.items, split.weights, strict=True):
        known = set(split.seen[row].indices) | set(split.items[split.rows == row])
        rivals = [outputs[other] @ queries[row] for other in range(7) if other not in known]
        right = outputs[item] @ queries[row]
        expected -= weight * float(right - torch.logsumexp(torch.stack([right, *rivals]), 0))
    assert float(found) == pytest.approx(expected, rel=1e-5)


def test_drawn_rivals_stand_for_all_of_them() -> None:
    """With the correction for how often each is drawn, the sampled loss comes near the whole one, popular or not."""
    torch.manual_seed(0)
    queries, outputs = torch.randn(40, 8) * 0.5, torch.randn(500, 8) * 0.5
    rng = np.random.default_rng(2)
    histories = sp.csr_matrix((rng.random((40, 500)) < 0.02).astype(np.float32))
    split = part(histories, np.ones(histories.nnz, np.bool_), rng)
    chances = np.arange(1, 501) ** -0.7
    chances /= chances.sum()
    whole = float(softmax_loss(queries, outputs, split, rivals=None))
    drawn = [float(softmax_loss(queries, outputs, split, rivals=draw_rivals(200, chances, rng))) for _ in range(20)]
    assert np.mean(drawn) == pytest.approx(whole, rel=0.02)


def test_modalities_of_the_same_item_are_drawn_together() -> None:
    vectors = torch.eye(4)
    there = torch.ones(4, dtype=torch.bool)
    alike = alignment_loss([(vectors, there), (vectors, there)])
    apart = alignment_loss([(vectors, there), (vectors.flip(0), there)])
    assert alike < apart


@pytest.mark.parametrize("sampled", [False, True])
def test_training_draws_the_modalities_of_a_product_together_as_far_as_it_is_asked_to(
    examples: Examples, text: Modality, sampled: bool
) -> None:
    rng = np.random.default_rng(4)
    image = replace(text, name="image", matrix=rng.normal(size=text.matrix.shape).astype(np.float32))
    settings = replace(QUICK, sampled=sampled, negatives=40)
    apart, losses = {}, {}
    for modalities in ([text, image], [text]):
        for alignment in (0.0, 0.5):
            trainer = Trainer(replace(examples, modalities=modalities), replace(settings, alignment=alignment))
            losses[len(modalities), alignment] = [trainer.run_epoch() for _ in range(4)]
            trainer.network.eval()
            with torch.no_grad():
                items = torch.arange(examples.n_items)
                apart[len(modalities), alignment] = float(alignment_loss(trainer.network.modality_vectors(items)))
    assert apart[2, 0.5] < 0.8 * apart[2, 0.0]
    assert losses[1, 0.5] == losses[1, 0.0], "one kind of vectors has nothing to be drawn to"


def test_a_sparse_product_has_the_gradient_of_the_dense_one() -> None:
    matrix = sp.random(5, 8, density=0.4, format="csr", dtype=np.float32, random_state=0)
    x = torch.randn(8, 3, requires_grad=True)
    (Adjacency(matrix) @ x).square().sum().backward()  # type: ignore[no-untyped-call]
    own = x.grad
    y = x.detach().clone().requires_grad_()
    (torch.from_numpy(matrix.toarray()) @ y).square().sum().backward()  # type: ignore[no-untyped-call]
    assert own is not None and y.grad is not None and torch.allclose(own, y.grad, atol=1e-5)


def test_parts_of_the_output_add_up_to_what_the_network_says(examples: Examples) -> None:
    trainer = Trainer(examples, QUICK)
    trainer.run_epoch()
    inputs, parts = trainer.vectors()
    trainer.network.eval()
    with torch.no_grad():
        P, Q = trainer.network()
    assert np.allclose(inputs, P.numpy(), atol=1e-5)
    scale = float(torch.exp(trainer.network.temperature).detach())
    assert np.allclose(sum(parts.values()), Q.numpy() * scale, atol=1e-4)
    assert parts.keys() == {"behaviour", "relations"}


def test_a_training_that_was_killed_goes_on_and_ends_the_same(examples: Examples, tmp_path: Path) -> None:
    settings = replace(QUICK, epochs=4, members=2, checkpoint_seconds=0)
    whole = train_vectors(examples, settings, epochs=4)

    class KilledError(Exception):
        pass

    def die_at(epoch: int) -> None:
        def told(done: int, of: int, loss: float) -> None:
            if done == epoch:
                raise KilledError

        with pytest.raises(KilledError):
            train_vectors(examples, settings, epochs=4, checkpoint=tmp_path / "state", told=told)

    die_at(2)
    die_at(6)
    inputs, outputs = train_vectors(examples, settings, epochs=4, checkpoint=tmp_path / "state")
    assert inputs.tobytes() == whole[0].tobytes()
    assert all(outputs[name].tobytes() == own.tobytes() for name, own in whole[1].items())
    assert len(list(tmp_path.iterdir())) == 2, "what is not stored yet can be had again"
    done: list[int] = []
    again = train_vectors(
        examples, settings, epochs=4, checkpoint=tmp_path / "state", told=lambda epoch, *_: done.append(epoch)
    )
    assert (again[0].tobytes(), done) == (whole[0].tobytes(), [])
    fewer = train_vectors(examples, settings, epochs=3, checkpoint=tmp_path / "state")
    assert fewer[0].tobytes() == train_vectors(examples, settings, epochs=3)[0].tobytes(), "one that went on too far"


@pytest.mark.parametrize(
    "changes",
    [{"knowledge": 0.0}, {"hops": 0}, {"knowledge": 0.0, "hops": 0, "sampled": True, "negatives": 40}],
    ids=str,
)
def test_what_gets_no_gradient_shifts_nothing_when_a_training_goes_on(
    examples: Examples, text: Modality, tmp_path: Path, changes: dict[str, float]
) -> None:
    """Without knowledge or hops some parameters never move: the optimizer keeps nothing of them."""
    settings = replace(QUICK, epochs=4, members=1, checkpoint_seconds=0, **changes)  # type: ignore[arg-type]
    own = replace(examples, modalities=[text])
    whole = train_vectors(own, settings, epochs=4)

    def told(done: int, of: int, loss: float) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_vectors(own, settings, epochs=4, checkpoint=tmp_path / "state", told=told)
    inputs, outputs = train_vectors(own, settings, epochs=4, checkpoint=tmp_path / "state")
    assert inputs.tobytes() == whole[0].tobytes()
    assert all(outputs[name].tobytes() == part.tobytes() for name, part in whole[1].items())


def test_the_loss_falls(examples: Examples) -> None:
    trainer = Trainer(examples, replace(QUICK, epochs=10))
    losses = [trainer.run_epoch() for _ in range(10)]
    assert losses[-1] < losses[0] - 0.1


def test_other_data_is_another_training(examples: Examples, text: Modality) -> None:
    same = fingerprint(examples, QUICK, 0)
    assert fingerprint(examples, QUICK, 1) != same
    assert fingerprint(examples, replace(QUICK, dim=32), 0) != same
    fewer = Examples(sp.csr_matrix(examples.histories * 0.5), examples.target, examples.graph)
    assert fingerprint(fewer, QUICK, 0) != same
    assert fingerprint(replace(examples, target=~examples.target), QUICK, 0) != same
    bare = ItemGraph(examples.graph.links, examples.graph.items, {})
    assert fingerprint(replace(examples, graph=bare), QUICK, 0) != same
    with_text = fingerprint(replace(examples, modalities=[text]), QUICK, 0)
    seldom = replace(text, present=text.present & (np.arange(len(text.present)) > 9))
    assert with_text not in (same, fingerprint(replace(examples, modalities=[seldom]), QUICK, 0))


def test_how_many_rivals_are_drawn_follows_the_catalogue() -> None:
    assert NetworkSettings().wrong_items(500) == 0
    assert 0 < NetworkSettings().wrong_items(12_000) < NetworkSettings().wrong_items(100_000)
    assert NetworkSettings(negatives=100).wrong_items(50) == 0


def test_items_are_joined_with_those_whose_weights_for_them_are_largest(shop: Shop) -> None:
    kinds = all_baskets(training_data(shop[0]))
    n = kinds[0].members.shape[0]
    weights = np.zeros((n, n), np.float32)
    weights[1, 0], weights[2, 0], weights[3, 0], weights[5, 4] = 0.3, 0.2, -0.9, 0.1
    joined = item_graph(kinds, sp.csr_matrix(weights), neighbours=1).items
    assert set(zip(*(axis.tolist() for axis in joined.nonzero()), strict=True)) == {(0, 1), (1, 0), (4, 5), (5, 4)}

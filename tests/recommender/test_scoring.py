"""Scores of histories: one at a time, in blocks, and of several parts together."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import scipy.sparse as sp

from recommender.scoring import History, HistoryScorer, JoinedScorer, LinearScorer, VectorScorer


def parts(rng: np.random.Generator, n: int, dim: int) -> tuple[sp.csr_matrix, np.ndarray, np.ndarray]:
    weights = sp.csr_matrix(sp.random_array((n, n), density=0.3, format="csr", rng=rng, dtype=np.float32))
    return weights, *(rng.normal(size=(n, dim)).astype(np.float32) for _ in range(2))


@pytest.mark.parametrize("entries", [2**21, 30, 5])
@pytest.mark.parametrize("which", ["linear", "vectors", "both"])
def test_a_block_is_its_histories(which: str, entries: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recommender.scoring._ENTRIES", entries)  # a few customers at once, or not even one
    monkeypatch.setattr("recommender.scoring._PIECE_BYTES", 4 * entries * 10)
    rng = np.random.default_rng(5)
    weights, inputs, outputs = parts(rng, 23, 4)
    histories = sp.csr_matrix(sp.random_array((9, 23), density=0.2, format="csr", rng=rng, dtype=np.float32))
    histories = sp.csr_matrix(sp.vstack([histories, sp.csr_matrix((1, 23))], format="csr"), dtype=np.float32)
    linear, vectors = LinearScorer(weights), VectorScorer(inputs, outputs)
    both = JoinedScorer([(linear, 1.0), (vectors, 0.4)])
    scorers: dict[str, HistoryScorer] = {"linear": linear, "vectors": vectors, "both": both}
    dense = histories.toarray().astype(np.float64)
    products = dense @ inputs.astype(np.float64) @ outputs.T.astype(np.float64)
    by_weights = dense @ weights.toarray()
    z = np.stack([(row - row.mean()) / (row.std() or 1.0) for row in products])
    chances = np.exp(z) * z.any(axis=1, keepdims=True)
    wanted = {"linear": by_weights, "vectors": chances, "both": on_scale(by_weights) + 0.4 * on_scale(chances)}
    block = scorers[which].block(histories)
    assert block.dtype == np.float32
    assert block == pytest.approx(wanted[which], rel=1e-4, abs=1e-5)
    for user in range(len(dense)):
        own = scorers[which].scores(History.of(histories, user))
        assert own.dtype == np.float64
        assert own == pytest.approx(wanted[which][user], rel=1e-4, abs=1e-5)


def test_vectors_say_nothing_where_they_say_the_same_of_every_item() -> None:
    rng = np.random.default_rng(7)
    inputs, outputs = rng.normal(size=(30, 4)).astype(np.float32), np.zeros((30, 4), dtype=np.float32)
    outputs[:, 0], outputs[:, 1] = 3.1, rng.normal(size=30)
    inputs[0], inputs[1] = (1.0, 0.0, 2.0, 0.0), (0.3, 1e-3, 0.0, 0.0)
    histories = sp.csr_matrix(np.eye(30, dtype=np.float32))
    scorer = VectorScorer(inputs, outputs)
    block = scorer.block(histories)
    assert not block[0].any()
    assert not scorer.scores(History.of(histories, 0)).any()
    z = (outputs[:, 1] - outputs[:, 1].mean()) / outputs[:, 1].std()
    assert block[1] == pytest.approx(np.exp(z), rel=1e-3), (
        "little beside what is the same of all, and more than rounding"
    )
    assert scorer.scores(History.of(histories, 1)) == pytest.approx(np.exp(z), rel=1e-3)


def test_no_score_of_vectors_is_beyond_bounds() -> None:
    outputs = np.zeros((5_000, 2), dtype=np.float32)
    outputs[17] = 4.0
    scorer = VectorScorer(np.ones((5_000, 2), dtype=np.float32), outputs)
    scores = scorer.scores(History(np.array([3]), np.ones(1)))
    assert scores[17] == pytest.approx(np.exp(30.0))
    assert np.argmax(scores) == 17
    joined = JoinedScorer([(scorer, 1.0)]).scores(History(np.array([3]), np.ones(1)))
    assert np.isfinite(joined).all()


def on_scale(scores: np.ndarray) -> np.ndarray:
    spread = scores.std(axis=1, keepdims=True)
    return np.divide(scores, spread, out=np.zeros_like(scores), where=spread > 1e-9)


def test_a_history_joined_to_another_has_each_item_once() -> None:
    first = History(np.array([1, 4, 6]), np.array([0.2, 0.3, 0.6]))
    joined = first.joined(History(np.array([4, 9]), np.array([1.0, 1.0])))
    assert dict(zip(joined.items.tolist(), joined.weights.tolist(), strict=True)) == {1: 0.2, 6: 0.6, 4: 1.0, 9: 1.0}


def test_what_was_added_stays_what_it_was_whoever_asks_and_whatever_becomes_of_the_scores() -> None:
    rng = np.random.default_rng(6)
    weights, inputs, outputs = parts(rng, 31, 4)
    histories = sp.csr_matrix(sp.random_array((12, 31), density=0.3, format="csr", rng=rng, dtype=np.float32))
    scorer = JoinedScorer([(LinearScorer(weights), 1.0), (VectorScorer(inputs, outputs), 0.4)])
    every = [History.of(histories, user) for user in range(12)]

    def asked(turn: int) -> None:
        own = every[turn % 12]
        scores = scorer.scores(own)
        wanted = scores.copy()
        scores[:] = np.nan  # the scores are the asker's own
        assert sum(part.scores for part in scorer.added(own)) == pytest.approx(wanted, rel=1e-12)
        assert scorer.scores(own).tobytes() == wanted.tobytes()
        fresh = JoinedScorer(scorer.parts).scores(own)
        assert fresh.tobytes() == wanted.tobytes()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(asked, range(400)))

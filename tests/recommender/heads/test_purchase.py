"""Chances of a purchase: true on customers who did not take part, rising with the score, kept with the model."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse as sp

from kg.errors import ConfigurationError, ModelError, UnknownIdError
from recommender import Recommender
from recommender.arrays import Csr, DoubleArray, FloatArray
from recommender.artefact import load, save
from recommender.chances import ChanceTable, Places, places
from recommender.filters import Filters
from recommender.heads.growth import grown
from recommender.heads.purchase import isotonic, learn_chances
from recommender.scoring import History
from recommender.settings import TrainSettings
from recommender.training import train
from tests.recommender.conftest import Shop

ITEMS = 60


class Numbered:
    """Gives customers the scores that were drawn for them, in their order, block after block."""

    def __init__(self, scores: FloatArray) -> None:
        self._scores, self._next = scores, 0

    def scores(self, history: History) -> DoubleArray:
        raise AssertionError

    def block(self, histories: Csr) -> FloatArray:
        own = self._scores[self._next : self._next + histories.shape[0]].copy()
        self._next += histories.shape[0]
        return own


def drawn(n: int, *, by_height: bool, seed: int = 0) -> tuple[FloatArray, Csr, Csr, DoubleArray]:
    """Draw scores, and of each customer one purchase by chances that follow the height or the place of the scores."""
    rng = np.random.default_rng(seed)
    scores = np.exp(1.2 * rng.normal(size=(n, ITEMS)) * rng.uniform(0.2, 1.6, size=(n, 1))).astype(np.float32)
    power = scores if by_height else 1.0 / (1 + (-scores).argsort(axis=1).argsort(axis=1))
    chances = power / power.sum(axis=1, keepdims=True)
    bought = np.array([rng.choice(ITEMS, p=own / own.sum()) for own in chances.astype(np.float64)])
    one = np.ones(n, dtype=np.float32)
    histories = sp.csr_matrix((one, (np.arange(n), np.arange(n) % ITEMS)), shape=(n, ITEMS))
    held = sp.csr_matrix((one, (np.arange(n), bought)), shape=(n, ITEMS))
    return scores, histories, held, chances


@pytest.mark.parametrize("by_height", [True, False])
def test_chances_are_those_that_were_drawn_by_and_the_way_is_found(by_height: bool) -> None:
    scores, histories, held, _ = drawn(3_000, by_height=by_height)
    nothing = sp.csr_matrix(histories.shape, dtype=np.float32)
    table, surprises = learn_chances(Numbered(scores), histories, nothing, held)
    assert table.way == ("height" if by_height else "rank")
    assert surprises[table.way] == min(surprises.values())
    others, _, _, truth = drawn(300, by_height=by_height, seed=1)
    said = np.stack([table.chances(places(own, np.arange(ITEMS))) for own in others])
    for low, high in ((0.0, 0.01), (0.01, 0.05), (0.05, 0.2)):
        inside = (said >= low) & (said < high)
        assert said[inside].mean() == pytest.approx(truth[inside].mean(), rel=0.15)
    assert said.sum(axis=1).mean() == pytest.approx(1.0, abs=0.1)


def test_a_table_never_falls_and_rests_on_enough_purchases() -> None:
    rng = np.random.default_rng(2)
    at = rng.normal(size=20_000)
    bought = (rng.random(20_000) < 0.02 / (1 + np.exp(-at))).astype(float)
    knots, values = isotonic(at, bought, np.ones(20_000))
    assert (np.diff(knots) > 0).all()
    assert (np.diff(values) >= 0).all()
    assert 2 < len(knots) <= bought.sum() / 12 + 1
    few, flat = isotonic(np.arange(10.0), np.eye(10)[9], np.ones(10))
    assert len(few) == 1
    assert flat[0] == pytest.approx(0.1)


def test_equal_scores_share_their_place() -> None:
    found = places(np.array([3.0, 1.0, 1.0, -np.inf, 0.0]), np.array([0, 1, 2, 4]))
    assert found.ranks.tolist() == [1, 2, 2, 4]
    assert found.heights.tolist() == pytest.approx([3.0, 1.0, 1.0, 0.0])


def test_of_a_trained_model_they_belong_to_customers_and_add_up(tuned: Path) -> None:
    recommender = Recommender.load(tuned)
    table = recommender.artefact.chances
    assert table is not None
    assert table.customers > 100
    everything = recommender.artefact.items["id"].to_pylist()
    sums = [sum(recommender.chance(everything, user=f"u{n:03}").values()) for n in range(0, 160, 8)]
    assert np.mean(sums) == pytest.approx(1.0, abs=0.15)
    items = recommender.recommend(user="u003", k=120).items
    listed = list(recommender.chance([item.product.id for item in items], user="u003").values())
    assert listed == sorted(listed, reverse=True)
    assert listed[0] > 3 / len(everything)
    bought = [node.id for node in recommender.history("u003")]
    assert 0.0 in recommender.chance(bought, user="u003").values()


def test_more_purchases_and_visitors_and_newcomers(tuned: Path) -> None:
    recommender = Recommender.load(tuned)
    one = recommender.chance(["p002", "p001"], history=["p000"])
    two = recommender.chance(["p002", "p001"], history=["p000"], purchases=2)
    assert two["p002"] == pytest.approx(1 - (1 - one["p002"]) ** 2)
    assert recommender.chance(["p000"], history=["p000"]) == {"p000": 0.0}
    nobody = recommender.chance(recommender.artefact.items["id"].to_pylist())
    assert sum(nobody.values()) == pytest.approx(1.0)
    with pytest.raises(ConfigurationError, match="purchases is 0"):
        recommender.chance(["p000"], purchases=0)
    with pytest.raises(UnknownIdError):
        recommender.chance(["none"])


def test_too_few_customers_give_none_and_the_model_says_so(recommender: Recommender) -> None:
    assert recommender.artefact.chances is None
    with pytest.raises(ModelError, match="Train again with"):
        recommender.chance(["a"], user="u3")
    found = recommender.audience(product="b")
    assert found.expected is None
    assert {member.chance for member in found.members} == {None}


def test_it_is_kept_with_the_model(tuned: Path, tmp_path: Path) -> None:
    known = load(tuned).chances
    assert known is not None
    own = replace(load(tuned), chances=ChanceTable("rank", np.array([-2.0, 0.0]), np.array([0.1, 0.4]), 9))
    save(own, tmp_path / "model")
    again = load(tmp_path / "model").chances
    assert again is not None
    assert again.told() == own.chances.told()  # type: ignore[union-attr]
    ranks = Places(np.array([1.0, np.exp(1.0), 100.0]), np.zeros(3))
    assert again.chances(ranks).tolist() == pytest.approx([0.4, 0.2, 0.1])


def test_audiences_expect_what_their_members_would_buy(tuned: Path) -> None:
    recommender = Recommender.load(tuned)
    found = recommender.audience(product="p002")
    assert found.expected is not None
    assert found.expected[100] == pytest.approx(sum(one.chance or 0.0 for one in found.members))
    assert 0 < found.expected[5] < found.expected[20] <= found.expected[100] < found.sizes[100]
    for one in found.members[:5]:
        assert one.chance == pytest.approx(recommender.chance(["p002"], user=one.user)["p002"], rel=1e-3)
    both = recommender.audience(filters=Filters(brands=("Brand0",)))
    ids = both.members[0]
    inside = [row["id"] for row in recommender.artefact.items.to_pylist() if row["brand"] == "Brand0"]
    assert ids.chance == pytest.approx(sum(recommender.chance(inside, user=ids.user).values()), rel=1e-3)


def test_what_more_knowledge_brought_is_taken_once_more() -> None:
    knots = np.array([-2.0, 0.0, 2.0])
    less, more = (ChanceTable("height", knots, np.array(own), 900) for own in ([0.004, 0.02, 0.1], [0.002, 0.02, 0.15]))
    assert grown(more, less, more).values == pytest.approx([0.001, 0.02, 0.225])
    assert grown(more, replace(less, customers=90), more) is more
    steep = replace(less, values=np.array([0.5, 0.5, 0.5]))
    assert grown(more, steep, more).values == pytest.approx([0.001, 0.01, 0.075])
    assert (np.diff(grown(more, more, less).values) >= 0).all()


def test_training_takes_that_step_where_enough_customers_judge(
    planted_shop: Shop, tuned: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recommender.heads.growth.ENOUGH", 50)
    monkeypatch.setattr("recommender.heads.purchase.ENOUGH", 50)
    known = load(tuned)
    train(*planted_shop, tmp_path / "m", settings=TrainSettings(tune=False, parameters=dict(known.parameters)))
    own, before = load(tmp_path / "m").chances, known.chances
    assert own is not None
    assert before is not None
    assert np.array_equal(own.knots, before.knots)
    assert not np.allclose(own.values, before.values)
    assert (np.diff(own.values) >= 0).all()

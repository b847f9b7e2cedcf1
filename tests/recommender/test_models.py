"""The closed-form models against their formulas in plain NumPy, and trials of tuning against fitting."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.snapshot import Holdout, Snapshot
from recommender.arrays import csr
from recommender.baskets import INTERACTIONS, Baskets, all_baskets
from recommender.data import training_data
from recommender.models import MODELS, Resources, model
from recommender.models.model import Choice, dense_scores, popularity_boost
from recommender.models.propagation import factor_of
from recommender.ranking import top_k

ALL = Resources(neighbours=10_000)
SEEDS = st.integers(0, 10**6)


def random_kinds(seed: int, n_items: int = 12) -> tuple[Baskets, ...]:
    rng = np.random.default_rng(seed)
    kinds = []
    for name, n_baskets in ((INTERACTIONS, 20), ("HAS_BRAND", 4), ("ALSO_BOUGHT:direct", 6)):
        dense = (rng.random((n_items, n_baskets)) < 0.25) * rng.choice([0.2, 1.0], (n_items, n_baskets))
        row, column = np.nonzero(dense)
        kinds.append(Baskets(name, csr(row, column, dense[row, column], (n_items, n_baskets)), np.arange(n_baskets)))
    return tuple(kinds)


def power(values: np.ndarray, exponent: float) -> np.ndarray:
    return np.array([value**exponent if value > 0 else 0.0 for value in values])


@settings(max_examples=25, deadline=None)
@given(SEEDS, st.floats(0.1, 50), st.integers(1, 15))
def test_item_neighbours(seed: int, shrink: float, neighbours: int) -> None:
    kinds = random_kinds(seed)
    found = model("item_neighbours").fit(kinds, {"neighbours": float(neighbours), "shrink": shrink}, ALL).toarray()
    F = kinds[0].members.toarray().astype(np.float64)
    common = F @ F.T
    norm = power(np.diag(common), -0.5)
    whole = norm[:, None] * common * norm[None, :] * (common / (common + shrink))
    np.fill_diagonal(whole, 0.0)
    assert found == pytest.approx(np.where(found != 0, whole, 0), abs=1e-5)
    for item in range(len(whole)):
        assert np.sort(found[:, item])[-neighbours:] == pytest.approx(np.sort(whole[:, item])[-neighbours:], abs=1e-5)
        assert np.count_nonzero(found[:, item]) <= neighbours


@settings(max_examples=25, deadline=None)
@given(SEEDS, st.floats(0, 2), st.floats(-0.3, 0.4))
def test_graph_filter(seed: int, strength: float, exponent: float) -> None:
    kinds = random_kinds(seed)
    parameters = {"filter_relations": strength, "filter_popularity": exponent}
    found = model("graph_filter").fit(kinds, parameters, ALL).toarray()
    wanted = np.zeros_like(found, dtype=np.float64)
    for kind in kinds:
        F = kind.members.toarray().astype(np.float64)
        T = power(F.sum(axis=0), -0.5)
        D = F.sum(axis=1)
        S = power(D, -0.5)[:, None] * (F * T) @ F.T * power(D, -0.2)[None, :]
        wanted += S * (1.0 if kind.name == INTERACTIONS else strength)
    np.fill_diagonal(wanted, 0.0)
    wanted *= popularity_boost(kinds[0].members, exponent)
    assert found == pytest.approx(wanted, abs=1e-5)


@settings(max_examples=25, deadline=None)
@given(SEEDS, st.floats(1, 200), st.floats(-0.1, 0.4), st.floats(0, 3))
def test_propagation_is_ease_over_weighted_baskets_and_the_filter(
    seed: int, ridge: float, exponent: float, weight: float
) -> None:
    kinds = random_kinds(seed)
    parameters = {
        **model("propagation").defaults(kinds),
        "ridge": ridge,
        "popularity": exponent,
        "weight:HAS_BRAND": weight,
        "filter": 0.5,
    }
    F, brands, links = (kind.members.toarray().astype(np.float64) for kind in kinds)
    damped = brands * power(brands.sum(axis=0), -0.25)
    A = F @ F.T + weight * damped @ damped.T + parameters["weight:ALSO_BOUGHT:direct"] * links @ links.T
    P = np.linalg.inv(A + ridge * np.eye(len(A)))
    B = -P / np.diag(P)
    np.fill_diagonal(B, 0.0)
    wanted = B * popularity_boost(kinds[0].members, exponent)
    wanted += 0.5 * model("graph_filter").fit(kinds, parameters, ALL).toarray()
    assert model("propagation").fit(kinds, parameters, ALL).toarray() == pytest.approx(wanted, abs=1e-4)


@pytest.mark.parametrize("name", ["item_neighbours", "ease", "graph_filter", "propagation"])
def test_a_trial_scores_as_the_fitted_model_does(name: str) -> None:
    kinds = random_kinds(5)
    histories = kinds[0].members.T.tocsr()[:9]
    chosen = model(name)
    score = chosen.scorer(kinds, histories, ALL)
    for factor in (1.0, 0.5, 2.0):
        parameters = {key: value * factor for key, value in chosen.defaults(kinds).items()}
        fitted = (histories @ chosen.fit(kinds, parameters, ALL)).toarray()
        assert score(parameters) == pytest.approx(fitted, abs=1e-4)


def test_trials_over_neighbourhoods_rank_nearly_as_the_whole_does(
    planted_shop: tuple[Snapshot, Holdout], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = training_data(planted_shop[0])
    kinds = all_baskets(data)
    lists = []
    for exact_up_to in (2_000, 50):
        monkeypatch.setattr("recommender.models.propagation._EXACT_TRIALS", exact_up_to)
        score = model("propagation").scorer(kinds, data.interactions, ALL)
        lists.append(top_k(score(model("propagation").defaults(kinds)), 10).tolist())
    assert np.mean([len(set(a) & set(b)) / 10 for a, b in zip(*lists, strict=True)]) > 0.9


@pytest.mark.parametrize("name", list(MODELS))
def test_every_model_describes_itself(name: str) -> None:
    chosen, kinds = MODELS[name], random_kinds(1)
    assert chosen.name == name
    assert chosen.doc.endswith(".")
    defaults = chosen.defaults(kinds)
    for parameter, bounds in chosen.space(kinds).items():
        assert parameter in defaults
        if isinstance(bounds, Choice):
            assert defaults[parameter] == bounds.values[0]
            continue
        assert bounds.low < bounds.high
        assert bounds.low > 0 or not bounds.log


@pytest.mark.parametrize("exponent", [-0.5, 0.0, 0.75])
def test_damping_weighs_customers_by_their_size_and_keeps_what_all_weigh(exponent: float) -> None:
    interactions = random_kinds(3)[0]
    factor = factor_of(interactions, {"damping": exponent})
    size = np.asarray((interactions.members).sum(axis=0)).ravel()
    mass = np.square(np.asarray(factor.sum(axis=0)).ravel())
    assert mass.sum() == pytest.approx(np.square(size).sum(), rel=1e-5)
    each = mass[size > 0] / size[size > 0] ** (2 - exponent)
    assert each == pytest.approx(np.full(len(each), each[0]), rel=1e-4)


@pytest.mark.parametrize("exponent", [-0.5, 0.75])
def test_trials_and_the_fit_see_the_same_damping(exponent: float) -> None:
    kinds = random_kinds(4)
    chosen = MODELS["propagation"]
    histories = kinds[0].members.T.tocsr()
    score = chosen.scorer(kinds, histories, Resources())
    for damping in (0.0, exponent, 0.0):
        parameters = {**chosen.defaults(kinds), "damping": damping}
        fitted = dense_scores(histories, chosen.fit(kinds, parameters, Resources()))
        assert score(parameters) == pytest.approx(fitted, abs=1e-4)


def test_popularity_boost_has_a_mean_of_one() -> None:
    members = random_kinds(2)[0].members
    assert popularity_boost(members, 0.0).tolist() == [1.0] * 12
    boost = popularity_boost(members, 0.3)
    assert boost.mean() == pytest.approx(1.0)
    buyers = np.diff(members.indptr)
    assert np.argmax(boost) == np.argmax(buyers)

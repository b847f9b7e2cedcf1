"""How fast interactions fade: chosen where it ranks better, left alone where it does not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kg.snapshot import Holdout, Snapshot
from recommender import Recommender
from recommender.changes import Changes
from recommender.evaluation import evaluate
from recommender.given import held_matrix, joined
from recommender.models import model
from recommender.recency import LADDER, half_life
from recommender.refit import refit
from recommender.settings import TrainSettings
from recommender.training import learned_from, parted, train
from tests.kg.fake_store import FakeStore, Row
from tests.recommender.shops import LAST, WHOLE, store, taken

DAY = 86_400_000
TUNED = TrainSettings(trials=1)


def moving(*, fading: bool, dated: bool = True) -> FakeStore:
    """Give a shop whose customers move on through its eight shelves, four purchases on each, a year between shelves.

    Without ``fading``, each customer keeps to one shelf; without ``dated``, no time is known.
    """
    rng = np.random.default_rng(3)
    products: list[Row] = [{"id": f"p{n:02}"} for n in range(80)]
    bought: list[Row] = []
    for user in range(240):
        first = int(rng.integers(8))
        for visit in range(3):
            shelf = (first + visit * (5 if fading else 0) * int(rng.integers(1, 8))) % 8
            for turn, own in enumerate(rng.choice(10, 4, replace=False)):
                at = (365 * visit + turn) * DAY
                bought.append(
                    {"source": f"u{user:03}", "target": f"p{10 * shelf + own:02}", "at": at if dated else None}
                )
    return store(products, users=[f"u{n:03}" for n in range(240)], interactions={"PURCHASED": bought})


@pytest.fixture(scope="module")
def faded(tmp_path_factory: pytest.TempPathFactory) -> tuple[tuple[Snapshot, Holdout], Path]:
    """A shop whose customers move on, and the model that was trained on it."""
    folder = tmp_path_factory.mktemp("moving")
    shop = taken(moving(fading=True), folder, LAST)
    report = train(*shop, folder / "model", settings=TUNED)
    assert report.recency in LADDER
    assert any(f"half for each {report.recency:g} days" in note for note in report.notes)
    return shop, folder / "model"


def test_fading_is_chosen_where_customers_move_on_and_ranks_better(
    faded: tuple[tuple[Snapshot, Holdout], Path], tmp_path: Path
) -> None:
    shop, folder = faded
    with_it = Recommender.load(folder)
    same = replace(TUNED, tune=False, parameters=with_it.artefact.parameters)
    report = train(*shop, tmp_path / "without", settings=same)
    assert report.recency == 0, "what is not tuned is not chosen"
    plain = Recommender.load(tmp_path / "without")
    assert evaluate(with_it, shop[1]).metrics["ndcg@10"] > 1.1 * evaluate(plain, shop[1]).metrics["ndcg@10"]
    weights = with_it.artefact.histories.data
    assert weights.min() < 0.5 < weights.max() == 1
    assert plain.artefact.histories.data.min() == 1


def test_nothing_fades_where_that_ranks_no_better_or_no_day_is_known(tmp_path: Path) -> None:
    kept = train(*taken(moving(fading=False), tmp_path / "kept", LAST), tmp_path / "m", settings=TUNED)
    assert kept.recency == 0
    told: list[str] = []
    snapshot, holdout = taken(moving(fading=True, dated=False), tmp_path / "undated")
    _, _, rest, held = parted(snapshot, holdout, TUNED)
    own = model("propagation")
    tell = lambda stage, done, total: told.append(stage)  # noqa: E731
    assert half_life(own, rest, held, TUNED.resources, seed=0, tell=tell) == 0
    assert told == [], "nothing was fitted to find that out"


def test_what_is_given_is_not_chosen(tmp_path: Path) -> None:
    shop = taken(moving(fading=True), tmp_path, LAST)
    for given in (0.0, 90.0):
        assert train(*shop, tmp_path / "m", settings=replace(TUNED, recency=given)).recency == given
        assert Recommender.load(tmp_path / "m").artefact.recency == given


def test_the_last_fit_fades_as_the_judged_model_does(
    faded: tuple[tuple[Snapshot, Holdout], Path], tmp_path: Path
) -> None:
    _, folder = faded
    whole, _ = taken(moving(fading=True), tmp_path, WHOLE)
    refit(folder, whole, tmp_path / "model", settings=replace(TUNED, tune=False))
    judged, last = (Recommender.load(own).artefact for own in (folder, tmp_path / "model"))
    assert last.recency == judged.recency > 0
    assert last.histories.data.min() < 0.5


def test_what_came_since_training_lets_what_the_model_knows_fade_on(
    faded: tuple[tuple[Snapshot, Holdout], Path],
) -> None:
    recommender = Recommender.load(faded[1])
    artefact = recommender.artefact
    assert artefact.last is not None
    user, last = artefact.users[0].as_py(), int(artefact.last[0])
    known = recommender.weights(user)
    later = last + int(2 * artefact.recency * DAY)
    new = next(own for own in artefact.items["id"].to_pylist() if own not in {n.id for n in recommender.history(user)})
    for changes, before, own in (
        (Changes(added={new: 1.0}, at={new: later}), 0.25, 1.0),
        (Changes(added={new: 1.0}, at={new: last - int(artefact.recency * DAY)}), 1.0, 0.5),
        (Changes(added={new: 1.0}), 1.0, 1.0),
    ):
        found = recommender.weights(user, changes=changes)
        assert found.weights[:-1] == pytest.approx(known.weights * before)
        assert found.weights[-1] == pytest.approx(own)


def test_a_validation_part_that_came_with_the_data_has_its_times(tmp_path: Path) -> None:
    snapshot, holdout = taken(moving(fading=True), tmp_path, LAST)
    data = learned_from(snapshot, TUNED)
    given = held_matrix(holdout.test, data)
    assert given is not None
    both = joined(data, given, holdout.test)
    assert both.interactions.nnz == data.interactions.nnz + given.nnz
    user = np.repeat(np.arange(both.n_users), np.diff(both.interactions.indptr))
    last = np.zeros(both.n_users, dtype=np.int64)
    np.maximum.at(last, user, both.at)
    places = np.searchsorted(user * both.n_items + both.interactions.indices, _codes(given))
    assert (both.at[places] == last[user[places]]).all(), "the last of each customer was kept from learning"
    before = both.faded(30).interactions.data
    assert before[places].min() == 1
    assert np.median(np.delete(before, places)) < 0.01


def _codes(matrix: object) -> np.ndarray:
    coo = matrix.tocoo()  # type: ignore[attr-defined]
    return np.asarray(coo.row.astype(np.int64) * coo.shape[1] + coo.col)

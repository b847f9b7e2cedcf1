"""From a snapshot to a model: what is learned, that it helps, and that it is always the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from kg.errors import ConfigurationError, InputError, MemoryEstimateError
from kg.snapshot import Holdout, Snapshot, SplitMethod, SplitSettings
from recommender import Recommender, metrics
from recommender.artefact import load
from recommender.baskets import all_baskets
from recommender.evaluation import Evaluation, evaluate
from recommender.models import MODELS, Resources, propagation
from recommender.models.model import fitted_scorer
from recommender.network import NetworkSettings
from recommender.ranking import hide, top_k
from recommender.settings import TrainSettings
from recommender.training import TrainReport, parted, train
from recommender.tuning import judged as judged_lists
from tests.kg.fake_store import FakeStore, Row
from tests.recommender.shops import LAST, contents, store, taken

Shop = tuple[Snapshot, Holdout]
QUICK = NetworkSettings(dim=16, epochs=2, members=1, batch=64, device="cpu")
PLAIN = TrainSettings(tune=False)


def judged(shop: Shop, folder: Path, settings: TrainSettings = PLAIN) -> Evaluation:
    train(*shop, folder, settings=settings)
    return evaluate(Recommender.load(folder), shop[1])


def total(metrics: Mapping[str, float]) -> float:
    return metrics["recall@10"] + metrics["ndcg@10"]


def test_it_beats_popularity_and_the_graph_helps(planted_shop: Shop, tmp_path: Path) -> None:
    joined = judged(planted_shop, tmp_path / "with")
    alone = judged(planted_shop, tmp_path / "without", replace(PLAIN, relations=()))
    assert joined.users == 160
    assert total(joined.metrics) > 1.5 * total(joined.baselines["popularity"])
    assert total(joined.metrics) > 1.1 * total(alone.metrics)
    assert total(alone.metrics) > total(alone.baselines["popularity"])
    assert set(joined.intervals) | {"coverage@10", "coverage@20"} == set(joined.metrics)


def test_where_trials_stand_in_for_the_fit_the_best_are_judged_as_they_will_be_fitted(
    planted_shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(propagation, "_EXACT_TRIALS", 10)
    settings = TrainSettings(trials=5)
    report = train(*planted_shop, tmp_path / "m", settings=settings)
    _, _, rest, held = parted(*planted_shop, settings)
    users = np.flatnonzero(np.diff(held.indptr))
    score = fitted_scorer(MODELS["propagation"], all_baskets(rest), rest.interactions[users], Resources())
    scores = score(report.parameters)
    hide(scores, rest.seen[users])
    found = judged_lists(metrics.hits(top_k(scores, 20), held[users]), held[users])
    assert report.validation == pytest.approx(found)
    assert sum(report.validation.values()) >= sum(report.defaults.values())


def test_a_model_says_how_much_each_kind_of_interaction_counts_in_it(planted_shop: Shop, tmp_path: Path) -> None:
    settings = replace(PLAIN, kind_weights={"PURCHASED": 3.0, "VIEWED": 0.0})
    train(*planted_shop, tmp_path / "model", settings=settings)
    assert load(tmp_path / "model").kind_weights == {"PURCHASED": 3.0, "VIEWED": 0.0}


@pytest.mark.parametrize("model", [name for name in MODELS if name != "popularity"])
def test_every_model_beats_popularity(planted_shop: Shop, tmp_path: Path, model: str) -> None:
    found = judged(planted_shop, tmp_path / "model", TrainSettings(model=model, tune=False))
    assert found.model == model
    assert total(found.metrics) > total(found.baselines["popularity"])


def test_popularity_is_the_baseline_itself(planted_shop: Shop, tmp_path: Path) -> None:
    popular = judged(planted_shop, tmp_path / "popular", TrainSettings(model="popularity"))
    other = judged(planted_shop, tmp_path / "other")
    assert popular.metrics == pytest.approx(other.baselines["popularity"])
    assert popular.baselines == {}


def test_tuning_is_no_worse_than_the_defaults_and_says_what_it_did(planted_shop: Shop, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    report = train(
        *planted_shop, tmp_path / "m", settings=TrainSettings(trials=6), progress=lambda *news: told.append(news)
    )
    assert sum(report.validation.values()) >= sum(report.defaults.values()) > 0
    assert ("choosing parameters", 16, 16) in told, "6 trials, before and after at most the 5 other dampings"
    manifest = load(tmp_path / "m")
    assert manifest.parameters == dict(report.parameters)
    assert manifest.metrics["validation"] == dict(report.validation)
    assert manifest.metrics["defaults"] == dict(report.defaults)


@pytest.mark.parametrize("model", [name for name in MODELS if name != "popularity"])
def test_every_model_can_be_tuned(planted_shop: Shop, tmp_path: Path, model: str) -> None:
    report = train(*planted_shop, tmp_path / "m", settings=TrainSettings(model=model, trials=3))
    assert sum(report.validation.values()) >= sum(report.defaults.values()) > 0
    assert report.notes == ()


def test_an_interruption_within_the_books_of_the_search_stays_one(
    planted_shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("optuna.samplers.TPESampler.after_trial", interrupted)
    with pytest.raises(KeyboardInterrupt):
        train(*planted_shop, tmp_path / "m", settings=TrainSettings(trials=3))


def test_same_seed_same_bytes(planted_shop: Shop, tuned: Path, tmp_path: Path) -> None:
    train(*planted_shop, tmp_path / "again", settings=TrainSettings(trials=8))
    assert contents(tmp_path / "again") == contents(tuned)
    train(*planted_shop, tmp_path / "again", settings=TrainSettings(trials=8, seed=1))
    assert contents(tmp_path / "again") != contents(tuned), "another seed, written over what was there"
    assert [path.name for path in tmp_path.iterdir()] == ["again"]


def test_nothing_of_the_test_part_is_in_the_model(planted_shop: Shop, tuned: Path, tmp_path: Path) -> None:
    snapshot, holdout = planted_shop
    shuffled = Holdout(holdout.path, holdout.manifest)
    mixed = np.random.default_rng(0).permutation(holdout.test["product_id"].to_numpy(zero_copy_only=False))
    test = holdout.test.set_column(1, "product_id", pa.array(mixed.tolist(), pa.string()))
    assert test != holdout.test
    shuffled.__dict__["test"] = test
    train(snapshot, shuffled, tmp_path / "m", settings=TrainSettings(trials=8))
    assert contents(tmp_path / "m") == contents(tuned)


def given_split(test: list[tuple[str, str]], validation: list[tuple[str, str]] = []) -> FakeStore:  # noqa: B006
    """Give a shop with a split of its own, of 70 customers who each bought three products of their own half."""
    train_rows: list[Row] = [
        {
            "source": f"u{u:02}",
            "target": f"p{(7 * u + 2 * step) % 20 // 2 * 2 + u % 2:02}",
            "split": "train",
            "at": step,
        }
        for u in range(70)
        for step in range(3)
    ]
    parts = [("test", test), ("validation", validation)]
    held: list[Row] = [{"source": u, "target": p, "split": part} for part, rows in parts for u, p in rows]
    return store(
        [{"id": f"p{n:02}", "brand": f"b{n % 5}"} for n in range(30)],
        users=[f"u{n:02}" for n in range(70)],
        interactions={"PURCHASED": train_rows + held},
    )


def test_another_test_part_gives_the_same_model_from_the_graph_on(tmp_path: Path) -> None:
    """The whole way, from a store whose test purchases are dealt out anew, to the bytes of the model."""
    rng = np.random.default_rng(3)
    folders = []
    for turn in range(2):
        deal = rng.permutation(70) % 10 + 20  # products that nobody has in train
        store_ = given_split([(f"u{u:02}", f"p{product}") for u, product in enumerate(deal)])
        shop = taken(store_, tmp_path / f"{turn}", SplitSettings(method=SplitMethod.GIVEN))
        train(*shop, tmp_path / f"{turn}/model", settings=TrainSettings(trials=4))
        folders.append(tmp_path / f"{turn}")
    assert contents(folders[0] / "holdout") != contents(folders[1] / "holdout")
    assert contents(folders[0] / "model") == contents(folders[1] / "model")


def test_a_validation_part_that_came_with_the_data_is_used_and_learned_in_the_end(tmp_path: Path) -> None:
    validation = [(f"u{u:02}", f"p{20 + u % 2:02}") for u in range(60)]
    shop = taken(given_split([("u65", "p29")], validation), tmp_path, SplitSettings(method=SplitMethod.GIVEN))
    assert len(shop[1].validation) == 60
    report = train(*shop, tmp_path / "m", settings=TrainSettings(trials=3))
    assert report.validation
    recommender = Recommender.load(tmp_path / "m")
    assert "p20" in [node.id for node in recommender.history("u00")]
    assert "p20" not in [item.product.id for item in recommender.recommend(user="u00", k=30).items]
    assert "p29" not in [node.id for node in recommender.history("u65")]


@pytest.mark.parametrize("changes", [{"recency": 1e-9}, {"kind_weights": {"PURCHASED": 0.0, "VIEWED": 0.2}}], ids=str)
@pytest.mark.parametrize("network", [None, QUICK], ids=["closed form", "network"])
def test_what_was_bought_is_not_recommended_again_however_little_it_weighs(
    planted_shop: Shop, tmp_path: Path, changes: dict[str, Any], network: NetworkSettings | None
) -> None:
    """The shop's purchases lie ten milliseconds apart; a billionth of a day, the half-life here, is .09 of one."""
    train(*planted_shop, tmp_path / "usual", settings=PLAIN)
    train(*planted_shop, tmp_path / "other", settings=replace(PLAIN, network=network, **changes))
    usual, other = (Recommender.load(tmp_path / name) for name in ("usual", "other"))
    weights, seen = other.artefact.histories.toarray(), other.artefact.seen
    assert (seen != usual.artefact.seen).nnz == 0
    assert ((weights == 0) & (seen.toarray() > 0)).any(), "some of it weighs nothing"
    ids = np.array(other.artefact.items["id"].to_pylist())
    for row, user in enumerate(other.artefact.users.to_pylist()[:20]):
        listed = [item.product.id for item in other.recommend(user=user, k=other.products).items]
        assert set(listed).isdisjoint(ids[seen[[row]].indices])


def test_a_validation_part_that_came_with_the_data_joins_what_weighs_nothing(tmp_path: Path) -> None:
    rows: list[Row] = [
        {"source": f"u{n}", "target": f"p{p}", "at": 4_000 * 86_400_000 * (p != n % 4), "split": split}
        for n in range(8)
        for p, split in ((n % 4, "train"), ((n + 1) % 4, "train"), ((n + 2) % 4, "validation"), ((n + 3) % 4, "test"))
    ]
    shop = store(
        [{"id": f"p{n}"} for n in range(5)], users=[f"u{n}" for n in range(8)], interactions={"PURCHASED": rows}
    )
    given = SplitSettings(method=SplitMethod.GIVEN)
    train(*taken(shop, tmp_path, given), tmp_path / "m", settings=replace(PLAIN, recency=1.0))
    artefact = load(tmp_path / "m")
    assert (artefact.histories.toarray() == 0).sum() > artefact.histories.shape[0]
    wanted = [[p in (n % 4, (n + 1) % 4, (n + 2) % 4) for p in range(5)] for n in range(8)]
    assert artefact.seen.toarray().tolist() == wanted


def test_what_tuning_chose_is_not_chosen_again_when_the_training_was_killed(planted_shop: Shop, tmp_path: Path) -> None:
    settings = TrainSettings(trials=3)
    train(*planted_shop, tmp_path / "whole", settings=settings)

    def killed(stage: str, *_: int) -> None:
        if stage.startswith("fitting"):
            raise KeyboardInterrupt

    def stages(then: TrainSettings) -> list[str]:
        with pytest.raises(KeyboardInterrupt):
            train(*planted_shop, tmp_path / "m", settings=settings, progress=killed)
        told: list[str] = []
        train(*planted_shop, tmp_path / "m", settings=then, progress=lambda stage, *_: told.append(stage))
        assert {path.name for path in tmp_path.iterdir()} == {"whole", "m"}
        return told

    assert "choosing parameters" not in stages(settings)
    assert contents(tmp_path / "m") == contents(tmp_path / "whole")
    for other in (replace(settings, seed=1), replace(settings, relations=()), replace(settings, trials=2)):
        assert "choosing parameters" in stages(other), "of other data or settings nothing is kept"


def test_without_tuning_defaults_are_used(planted_shop: Shop, tmp_path: Path) -> None:
    report = train(*planted_shop, tmp_path / "m", settings=PLAIN)
    assert (report.validation, report.defaults, report.notes) == ({}, {}, ())
    assert report.parameters["ridge"] == 100.0
    assert {name for name in report.parameters if name.startswith("weight:")} == {
        "weight:HAS_BRAND",
        "weight:IN_CATEGORY",
    }


def test_given_parameters_are_used_beside_the_other_defaults(planted_shop: Shop, tmp_path: Path) -> None:
    given = {"ridge": 33.0, "weight:HAS_BRAND": 0.0}
    report = train(*planted_shop, tmp_path / "m", settings=TrainSettings(parameters=given))
    assert report.parameters["ridge"] == 33.0
    assert report.parameters["filter"] == 0.1
    assert report.validation == {}
    plain = train(*planted_shop, tmp_path / "plain", settings=PLAIN)
    assert plain.parameters["ridge"] != 33.0
    assert contents(tmp_path / "m")["weights.safetensors"] != contents(tmp_path / "plain")["weights.safetensors"]


def test_only_the_relations_asked_for_are_used(planted_shop: Shop, tmp_path: Path) -> None:
    train(*planted_shop, tmp_path / "m", settings=replace(PLAIN, relations=("HAS_BRAND",)))
    assert [kind.name for kind in load(tmp_path / "m").kinds] == ["interactions", "HAS_BRAND"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"model": "oracle"}, 'There is no model "oracle". Models: popularity, '),
        ({"relations": ("HAS_BRANT",)}, '"HAS_BRANT".*It has: HAS_BRAND, IN_CATEGORY'),
        ({"parameters": {"rigde": 1.0}}, '"rigde".*It knows: ridge, '),
        ({"validation_fraction": 1.0}, "between 0 and 1"),
        ({"trials": 0}, "1 or more"),
        ({"neighbours": 0}, "1 or more"),
        ({"memory_gib": 0.0}, "memory_gib is 0.0"),
        ({"kind_weights": {"purchased": 1.0}}, 'no kind of interaction "purchased"'),
        ({"kind_weights": {"PURCHASED": -1.0}}, "The weight of PURCHASED is -1.0"),
    ],
)
def test_wrong_settings_are_told(planted_shop: Shop, tmp_path: Path, options: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        train(*planted_shop, tmp_path / "m", settings=TrainSettings(**options))  # type: ignore[arg-type]
    assert not (tmp_path / "m").exists()


def lists(folder: Path) -> list[list[str]]:
    recommender = Recommender.load(folder)
    return [[item.product.id for item in recommender.recommend(user=f"u{user:03}").items] for user in range(0, 160, 4)]


def test_little_memory_goes_by_neighbourhoods_and_gives_nearly_the_same_lists(
    planted_shop: Shop, tmp_path: Path
) -> None:
    own = {"filter": 0.0}
    exact = TrainSettings(neighbours=50, parameters=own)
    train(*planted_shop, tmp_path / "exact", settings=exact)
    train(*planted_shop, tmp_path / "local", settings=replace(exact, memory_gib=0.1))
    assert contents(tmp_path / "exact")["weights.safetensors"] != contents(tmp_path / "local")["weights.safetensors"]
    shared = [
        len(set(a) & set(b)) / 10 for a, b in zip(lists(tmp_path / "exact"), lists(tmp_path / "local"), strict=True)
    ]
    assert np.mean(shared) > 0.8


def test_far_too_little_memory_is_told_before_it_is_used(planted_shop: Shop, tmp_path: Path) -> None:
    with pytest.raises(MemoryEstimateError, match=r"training\.memory_gib allows 1e-06"):
        train(*planted_shop, tmp_path / "m", settings=replace(PLAIN, memory_gib=1e-6))


def test_too_few_customers_to_tune_by_is_noted(corner_shop: Shop, tmp_path: Path) -> None:
    report: TrainReport = train(*corner_shop, tmp_path / "m", settings=TrainSettings())
    assert report.validation == {}
    assert "keeps its defaults" in report.notes[0]


@pytest.mark.parametrize("model", list(MODELS))
@pytest.mark.parametrize("products", [1, 3])
def test_a_shop_without_customers(tmp_path: Path, model: str, products: int) -> None:
    shop = taken(store([{"id": f"p{n}", "brand": "x", "name": "Tea"} for n in range(products)]), tmp_path)
    report = train(*shop, tmp_path / "m", settings=TrainSettings(model=model))
    assert report.model == model
    recommender = Recommender.load(tmp_path / "m")
    assert (recommender.users, recommender.products) == (0, products)
    answer = recommender.recommend(k=5)
    assert answer.source == "popularity"
    assert [item.product.id for item in answer.items] == [f"p{n}" for n in range(products)]
    assert len(recommender.search("tea").items) == products
    assert len(recommender.similar("p0").items) == products - 1


def test_the_way_by_neighbourhoods_suits_tiny_shops(tmp_path: Path) -> None:
    for products in (1, 2):
        shop = taken(store([{"id": f"p{n}", "brand": "x"} for n in range(products)]), tmp_path / str(products))
        train(*shop, tmp_path / "m", settings=replace(PLAIN, memory_gib=0.1))
        assert len(Recommender.load(tmp_path / "m").recommend(history=["p0"]).items) == products - 1


def test_evaluation_needs_a_test_part_and_counts_unknown_products_as_missed(tmp_path: Path) -> None:
    products: list[Row] = [{"id": name} for name in "abc"] + [{"id": "x", "in_catalogue": False}]
    bought = [("u", "a", 1), ("u", "x", 2), ("v", "a", 1), ("v", "b", 2)]
    rows: list[Row] = [{"source": user, "target": product, "at": at} for user, product, at in bought]
    shop = store(products, users=["u", "v"], interactions={"PURCHASED": rows})
    found = judged(taken(shop, tmp_path / "last", LAST), tmp_path / "m", TrainSettings(model="popularity"))
    assert found.users == 2
    assert found.metrics["recall@10"] == 0.5
    with pytest.raises(InputError, match="nothing to judge by"):
        judged(taken(shop, tmp_path / "whole"), tmp_path / "m")

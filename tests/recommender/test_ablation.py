"""Ablation: what a variant is trained with, and how it is judged beside the whole."""

from __future__ import annotations

import copy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from embeddings.vectors import Vectors
from kg.errors import ConfigurationError, InputError
from kg.snapshot import Edges
from recommender.ablation import Inputs, Progress, Variant, ablate, seeded, variant_names, varied, with_random_links
from recommender.data import training_data
from recommender.network import NetworkSettings
from recommender.settings import TrainSettings
from tests.recommender.conftest import Shop
from tests.recommender.shops import planted, reviewed, taken

PLAIN = TrainSettings(tune=False, parameters={"ridge": 30.0, "weight:HAS_BRAND": 2.0})
QUICK = NetworkSettings(dim=8, epochs=1, members=1)


@pytest.fixture
def inputs(planted_shop: Shop) -> Inputs:
    return Inputs(planted_shop[0], PLAIN)


@pytest.fixture
def fused(planted_shop: Shop) -> Inputs:
    rng = np.random.default_rng(0)
    ids = planted_shop[0].products["id"].to_pylist()
    vectors = tuple(Vectors.sorted(name, "Product", ids, rng.normal(size=(len(ids), 4))) for name in ("text", "graph"))
    return Inputs(planted_shop[0], replace(PLAIN, network=QUICK), vectors, of_graph=("graph",))


def test_only_variants_that_say_something_are_tried(inputs: Inputs, fused: Inputs) -> None:
    assert variant_names(inputs) == ("everything", "without_links", "random_graph")
    assert variant_names(replace(inputs, settings=replace(PLAIN, relations=()))) == ("everything",)
    assert variant_names(fused) == (
        "everything", "without_text", "without_graph", "without_messages", "without_links", "random_graph",
        "closed_form", "feature", "decision",
    )  # fmt: skip
    assert "decision" not in variant_names(replace(fused, modalities=()))


def test_a_variant_differs_from_the_whole_in_its_part_alone(fused: Inputs) -> None:
    def names(variant: str) -> list[str]:
        return [own.name for own in varied(variant, fused).modalities]

    assert names("without_text") == ["graph"]
    assert varied("without_text", fused).settings == fused.settings
    assert names("random_graph") == names("without_links") == ["text"], "graph vectors know the links, too"
    assert varied("without_links", fused).settings.relations == ()
    assert varied("without_links", fused).settings.parameters == {"ridge": 30.0}
    assert varied("closed_form", fused).settings == replace(fused.settings, network=None)
    assert varied("feature", fused).settings.network == replace(QUICK, fusion="feature")
    with pytest.raises(ConfigurationError, match="without_text"):
        varied("without_photos", fused)


@pytest.mark.parametrize("name", ["messages", "hops", "links", "recency"])
def test_vectors_of_any_name_have_a_variant_of_their_own(fused: Inputs, name: str) -> None:
    named = replace(fused, modalities=(*fused.modalities, replace(fused.modalities[0], name=name)))
    variant = f"without_{name}_vectors"
    assert variant in variant_names(named)
    assert [own.name for own in varied(variant, named).modalities] == ["text", "graph"]
    assert varied("without_messages", named).settings.network != named.settings.network


def test_random_links_keep_degrees_and_interactions(inputs: Inputs) -> None:
    changed = with_random_links(inputs.snapshot, seed=3)
    for relation, edges in inputs.snapshot.edges.items():
        own = changed.edges[relation]
        assert np.array_equal(np.sort(own.tail), np.sort(edges.tail))
        assert np.array_equal(np.sort(own.head), np.sort(edges.head))
        same = np.array_equal(own.tail, edges.tail)
        assert same == ("User" in (relation.source, relation.target) or relation.type == "PART_OF")
    again = with_random_links(inputs.snapshot, seed=3)
    assert all(np.array_equal(again.edges[r].tail, changed.edges[r].tail) for r in changed.edges)


def test_random_links_neither_repeat_nor_lead_to_their_own_source(inputs: Inputs) -> None:
    rng = np.random.default_rng(0)
    pairs = np.unique(rng.integers(0, 40, size=(500, 2)), axis=0)  # a third of all pairs: dealt once, many repeat
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    relation = next(own for own in inputs.snapshot.edges if "User" not in (own.source, own.target))
    dense = copy.copy(inputs.snapshot)
    dense.edges = {relation: Edges.sorted(pairs[:, 0], pairs[:, 1])}
    own = with_random_links(dense, seed=1).edges[relation]
    found = np.stack([own.head, own.tail], axis=1)
    assert len(np.unique(found, axis=0)) == len(pairs)
    assert (own.head != own.tail).all()
    for before, after in ((pairs[:, 0], own.head), (pairs[:, 1], own.tail)):
        assert np.array_equal(np.bincount(before), np.bincount(after))
    assert not np.array_equal(own.tail, pairs[:, 1])


def test_mentions_keep_their_sentiment_and_parameters_of_what_is_gone_are_left_out(tmp_path: Path) -> None:
    snapshot, _ = taken(reviewed(), tmp_path)
    names = {relation.name for relation in training_data(snapshot).relations}
    assert {"MENTIONS:Aspect:praised", "MENTIONS:Aspect:criticised"} <= names
    parameters = {"ridge": 9.0} | {f"weight:{name}": 2.0 for name in names}
    inputs = Inputs(snapshot, TrainSettings(tune=False, parameters=parameters))
    kept: set[str] = set()
    for seed in range(9):
        own = varied("random_graph", seeded(inputs, seed))
        left = {f"weight:{relation.name}" for relation in training_data(own.snapshot).relations}
        assert set(own.settings.parameters or {}) == {"ridge"} | (left & set(parameters))
        kept |= left
    assert {"weight:MENTIONS:Aspect:praised", "weight:MENTIONS:Aspect:criticised"} <= kept


def test_the_graph_is_worth_what_taking_it_away_costs(planted_shop: Shop, inputs: Inputs, tmp_path: Path) -> None:
    told: list[str] = []
    found = ablate(
        inputs, planted_shop[1], tmp_path, seeds=2, ks=(10,), progress=lambda what, done, total: told.append(what)
    )
    whole, unlinked, shuffled = found
    assert [own.name for own in found] == ["everything", "without_links", "random_graph"]
    assert [own.seeds for own in found] == [1, 1, 2], "the closed form is the same with every seed"
    for variant in (unlinked, shuffled):
        figure = variant.figures["recall@10"]
        assert figure.difference == pytest.approx(figure.mean - whole.figures["recall@10"].mean)
        assert figure.difference < -0.02
        assert figure.difference_ci95 < np.hypot(figure.ci95, whole.figures["recall@10"].ci95), "customer by customer"
    assert whole.figures["recall@10"].difference == whole.figures["recall@10"].difference_ci95 == 0
    assert whole.figures["recall@10"].deviation is None
    assert (shuffled.figures["recall@10"].deviation or 0) > 0
    assert not list(tmp_path.iterdir()), "models of variants are not kept"
    assert any(what.startswith("random_graph, seed 1: ") for what in told)


def test_a_fused_model_is_trained_with_each_seed(planted_shop: Shop, fused: Inputs, tmp_path: Path) -> None:
    names = ["closed_form", "decision"]
    found = ablate(fused, planted_shop[1], tmp_path, names=names, seeds=2, ks=(10,))
    assert [(own.name, own.seeds) for own in found] == [
        ("everything", 2), ("closed_form", 1), ("decision", 2),
    ]  # fmt: skip
    assert seeded(fused, 5).settings.seed == 5
    assert (seeded(fused, 5).settings.network or QUICK).seed == 5


def test_what_was_interrupted_goes_on_with_what_it_has(planted_shop: Shop, inputs: Inputs, tmp_path: Path) -> None:
    told: list[str] = []

    def killed(what: str, done: int, total: int) -> None:
        if what.startswith("random_graph, seed 1"):
            raise KeyboardInterrupt

    def call(name: str, progress: Progress) -> tuple[Variant, ...]:
        kept, work = tmp_path / f"{name}-kept", tmp_path / f"{name}-work"
        return ablate(inputs, planted_shop[1], work, seeds=2, ks=(10,), kept=kept, progress=progress)

    with pytest.raises(KeyboardInterrupt):
        call("first", killed)
    again = call("first", lambda what, done, total: told.append(what.partition(":")[0]))
    assert set(told) == {"random_graph, seed 1"}, "what was reached is not trained again"
    whole = call("second", lambda what, done, total: None)
    assert [replace(own, seconds=0) for own in again] == [replace(own, seconds=0) for own in whole]
    assert all(own.seconds > 0 for own in again), "with the time it took"


def test_what_cannot_be_judged_or_does_not_exist_is_told_before_training(
    planted_shop: Shop, inputs: Inputs, tmp_path: Path
) -> None:
    def trained(what: str, done: int, total: int) -> None:
        pytest.fail(f"{what} was begun")

    _, unsplit = taken(planted(), tmp_path / "unsplit")
    with pytest.raises(InputError, match=r"split\.method"):
        ablate(inputs, unsplit, tmp_path, progress=trained)
    with pytest.raises(ConfigurationError, match="random_graph"):
        ablate(inputs, planted_shop[1], tmp_path, names=["nonsense"], progress=trained)

"""The fused model: what it holds, what it learns, and why it says what it says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from safetensors.numpy import load_file

from benchmarks.reasons import fidelity
from embeddings.vectors import Vectors
from kg.errors import ConfigurationError, InputError, MemoryEstimateError
from kg.snapshot import Holdout, SplitMethod, SplitSettings
from recommender import Recommender, training
from recommender.baskets import all_baskets
from recommender.evaluation import evaluate
from recommender.models import model
from recommender.models.propagation import Propagation
from recommender.network import Modality, NetworkSettings
from recommender.network.blend import worth
from recommender.network.search import search
from recommender.newcomers import NewProduct
from recommender.settings import TrainSettings
from recommender.training import network_parted, parted
from recommender.tuning import Tuning
from tests.recommender.network.conftest import QUICK, Shop, fused
from tests.recommender.shops import LAST, contents, planted, taken
from tests.recommender.test_reasons import edges_of, walked


def test_the_network_alone_beats_popularity(shop: Shop, tastes: Vectors, tmp_path: Path) -> None:
    alone = fused(shop, tmp_path / "model", replace(QUICK, fusion="feature", epochs=12), tastes)
    assert alone.artefact.weight == 0
    judged = evaluate(alone, shop[1])
    assert judged.metrics["recall@20"] > judged.baselines["popularity"]["recall@20"] + 0.05


def test_the_hybrid_is_judged_beside_its_closed_form(shop: Shop, hybrid: Recommender) -> None:
    judged = evaluate(hybrid, shop[1])
    assert {"popularity", "closed_form"} <= judged.baselines.keys()
    assert judged.metrics["recall@10"] > judged.baselines["popularity"]["recall@10"]
    assert judged.metrics != judged.baselines["closed_form"]


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(shop: Shop, tastes: Vectors, tmp_path: Path) -> None:
    settings = replace(QUICK, epochs=2)
    for name, own in (("one", settings), ("two", settings), ("other", replace(settings, seed=1))):
        fused(shop, tmp_path / name, own, tastes)
    one, two, other = (contents(tmp_path / name) for name in ("one", "two", "other"))
    assert one == two
    assert one["weights.safetensors"] != other["weights.safetensors"]


def test_shuffling_the_test_part_changes_no_byte(shop: Shop, tmp_path: Path) -> None:
    snapshot, holdout = shop
    shuffled = Holdout(holdout.path, holdout.manifest)
    mixed = np.random.default_rng(0).permutation(holdout.test["product_id"].to_numpy(zero_copy_only=False))
    test = holdout.test.set_column(1, "product_id", pa.array(mixed.tolist(), pa.string()))
    assert test != holdout.test
    shuffled.__dict__["test"] = test
    fused(shop, tmp_path / "given", replace(QUICK, epochs=2))
    fused((snapshot, shuffled), tmp_path / "shuffled", replace(QUICK, epochs=2))
    assert contents(tmp_path / "given") == contents(tmp_path / "shuffled")


def test_a_thin_part_chooses_where_it_has_enough_and_the_customary_one_gives_the_chances(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = taken(planted(), tmp_path, SplitSettings(method=SplitMethod.RANDOM))
    settings = TrainSettings(
        tune=False, network=replace(QUICK, epochs=2, validation_fraction=0.15), validation_fraction=0.4
    )
    data, given, rest, held = parted(*shop, settings)
    parts = (data, given, rest, held, shop[0].split_method, settings)
    assert network_parted(*parts) == (rest, held), "of a small shop a thin part is nothing"
    trained = []
    for enough in (6_000, 1):
        monkeypatch.setattr(training, "_ENOUGH", enough)
        training.train(*shop, tmp_path / str(enough), settings=settings)
        trained.append(Recommender.load(tmp_path / str(enough)).artefact)
    known, asked = network_parted(*parts)
    assert asked.nnz == pytest.approx(0.15 * data.interactions.nnz, rel=0.2)
    assert asked.nnz < held.nnz / 2
    assert known.interactions.nnz + asked.nnz == data.interactions.nnz
    thick, thin = trained
    assert thick.metrics["network"] != thin.metrics["network"]
    assert thick.chances is not None and thin.chances is not None
    assert (thick.weights != thin.weights).nnz == 0


def test_where_the_test_part_is_the_latest_so_is_what_chooses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = taken(planted(), tmp_path, SplitSettings(method=SplitMethod.TIME))
    settings = TrainSettings(tune=False, network=replace(QUICK, epochs=2, validation_fraction=0.2))
    monkeypatch.setattr(training, "_ENOUGH", 1)
    settings = replace(settings, validation_fraction=0.4)
    data, given, rest, held = parted(*shop, settings)
    known, asked = network_parted(data, given, rest, held, shop[0].split_method, settings)
    for part, kept in ((rest, held), (known, asked)):
        later = set(zip(*data.interactions.nonzero(), strict=True)) - set(
            zip(*part.interactions.nonzero(), strict=True)
        )
        times = dict(zip(zip(*data.interactions.nonzero(), strict=True), data.at.tolist(), strict=True))
        assert kept.nnz > 0
        assert part.at.max() < min(times[pair] for pair in later)
    assert known.at.max() > rest.at.max()
    training.train(*shop, tmp_path / "m", settings=settings)
    assert evaluate(Recommender.load(tmp_path / "m"), shop[1]).metrics["recall@20"] > 0


@pytest.mark.parametrize("worse", ["tuned", "defaults"])
def test_the_closed_forms_parameters_are_those_that_are_best_with_the_network(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, worse: str
) -> None:
    """A closed form that puts what nobody buys first loses, whichever of the two it is."""
    settings = TrainSettings(trials=1, network=replace(QUICK, epochs=2))
    chosen = model("propagation")
    data, *_ = parted(*shop, settings)
    usual = chosen.defaults(all_baskets(data))
    poor = {**usual, "popularity": -4.0, "filter": 0.0}
    good = {**usual, "ridge": 77.0}
    tuned, defaults = (poor, good) if worse == "tuned" else (good, poor)
    found = {"recall@10": 0.1, "ndcg@10": 0.1, "recall@20": 0.1, "ndcg@20": 0.1}
    before = dict.fromkeys(found, 0.05)
    monkeypatch.setattr(Propagation, "defaults", lambda *_: defaults)
    monkeypatch.setattr(training, "tune", lambda *_, **__: Tuning(tuned, found, before, 1, 60))
    report = training.train(*shop, tmp_path / "m", settings=settings)
    assert report.parameters == good
    assert len(report.notes) == (worse == "tuned")
    artefact = Recommender.load(tmp_path / "m").artefact
    assert artefact.parameters == good
    assert artefact.metrics["validation"] == (before if worse == "tuned" else found)
    again = training.train(
        *shop, tmp_path / "again", settings=replace(settings, tune=False, parameters=report.parameters)
    )
    assert again.validation == report.validation
    ours, theirs = (load_file(tmp_path / name / "weights.safetensors") for name in ("m", "again"))
    assert ours.keys() == theirs.keys()
    assert all(np.array_equal(ours[name], theirs[name]) for name in ours), "the same network, not one begun anew"


def test_reasons_and_shares_add_up(hybrid: Recommender) -> None:
    answer = hybrid.recommend(user="u003", k=5, reasons=True)
    assert answer.source == "history"
    assert answer.model.startswith("propagation+network-")
    for item in answer.items:
        assert sum(reason.score for reason in item.reasons) == pytest.approx(item.score, rel=1e-4)
        assert sum(reason.share for reason in item.reasons) == pytest.approx(1, rel=1e-4)
        assert sum(item.shares.values()) == pytest.approx(1, rel=1e-4)
        assert {"behaviour", "graph", "text"} <= item.shares.keys()
        explained = hybrid.explain(user="u003", product=item.product.id)
        assert explained.rank >= item.rank  # it counts what the customer has already
        assert explained.score == pytest.approx(item.score)
        assert explained.reasons == item.reasons
    three = hybrid.recommend(user="u003", k=5, reasons=3)
    assert [item.reasons for item in three.items] == [item.reasons[:3] for item in answer.items]


def test_the_networks_reasons_lead_through_what_the_products_have_in_common(shop: Shop, hybrid: Recommender) -> None:
    edges = edges_of(shop[0])
    lengths: set[int] = set()
    for number in range(0, 160, 8):
        for item in hybrid.recommend(user=f"u{number:03}", k=5, reasons=True).items:
            ways = {reason.history: reason.path for reason in item.reasons if reason.relation != "network"}
            for reason in item.reasons:
                if reason.relation != "network":
                    continue
                assert reason.history is not None
                lengths.add(len(reason.path))
                assert reason.path[-1].node == item.product
                if len(reason.path) > 1:
                    walked(edges, reason.history, reason)
                else:
                    assert reason.history not in ways or ways[reason.history][0].relation == "indirect"
    assert max(lengths) > 1


def test_relations_and_vectors_of_the_graph_share_what_the_graph_gave(
    shop: Shop, tastes: Vectors, tmp_path: Path
) -> None:
    found = fused(shop, tmp_path, replace(QUICK, epochs=2, members=1), replace(tastes, name="graph"))
    assert {"relations", "graph"} <= found.artefact.parts[0].outputs.keys()
    for item in found.recommend(user="u003", k=5, reasons=True).items:
        assert sum(reason.share for reason in item.reasons) == pytest.approx(1, rel=1e-4), "of what all sources gave"
        assert item.shares["graph"] > 0


def test_a_shop_of_interactions_alone_has_no_share_of_a_graph(shop: Shop, tmp_path: Path) -> None:
    settings = TrainSettings(tune=False, relations=(), network=replace(QUICK, epochs=2, members=1))
    training.train(*shop, tmp_path / "m", settings=settings)
    recommender = Recommender.load(tmp_path / "m")
    found = [own for n in range(0, 160, 16) for own in recommender.recommend(user=f"u{n:03}", reasons=True).items]
    assert any(reason.relation == "indirect" for item in found for reason in item.reasons)
    assert all(item.shares == {"behaviour": pytest.approx(1.0)} for item in found)


@pytest.fixture(scope="module")
def frequent(tastes: Vectors, tmp_path_factory: pytest.TempPathFactory) -> Recommender:
    """A hybrid of customers who bought so much that three products are few of it."""
    folder = tmp_path_factory.mktemp("frequent")
    return fused(taken(planted(purchases=14), folder, LAST), folder / "model", QUICK, tastes)


@pytest.mark.parametrize("weight", [0.0, 0.7, 1.4])
def test_taking_away_the_three_reasons_given_lowers_the_score_more_than_taking_away_three_others(
    frequent: Recommender, weight: float
) -> None:
    """By the score that is served; where it falls as much, it counts against the reasons.

    In a shop as small as this validation may give the network no weight, so it is given some here.
    """
    parts = tuple(replace(part, weight=weight) for part in frequent.artefact.parts)
    found = fidelity(Recommender(replace(frequent.artefact, parts=parts)), customers=60, draws=5, seed=0)
    assert found["customers"] == 60
    assert float(found["the reasons' products cost more, share of cases"]) >= 0.95


def test_a_visitor_and_a_new_product_are_served(hybrid: Recommender) -> None:
    assert hybrid.recommend(history=["p001"], k=3).source == "history"
    assert hybrid.recommend(k=3).source == "popularity"
    brand = hybrid.artefact.items["brand"][1].as_py()
    more = hybrid.with_products([NewProduct("new", name="A new thing", brand=brand)])
    assert more.artefact.parts[0].whole.shape[0] == more.products == hybrid.products + 1
    ids = [item.product.id for item in more.recommend(history=["p001"], k=more.products).items]
    assert "new" in ids


def test_decision_level_joins_each_modality_by_a_weight_of_its_own(shop: Shop, tastes: Vectors, tmp_path: Path) -> None:
    joined = fused(shop, tmp_path / "model", replace(QUICK, fusion="decision"), tastes)
    assert [part.name for part in joined.artefact.parts] == ["text"]
    assert joined.artefact.weight == 1


def test_what_a_product_lacks_is_masked_and_never_looks_like_data() -> None:
    torch = pytest.importorskip("torch")
    from recommender.network.layers import ModalityGate

    present = torch.tensor([[True, True], [True, False], [False, False]])
    gate = ModalityGate([4, 3], present, dim=5, std=0.5)
    torch.nn.init.normal_(gate.attention)
    vectors = [torch.randn(3, 4), torch.randn(3, 3)]
    parts, weights = gate(vectors)
    assert torch.allclose(weights.sum(1), torch.tensor([1.0, 1.0, 0.0]))
    assert not parts[1][1].any() and not parts[0][2].any() and not parts[1][2].any()
    changed = [vectors[0], vectors[1].clone()]
    changed[1][1:] = 1e3  # numbers of what is absent
    again, _ = gate(changed)
    assert all(torch.equal(one, two) for one, two in zip(parts, again, strict=True))


@pytest.mark.parametrize("changes", [{}, {"sampled": False}, {"sampled": True}], ids=str)
def test_a_network_that_would_not_fit_is_refused_before_anything_is_built(
    shop: Shop, tastes: Vectors, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changes: dict[str, bool]
) -> None:
    def built(*_: object) -> None:
        raise AssertionError("something was built")

    monkeypatch.setattr(Propagation, "scorer", built)
    monkeypatch.setattr(Propagation, "fit", built)
    network = replace(QUICK, dim=100_000, **changes)
    settings = TrainSettings(network=network, memory_gib=1)
    with pytest.raises(MemoryEstimateError, match=r"about \d+\.\d GiB.*training.memory_gib allows 1"):
        training.train(*shop, tmp_path / "m", settings=settings, modalities=[tastes])
    with pytest.raises(MemoryEstimateError, match=r"network.dim"):
        search(*shop, settings, minutes=1, modalities=[tastes])
    assert not list(tmp_path.iterdir())


def test_what_training_will_take_is_told_at_its_start(shop: Shop, tmp_path: Path) -> None:
    told: list[str] = []
    settings = TrainSettings(trials=1, network=replace(QUICK, epochs=2, members=1))
    training.train(*shop, tmp_path / "m", settings=settings, progress=lambda stage, *_: told.append(stage))
    memory = next(number for number, stage in enumerate(told) if "GiB" in stage)
    assert told[memory] == "a network beside propagation, about 0.0 GiB"
    assert memory < told.index("preparing trials")
    decided: list[str] = []
    settings = replace(settings, network=replace(QUICK, fusion="decision", dim=10**9))
    training.train(*shop, tmp_path / "d", settings=settings, progress=lambda stage, *_: decided.append(stage))
    assert not any(stage.startswith("a network") for stage in decided), "none is trained"


@pytest.mark.parametrize("fusion", ["hybrid", "decision"])
def test_a_modality_may_have_any_name(shop: Shop, tastes: Vectors, tmp_path: Path, fusion: str) -> None:
    """Also one that a part of the model has already: nothing is overwritten, and both are told apart."""
    settings = replace(QUICK, epochs=2, members=1, fusion=fusion)
    taken_names, free_names = ("behaviour", "relations", "inputs", "closed_form"), ("a", "b", "c", "d")
    found = []
    for names in (taken_names, free_names):
        vectors = [replace(tastes, name=name, matrix=tastes.matrix * n) for n, name in enumerate(names, start=1)]
        found.append(fused(shop, tmp_path / names[0], settings, *vectors))
    one, two = (own.artefact.parts for own in found)
    for mine, other in zip(one, two, strict=True):
        assert mine.inputs.tobytes() == other.inputs.tobytes()
        assert mine.weight == other.weight
        assert [own.tobytes() for own in mine.outputs.values()] == [own.tobytes() for own in other.outputs.values()]
    sources = [name for part in one for name in part.outputs]
    own = ["behaviour", "relations"] if fusion == "hybrid" else []
    assert sources == [*own, "behaviour_vectors", "relations_vectors", "inputs_vectors", "closed_form_vectors"]
    (item, *_) = found[0].recommend(user="u003", k=1, reasons=True).items
    assert {"behaviour", "behaviour_vectors", "relations_vectors"} <= item.shares.keys()
    more = found[0].with_products([NewProduct("new")], modalities=[replace(tastes, name="words")])
    assert more.products == found[0].products + 1


def test_two_modalities_of_one_name_are_refused_before_anything_is_trained(
    shop: Shop, tastes: Vectors, tmp_path: Path
) -> None:
    told: list[str] = []
    settings = TrainSettings(tune=False, network=QUICK)
    for names in (("text", "text"), ("links", "links_vectors")):
        vectors = [replace(tastes, name=name) for name in names]
        with pytest.raises(InputError, match=f'"{names[0]}"'):
            training.train(
                *shop, tmp_path / "m", settings=settings, modalities=vectors, progress=lambda own, *_: told.append(own)
            )
    assert not told


def test_a_modality_is_checked() -> None:
    with pytest.raises(InputError, match="one row for each item"):
        Modality("text", np.zeros((3, 2), np.float32), np.ones(2, np.bool_))
    with pytest.raises(InputError, match="not finite"):
        Modality("text", np.full((2, 2), np.nan, np.float32), np.array([True, False]))


@pytest.mark.parametrize(("name", "value"), [("fusion", "magic"), ("dim", 0), ("node_dropout", 1.0), ("hops", -1)])
def test_settings_that_cannot_be_are_refused(name: str, value: object) -> None:
    with pytest.raises(ConfigurationError, match=str(value)):
        NetworkSettings(**{name: value})  # type: ignore[arg-type]


def test_each_metric_counts_alike_when_weights_are_chosen() -> None:
    alone = {"recall@20": 0.2, "ndcg@10": 0.1}
    tail = {"recall@20": 0.206, "ndcg@10": 0.097}  # the larger sum, and three per cent of the head lost
    both = {"recall@20": 0.2010, "ndcg@10": 0.1015}
    assert sum(tail.values()) > sum(both.values())
    assert worth(both, alone) > worth(alone, alone) == pytest.approx(1.0)
    assert worth(tail, alone) == pytest.approx(1.0)

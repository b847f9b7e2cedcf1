"""The recommender as applications use it: ids in, products out."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kg.errors import ConfigurationError, ModelError, UnknownIdError
from kg.snapshot import Holdout, Snapshot
from recommender import Recommender
from recommender.answers import Answer
from recommender.artefact import Artefact
from recommender.filters import Filters
from recommender.models import MODELS
from recommender.rules import Diversity, Rules
from recommender.search import terms
from recommender.settings import TrainSettings
from recommender.training import train
from tests.recommender.shops import store, taken

Trained = Callable[[str], Recommender]


def ids(answer: Answer) -> list[str]:
    return [item.product.id for item in answer.items]


def test_a_customer_gets_what_is_new_to_them_best_first(recommender: Recommender) -> None:
    answer = recommender.recommend(user="u1", k=3)
    assert answer.source == "history"
    assert answer.notes == ()
    assert answer.model == recommender.model
    assert recommender.model.startswith("propagation-")
    assert [item.rank for item in answer.items] == [1, 2, 3]
    scores = [item.score for item in answer.items]
    assert scores == sorted(scores, reverse=True)
    assert not {"a", "b"} & set(ids(answer))
    assert "c" in ids(recommender.recommend(user="u1", k=7)), "only looked at, so still offered"
    assert ids(recommender.recommend(user="u1", k=3, exclude_seen=False))[0] in {"a", "b"}
    assert {item.product.label for item in answer.items} == {"Product"}


def test_history_of_a_customer(recommender: Recommender) -> None:
    assert [node.id for node in recommender.history("u1")] == ["a", "b", "c"]
    assert recommender.history("idle") == ()
    assert recommender.users == 6
    assert recommender.products == 7


def test_a_visitor_with_a_history_is_a_customer_of_the_moment(recommender: Recommender) -> None:
    answer = recommender.recommend(history=["c"], k=7)
    assert answer.source == "history"
    assert ids(answer)[0] == "d"
    assert "c" not in ids(answer)
    assert "c" in ids(recommender.recommend(history=["c"], k=7, exclude_seen=False))
    both = recommender.recommend(user="u5", history=["d"], k=7)
    assert not {"a", "d"} & set(ids(both))
    alone = recommender.recommend(user="u5", k=7)
    assert {i.product.id: i.score for i in both.items} != {i.product.id: i.score for i in alone.items}


@pytest.mark.parametrize("request_", [{}, {"history": []}, {"user": "idle"}, {"history": ["nope"]}, {"history": ["g"]}])
def test_whoever_nothing_is_known_of_gets_what_is_popular(
    recommender: Recommender, request_: dict[str, object]
) -> None:
    answer = recommender.recommend(**request_, k=3, reasons=True)  # type: ignore[arg-type]
    assert answer.source == "popularity"
    assert ids(answer) == ["c", "a", "b"]
    assert all(item.reasons == () for item in answer.items)


def test_unknown_products_of_a_history_are_noted(recommender: Recommender) -> None:
    answer = recommender.recommend(history=["zzz", "a", "x", "a"])
    assert answer.source == "history"
    assert answer.notes == ("Not in the catalogue, so left out of the history: zzz, x",)
    assert ids(answer) == ids(recommender.recommend(history=["a"]))


def test_unknown_ids_are_errors_that_name_them(recommender: Recommender) -> None:
    for ask in (
        lambda: recommender.recommend(user="nobody"),
        lambda: recommender.history("nobody"),
        lambda: recommender.explain(product="a", user="nobody"),
    ):
        with pytest.raises(UnknownIdError, match='does not know the customer "nobody"'):
            ask()
    for ask in (lambda: recommender.similar("x"), lambda: recommender.explain(product="x", history=["a"])):
        with pytest.raises(UnknownIdError, match='has no product "x"'):
            ask()


def test_k_has_bounds(recommender: Recommender) -> None:
    assert len(recommender.recommend(k=1000).items) == 7
    for k in (0, -1, 1001):
        with pytest.raises(ConfigurationError, match=f"k is {k}; ask for 1 to 1000"):
            recommender.recommend(k=k)
        with pytest.raises(ConfigurationError, match="ask for 1 to 1000"):
            recommender.similar("a", k=k)
        with pytest.raises(ConfigurationError, match="ask for 1 to 1000"):
            recommender.search("tea", k=k)


def test_a_shorter_list_is_the_beginning_of_a_longer_one(tuned: Path) -> None:
    recommender = Recommender.load(tuned)
    for request_ in ({"user": "u003"}, {"history": ["p001"]}, {}):
        whole = ids(recommender.recommend(**request_, k=120))  # type: ignore[arg-type]
        for k in (1, 5, 17, 60):
            assert ids(recommender.recommend(**request_, k=k)) == whole[:k]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("filters", "wanted"),
    [
        (Filters(), "abcdefg"),
        (Filters(brands=("Acme",)), "abf"),
        (Filters(brands=("ACME", "leaf")), "abcdf"),
        (Filters(categories=("clothing",)), "abf"),
        (Filters(categories=("Shoes",)), "ab"),
        (Filters(categories=("Clothing > Shoes",)), "ab"),
        (Filters(categories=("Running", "Tea")), "acd"),
        (Filters(categories=("Clothing > Shoes > Running",)), "a"),
        (Filters(categories=("Shoes > Running",)), ""),
        (Filters(price_min=6), "abdf"),
        (Filters(price_max=50), "acd"),
        (Filters(price_min=6, price_max=6), "d"),
        (Filters(in_stock=True), "acef"),
        (Filters(exclude=("a", "g", "unknown")), "bcdef"),
        (Filters(brands=("acme",), in_stock=True, price_max=100), "a"),
        (Filters(brands=("none such",)), ""),
    ],
)
def test_filters(recommender: Recommender, filters: Filters, wanted: str) -> None:
    assert sorted(ids(recommender.recommend(k=10, filters=filters))) == sorted(wanted)
    assert sorted(ids(recommender.recommend(user="u3", k=10, filters=filters, exclude_seen=False))) == sorted(wanted)
    assert set(ids(recommender.similar("c", k=10, filters=filters))) <= set(wanted) - {"c"}
    assert set(ids(recommender.search("tea", k=10, filters=filters))) == set(wanted) & set("cde")


@pytest.mark.parametrize(
    ("filters", "wanted"),
    [
        (Filters(products=("a", "c", "zzz")), "ac"),
        (Filters(exclude_brands=("ACME",)), "cdeg"),
        (Filters(exclude_categories=("Shoes", "tea")), "efg"),
        (Filters(links={"HAS_BRAND": ("acme",)}), "abf"),
        (Filters(links={"HAS_BRAND": ("Leaf",)}, exclude=("c",)), "d"),
        (Filters(links={"IN_CATEGORY": ("Clothing > Shoes",)}), "ab"),
        (Filters(links={"HAS_BRAND": ("acme",), "IN_CATEGORY": ("shoes",)}), "ab"),
        (Filters(links={"HAS_BRAND": ("none such",)}), ""),
    ],
)
def test_filters_by_links_and_by_what_is_left_out(recommender: Recommender, filters: Filters, wanted: str) -> None:
    for _ in range(2):  # the second time from what was kept
        assert sorted(ids(recommender.recommend(k=10, filters=filters))) == sorted(wanted)


def test_a_filter_finds_an_attribute_that_only_one_product_has(tmp_path: Path) -> None:
    shop = store(
        [{"id": "1"}, {"id": "2"}, {"id": "3"}],
        nodes={"Attribute": [{"id": "colour=teal"}, {"id": "colour=red"}]},
        links={
            ("Product", "HAS_ATTRIBUTE", "Attribute"): [
                {"source": "1", "target": "colour=teal"},
                {"source": "2", "target": "colour=red"},
                {"source": "3", "target": "colour=red"},
            ]
        },
    )
    train(*taken(shop, tmp_path), tmp_path / "m", settings=TrainSettings())
    recommender = Recommender.load(tmp_path / "m")
    for colour, wanted in (("teal", ["1"]), ("Red", ["2", "3"])):
        filters = Filters(links={"HAS_ATTRIBUTE": (f"colour={colour}",)})
        assert sorted(ids(recommender.recommend(filters=filters))) == wanted
    with pytest.raises(ConfigurationError, match='Did you mean "HAS_ATTRIBUTE"'):
        recommender.recommend(filters=Filters(links={"HAS_ATTRIBUTES": ("x",)}))


def test_a_request_of_words_gets_what_has_them(recommender: Recommender) -> None:
    for request_, source in (({}, "popularity"), ({"history": ["a"]}, "history"), ({"user": "u1"}, "history")):
        answer = recommender.recommend(**request_, words="green tea", k=7)  # type: ignore[arg-type]
        assert (ids(answer), answer.source) == (["c"], source)
    assert ids(recommender.recommend(words="tea", k=7))[0] == "c"
    assert set(ids(recommender.recommend(words="tea", k=7))) == set("cde")
    vain = recommender.recommend(words="zebra", k=7)
    assert len(vain.items) == 7
    assert vain.notes == ('No product that may be in the answer has the words "zebra", so they were passed over.',)


def test_products_of_words_alone_are_a_history_too(recommender: Recommender) -> None:
    answer = recommender.recommend(history=["e"], k=2, reasons=True)
    assert answer.source == "content"
    assert set(ids(answer)) == {"c", "d"}, "a tea cup is like teas, by its words"
    assert all(item.score > 0 and item.reasons == () for item in answer.items)


def test_what_is_popular_is_made_diverse(tmp_path: Path) -> None:
    products = [{"id": f"p{n}", "brand": "x" if n < 4 else f"y{n}"} for n in range(8)]
    bought = [{"source": f"u{user}", "target": f"p{n}"} for user in range(20) for n in range(8) if user < 20 - n]
    made = store(products, users=[f"u{n}" for n in range(20)], interactions={"PURCHASED": bought})  # type: ignore[arg-type]
    train(*taken(made, tmp_path), tmp_path / "m", settings=TrainSettings(tune=False))
    recommender = Recommender.load(tmp_path / "m")
    assert ids(recommender.recommend(k=4)) != ["p0", "p1", "p2", "p3"]
    assert ids(recommender.recommend(k=4))[0] == "p0"
    plain = Rules(diversity=Diversity(relevance=1.0))
    assert ids(recommender.recommend(k=4, rules=plain)) == ["p0", "p1", "p2", "p3"]


def test_the_strongest_reasons_alone(tuned: Path) -> None:
    recommender = Recommender.load(tuned)
    whole = recommender.recommend(user="u003", reasons=True)
    for most in (0, 1, 3):
        few = recommender.recommend(user="u003", reasons=most)
        assert [item.reasons for item in few.items] == [item.reasons[:most] for item in whole.items]


def test_prices_that_exclude_each_other_are_told() -> None:
    with pytest.raises(ConfigurationError, match="price_min 9 is above price_max 3"):
        Filters(price_min=9, price_max=3)


def test_similar_by_behaviour_by_relations_and_by_words(recommender: Recommender, trained: Trained) -> None:
    behaved = recommender.similar("c", reasons=True)
    assert behaved.source == "similar"
    assert ids(behaved)[0] == "d"
    assert all(item.reasons and item.score > 0 for item in behaved.items)
    related = recommender.similar("f", reasons=True)
    assert related.source == "similar", "nobody bought it, but its brand and a link speak for it"
    assert set(ids(related)) >= {"a", "b"}
    assert all(item.reasons for item in related.items)
    worded = recommender.similar("e")
    assert worded.source == "content"
    assert set(ids(worded)) == {"c", "d"}
    assert trained("ease").similar("f").source == "content"
    assert ids(recommender.similar("g")) == [], "of this product nothing at all is known"
    for answer in (behaved, related, worded):
        assert all(item.score > 0 for item in answer.items)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("tea", "cde"),
        ("TEAS!", "cde"),
        ("green tea", "cde"),
        ("shoes", "ab"),
        ("shoe", "ab"),
        ("dress", "f"),
        ("acme", "abf"),
        ("running", "a"),
        ("quick", "a"),
        ("绿茶", "cde"),
        ("鞋", "ab"),
        ("跑步", "a"),
        ("green 鞋", "abc"),
        ("zebra", ""),
        ("", ""),
        ("?!", ""),
    ],
)
def test_search(recommender: Recommender, text: str, wanted: str) -> None:
    answer = recommender.search(text)
    assert answer.source == "search"
    assert sorted(ids(answer)) == sorted(wanted)
    assert [item.score for item in answer.items] == sorted((item.score for item in answer.items), reverse=True)


def test_search_puts_the_best_first(recommender: Recommender) -> None:
    assert ids(recommender.search("green tea"))[0] == "c"
    assert ids(recommender.search("红茶"))[0] == "d"
    assert ids(recommender.search("茶杯"))[0] == "e"
    assert ids(recommender.search("running shoes"))[0] == "a"


@pytest.mark.parametrize(
    ("one", "many"),
    [("shoe", "Shoes"), ("dress", "dresses"), ("box", "boxes"), ("watch", "watches"), ("battery", "batteries"),
     ("movie", "movies"), ("glass", "glasses"), ("brush", "brushes"), ("tie", "ties"), ("house", "houses")],
)  # fmt: skip
def test_a_plural_is_the_same_term(one: str, many: str) -> None:
    assert terms(one) == terms(many)


def test_a_catalogue_without_words_can_be_searched_in_vain(tmp_path: Path) -> None:
    train(*taken(store([{"id": "1"}, {"id": "2"}]), tmp_path), tmp_path / "m", settings=TrainSettings())
    recommender = Recommender.load(tmp_path / "m")
    for answer in (recommender.search("tea"), recommender.similar("1")):
        assert answer.items == ()
        assert "no text" in answer.notes[0]


def everything(recommender: Recommender) -> list[Answer]:
    users = [f"u{n}" for n in range(1, 6)] + ["idle"]
    return [
        *(recommender.recommend(user=user, k=7, reasons=True) for user in users),
        *(recommender.recommend(history=[product], k=7, reasons=True) for product in "abcdefg"),
        *(recommender.similar(product, k=7, reasons=True) for product in "abcdefg"),
        *(recommender.search(text, k=7) for text in ("tea", "鞋", "acme")),
    ]


@pytest.mark.parametrize("model", list(MODELS))
def test_from_disk_as_in_memory(
    corner_shop: tuple[Snapshot, Holdout], trained: Trained, monkeypatch: pytest.MonkeyPatch, model: str
) -> None:
    loaded = trained(model)
    kept: list[Artefact] = []
    monkeypatch.setattr("recommender.training.save", lambda artefact, path: kept.append(artefact))
    train(*corner_shop, Path("unused"), settings=TrainSettings(model=model, tune=False))
    assert everything(Recommender(kept[0])) == everything(loaded)


def test_threads_get_the_answers_of_one(trained: Trained, recommender: Recommender) -> None:
    alone = everything(Recommender(recommender.artefact))
    shared = Recommender(recommender.artefact)
    with ThreadPoolExecutor(8) as pool:
        assert all(answers == alone for answers in pool.map(lambda _: everything(shared), range(16)))


@pytest.mark.parametrize("model", list(MODELS))
def test_explained_rank_and_score_are_those_of_the_list(trained: Trained, model: str) -> None:
    recommender = trained(model)
    for request_ in ({"user": "u2"}, {"history": ["c", "f"]}, {"user": "idle"}):
        answer = recommender.recommend(**request_, k=7, exclude_seen=False, reasons=True)  # type: ignore[arg-type]
        for item in answer.items:
            explained = recommender.explain(product=item.product.id, **request_)  # type: ignore[arg-type]
            if answer.source == "popularity":  # which is made diverse, so that ranks differ
                explained = replace(explained, rank=item.rank)
            assert explained == item


def test_loading_from_a_project_folder(trained: Trained, tmp_path: Path, tuned: Path) -> None:
    (tmp_path / "model").symlink_to(tuned)
    assert Recommender.load(tmp_path).users == 160
    assert Recommender.load(str(tmp_path / "model")).products == 120
    with pytest.raises(ModelError, match="There is no model in"):
        Recommender.load(tmp_path / "elsewhere")


def test_scores_are_history_times_weights(tuned: Path) -> None:
    recommender = Recommender.load(tuned)
    weights = recommender.artefact.weights.toarray().astype(np.float64)
    rows = {own: row for row, own in enumerate(recommender.artefact.items["id"].to_pylist())}
    answer = recommender.recommend(history=["p003", "p007"], k=120)
    for item in answer.items:
        wanted = weights[[rows["p003"], rows["p007"]], rows[item.product.id]].sum()
        assert item.score == pytest.approx(wanted, rel=1e-6, abs=1e-12)

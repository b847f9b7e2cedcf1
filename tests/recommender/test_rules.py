"""Rules: promises are never broken, and wishes are kept where promises allow."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender import Recommender
from recommender.answers import Answer
from recommender.filters import Filters
from recommender.rules import (
    Boost,
    Diversity,
    Freshness,
    Novelty,
    Pin,
    PopularityCap,
    Rules,
    Share,
)
from recommender.settings import TrainSettings
from recommender.training import train
from tests.kg.fake_store import Row
from tests.recommender.shops import store, taken

NOW = datetime(2024, 6, 1, tzinfo=UTC)
PATHS = ("Food > Tea > Black", "Food > Tea > Green", "Food > Coffee", "Home > Cups", "Garden")
BRANDS = ("leaf", "bean", "clay")
ATTRIBUTES = ("colour=red", "colour=blue", "size=M")
GENRE = "RELATED_TO:genre"
N_PRODUCTS, N_USERS = 40, 12


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> tuple[Recommender, Mapping[str, Row]]:
    """A recommender of a random shop, and its products by id."""
    rng = np.random.default_rng(3)
    products: list[Row] = [
        {
            "id": f"p{n:02}",
            "name": f"Thing {n}",
            "price": None if n % 9 == 0 else float(rng.integers(1, 40)),
            "in_stock": None if n % 7 == 0 else bool(rng.random() < 0.7),
            "brand": None if n % 11 == 0 else str(rng.choice(BRANDS)),
            "categories": sorted(set(rng.choice(PATHS, rng.integers(0, 3)).tolist())),
            "released": None if n % 5 == 0 else NOW - timedelta(days=int(rng.integers(0, 900))),
            "attributes": sorted({ATTRIBUTES[n % 3], ATTRIBUTES[n // 3 % 3]}) if n % 4 else [],
            "genre": {10: "drama", 11: "drama", 12: "farce"}.get(n),
        }
        for n in range(N_PRODUCTS)
    ]
    products[20]["attributes"].append("colour=gold")  # type: ignore[attr-defined]
    popular = rng.dirichlet(np.full(N_PRODUCTS, 0.6))
    bought = [
        {"source": f"u{user}", "target": f"p{item:02}"}
        for user in range(N_USERS)
        for item in rng.choice(N_PRODUCTS, 6, replace=False, p=popular).tolist()
    ]
    folder = tmp_path_factory.mktemp("rules")
    made = store(
        products,
        users=[f"u{n}" for n in range(N_USERS)] + ["idle"],
        interactions={"PURCHASED": bought},
        links={
            ("Product", "HAS_ATTRIBUTE", "Attribute"): [
                {"source": row["id"], "target": own}
                for row in products
                for own in row["attributes"]  # type: ignore[attr-defined]
            ],
            ("Product", "RELATED_TO", "Entity"): [
                {"source": row["id"], "target": row["genre"], "relation": "genre"} for row in products if row["genre"]
            ],
        },
        nodes={
            "Attribute": [{"id": own} for own in (*ATTRIBUTES, "colour=gold")],
            "Entity": [{"id": own} for own in ("drama", "farce")],
        },
    )
    train(*taken(made, folder), folder / "model", settings=TrainSettings(tune=False))
    return Recommender.load(folder / "model"), {str(row["id"]): row for row in products}


def ids(answer: Answer) -> list[str]:
    return [item.product.id for item in answer.items]


def passes(row: Row, filters: Filters) -> bool:
    """Say whether a product passes, from its row alone."""

    def inside(names: tuple[str, ...]) -> bool:
        return any(f" > {name} > " in f" > {path} > " for name in names for path in row["categories"] or ())

    def linked(relation: str, names: tuple[str, ...]) -> bool:
        if relation == "IN_CATEGORY":
            return inside(names)
        column = {"HAS_BRAND": "brand", "HAS_ATTRIBUTE": "attributes", GENRE: "genre"}[relation]
        return bool({*row[column]} & {*names}) if relation == "HAS_ATTRIBUTE" else row[column] in names

    price = row["price"]
    return (
        (not filters.brands or row["brand"] in filters.brands)
        and (not filters.categories or inside(filters.categories))
        and (filters.price_min is None or (price is not None and price >= filters.price_min))
        and (filters.price_max is None or (price is not None and price <= filters.price_max))
        and (not filters.in_stock or row["in_stock"] is True)
        and (not filters.products or row["id"] in filters.products)
        and row["id"] not in filters.exclude
        and row["brand"] not in filters.exclude_brands
        and not inside(filters.exclude_categories)
        and all(linked(relation, names) for relation, names in filters.links.items())
        and all(
            {f"{name}={value}" for value in values} & {*row["attributes"]}
            for name, values in filters.attributes.items()
        )
    )


def groups(row: Row, share: Share) -> set[str]:
    if share.of == "brand":
        return {row["brand"]} - {None}
    return {" > ".join(path.split(" > ")[: share.depth]) for path in row["categories"] or ()}


def lists(*values: str) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), max_size=2, unique=True).map(tuple)


some_ids = st.lists(st.sampled_from([f"p{n:02}" for n in range(N_PRODUCTS)]), max_size=8, unique=True).map(tuple)
names = lists("Food", "Tea", "Food > Tea", "Green", "Home", "Garden")
some_links = st.fixed_dictionaries(
    {},
    optional={
        "HAS_BRAND": lists(*BRANDS),
        "HAS_ATTRIBUTE": lists(*ATTRIBUTES, "colour=gold"),
        "IN_CATEGORY": lists("Food", "Tea", "Green", "Garden"),
        GENRE: lists("drama", "farce", "nothing"),
    },
)
some_attributes = st.fixed_dictionaries(
    {}, optional={"colour": lists("red", "blue", "gold"), "size": st.sampled_from([("M",), ("XL",)])}
)
some_filters = st.builds(
    Filters,
    brands=st.one_of(st.just(()), lists(*BRANDS)),
    categories=st.one_of(st.just(()), names),
    price_min=st.sampled_from([None, None, 5.0]),
    price_max=st.sampled_from([None, None, 20.0]),
    in_stock=st.booleans(),
    links=st.one_of(st.just({}), st.just({}), some_links),
    attributes=st.one_of(st.just({}), st.just({}), some_attributes),
    products=st.one_of(st.just(()), st.just(()), st.just(tuple(f"p{n:02}" for n in range(8, 30)))),
    exclude=some_ids,
    exclude_brands=st.one_of(st.just(()), lists(*BRANDS)),
    exclude_categories=st.one_of(st.just(()), st.just(()), names),
)
shares = st.floats(0.05, 1.0)
some_pins = st.lists(
    st.builds(Pin, product=st.integers(0, N_PRODUCTS + 2).map("p{:02}".format), position=st.integers(1, 14)),
    max_size=5,
    unique_by=(lambda pin: pin.product, lambda pin: pin.position),
).map(tuple)
some_boosts = st.lists(
    st.builds(Boost, where=some_filters, multiply=st.floats(0.1, 10), add=st.floats(-2, 2)), max_size=3
).map(tuple)
some_rules = st.builds(
    Rules,
    filters=st.one_of(st.just(Filters()), some_filters),
    boosts=some_boosts,
    pins=some_pins,
    shares=st.lists(
        st.builds(
            Share, of=st.sampled_from(["brand", "category"]), at_most=shares, depth=st.sampled_from([None, 1, 2])
        ),
        max_size=2,
    ).map(tuple),
    diversity=st.one_of(st.none(), st.builds(Diversity, relevance=st.floats(0, 1))),
    novelty=st.one_of(st.none(), st.builds(Novelty, weight=st.floats(0, 3))),
    popularity=st.one_of(st.none(), st.builds(PopularityCap, top=shares, at_most=st.floats(0, 1))),
    freshness=st.one_of(st.none(), st.builds(Freshness, weight=st.floats(0, 3), half_life_days=st.floats(1, 500))),
)


@settings(max_examples=200, deadline=None)
@given(
    rules=some_rules,
    filters=st.one_of(st.none(), some_filters),
    user=st.sampled_from(["u0", "u3", "u7", "idle", None]),
    k=st.integers(1, 45),
)
def test_promises_are_never_broken_and_nothing_is_held_back(
    shop: tuple[Recommender, Mapping[str, Row]], rules: Rules, filters: Filters | None, user: str | None, k: int
) -> None:
    recommender, products = shop
    answer = recommender.recommend(user=user, k=k, filters=filters, rules=rules, now=NOW)
    got = ids(answer)
    seen = {node.id for node in recommender.history(user)} if user else set()
    allowed = {
        own
        for own, row in products.items()
        if passes(row, rules.filters) and (filters is None or passes(row, filters)) and own not in seen
    }
    assert set(got) <= allowed
    assert len(set(got)) == len(got) <= k
    assert [item.rank for item in answer.items] == list(range(1, len(got) + 1))

    limits = [max(1, math.floor(share.at_most * k + 1e-9)) for share in rules.shares]
    counts = [Counter(group for own in got for group in groups(products[own], share)) for share in rules.shares]
    for count, most in zip(counts, limits, strict=True):
        assert max(count.values(), default=0) <= most
    best: set[str] = set()
    if rules.popularity is not None:
        order = np.argsort(-recommender.artefact.popularity, kind="stable")
        best = {f"p{row:02}" for row in order[: math.ceil(rules.popularity.top * N_PRODUCTS - 1e-9)]}
        assert len(best & set(got)) <= math.floor(rules.popularity.at_most * k + 1e-9)

    def has_room(own: str) -> bool:
        row = products[own]
        full = own in best and len(best & set(got)) >= math.floor(rules.popularity.at_most * k + 1e-9)  # type: ignore[union-attr]
        return not full and all(
            count[group] < most
            for share, count, most in zip(rules.shares, counts, limits, strict=True)
            for group in groups(row, share)
        )

    later = {pin.product for pin in rules.pins if pin.position > k}
    if len(got) < k:
        assert not any(has_room(own) for own in allowed - set(got) - later)
    for pin in rules.pins:
        if pin.position <= k and pin.product in allowed:
            if pin.product not in got:
                assert rules.shares or rules.popularity, "left out though nothing forbids it"
            elif len(got) == k:
                assert got[pin.position - 1] == pin.product
        elif pin.product in got:
            raise AssertionError(f"{pin} stands in the answer where it may not")


@settings(max_examples=200, deadline=None)
@given(
    rules=some_rules,
    filters=st.one_of(st.none(), some_filters),
    product=st.integers(0, N_PRODUCTS - 1).map("p{:02}".format),
    words=st.sampled_from(["thing", "leaf tea", "green cups", "coffee"]),
    k=st.integers(1, 45),
)
def test_what_rules_forbid_is_neither_similar_nor_found(
    shop: tuple[Recommender, Mapping[str, Row]],
    rules: Rules,
    filters: Filters | None,
    product: str,
    words: str,
    k: int,
) -> None:
    recommender, products = shop

    def left(got: list[str]) -> list[str]:
        return [
            own
            for own in got
            if passes(products[own], rules.filters) and (filters is None or passes(products[own], filters))
        ][:k]

    similar = recommender.similar(product, k=k, filters=filters, rules=rules)
    found = recommender.search(words, k=k, filters=filters, rules=rules)
    assert ids(similar) == left(ids(recommender.similar(product, k=N_PRODUCTS)))
    assert ids(found) == left(ids(recommender.search(words, k=N_PRODUCTS)))
    assert not any(item.rules for item in (*similar.items, *found.items)), "pins and boosts are for recommendations"


@settings(max_examples=50, deadline=None)
@given(rules=some_rules, user=st.sampled_from(["u0", "idle"]), k=st.integers(1, 20))
def test_the_same_request_gets_the_same_answer(
    shop: tuple[Recommender, Mapping[str, Row]], rules: Rules, user: str, k: int
) -> None:
    recommender, _ = shop
    first = recommender.recommend(user=user, k=k, rules=rules, now=NOW)
    assert Recommender(recommender.artefact).recommend(user=user, k=k, rules=rules, now=NOW) == first


def test_rules_that_say_nothing_change_nothing(shop: tuple[Recommender, Mapping[str, Row]]) -> None:
    recommender, _ = shop
    for user in ("u0", "u5", "idle"):
        assert recommender.recommend(user=user, k=40, rules=Rules()) == recommender.recommend(user=user, k=40)
    whole = Rules(diversity=Diversity(relevance=1.0))
    assert ids(recommender.recommend(user="u0", k=40, rules=whole)) == ids(recommender.recommend(user="u0", k=40))


@pytest.mark.parametrize("boost", [{"multiply": 3.0}, {"add": 0.5}, {"multiply": 0.2}, {"add": -0.5}])
def test_a_boost_moves_its_products_and_keeps_their_order(
    shop: tuple[Recommender, Mapping[str, Row]], boost: dict[str, float]
) -> None:
    recommender, products = shop
    rules = Rules(boosts=(Boost(Filters(brands=("leaf",)), **boost),))
    moved = 0
    for user in (f"u{n}" for n in range(N_USERS)):
        plain, other = (recommender.recommend(user=user, k=40, rules=given_) for given_ in (None, rules))
        own = {own for own, row in products.items() if row["brand"] == "leaf"}
        for chosen in (own, set(products) - own):
            assert [p for p in ids(plain) if p in chosen] == [p for p in ids(other) if p in chosen]
        sign = 1 if boost.get("multiply", 1) > 1 or boost.get("add", 0) > 0 else -1
        shift = sum(ids(plain).index(p) - ids(other).index(p) for p in ids(plain) if p in own)
        assert sign * shift >= 0
        moved += abs(shift)
        assert {item.product.id for item in other.items if item.rules == ("boosts number 1",)} == own & set(ids(other))
        assert {item.product.id: item.score for item in other.items} == {i.product.id: i.score for i in plain.items}
    assert moved > 0


def test_filters_win_over_pins_and_the_answer_says_so(shop: tuple[Recommender, Mapping[str, Row]]) -> None:
    recommender, _ = shop
    rules = Rules(pins=(Pin("p01", 1), Pin("p02", 3), Pin("zzz", 2)), filters=Filters(exclude=("p02",)))
    answer = recommender.recommend(k=5, rules=rules)
    assert ids(answer)[0] == "p01"
    assert answer.items[0].rules == ("pinned at 1",)
    assert "p02" not in ids(answer)
    assert answer.notes == (
        "Pinned but left out: zzz (not in the catalogue), p02 (a filter or the history excludes it)",
    )


def test_freshness_raises_new_products_by_half_each_half_life(shop: tuple[Recommender, Mapping[str, Row]]) -> None:
    recommender, products = shop
    rules = Rules(freshness=Freshness(weight=1000.0, half_life_days=30))
    got = ids(
        recommender.recommend(
            user="idle", k=40, rules=Rules(diversity=Diversity(1.0), freshness=rules.freshness), now=NOW
        )
    )
    dated = [products[own]["released"] for own in got if products[own]["released"] is not None]
    recent = [date for date in dated if (NOW - date).days < 250]
    assert recent == sorted(recent, reverse=True)
    assert len(recent) > 3


def test_novelty_and_diversity_pull_the_other_way(shop: tuple[Recommender, Mapping[str, Row]]) -> None:
    recommender, products = shop
    popularity = dict(zip(recommender.artefact.items["id"].to_pylist(), recommender.artefact.popularity, strict=True))
    plain = ids(recommender.recommend(user="u1", k=8))
    novel = ids(recommender.recommend(user="u1", k=8, rules=Rules(novelty=Novelty(weight=2.0))))
    assert sum(popularity[own] for own in novel) < sum(popularity[own] for own in plain)
    diverse = ids(recommender.recommend(user="u1", k=8, rules=Rules(diversity=Diversity(relevance=0.1))))
    brands = [len({(products[own]["brand"], *products[own]["categories"]) for own in got}) for got in (plain, diverse)]
    assert brands[1] > brands[0]
    assert diverse[0] == plain[0]

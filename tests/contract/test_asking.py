"""Both engines answer the queries of ask alike."""

from __future__ import annotations

from kg.store import EdgeKey, GraphStore
from shopgraph.ask.beside import bought_beside, linked_products, narrowest_category
from shopgraph.ask.opinions import opinion_counts, opinion_quotes
from tests.contract.rows import ALSO_BOUGHT, T0, T1, batch, ids


def ask(store: GraphStore, question: tuple[str, dict[str, object]]) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = store.query(*question).to_pylist()
    return rows


def test_what_stands_beside_a_product(store: GraphStore) -> None:
    products = ("coat", "parka", "boots", "scarf", "old")
    store.load_nodes("Product", [batch(*({"id": id_, "in_catalogue": id_ != "old"} for id_ in products))])
    store.load_nodes("Category", [ids("clothes", "clothes > coats")])
    store.load_nodes("User", [ids("u1", "u2")])
    kinds = [("coat", "clothes"), ("coat", "clothes > coats"), ("parka", "clothes > coats"), ("scarf", "clothes")]
    of_kind = batch(*({"source": product, "target": kind} for product, kind in sorted(kinds)))
    store.load_edges(EdgeKey("Product", "IN_CATEGORY", "Category"), [of_kind])
    bought = [(user, product) for user in ("u1", "u2") for product in ("boots", "coat", "old", "parka")]
    purchases = batch(*({"source": user, "target": product, "at": T0} for user, product in [*bought, ("u2", "scarf")]))
    store.load_edges(EdgeKey("User", "PURCHASED", "Product"), [purchases])
    store.load_edges(ALSO_BOUGHT, [batch({"source": "boots", "target": "scarf"})])
    assert [row["id"] for row in ask(store, linked_products("ALSO_BOUGHT", "boots"))] == ["scarf"]
    assert ask(store, narrowest_category("coat")) == [{"id": "clothes > coats"}]
    assert ask(store, narrowest_category("boots")) == []
    beside = ask(store, bought_beside("coat", "clothes > coats"))
    assert [(row["id"], row["buyers"]) for row in beside] == [("boots", 2), ("scarf", 1)]
    assert [row["id"] for row in ask(store, bought_beside("coat", None))] == ["boots", "parka", "scarf"]


def test_what_reviews_say_is_counted_and_the_newest_of_each_side_quoted(store: GraphStore) -> None:
    store.load_nodes("Product", [ids("coat")])
    store.load_nodes("Aspect", [ids("zip")])
    said = [("r1", T1, 0.9), ("r2", T0, 0.5), ("r3", T0, -0.8), ("r4", T0, 0.0), ("r5", T0, None)]
    store.load_nodes("Review", [batch(*({"id": id_, "text": "The zip.", "at": at} for id_, at, _ in said))])
    about = batch(*({"source": id_, "target": "coat"} for id_, _, _ in said))
    store.load_edges(EdgeKey("Review", "ABOUT", "Product"), [about])
    mentions = batch(
        *({"source": id_, "target": "zip", "start": 4, "end": 7, "sentiment": feeling} for id_, _, feeling in said)
    )
    store.load_edges(EdgeKey("Review", "MENTIONS", "Aspect"), [mentions])
    where, parameters = "p.id = $product AND a.id IN $aspects", {"product": "coat", "aspects": ["zip"]}
    assert ask(store, opinion_counts(where, parameters)) == [{"good": 2, "bad": 1, "n": 5}]
    pleased = ask(store, opinion_quotes("praise", where, parameters, most=5))
    assert [row["review"] for row in pleased] == ["r2", "r1"]
    assert (pleased[0]["start"], pleased[0]["finish"], pleased[0]["text"]) == (4, 7, "The zip.")
    assert [row["review"] for row in ask(store, opinion_quotes("complaints", where, parameters, most=1))] == ["r3"]
    [none] = ask(store, opinion_counts(where, {**parameters, "product": "none"}))
    assert (none["good"] or 0, none["bad"] or 0, none["n"]) == (0, 0, 0)

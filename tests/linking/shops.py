"""A small shop whose names are ambiguous: Apple and Orange are brands, fruits and, one of them, a colour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kg.store.protocol import EdgeKey
from linking.aspects import Aspect
from linking.disambiguation.scoring import Disambiguator
from linking.disambiguation.shop import shop_context
from linking.lexicon import AliasRow, Lexicon, build_lexicon
from linking.linker import Linker
from linking.mentions import NodeRef
from tests.kg.fake_store import FakeStore, Row

PRODUCTS: Mapping[str, tuple[str, str, str, Mapping[str, str]]] = {
    # id: title, brand, category, attributes
    "phone": ("Apple Slate Phone", "Apple", "Electronics > Phones", {"colour": "black", "waterproof": "yes"}),
    "charger": ("Apple Fast Charger", "Apple", "Electronics > Chargers", {"colour": "white"}),
    "cable": ("Voltway Braided Cable", "Voltway", "Electronics > Cables", {"colour": "orange"}),
    "basket": ("Orchard Fruit Basket", "Hillside", "Food > Apples", {"weight": "2 kg"}),
    "juice": ("Hillside Cloudy Juice", "Hillside", "Food > Juices", {"flavour": "orange"}),
    "router": ("Orange Home Router", "Orange", "Electronics > Routers", {"colour": "black"}),
    "shirt": ("Brisk & Bole T-Shirt (men)", "Brisk & Bole", "Clothes > T-Shirts", {"colour": "navy", "size": "42"}),
}

ALIASES: tuple[AliasRow, ...] = (
    AliasRow(NodeRef("Brand", "Apple"), "苹果"),
    AliasRow(NodeRef("Category", "Food > Apples"), "苹果"),
    AliasRow(NodeRef("Category", "Electronics > Chargers"), "充电器"),
    AliasRow(NodeRef("Category", "Food > Juices"), "果汁"),
    AliasRow(NodeRef("Category", "Electronics > Phones"), "手机"),
)

ASPECTS: tuple[Aspect, ...] = (
    Aspect("battery", ("battery life", "电池", "续航")),
    Aspect("strap", ("带子",)),
    Aspect("grip", ("slip", "slippery", "防滑")),
    Aspect("sound", ("音质", "声音")),
)


def small_shop() -> FakeStore:
    """Give the shop."""
    nodes: dict[str, list[Row]] = {label: [] for label in ("Product", "Brand", "Category", "Attribute")}
    edges: dict[EdgeKey, list[Row]] = {}

    def edge(key: EdgeKey, source: str, target: str, **more: object) -> None:
        row = {"source": source, "target": target, **more}
        if row not in edges.setdefault(key, []):
            edges[key].append(row)

    def node(label: str, id_: str, **more: object) -> None:
        if all(row["id"] != id_ for row in nodes[label]):
            nodes[label].append({"id": id_, **more})

    for id_, (title, brand, path, attributes) in PRODUCTS.items():
        node("Product", id_, name=title)
        node("Brand", brand, name=brand)
        edge(EdgeKey("Product", "HAS_BRAND", "Brand"), id_, brand)
        steps = path.split(" > ")
        for depth in range(1, len(steps) + 1):
            node("Category", " > ".join(steps[:depth]), name=steps[depth - 1])
        edge(EdgeKey("Category", "PART_OF", "Category"), path, steps[0])
        edge(EdgeKey("Product", "IN_CATEGORY", "Category"), id_, path)
        for name, value in attributes.items():
            node("Attribute", f"{name}={value}", name=name, value=value)
            edge(
                EdgeKey("Product", "HAS_ATTRIBUTE", "Attribute"), id_, f"{name}={value}", origin="input", confidence=1.0
            )
    ordered: dict[EdgeKey, Sequence[Row]] = {
        key: sorted(rows, key=lambda row: (str(row["source"]), str(row["target"]))) for key, rows in edges.items()
    }
    return FakeStore(nodes, ordered)


def small_lexicon() -> Lexicon:
    """Give its lexicon."""
    return build_lexicon(small_shop(), aliases=ALIASES, aspects=ASPECTS)[0]


def small_linker() -> Linker:
    """Give a linker that has learned nothing from texts."""
    lexicon = small_lexicon()
    return Linker(lexicon, Disambiguator(lexicon.entries, shop=shop_context(small_shop(), lexicon)))

"""The schema of the graph: one table, from which everything else that depends on it is made.

Constraints, the embedded engine's tables, validation, the schema page of the docs and the browser's legend all read
``NODE_TYPES`` and ``EDGE_TYPES``. Ids are strings, unique within their label.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class PropertyType(StrEnum):
    """Types that both graph engines and Arrow have."""

    STRING = "string"
    DOUBLE = "double"
    INT64 = "int64"
    BOOL = "bool"
    TIMESTAMP = "timestamp"  # instant in UTC, milliseconds


@dataclass(frozen=True, slots=True)
class Property:
    """One property of a node or an edge; every property but a node's ``id`` may be absent."""

    name: str
    type: PropertyType
    doc: str


@dataclass(frozen=True, slots=True)
class NodeType:
    """One node label.

    Attributes:
        label: as written in Cypher.
        properties: without ``id``, which every label has.
        doc: one line for the docs and the legend.
        color: fill colour in the graph browser, ``#rrggbb``.
    """

    label: str
    properties: tuple[Property, ...]
    doc: str
    color: str


@dataclass(frozen=True, slots=True)
class EdgeType:
    """One relationship type.

    Attributes:
        name: as written in Cypher.
        pairs: allowed (source label, target label).
        properties: of the edge.
        key: properties which, with both ends, tell two edges of this type apart; the same key twice is one edge.
        doc: one line for the docs and the legend.
        inferred: the system concluded it; it was not in the input.
    """

    name: str
    pairs: tuple[tuple[str, str], ...]
    properties: tuple[Property, ...]
    doc: str
    key: tuple[str, ...] = ()
    inferred: bool = False


def _string(name: str, doc: str) -> Property:
    return Property(name, PropertyType.STRING, doc)


def _double(name: str, doc: str) -> Property:
    return Property(name, PropertyType.DOUBLE, doc)


def _time(name: str, doc: str) -> Property:
    return Property(name, PropertyType.TIMESTAMP, doc)


_NAME = _string("name", "Name shown to people.")

NODE_TYPES: tuple[NodeType, ...] = (
    NodeType("User", (_NAME,), "A customer.", "#4e79a7"),
    NodeType(
        "Product",
        (
            _NAME,
            _string("name_zh", "Chinese name."),
            _string("description", "Description."),
            _string("description_zh", "Chinese description."),
            _double("price", "Price in the shop's currency."),
            Property("in_stock", PropertyType.BOOL, "It can be bought now."),
            Property(
                "in_catalogue", PropertyType.BOOL, "The shop sells it; false for products that are only linked to."
            ),
            _time("released", "When it came into the shop."),
        ),
        "A product the shop sells, or one that its products are linked to.",
        "#f28e2b",
    ),
    NodeType("Brand", (_NAME,), "A brand.", "#e15759"),
    NodeType("Category", (_NAME,), 'A category; its id is its path, such as "Shoes > Running".', "#76b7b2"),
    NodeType(
        "Attribute",
        (_NAME, _string("value", "Value of the attribute.")),
        'An attribute with its value; the id is "name=value".',
        "#59a14f",
    ),
    NodeType("Aspect", (_NAME,), "Something that reviews talk about.", "#edc948"),
    NodeType(
        "Review",
        (
            _NAME,
            _string("text", "Text of the review."),
            _double("rating", "Stars given."),
            _time("at", "When it was written."),
            _string("language", "ISO 639-1 code."),
        ),
        "A review of a product.",
        "#b07aa1",
    ),
    NodeType(
        "Image",
        (_NAME, _string("path", "Where the picture lies."), _string("caption", "Caption given in the input.")),
        "A picture of a product.",
        "#ff9da7",
    ),
    NodeType(
        "Entity",
        (_NAME, _string("type", "Type given in the input, if any.")),
        "A node of a graph whose types are not known.",
        "#9c755f",
    ),
)

_INTERACTION = (
    _time("at", "When it happened."),
    _double("value", "Stars, quantity or another strength."),
    _string("split", "train, validation or test, where the data come with a split of their own."),
)

INTERACTION_KINDS: tuple[str, ...] = (
    "VIEWED",
    "CLICKED",
    "CARTED",
    "PURCHASED",
    "RATED",
    "LIKED",
    "DISLIKED",
    "DISMISSED",  # "not interested"
)
PRODUCT_RELATIONS: tuple[str, ...] = ("ALSO_BOUGHT", "ALSO_VIEWED", "BOUGHT_TOGETHER", "COMPLEMENTS", "SUBSTITUTES")

_GENERIC_LABELS = ("Product", "Entity")
_LINKABLE_LABELS = ("Product", "Brand", "Category", "Attribute", "Aspect")
_CONFIDENCE = _double("confidence", "Calibrated probability that it is right, 0 to 1.")
_SCORE = _double("score", "Calibrated probability that it holds, 0 to 1.")
_MODEL = _string("model", "Name of the model that concluded it.")

EDGE_TYPES: tuple[EdgeType, ...] = (
    *(
        EdgeType(kind, (("User", "Product"),), _INTERACTION, f"A customer {kind.lower()} a product.", key=("at",))
        for kind in INTERACTION_KINDS
    ),
    EdgeType("WROTE", (("User", "Review"),), (), "A customer wrote a review."),
    EdgeType("ABOUT", (("Review", "Product"),), (), "A review is about a product."),
    EdgeType("HAS_BRAND", (("Product", "Brand"),), (), "A product is of a brand."),
    EdgeType("IN_CATEGORY", (("Product", "Category"),), (), "A product stands in a category."),
    EdgeType(
        "HAS_ATTRIBUTE",
        (("Product", "Attribute"), ("User", "Attribute")),
        (_string("origin", "input, photo or review."), _CONFIDENCE),
        "A product or customer has an attribute.",
    ),
    EdgeType("PART_OF", (("Category", "Category"),), (), "A category is part of a wider one."),
    *(
        EdgeType(
            relation,
            (("Product", "Product"),),
            (_double("weight", "Strength, where the input gives one."),),
            f"One product {relation.lower().replace('_', ' ')} another.",
        )
        for relation in PRODUCT_RELATIONS
    ),
    EdgeType("HAS_IMAGE", (("Product", "Image"),), (), "A product is shown in a picture."),
    EdgeType(
        "RELATED_TO",
        tuple((head, tail) for head in _GENERIC_LABELS for tail in _GENERIC_LABELS),
        (_string("relation", "Name of the relation in the input."),),
        "A generic triple of the input.",
        key=("relation",),
    ),
    EdgeType(
        "MENTIONS",
        tuple(("Review", label) for label in _LINKABLE_LABELS),
        (
            Property("start", PropertyType.INT64, "First character of the mention."),
            Property("end", PropertyType.INT64, "Character after the mention."),
            _string("surface", "The words as written."),
            _CONFIDENCE,
            _double("sentiment", "-1 (negative) to 1 (positive)."),
        ),
        "A review mentions something.",
        key=("start",),
        inferred=True,
    ),
    EdgeType(
        "DEPICTS",
        tuple(("Image", label) for label in _LINKABLE_LABELS),
        (_string("caption", "Words of the caption."), _CONFIDENCE, _MODEL),
        "A picture shows something.",
        key=("model",),
        inferred=True,
    ),
    EdgeType(
        "INTERESTED_IN",
        tuple(("User", label) for label in _LINKABLE_LABELS),
        (_SCORE, _MODEL),
        "A customer is probably interested in something.",
        key=("model",),
        inferred=True,
    ),
    EdgeType(
        "RECOMMENDED",
        (("User", "Product"),),
        (
            Property("rank", PropertyType.INT64, "Place in the list, from 1."),
            _double("score", "The model's, comparable within one list only."),
            _MODEL,
        ),
        "A product stands in a customer's list of recommendations.",
        key=("model",),
        inferred=True,
    ),
    EdgeType(
        "LIKELY",
        tuple(("Product", label) for label in _LINKABLE_LABELS),
        (_string("relation", "The relation that probably holds."), _SCORE, _MODEL),
        "A relation that probably holds between a product and something.",
        key=("relation", "model"),
        inferred=True,
    ),
)

NODES: dict[str, NodeType] = {node.label: node for node in NODE_TYPES}
EDGES: dict[str, EdgeType] = {edge.name: edge for edge in EDGE_TYPES}
CONCLUSIONS: tuple[str, ...] = ("INTERESTED_IN", "LIKELY", "RECOMMENDED")
"""What models concluded, by their names. It is never learned from: a model would be taught its own guesses."""

"""Reasons in words: one sentence, and the path through the graph as a row of named nodes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kg.schema import NODES, PRODUCT_RELATIONS
from recommender.answers import Node, Reason

_SENTENCES: Mapping[str, str] = {
    "interactions": "Chosen by customers who also chose {history}",
    "HAS_BRAND": "Same brand as {history}: {middle}",
    "IN_CATEGORY": "Same category as {history}: {middle}",
    "HAS_ATTRIBUTE": "Has this in common with {history}: {middle}",
    "PART_OF": "In a category close to that of {history}",
    "ALSO_BOUGHT": "Bought by people who bought {history}",
    "ALSO_VIEWED": "Looked at by people who looked at {history}",
    "BOUGHT_TOGETHER": "Bought together with {history}",
    "COMPLEMENTS": "Goes well with {history}",
    "SUBSTITUTES": "An alternative to {history}",
    "MENTIONS": "Reviews of it and of {history} speak of {middle}",
    "MENTIONS:Aspect:praised": "Reviewers praise its {middle}, as they praise that of {history}",
    "MENTIONS:Aspect:criticised": "Reviewers find fault with its {middle}, as with that of {history}",
    "DEPICTS": "Photos of it and of {history} show {middle}",
    "DEPICTS:Attribute": "Its photo shows the same {attribute} as that of {history}: {value}",
    "indirect": "Connected with {history} through other products",
}
_THROUGH = "Like {history}, linked to {middle} ({own})"
"""For two products whose links of one relation lead to the same third one."""

_PLAIN = "#bab0ac"
_DIRECT = ":direct"


@dataclass(frozen=True, slots=True)
class Stop:
    """One node on the path of a reason.

    Attributes:
        arrow: the relation that leads here, such as "—has brand→"; empty for the first.
        name: of the node.
        name_zh: Chinese name; empty where there is none.
        color: of its label in the legend.
    """

    arrow: str
    name: str
    name_zh: str
    color: str


@dataclass(frozen=True, slots=True)
class Told:
    """A reason as it is shown.

    Attributes:
        sentence: in words.
        percent: width of its bar, 0 to 100.
        share: with sign, such as "42%".
        against: it speaks against the product.
        stops: its path.
        evidence: such as "12 customers say so"; empty for one.
    """

    sentence: str
    percent: float
    share: str
    against: bool
    stops: tuple[Stop, ...]
    evidence: str


def tell(reason: Reason, names_zh: Mapping[str, str]) -> Told:
    """Put a reason into words; ``names_zh`` gives the Chinese names of products by their ids."""
    return Told(
        sentence=f"Against it: {_lower(_sentence(reason))}" if reason.share < 0 else _sentence(reason),
        percent=min(100.0, abs(reason.share) * 100),
        share=f"{reason.share:.0%}".replace("-", "−"),
        against=reason.share < 0,
        stops=_stops(reason, names_zh),
        evidence=_evidence(reason),
    )


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _sentence(reason: Reason) -> str:
    if reason.history is None:
        return "How popular it is" if reason.share < 0 else "Popular with customers"
    kind, _, own = reason.relation.removesuffix(_DIRECT).partition(":")
    between = [step.node for step in reason.path[:-1] if step.node.id]  # without reviews and photos taken together
    middle = ", ".join(dict.fromkeys(_name(node) for node in between))
    form = _SENTENCES.get(reason.relation, _SENTENCES.get(kind))
    if middle and kind in PRODUCT_RELATIONS:
        form = _THROUGH
    if form is None or (not middle and ("{middle}" in form or "{value}" in form)):
        form = "Connected with {history} by {own}"
    attribute, _, value = between[0].id.partition("=") if between else ("", "", "")
    return form.format(
        history=_name(reason.history), middle=middle, own=_plain(own or kind), attribute=attribute, value=value
    )


def _stops(reason: Reason, names_zh: Mapping[str, str]) -> tuple[Stop, ...]:
    if reason.history is None:
        return ()
    stops = [_stop(reason.history, "", names_zh)]
    for step in reason.path:
        words = _plain(step.relation.removesuffix(_DIRECT).rpartition(":")[2])
        arrow = f"— {words} →" if step.forward else f"← {words} —"
        stops.append(_stop(step.node, arrow, names_zh))
    return tuple(stops)


def _stop(node: Node, arrow: str, names_zh: Mapping[str, str]) -> Stop:
    chinese = names_zh.get(node.id, "") if node.label == "Product" else ""
    color = NODES[node.label].color if node.label in NODES else _PLAIN
    return Stop(arrow, _name(node), chinese, color)


def _name(node: Node) -> str:
    if node.label == "Attribute":  # its name alone, such as "colour", says too little; the id is "colour=red"
        return node.id.replace("=", ": ", 1)
    return node.name or node.id


def _evidence(reason: Reason) -> str:
    if reason.evidence < 2:
        return ""
    labels = {step.node.label for step in reason.path[:-1]}
    what = (
        {"User": "customers", "Review": "reviews", "Image": "photos"}.get(labels.pop(), "") if len(labels) == 1 else ""
    )
    return f"{reason.evidence:,} {what or 'in common'}"


def _plain(relation: str) -> str:
    return relation.replace("_", " ").replace(".", " ").lower()

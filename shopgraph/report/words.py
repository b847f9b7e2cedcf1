"""Reasons in words: one sentence, and the path through the graph as a row of named nodes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kg.schema import NODES, PRODUCT_RELATIONS
from recommender.answers import Node, Reason
from shopgraph.report.language import Words

Names = Mapping[tuple[str, str], str]
"""Chinese names of nodes by label and id."""

_PLAIN = "#bab0ac"
_DIRECT = ":direct"


@dataclass(frozen=True, slots=True)
class Stop:
    """One node on the path of a reason.

    Attributes:
        arrow: the relation that leads here, such as "—has brand→"; empty for the first.
        name: of the node.
        other: of a product: its name in the other language; empty where there is none.
        color: of its label in the legend.
    """

    arrow: str
    name: str
    other: str
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


def tell(reason: Reason, words: Words, names_zh: Names) -> Told:
    """Put a reason into words of a language; ``names_zh`` gives Chinese names of nodes."""
    name = _Naming(words, names_zh)
    sentence = _sentence(reason, words, name)
    return Told(
        sentence=words("reason.against", sentence=_lower(sentence)) if reason.share < 0 else sentence,
        percent=min(100.0, abs(reason.share) * 100),
        share=f"{reason.share:.0%}".replace("-", "−"),
        against=reason.share < 0,
        stops=_stops(reason, words, name),
        evidence=_evidence(reason, words),
    )


class _Naming:
    """Names nodes in the language of the reader, and products in the other one besides."""

    def __init__(self, words: Words, names_zh: Names) -> None:
        self._words, self._names_zh = words, names_zh

    def __call__(self, node: Node) -> str:
        if not node.id:  # several nodes taken together, such as "12 customers"
            number = node.name.partition(" ")[0]
            counted = node.name.count(" ") == 1 and number.isdecimal()
            if counted and node.label in ("User", "Review", "Image"):
                return self._words(f"evidence.{node.label}", n=f"{int(number):,}")
            return self._words.find(f"some.{node.label}", node.name)
        known = self._names_zh.get((node.label, node.id)) if self._words.chinese else None
        if known:
            return known
        if node.label == "Attribute":  # its name alone, such as "colour", says too little; the id is "colour=red"
            return node.id.replace("=", ": ", 1)
        return node.name or node.id

    def other(self, node: Node) -> str:
        """Name a product in the other language; "" where it has no name in it."""
        if node.label != "Product" or not node.id:
            return ""
        return node.name if self._words.chinese else self._names_zh.get((node.label, node.id), "")


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _sentence(reason: Reason, words: Words, name: _Naming) -> str:
    if reason.history is None:
        return words("reason.popularity" if reason.share < 0 else "reason.popular")
    kind, _, own = reason.relation.removesuffix(_DIRECT).partition(":")
    between = [step.node for step in reason.path[:-1] if step.node.id]  # without reviews and photos taken together
    middle = words("page.comma").join(dict.fromkeys(name(node) for node in between))
    form = words.find(f"reason.{reason.relation}", words.find(f"reason.{kind}", ""))
    if middle and kind in PRODUCT_RELATIONS:
        form = words.find("reason.through", "")
    if not form or (not middle and ("{middle}" in form or "{value}" in form)):
        form = words.find("reason.other", "")
    attribute, _, value = between[0].id.partition("=") if between else ("", "", "")
    if between and words.chinese:
        named, mark, told = name(between[0]).partition("：")
        attribute, value = (named, told) if mark else (attribute, value)
    return form.format(
        history=name(reason.history),
        middle=middle,
        own=words.relation(own or kind),
        attribute=attribute,
        value=value,
    )


def _stops(reason: Reason, words: Words, name: _Naming) -> tuple[Stop, ...]:
    if reason.history is None:
        return ()
    stops = [_stop(reason.history, "", name)]
    for step in reason.path:
        relation = words.relation(step.relation.removesuffix(_DIRECT).rpartition(":")[2])
        arrow = f"— {relation} →" if step.forward else f"← {relation} —"
        stops.append(_stop(step.node, arrow, name))
    return tuple(stops)


def _stop(node: Node, arrow: str, name: _Naming) -> Stop:
    color = NODES[node.label].color if node.label in NODES else _PLAIN
    return Stop(arrow, name(node), name.other(node), color)


def _evidence(reason: Reason, words: Words) -> str:
    if reason.evidence < 2:
        return ""
    labels = {step.node.label for step in reason.path[:-1]}
    key = f"evidence.{labels.pop()}" if len(labels) == 1 else ""
    form = words.find(key, words.find("evidence.other", ""))
    return form.format(n=f"{reason.evidence:,}")

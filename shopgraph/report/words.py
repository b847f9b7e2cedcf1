"""Reasons in words: one sentence, and the path through the graph as a row of named nodes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kg.schema import NODES
from recommender.answers import Node, Reason
from recommender.wording import DIRECT, node_name
from shopgraph.report.language import Words

Names = Mapping[tuple[str, str], str]
"""Chinese names of nodes by label and id."""

_PLAIN = "#bab0ac"


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
    return Told(
        sentence=reason.sentence(words.language, names=name.known),
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

    def known(self, node: Node) -> str | None:
        """Give a node's Chinese name for a Chinese reader, where it has one."""
        return self._names_zh.get((node.label, node.id)) if self._words.chinese else None

    def __call__(self, node: Node) -> str:
        return node_name(node, language=self._words.language, names=self.known)

    def other(self, node: Node) -> str:
        """Name a product in the other language; "" where it has no name in it."""
        if node.label != "Product" or not node.id:
            return ""
        return node.name if self._words.chinese else self._names_zh.get((node.label, node.id), "")


def _stops(reason: Reason, words: Words, name: _Naming) -> tuple[Stop, ...]:
    if reason.history is None:
        return ()
    stops = [_stop(reason.history, "", name)]
    for step in reason.path:
        relation = words.relation(step.relation.removesuffix(DIRECT).rpartition(":")[2])
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

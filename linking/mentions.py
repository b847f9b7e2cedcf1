"""What linking finds: mentions in a text, and the nodes of the graph they may mean."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class NodeRef:
    """A node of the graph: its label, and its id within the label."""

    label: str
    id: str

    def __str__(self) -> str:
        return f"{self.label} {self.id}"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A node that a mention may mean.

    Attributes:
        node: the node; None for NIL, that the words mean nothing in the graph.
        name: of the node, for people.
        prior: how often the words mean this node, before anything else is known, 0 to 1.
        score: probability given everything that is known, 0 to 1; scores of one mention's candidates add up to 1.
        reason: what spoke for or against it, for people.
    """

    node: NodeRef | None
    name: str
    prior: float
    score: float
    reason: str


@dataclass(frozen=True, slots=True)
class Mention:
    """Words of a text that mean a node of the graph.

    Attributes:
        start, end: first character, and the one after the last.
        surface: the words as written.
        node: the node; None for NIL.
        confidence: calibrated probability that ``node`` is right, 0 to 1.
        sentiment: what the clause says of it, -1 (bad) to 1 (good); 0 for nothing either way.
        candidates: all that were weighed, best first.
        reason: why ``node`` was chosen, for people.
    """

    start: int
    end: int
    surface: str
    node: NodeRef | None
    confidence: float
    sentiment: float
    candidates: tuple[Candidate, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class LinkText:
    """A text to link: its words, ISO 639-1 code if known, and the id of the product it is about if any."""

    text: str
    language: str | None = None
    product: str | None = None

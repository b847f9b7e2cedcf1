"""A project's proposed links as people read them: with names, a sentence, and the neighbours that speak for each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from kg.errors import UnknownIdError
from kg.snapshot import Snapshot, load_snapshot

if TYPE_CHECKING:
    from embeddings.links.proposals import Proposals
    from shopgraph.project import Project

_TRUE = frozenset({"yes", "true", "1"})
_SAID = {
    "HAS_BRAND": "is likely of the brand {tail}",
    "IN_CATEGORY": "is likely in the category {tail}",
    "INTERESTED_IN": "is likely interested in {tail}",
    "ALSO_BOUGHT": "is likely bought by those who buy {tail}",
    "ALSO_VIEWED": "is likely viewed by those who view {tail}",
    "BOUGHT_TOGETHER": "is likely bought together with {tail}",
    "COMPLEMENTS": "likely complements {tail}",
    "SUBSTITUTES": "is likely a substitute for {tail}",
}


@dataclass(frozen=True, slots=True)
class NamedNode:
    """A node of the graph.

    Attributes:
        label: of the node.
        id: of the node.
        name: shown to people; its id where it has none.
    """

    label: str
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class ProposedLink:
    """A link that is probably true.

    Attributes:
        head: where it starts.
        relation: such as ``HAS_BRAND``.
        tail: where it ends.
        confidence: that it is true, 0 to 1.
        model: that proposed it.
        sentence: what it says.
        supporters: nodes most like the head that are known to have the link, nearest first.
        shared: neighbours that head and tail have in common, those with the fewest links first.
    """

    head: NamedNode
    relation: str
    tail: NamedNode
    confidence: float
    model: str
    sentence: str
    supporters: tuple[NamedNode, ...]
    shared: tuple[NamedNode, ...]


class ProposedLinks:
    """The proposals of a project.

    Args:
        project: whose they are.
        proposals: as they were kept.
    """

    def __init__(self, project: Project, proposals: Proposals) -> None:
        self._project, self.proposals = project, proposals

    def find(
        self, *, node: tuple[str, str] | None = None, relation: str | None = None, least: float = 0.0
    ) -> Iterator[ProposedLink]:
        """Give proposals, the surest first.

        Args:
            node: label and id of a node that they start or end at; None for any.
            relation: of them; None for any.
            least: confidence from which.

        Raises:
            UnknownIdError: there is no such node.
        """
        if node is not None and (
            node[0] not in self._snapshot.ids.labels or self._snapshot.ids.find(*_one(node))[0] < 0
        ):
            raise UnknownIdError(f"The graph has no {node[0]} {node[1]!r}. Look the id up, and write it as LABEL:ID.")
        # The table is sorted within each relation alone.
        order = [("confidence", "descending"), ("relation", "ascending"), ("head", "ascending"), ("tail", "ascending")]
        for row in self.proposals.from_confidence(least).sort_by(order).to_pylist():
            ends = ((row["head_label"], row["head"]), (row["tail_label"], row["tail"]))
            if (node is None or node in ends) and relation in (None, row["relation"]):
                yield self._link(row)

    def _link(self, row: dict[str, object]) -> ProposedLink:
        head = self._named(str(row["head_label"]), str(row["head"]))
        tail = self._named(str(row["tail_label"]), str(row["tail"]))
        relation = str(row["relation"])
        supporters, shared = row["supporters"], row["shared"]
        assert isinstance(supporters, list) and isinstance(shared, list)
        pairs = [str(one).partition(":") for one in shared]
        return ProposedLink(
            head,
            relation,
            tail,
            float(str(row["confidence"])),
            str(row["model"]),
            f"{head.name} {_said(relation, tail)}",
            tuple(self._named(head.label, str(one)) for one in supporters),
            tuple(self._named(label, id_) for label, _, id_ in pairs),
        )

    def _named(self, label: str, id_: str) -> NamedNode:
        row = int(self._snapshot.ids.find(*_one((label, id_)))[0]) if label in self._snapshot.ids.labels else -1
        return NamedNode(label, id_, self._snapshot.name(row) if row >= 0 else id_)

    @cached_property
    def _snapshot(self) -> Snapshot:
        return load_snapshot(self._project.snapshot)


def _one(node: tuple[str, str]) -> tuple[str, list[str]]:
    return node[0], [node[1]]


def _said(relation: str, tail: NamedNode) -> str:
    """Say what a link says, but for where it starts."""
    if relation == "HAS_ATTRIBUTE":
        name, _, value = tail.id.partition("=")
        return f"is likely {name}" if value.lower() in _TRUE else f"likely has the {name} {value}"
    if relation == "INTERESTED_IN" and tail.label == "Attribute":
        name, _, value = tail.id.partition("=")
        return f"is likely interested in {name if value.lower() in _TRUE else f'the {name} {value}'}"
    return _SAID.get(relation, f"is likely linked by {relation} to {{tail}}").format(tail=tail.name)

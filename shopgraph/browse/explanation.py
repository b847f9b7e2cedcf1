"""The piece of the graph that explains a recommendation: from the customer over what they did to the product."""

from __future__ import annotations

from collections.abc import Sequence

from recommender.answers import Node, Recommendation
from shopgraph.browse.piece import Piece, Place

_TOGETHER = "some"
"""Id of nodes that are taken together; each stands once for each reason."""


def explanation(item: Recommendation, *, user: str | None, history: Sequence[Node] = (), most: int = 20) -> Piece:
    """Give the subgraph of a recommendation's strongest reasons.

    Args:
        item: with its reasons.
        user: id of the customer; None for a visitor.
        history: what the customer did, for reasons that name none of it.
        most: reasons shown.
    """
    piece = Piece()
    product = _add(piece, item.product, 0, score=item.score)
    person = None if user is None else piece.add_node(Place("User", user), user)
    for number, reason in enumerate(item.reasons[:most], start=1):
        if reason.history is None:
            continue
        here = _add(piece, reason.history, number)
        if person is not None:
            piece.add_edge(person, "INTERACTED", here, {})
        for step in reason.path:
            there = _add(piece, step.node, number)
            ends = (here, there) if step.forward else (there, here)
            piece.add_edge(ends[0], step.relation, ends[1], {"share": reason.share, "reason": number})
            here = there
    if person is not None and not item.reasons:
        for node in history[:most]:
            piece.add_edge(person, "INTERACTED", _add(piece, node, 0), {})
    assert product in piece.nodes
    return piece


def _add(piece: Piece, node: Node, number: int, **more: object) -> str:
    identifier = node.id or f"{_TOGETHER} {number}"
    return piece.add_node(Place(node.label, identifier), node.name, **more)

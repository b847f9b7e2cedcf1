"""What a customer seems to like: brands, categories, attributes and aspects that their history has more of than others.

A node's weight is the share of the history, by weight, that is linked to it; beside it stands the share of the
catalogue that is. What stands out is what the history has more of than the catalogue.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recommender.answers import Node
from recommender.artefact import Artefact
from recommender.baskets import INTERACTIONS
from recommender.scoring import History


@dataclass(frozen=True, slots=True)
class Liking:
    """Something that a customer seems to like.

    Attributes:
        node: what.
        relation: by which products are linked to it.
        weight: share of the history that is.
        usual: share of the catalogue that is.
        products: ids of the products of the history that are, the weightiest first.
    """

    node: Node
    relation: str
    weight: float
    usual: float
    products: tuple[str, ...]


def likings(artefact: Artefact, history: History, *, most: int = 10) -> list[Liking]:
    """Give what stands out in a history, the strongest first, up to ``most`` of each label."""
    total = float(history.weights.sum())
    if total <= 0:
        return []
    n_items, start = len(artefact.items), 0
    found: list[tuple[float, Liking]] = []
    ids = artefact.items["id"].take(history.items).to_pylist()
    for kind in artefact.kinds:
        if kind.name == INTERACTIONS or kind.direct:
            continue
        own = kind.members[history.items]
        has = own.astype(bool).astype(np.float64)
        weights = np.asarray(has.T @ history.weights) / total
        usual = np.diff(kind.members.tocsc().indptr) / n_items
        for basket in np.argsort(usual - weights, kind="stable")[:most].tolist():
            if weights[basket] <= usual[basket]:
                break
            label, identifier, name = (artefact.targets[c][start + basket].as_py() for c in ("label", "id", "name"))
            rows = has[:, [basket]].nonzero()[0]
            rows = rows[np.argsort(-history.weights[rows], kind="stable")]
            liking = Liking(
                Node(label, identifier, name or identifier),
                kind.relation,
                float(weights[basket]),
                float(usual[basket]),
                tuple(ids[row] for row in rows.tolist()),
            )
            found.append((liking.weight - liking.usual, liking))
        start += len(kind.targets)
    found.sort(key=lambda entry: (-entry[0], entry[1].node.label, entry[1].node.id))
    kept, counts = list[Liking](), dict[str, int]()
    for _, liking in found:
        counts[liking.node.label] = counts.get(liking.node.label, 0) + 1
        if counts[liking.node.label] <= most:
            kept.append(liking)
    return kept

"""Interests: what customers care for, told from what they bought, as a relation that can be proposed like any other.

A customer who bought a product of a brand is interested in the brand; ``(User)-[:INTERESTED_IN]->(Brand)`` holds for
every brand, category or attribute of what was bought. To learn which further interests are likely, purchases are
hidden, and not single interests: a purchase left in the graph would give away the interest that follows from it. A
proposed interest is right if the customer bought something of it among the hidden purchases; that is what its
confidence means.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp

from embeddings.graph.triples import Triples
from embeddings.links.constraints import links_of
from embeddings.links.hiding import hide_links
from kg.errors import ConfigurationError
from kg.ids import IntArray
from kg.snapshot import Relation

INTERESTED_IN = "INTERESTED_IN"


def interest_in(label: str) -> Relation:
    """Give the relation of interests in nodes of a label."""
    return Relation("User", INTERESTED_IN, label)


def hide_for(
    triples: Triples,
    relations: Sequence[Relation],
    *,
    interactions: Sequence[Relation] = (),
    properties: Sequence[Relation] = (),
    share: float,
    seed: int,
) -> tuple[Triples, Triples]:
    """Hide links of some relations, and interactions, whose products' properties become interests.

    Args:
        triples: to part.
        relations: whose links to hide; none of the interests.
        interactions: relations from customers to products that show an interest.
        properties: relations from products to what customers may be interested in.
        share: of the links of each relation and interaction, to hide.
        seed: of the draw.

    Returns:
        What stays, with the interests that follow from it; and what is hidden, with the interests that only hidden
        interactions show. Both over the same entities and relations.

    Raises:
        ConfigurationError: there is an interaction without a property to be interested in, or the other way round.
    """
    if bool(interactions) != bool(properties):
        raise ConfigurationError(
            "Interests follow from interactions with products and from what the products have: name both, or neither."
        )
    kept, hidden = hide_links(triples, [*relations, *interactions], share=share, seed=seed)
    if not interactions:
        return kept, hidden
    shown = _interests(kept, interactions, kept, properties)
    every = _interests(triples, interactions, triples, properties)
    # What follows from interactions that stayed is no news, even where the brand of the product was hidden.
    old = _interests(kept, interactions, triples, properties)
    size = len(triples.entities)
    new = every[~np.isin(every[:, 0] * size + every[:, 1], old[:, 0] * size + old[:, 1])]
    return _with_interests(kept, shown), _with_interests(hidden, new)


def _interests(
    acts: Triples, interactions: Sequence[Relation], facts: Triples, properties: Sequence[Relation]
) -> IntArray:
    """Give customer and what they are interested in, sorted, ``(n, 2)``."""
    bought, have = (
        _matrix(np.concatenate([links_of(part, relation) for relation in chosen]), len(acts.entities))
        for part, chosen in ((acts, interactions), (facts, properties))
    )
    found = sp.csr_matrix(bought @ have)
    found.sort_indices()
    rows = np.repeat(np.arange(found.shape[0]), np.diff(found.indptr))
    return np.column_stack((rows, found.indices)).astype(np.int64)


def _matrix(links: IntArray, size: int) -> sp.csr_matrix[np.float32]:
    ones = np.ones(len(links), dtype=np.float32)
    return sp.csr_matrix((ones, (links[:, 0], links[:, 1])), shape=(size, size))


def _with_interests(triples: Triples, interests: IntArray) -> Triples:
    relations = (*triples.relations, INTERESTED_IN)
    added = np.column_stack((interests[:, 0], np.full(len(interests), len(relations) - 1), interests[:, 1]))
    return Triples.of(
        triples.entities,
        relations,
        np.concatenate([triples.rows, added]),
        weight=np.concatenate([triples.weight, np.ones(len(added))]),
    )

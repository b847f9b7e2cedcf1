"""Baskets: interactions and every relation of the graph in one form that closed-form models understand.

A customer is a basket of the products they bought. So is a brand (its products), a category, an attribute value, a
page that links to products, and a direct link between two products (a basket of two). Each kind of basket is an
item-by-basket matrix ``F``; ``F F'`` counts how often two items lie in one basket, and a model weighs the kinds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from recommender.arrays import Csr, IntArray, column_sums, inverse_power, scaled
from recommender.data import TrainingData
from recommender.relations import ItemRelation

INTERACTIONS = "interactions"
DIRECT = ":direct"
"""Suffix of the kind that holds a relation's direct links between products."""


@dataclass(frozen=True, slots=True)
class Baskets:
    """One kind of basket.

    Attributes:
        name: ``interactions``, the relation's name, or the relation's name with ``:direct``.
        members: item-by-basket matrix, ``(n_items, n_baskets)``.
        targets: row of each basket's node in the snapshot's id map, ``(n_baskets,)``. Of a direct link, the item it
            goes from (a link both ways, the first of the two); of a customer, the row in the interaction matrix.
        outgoing: edges go from the items to the baskets' nodes.
    """

    name: str
    members: Csr
    targets: IntArray
    outgoing: bool = True

    @property
    def relation(self) -> str:
        """Name of the relation, without ``:direct``."""
        return self.name.removesuffix(DIRECT)

    @property
    def direct(self) -> bool:
        """The baskets are links between two items."""
        return self.name.endswith(DIRECT)


def all_baskets(data: TrainingData) -> tuple[Baskets, ...]:
    """Give every kind of basket of the data: interactions first, then each relation, then direct links."""
    kinds = [Baskets(INTERACTIONS, sp.csr_matrix(data.interactions.T), np.arange(data.n_users))]
    kinds += [_shared(relation) for relation in data.relations]
    kinds += [_pairs(relation) for relation in data.relations if relation.direct is not None and relation.direct.nnz]
    return tuple(kind for kind in kinds if kind.name == INTERACTIONS or kind.members.nnz)


def damped(members: Csr, exponent: float) -> Csr:
    """Give the members weighted by ``basket size ** -(exponent / 2)``: a basket of everything says little.

    Entries are multiplied in pairs in ``F F'``, hence the half.
    """
    return scaled(members, columns=inverse_power(column_sums(members), exponent / 2))


def light(members: Csr, largest: int) -> Csr:
    """Give the members without baskets of more than ``largest`` items: they cost the most and say the least."""
    heavy = np.bincount(members.indices, minlength=members.shape[1]) > largest
    if not heavy.any():
        return members
    return scaled(members, columns=np.where(heavy, 0.0, 1.0).astype(np.float32), drop_zeros=True)


def _shared(relation: ItemRelation) -> Baskets:
    """Keep the targets that join at least two items."""
    degree = np.bincount(relation.links.indices, minlength=relation.links.shape[1])
    kept = np.flatnonzero(degree > 1)
    members = sp.csr_matrix(relation.links.tocsc()[:, kept])
    return Baskets(relation.name, members, relation.targets[kept], relation.outgoing)


def _pairs(relation: ItemRelation) -> Baskets:
    """Make a basket of two of each linked pair, whichever way the link goes; of two the stronger counts."""
    direct = relation.direct
    assert direct is not None
    both = sp.triu(direct.maximum(direct.T), k=1).tocoo()
    n_links = both.nnz
    rows = np.concatenate([both.row, both.col])
    columns = np.concatenate([np.arange(n_links), np.arange(n_links)])
    values = np.concatenate([both.data, both.data]).astype(np.float32)
    members = sp.csr_matrix((values, (rows, columns)), shape=(direct.shape[0], n_links))
    forward = np.asarray(direct[both.row, both.col]).ravel() > 0
    return Baskets(relation.name + DIRECT, members, np.where(forward, both.row, both.col).astype(np.int64))

"""Products that came after training: they join a trained model by their links, or by their words where they have none.

A new product lies in the baskets of its brand, categories, attributes and links as any other does. Its column of item
weights is the regression of the model on it over its nearest products, ``solve(A[N, N] + ridge I, A[N, i])``, plus the
filter's part. The column is scaled as that of a product with the median number of buyers, since this one had no time
to find its own. Its row is the same by symmetry: with P the inverse of A, ``B[i, j] = B[j, i] P_ii / P_jj``, and the
diagonal of A stands for that of P. A product without links, or a model that does not use them, takes the mean weights
of the products most like it by their words. Two new products have no weight for each other until the next training.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime

import numpy as np
import pyarrow as pa
import scipy.sparse as sp

from kg.errors import InputError
from recommender.arrays import Csr, DoubleArray, IntArray, csr, empty, inverse_power, row_sums, scaled
from recommender.artefact import Artefact
from recommender.baskets import DIRECT, INTERACTIONS, Baskets, light
from recommender.models.graph_filter import GraphFilter, filter_factors
from recommender.models.model import popularity_boost
from recommender.models.propagation import Propagation, weighted_factors
from recommender.neighbourhoods import gram_blocks
from recommender.network.part import VectorPart
from recommender.search import SearchIndex
from recommender.sparsify import top_per_column

_NEAREST = 128
"""Products that a new one is regressed on."""
_ALIKE = 10
"""Products whose weights one without links takes."""
_HEAVY = 5_000
"""Baskets of more products say too little to choose the nearest by."""


@dataclass(frozen=True, slots=True)
class NewProduct:
    """A product that came after training; what is not known is left out.

    Attributes:
        id: must not be in the catalogue yet.
        name: title, as all texts for search and for a product without links.
        name_zh: title in Chinese.
        description: text.
        description_zh: text in Chinese.
        price: in the shop's currency.
        in_stock: can be bought now.
        released: when it came out.
        brand: id or name.
        categories: ids, such as ``Clothing > Shoes``; the wider ones follow from them.
        image: its photo's path.
        attributes: ids, such as ``colour=red``.
        links: relation -> ids of the nodes linked to, such as ``{"ALSO_BOUGHT": ["P0001"]}``.
    """

    id: str
    name: str | None = None
    name_zh: str | None = None
    description: str | None = None
    description_zh: str | None = None
    price: float | None = None
    in_stock: bool | None = None
    released: datetime | None = None
    brand: str | None = None
    categories: Sequence[str] = ()
    image: str | None = None
    attributes: Sequence[str] = ()
    links: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def nodes(self, relation: str) -> set[str]:
        """Give the ids, and of a brand perhaps the name, of the nodes it is linked to by a relation, in lower case."""
        found = {name.lower() for name in self.links.get(relation, ())}
        if relation == "HAS_BRAND" and self.brand:
            found.add(self.brand.lower())
        elif relation == "HAS_ATTRIBUTE":
            found |= {name.lower() for name in self.attributes}
        elif relation == "IN_CATEGORY":
            steps = [path.lower().split(" > ") for path in self.categories]
            found |= {" > ".join(path[: depth + 1]) for path in steps for depth in range(len(path))}
        return found


def extended(artefact: Artefact, products: Sequence[NewProduct]) -> Artefact:
    """Give the model with further products at its end. The model itself stays as it is.

    Raises:
        InputError: a product is in the catalogue already, or comes twice.
    """
    known = set(artefact.items["id"].to_pylist())
    for product in products:
        if product.id in known:
            raise InputError(f'The product "{product.id}" is in the catalogue already. Import it, and train again.')
        known.add(product.id)
    if not products:
        return artefact
    items = _with_rows(artefact.items, products)
    kinds = _with_members(artefact, products)
    n_old, n_new = len(artefact.items), len(products)
    joined = replace(
        artefact,
        items=items,
        kinds=kinds,
        popularity=np.concatenate([artefact.popularity, np.zeros(n_new, dtype=np.float32)]),
    )
    columns, rows = _regressed(joined, n_old) if artefact.model == Propagation.name else _none(n_old, n_new)
    columns, rows = _filtered(joined, n_old, columns, rows)
    columns = top_per_column(columns, int(np.bincount(artefact.weights.indices, minlength=1).max()) or 1)
    alone = np.flatnonzero((np.diff(columns.tocsc().indptr) == 0) & (np.diff(rows.indptr) == 0))
    by_words = _by_words(items, n_old, alone)
    columns, rows = columns + artefact.weights @ by_words.T, rows + by_words @ artefact.weights
    above, below = sp.hstack([artefact.weights, columns]), sp.hstack([rows, empty(n_new, n_new)])
    weights = sp.csr_matrix(sp.vstack([above, below], format="csr"), dtype=np.float32)
    weights.sort_indices()
    parts = tuple(_with_vectors(part, sp.csr_matrix(rows), sp.csr_matrix(columns.T)) for part in artefact.parts)
    return replace(joined, weights=weights, parts=parts)


def _with_vectors(part: VectorPart, says: Csr, is_said: Csr) -> VectorPart:
    """Give new products the mean vectors of the products that they speak for, and that speak for them.

    Args:
        part: of the model.
        says: weights from the new products to the old, ``(n_new, n_old)``.
        is_said: weights from the old products to the new, ``(n_new, n_old)``.
    """
    inputs, outputs = _mean(says), _mean(is_said)
    return replace(
        part,
        inputs=np.concatenate([part.inputs, inputs @ part.inputs]).astype(np.float32),
        outputs={name: np.concatenate([own, outputs @ own]).astype(np.float32) for name, own in part.outputs.items()},
    )


def _mean(weights: Csr) -> Csr:
    """Divide each row's positive weights by their sum."""
    kept = sp.csr_matrix(weights.maximum(0))
    return scaled(kept, rows=inverse_power(row_sums(kept), 1.0))


def _with_rows(items: pa.Table, products: Sequence[NewProduct]) -> pa.Table:
    names = [key.name for key in fields(NewProduct)]
    columns = {}
    for column in items.schema:
        values = [getattr(product, column.name) if column.name in names else None for product in products]
        columns[column.name] = pa.array([list(v) if isinstance(v, tuple) else v for v in values], column.type)
    return pa.concat_tables([items, pa.table(columns, schema=items.schema)]).combine_chunks()


def _with_members(artefact: Artefact, products: Sequence[NewProduct]) -> tuple[Baskets, ...]:
    """Put the products into the baskets of the nodes that they are linked to."""
    item_of = {name.lower(): row for row, name in enumerate(artefact.items["id"].to_pylist())}
    n_new, found, start = len(products), [], 0
    for kind in artefact.kinds:
        if kind.name == INTERACTIONS:
            own = empty(n_new, kind.members.shape[1])
            found.append(replace(kind, members=_below(kind.members, own)))
        elif kind.direct:
            found.append(_linked(kind, products, item_of))
        else:
            targets = artefact.targets.slice(start, len(kind.targets))
            start += len(kind.targets)
            baskets: dict[str, int] = {}
            for column in ("name", "id"):  # of the same word, the id counts
                baskets |= {str(word).lower(): place for place, word in enumerate(targets[column].to_pylist())}
            pairs = [
                (place, baskets[name])
                for place, product in enumerate(products)
                for name in sorted(product.nodes(kind.relation))
                if name in baskets
            ]
            at = np.array(pairs, dtype=np.int64).reshape(-1, 2)
            own = csr(at[:, 0], at[:, 1], 1.0, (n_new, kind.members.shape[1]))
            found.append(replace(kind, members=_below(kind.members, own)))
    return tuple(found)


def _linked(kind: Baskets, products: Sequence[NewProduct], item_of: Mapping[str, int]) -> Baskets:
    """Add a basket of two for each direct link to a product of the catalogue."""
    n_old, n_baskets = kind.members.shape
    relation = kind.name.removesuffix(DIRECT)
    pairs = [
        (n_old + place, item_of[name])
        for place, product in enumerate(products)
        for name in sorted(product.nodes(relation))
        if name in item_of
    ]
    at = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    new = np.arange(len(at)) + n_baskets
    old = kind.members.tocoo()
    rows = np.concatenate([old.row, at.ravel()]).astype(np.int64)
    columns = np.concatenate([old.col, np.repeat(new, 2)]).astype(np.int64)
    values = np.concatenate([old.data, np.ones(2 * len(at), dtype=np.float32)])
    members = csr(rows, columns, values, (n_old + len(products), n_baskets + len(at)))
    return replace(kind, members=members, targets=np.concatenate([kind.targets, at[:, 0]]))


def _regressed(artefact: Artefact, n_old: int) -> tuple[Csr, Csr]:
    """Give columns and rows of the new products by the regression over the nearest old ones."""
    factors = weighted_factors(artefact.kinds, artefact.parameters)
    n_items = len(artefact.items)
    new = np.arange(n_old, n_items)
    cosine = sum((_between(light(factor, _HEAVY), n_old) for factor in factors), start=np.zeros((len(new), n_old)))
    squares = sum((_squares(factor) for factor in factors), start=np.zeros(n_items))
    m = min(_NEAREST, n_old)
    cosine /= np.sqrt(np.maximum(squares[:n_old], 1e-12))
    nearest = np.argpartition(-cosine, m - 1, axis=1)[:, :m].astype(np.int64)
    left, right = np.zeros((len(new), m, m)), np.zeros((len(new), m))
    for factor in factors:
        block, own = gram_blocks(factor, new, nearest)
        left += block
        right += own
    ridge = float(artefact.parameters["ridge"])
    solved = np.linalg.solve(left + ridge * np.eye(m), right[:, :, None])[:, :, 0]
    boost = _boost(artefact.kinds[0].members, artefact.parameters["popularity"], n_old)
    turned = solved * (squares[nearest] + ridge) / (squares[new] + ridge)[:, None]
    place = np.repeat(np.arange(len(new)), m)
    columns = csr(nearest.ravel(), place, (solved * boost[new][:, None]).ravel(), (n_old, len(new)))
    rows = csr(place, nearest.ravel(), (turned * boost[nearest]).ravel(), (len(new), n_old))
    for matrix in (columns, rows):
        matrix.eliminate_zeros()
    return columns, rows


def _filtered(artefact: Artefact, n_old: int, columns: Csr, rows: Csr) -> tuple[Csr, Csr]:
    """Add the filter's part."""
    parameters = artefact.parameters
    strength = 1.0 if artefact.model == GraphFilter.name else parameters.get("filter", 0.0)
    for found in filter_factors(artefact.kinds, parameters, strength=strength):
        if found is not None:
            left, right, scale = found
            columns = columns + (left[:n_old] @ right[n_old:].T).multiply(scale[None, n_old:]).tocsr()
            rows = rows + (left[n_old:] @ right[:n_old].T).multiply(scale[None, :n_old]).tocsr()
    return sp.csr_matrix(columns), sp.csr_matrix(rows)


def _by_words(items: pa.Table, n_old: int, alone: IntArray) -> Csr:
    """Give for each new product the shares of the old ones whose weights it takes, ``(n_new, n_old)``."""
    shape = (len(items) - n_old, n_old)
    places, rows, shares = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)], [np.zeros(0, np.float32)]
    index = SearchIndex(items) if len(alone) else None
    for place in alone.tolist():
        assert index is not None
        like = index.like(n_old + place)[:n_old]
        best = np.argsort(-like, kind="stable")[:_ALIKE]
        best = best[like[best] > 0]
        if len(best):
            places.append(np.full(len(best), place))
            rows.append(best)
            shares.append((like[best] / like[best].sum()).astype(np.float32))
    return csr(np.concatenate(places), np.concatenate(rows), np.concatenate(shares), shape)


def _boost(interactions: Csr, exponent: float, n_old: int) -> DoubleArray:
    """Give the popularity boost of each product; new ones have that of a product with the median number of buyers."""
    buyers = np.diff(interactions.indptr[: n_old + 1])
    old = popularity_boost(interactions[:n_old], exponent).astype(np.float64)
    usual = old[0] * ((np.median(buyers) + 1.0) / (buyers[0] + 1.0)) ** exponent
    return np.concatenate([old, np.full(interactions.shape[0] - n_old, usual)])


def _between(factor: Csr, n_old: int) -> DoubleArray:
    return np.asarray((factor[n_old:] @ factor[:n_old].T).toarray(), dtype=np.float64)


def _squares(factor: Csr) -> DoubleArray:
    return np.asarray(factor.multiply(factor).sum(axis=1), dtype=np.float64).ravel()


def _below(members: Csr, own: Csr) -> Csr:
    return sp.csr_matrix(sp.vstack([members, own], format="csr"), dtype=np.float32)


def _none(n_old: int, n_new: int) -> tuple[Csr, Csr]:
    return empty(n_old, n_new), empty(n_new, n_old)

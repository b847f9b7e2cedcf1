"""Products that came after training: they join a trained model by their links, words, text and photo.

A new product lies in the baskets of its brand, categories, attributes and links as any other does. The products known
that it is most like (``recommender.alike``) lend it their item weights and vectors: its column of item weights is the
mean of theirs, and what each of them says for its nearest is what it says for the new one; so a new product stands as
high as products like it do. Its row is made in the same way. ``recommender.standing`` says how the sources of likeness
are weighed and how far the scores are raised. Two new products have no weight for each other until the next training.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import scipy.sparse as sp

from kg.errors import InputError
from recommender.alike import Likeness
from recommender.arrays import Csr, FloatArray, IntArray, csr, empty, on_average_one
from recommender.artefact import Artefact
from recommender.baskets import INTERACTIONS, Baskets
from recommender.network.modality import Modality
from recommender.network.part import VectorPart
from recommender.newlinks import with_baskets, with_links
from recommender.sparsify import top_per_column
from recommender.standing import Standing, spoken_for

if TYPE_CHECKING:
    from embeddings.vectors import Vectors


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
        links: relation -> ids of the nodes linked to, such as ``{"ALSO_BOUGHT": ["P0001"]}``, or these with how strong
            each link is beside the others, such as ``{"ALSO_BOUGHT": {"P0001": 1.0, "P0002": 0.7}}``.
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
    links: Mapping[str, Sequence[str] | Mapping[str, float]] = field(default_factory=dict)

    def nodes(self, relation: str) -> dict[str, float]:
        """Give the nodes it is linked to by a relation, with the weight of each link.

        The nodes are their ids, and of a brand perhaps the name, in lower case. The squares of the weights are 1 on
        average, as those of the links learned from are.
        """
        given = self.links.get(relation, ())
        names = list(given)
        weights = np.abs([float(given[name]) for name in names] if isinstance(given, Mapping) else np.ones(len(names)))
        found = dict(zip([name.lower() for name in names], on_average_one(weights).tolist(), strict=True))
        if relation == "HAS_BRAND" and self.brand:
            found[self.brand.lower()] = 1.0
        elif relation == "HAS_ATTRIBUTE":
            found |= dict.fromkeys([name.lower() for name in self.attributes], 1.0)
        elif relation == "IN_CATEGORY":
            steps = [path.lower().split(" > ") for path in self.categories]
            found |= {" > ".join(path[: depth + 1]): 1.0 for path in steps for depth in range(len(path))}
        return found


def extended(
    artefact: Artefact,
    products: Sequence[NewProduct],
    *,
    modalities: Sequence[Vectors] = (),
    standing: Standing | None = None,
) -> Artefact:
    """Give the model with further products at its end. The model itself stays as it is.

    Args:
        artefact: the model.
        products: to add.
        modalities: vectors of the model's products and of the new ones, of any kinds.
        standing: of newcomers, as ``recommender.standing.standing`` chooses it; None for scores as they come.

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
    artefact = with_baskets(artefact, products)
    kinds = _with_members(artefact, products)
    n_old, n_new = len(artefact.items), len(products)
    joined = replace(
        artefact,
        items=items,
        kinds=kinds,
        popularity=np.concatenate([artefact.popularity, np.zeros(n_new, dtype=np.float32)]),
        links=with_links(artefact, products, n_old=n_old),
    )
    vectors = [Modality.of(own, items["id"]) for own in modalities]
    chosen = standing or Standing()
    like = Likeness(kinds, artefact.parameters, items, vectors, n_old=n_old)
    trusted = {name: chosen.sources.get(name, own) for name, own in like.usual().items()}
    lent = _lent(like, trusted, chosen.sharpness)
    columns = sp.csr_matrix(spoken_for(artefact.weights) @ lent.T) * np.float32(chosen.scale)
    columns = top_per_column(columns, int(np.bincount(artefact.weights.indices, minlength=1).max()) or 1)
    rows = sp.csr_matrix(lent @ spoken_for(sp.csr_matrix(artefact.weights.T)).T)
    above, below = sp.hstack([artefact.weights, columns]), sp.hstack([rows, empty(n_new, n_new)])
    weights = sp.csr_matrix(sp.vstack([above, below], format="csr"), dtype=np.float32)
    weights.sort_indices()
    gains = chosen.gains or (1.0,) * len(artefact.parts)
    parts = tuple(_with_vectors(part, lent, gain) for part, gain in zip(artefact.parts, gains, strict=True))
    return replace(joined, weights=weights, parts=parts)


def _lent(like: Likeness, trusted: Mapping[str, float], sharpness: float) -> Csr:
    """Give what newcomers take of the products known; of whom the trusted sources say nothing, the others are asked."""
    lent = like.shares(trusted, sharpness=sharpness)
    unheard = np.flatnonzero(np.diff(lent.indptr) == 0)
    if not len(unheard):
        return lent
    others = like.shares(like.usual(), sharpness=sharpness)
    chosen = np.zeros(lent.shape[0], dtype=np.float32)
    chosen[unheard] = 1
    return sp.csr_matrix(lent + sp.diags(chosen) @ others, dtype=np.float32)


def _with_vectors(part: VectorPart, lent: Csr, gain: float) -> VectorPart:
    """Give new products the mean vectors of those that they are like, what they are recommended by times the gain."""
    return replace(
        part,
        inputs=np.concatenate([part.inputs, lent @ part.inputs]).astype(np.float32),
        outputs={
            name: np.concatenate([own, lent @ own * np.float32(gain)]).astype(np.float32)
            for name, own in part.outputs.items()
        },
    )


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
            at, strengths = _pairs(products, kind.relation, baskets)
            own = csr(at[:, 0], at[:, 1], strengths, (n_new, kind.members.shape[1]))
            found.append(replace(kind, members=_below(kind.members, own)))
    return tuple(found)


def _linked(kind: Baskets, products: Sequence[NewProduct], item_of: Mapping[str, int]) -> Baskets:
    """Add a basket of two for each direct link to a product of the catalogue."""
    n_old, n_baskets = kind.members.shape
    at, strengths = _pairs(products, kind.relation, item_of)
    at[:, 0] += n_old
    new = np.arange(len(at)) + n_baskets
    old = kind.members.tocoo()
    rows = np.concatenate([old.row, at.ravel()]).astype(np.int64)
    columns = np.concatenate([old.col, np.repeat(new, 2)]).astype(np.int64)
    values = np.concatenate([old.data, np.repeat(strengths, 2)])
    members = csr(rows, columns, values, (n_old + len(products), n_baskets + len(at)))
    return replace(kind, members=members, targets=np.concatenate([kind.targets, at[:, 0]]))


def _pairs(products: Sequence[NewProduct], relation: str, place_of: Mapping[str, int]) -> tuple[IntArray, FloatArray]:
    """Give the links to known nodes: numbers of product and node, ``(n, 2)``, and weights, ``(n,)``."""
    found = [
        (number, place_of[name], weight)
        for number, product in enumerate(products)
        for name, weight in sorted(product.nodes(relation).items())
        if name in place_of
    ]
    pairs = np.array([entry[:2] for entry in found], dtype=np.int64).reshape(-1, 2)
    return pairs, np.array([entry[2] for entry in found], dtype=np.float32)


def _below(members: Csr, own: Csr) -> Csr:
    return sp.csr_matrix(sp.vstack([members, own], format="csr"), dtype=np.float32)

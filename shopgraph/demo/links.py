"""Links between the demo shop's products, made from its families and kinds: no purchase was counted for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from shopgraph.demo.catalogue import Product


@dataclass(frozen=True, slots=True)
class Link:
    """One link; ``weight`` between 0 and 1, or None."""

    product: int
    relation: str
    other: int
    weight: float | None


def _family_links(members: Sequence[int], products: Sequence[Product], rng: np.random.Generator) -> list[Link]:
    """Link each member with some others: complements where the kinds differ, also_bought, a few bought_together."""
    links = []
    for row in members:
        others = [other for other in members if other != row]
        for place, pick in enumerate(rng.permutation(len(others))[:5]):
            other = others[pick]
            if place < 2 and products[other].kind.category != products[row].kind.category:
                links.append(Link(row, "complements", other, None))
            elif place == 4:
                links.append(Link(row, "bought_together", other, round(float(rng.uniform(0.3, 0.9)), 2)))
            else:
                links.append(Link(row, "also_bought", other, round(float(rng.uniform(0.2, 1.0)), 2)))
    return links


def _substitutes(row: int, products: Sequence[Product], rng: np.random.Generator) -> list[Link]:
    """Link a product with up to two of its kind at a similar price."""
    own = products[row]
    near = [
        other
        for other, product in enumerate(products)
        if other != row and product.kind is own.kind and 0.75 < product.price / own.price < 1.34
    ]
    return [Link(row, "substitutes", near[pick], None) for pick in rng.permutation(len(near))[:2]]


def _stray(row: int, products: Sequence[Product], rng: np.random.Generator) -> list[Link]:
    """Link one product in five with any other, as in life."""
    other = int(rng.integers(len(products)))
    if rng.random() > 0.2 or other == row:
        return []
    return [Link(row, "also_viewed", other, round(float(rng.uniform(0.05, 0.4)), 2))]


def make_links(products: Sequence[Product], *, rng: np.random.Generator) -> list[Link]:
    """Make the links of all products, in order."""
    families: dict[int, list[int]] = defaultdict(list)
    for row, product in enumerate(products):
        families[product.family].append(row)
    links = [link for family in sorted(families) for link in _family_links(families[family], products, rng)]
    for row in range(len(products)):
        links.extend(_substitutes(row, products, rng))
        links.extend(_stray(row, products, rng))
    unique = {(link.product, link.relation, link.other): link for link in links}
    return [unique[key] for key in sorted(unique)]

"""A made shop for the tests of proposed links: products bought together share brand and categories."""

from __future__ import annotations

import numpy as np

from embeddings.graph.triples import Triples
from kg.ids import IdMap
from kg.snapshot import Relation

BRAND = Relation("Product", "HAS_BRAND", "Brand")
CATEGORY = Relation("Product", "IN_CATEGORY", "Category")
BOUGHT = Relation("Product", "ALSO_BOUGHT", "Product")
ATTRIBUTE = Relation("Product", "HAS_ATTRIBUTE", "Attribute")
PURCHASED = Relation("User", "PURCHASED", "Product")


def triples_of(links: dict[Relation, list[tuple[str, str]]]) -> Triples:
    """Make triples of links given by ids."""
    ids: dict[str, set[str]] = {}
    for relation, pairs in links.items():
        ids.setdefault(relation.source, set()).update(head for head, _ in pairs)
        ids.setdefault(relation.target, set()).update(tail for _, tail in pairs)
    entities = IdMap({label: sorted(own) for label, own in ids.items()})
    names = sorted({relation.label for relation in links})
    rows = [
        np.column_stack(
            (
                entities.rows(relation.source, [head for head, _ in pairs]),
                np.full(len(pairs), names.index(relation.label)),
                entities.rows(relation.target, [tail for _, tail in pairs]),
            )
        )
        for relation, pairs in links.items()
        if pairs
    ]
    return Triples.of(entities, names, np.concatenate(rows))


def shop(*, groups: int = 20, size: int = 30, noise: float = 0.1, seed: int = 0) -> Triples:
    """Give a shop: a group's products have one brand, three categories, and are bought together and by the same people.

    Of each link, a share of ``noise`` goes anywhere.
    """
    rng = np.random.default_rng(seed)
    n = groups * size
    group = np.repeat(np.arange(groups), size)

    def near(own: int) -> int:
        return int(rng.integers(n)) if rng.random() < noise else int(rng.integers(own * size, (own + 1) * size))

    def likely(own: int, of: int) -> int:
        return int(rng.integers(of)) if rng.random() < noise else own % of

    links: dict[Relation, list[tuple[str, str]]] = {BRAND: [], CATEGORY: [], BOUGHT: [], ATTRIBUTE: [], PURCHASED: []}
    for row in range(n):
        own, name = int(group[row]), f"p{row:04}"
        links[BRAND].append((name, f"b{likely(own, groups):02}"))
        links[CATEGORY] += [(name, f"c{likely(3 * own + k, 3 * groups):02}") for k in range(3)]
        links[BOUGHT] += [(name, f"p{other:04}") for other in {near(own) for _ in range(8)} - {row}]
        links[ATTRIBUTE].append((name, f"colour=shade{likely(own, 6)}"))
        links[ATTRIBUTE] += [(name, f"material=stuff{likely(own + k, 8)}") for k in range(2)]
    for user in range(n // 3):
        links[PURCHASED] += [(f"u{user:04}", f"p{near(user % groups):04}") for _ in range(6)]
    return triples_of(links)

"""Queries for what stands beside a product: what is linked to it, and what its buyers bought besides."""

from __future__ import annotations

from shopgraph.ask.rows import CARD

RELATIONS = {
    "goes_with": ("COMPLEMENTS", "BOUGHT_TOGETHER", "ALSO_BOUGHT"),
    "substitutes": ("SUBSTITUTES",),
}
"""Relationship types that answer an intent, the surest first."""


def linked_products(relation: str, product: str) -> tuple[str, dict[str, object]]:
    """Give the query for the products that a relationship leads to, and its parameters.

    Args:
        relation: a type of ``RELATIONS``.
        product: id of the product asked about.
    """
    cypher = f"MATCH (a:Product)-[:{relation}]->(p:Product) WHERE a.id = $id AND p.id <> $id {CARD} ORDER BY p.id"
    return cypher, {"id": product}


def narrowest_category(product: str) -> tuple[str, dict[str, object]]:
    """Give the query for the category of a product with the longest path, and its parameters."""
    cypher = (
        "MATCH (p:Product)-[:IN_CATEGORY]->(c:Category) WHERE p.id = $id "
        "RETURN c.id AS id ORDER BY size(c.id) DESC, id LIMIT 1"
    )
    return cypher, {"id": product}


def bought_beside(product: str, category: str | None) -> tuple[str, dict[str, object]]:
    """Give the query for what most buyers of a product bought besides, and its parameters.

    Args:
        product: id of the product asked about.
        category: whose products are left out, for they are of the same kind; None for none.
    """
    cypher = (
        "MATCH (a:Product)<-[:PURCHASED]-(u:User)-[:PURCHASED]->(p:Product) "
        "WHERE a.id = $id AND p.id <> $id AND p.in_catalogue = true AND NOT EXISTS "
        "{ MATCH (p)-[:IN_CATEGORY]->(its_kind:Category) WHERE its_kind.id = $category } "
        f"WITH p, count(DISTINCT u.id) AS buyers {CARD}, buyers ORDER BY buyers DESC, p.id"
    )
    return cypher, {"id": product, "category": category or ""}

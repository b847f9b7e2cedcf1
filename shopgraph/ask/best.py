"""Queries for what is best of its kind: the cheapest, the best rated, what sells most."""

from __future__ import annotations

from shopgraph.ask.conditions import Conditions
from shopgraph.ask.rows import CARD

_RATED = 3
"""Reviews that a rating needs."""


def best_products(name: str, conditions: Conditions) -> tuple[str, dict[str, object]]:
    """Give the query for products, best first, and its parameters.

    Args:
        name: ``cheapest``, ``dearest``, ``best_rated`` or ``best_sold``.
        conditions: on the products.
    """
    where, parameters = conditions.where, dict(conditions.parameters)
    if name in ("cheapest", "dearest"):
        order = "ASC" if name == "cheapest" else "DESC"
        cypher = (
            f"MATCH (p:Product) WHERE {where} AND p.price IS NOT NULL {CARD}, p.price AS figure "
            f"ORDER BY p.price {order}, p.id"
        )
    elif name == "best_rated":
        parameters["least"] = _RATED
        cypher = (
            f"MATCH (p:Product)<-[:ABOUT]-(r:Review) WHERE {where} WITH p, avg(r.rating) AS figure, count(r) AS n "
            f"WHERE n >= $least {CARD}, figure ORDER BY figure DESC, p.id"
        )
    else:
        cypher = (
            f"MATCH (p:Product)<-[b:PURCHASED]-(u:User) WHERE {where} WITH p, count(b) AS figure "
            f"{CARD}, figure ORDER BY figure DESC, p.id"
        )
    return cypher, parameters


def best_groups(label: str, conditions: Conditions) -> tuple[str, dict[str, object]]:
    """Give the query for the five brands or categories that were bought most, and its parameters.

    Args:
        label: ``Brand`` or ``Category``.
        conditions: on the products that count.
    """
    link = {"Brand": "HAS_BRAND", "Category": "IN_CATEGORY"}[label]
    cypher = (
        f"MATCH (u:User)-[b:PURCHASED]->(p:Product)-[:{link}]->(o:{label}) WHERE {conditions.where} "
        "RETURN o.id AS id, count(b) AS n ORDER BY n DESC, id LIMIT 5"
    )
    return cypher, dict(conditions.parameters)

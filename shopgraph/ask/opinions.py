"""Queries for what reviews say: how often they are pleased and not, and the newest sentences of each side."""

from __future__ import annotations

from collections.abc import Mapping

_PLEASED = 0.2
"""Sentiment from which on a mention is pleased; below its negative it is not."""
_MENTIONS = "MATCH (p:Product)<-[:ABOUT]-(r:Review)-[m:MENTIONS]->(a:Aspect) WHERE"
_SIDES = {"praise": f"m.sentiment > {_PLEASED}", "complaints": f"m.sentiment < -{_PLEASED}"}


def opinion_counts(where: str, parameters: Mapping[str, object]) -> tuple[str, dict[str, object]]:
    """Give the query that counts mentions (``n``), those pleased (``good``) and those not (``bad``); its parameters.

    Args:
        where: conditions on the product ``p`` and the aspect ``a``.
        parameters: of the conditions.
    """
    sums = ", ".join(
        f"sum(CASE WHEN {_SIDES[side]} THEN 1 ELSE 0 END) AS {name}"
        for side, name in (("praise", "good"), ("complaints", "bad"))
    )
    return f"{_MENTIONS} {where} RETURN {sums}, count(a) AS n", dict(parameters)


def opinion_quotes(
    side: str, where: str, parameters: Mapping[str, object], *, most: int
) -> tuple[str, dict[str, object]]:
    """Give the query for the newest mentions of one side, for ``quote_of``, and its parameters.

    Args:
        side: ``praise`` or ``complaints``.
        where: conditions on the product ``p`` and the aspect ``a``.
        parameters: of the conditions.
        most: mentions given.
    """
    cypher = (
        f"{_MENTIONS} {where} AND {_SIDES[side]} "
        "RETURN r.id AS review, p.id AS product, r.text AS text, m.start AS start, m.`end` AS finish, "
        f"a.id AS aspect, m.sentiment AS sentiment ORDER BY r.at DESC, review, start LIMIT {int(most)}"
    )
    return cypher, dict(parameters)

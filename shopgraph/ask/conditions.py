"""Conditions on products as Cypher: fixed fragments, and parameters for all that a question says."""

from __future__ import annotations

from shopgraph.discovery.reading import Name, ReadQuery

# A name in an inner pattern that the outer one has too would mean the same node, so these are names of their own.
_FRAGMENTS = {
    "Brand": "EXISTS {{ MATCH (p)-[:HAS_BRAND]->(its_brand:Brand) WHERE its_brand.id IN ${name} }}",
    "Category": "EXISTS {{ MATCH (p)-[:IN_CATEGORY]->(:Category)-[:PART_OF*0..6]->(its_kind:Category) "
    "WHERE its_kind.id IN ${name} }}",
    "Attribute": "EXISTS {{ MATCH (p)-[:HAS_ATTRIBUTE]->(its_trait:Attribute) WHERE its_trait.id IN ${name} }}",
    "given": "EXISTS {{ MATCH (p)-[has:HAS_ATTRIBUTE]->(its_trait:Attribute) WHERE its_trait.id IN ${name} "
    "AND (has.origin IS NULL OR has.origin = 'input') }}",
}  # fmt: skip


class Conditions:
    """Conditions of one question.

    Args:
        query: as it was read.
        given: attributes count only where the shop gave them, not where photos or reviews told them.
    """

    def __init__(self, query: ReadQuery, *, given: bool = False) -> None:
        self.parameters: dict[str, object] = {}
        self.clauses = ["p.in_catalogue = true"]
        self._given = given
        for name in query.names:
            self._add(name)
        if query.price is not None:
            if query.price.low is not None:
                self.clauses.append("p.price >= $lowest")
                self.parameters["lowest"] = float(query.price.low)
            if query.price.high is not None:
                self.clauses.append("p.price <= $highest")
                self.parameters["highest"] = float(query.price.high)
        if query.stock is not None:
            self.clauses.append(f"p.in_stock = {str(query.stock.wanted).lower()}")

    @property
    def where(self) -> str:
        """The conditions, joined."""
        return " AND ".join(self.clauses)

    def _add(self, name: Name) -> None:
        label = name.label
        if label not in ("Brand", "Category", "Attribute"):
            return
        place = f"names{len(self.parameters)}"
        nodes = [sense.node.id for sense in name.senses if sense.node.label == label]
        fragment = _FRAGMENTS["given" if label == "Attribute" and self._given else label].format(name=place)
        self.clauses.append(f"NOT {fragment}" if name.negated else fragment)
        self.parameters[place] = nodes

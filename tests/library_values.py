"""Values for the parameters of library queries that must be given: nodes that have much to say in the graph at hand."""

from __future__ import annotations

from cypher import Query
from kg.store import GraphStore

_BUSIEST = {
    "Product": "MATCH (n:Product)<-[:PURCHASED]-(:User)",
    "User": "MATCH (n:User)-[:PURCHASED]->(:Product)",
    "Brand": "MATCH (n:Brand)<-[:HAS_BRAND]-(:Product)<-[:PURCHASED]-(:User)",
    "Category": "MATCH (n:Category)<-[:IN_CATEGORY]-(:Product)<-[:PURCHASED]-(:User)",
    "Attribute": "MATCH (n:Attribute)<-[:HAS_ATTRIBUTE]-(:User)-[:PURCHASED]->(:Product)",
    "Aspect": "MATCH (n:Aspect)<-[:MENTIONS]-(:Review)",
}


class BusiestNodes:
    """The busiest nodes of each label, asked once."""

    def __init__(self, store: GraphStore) -> None:
        self._store = store
        self._known: dict[str, list[str]] = {}

    def values(self, query: Query) -> dict[str, object]:
        """Give each parameter that needs a value the busiest node of its label, the next for a second of that label.

        A label without nodes gives an id that no node has.
        """
        chosen: dict[str, object] = {}
        taken: dict[str, int] = {}
        for one in query.parameters:
            if not one.required:
                continue
            if one.label is None:
                chosen[one.name] = one.example
                continue
            place = taken[one.label] = taken.get(one.label, -1) + 1
            chosen[one.name] = (*self._of(one.label), "none", "none")[place]
        return chosen

    def _of(self, label: str) -> list[str]:
        if label not in self._known:
            found = self._store.query(
                f"{_BUSIEST[label]} WITH n.id AS id, count(*) AS times RETURN id ORDER BY times DESC, id LIMIT 2"
            )
            self._known[label] = found["id"].to_pylist()
        return self._known[label]

"""The schema as the browser's legend shows it."""

from __future__ import annotations

from kg.schema import EDGE_TYPES, NODE_TYPES, Property


def schema_dict() -> dict[str, object]:
    """Give node labels and relationship types with their properties, colours and one line about each."""
    return {
        "nodes": [
            {
                "label": node.label,
                "doc": node.doc,
                "color": node.color,
                "properties": _properties(node.properties),
            }
            for node in NODE_TYPES
        ],
        "edges": [
            {
                "type": edge.name,
                "doc": edge.doc,
                "inferred": edge.inferred,
                "pairs": [{"from": source, "to": target} for source, target in edge.pairs],
                "key": list(edge.key),
                "properties": _properties(edge.properties),
            }
            for edge in EDGE_TYPES
        ],
    }


def _properties(properties: tuple[Property, ...]) -> list[dict[str, str]]:
    return [{"name": own.name, "type": str(own.type), "doc": own.doc} for own in properties]

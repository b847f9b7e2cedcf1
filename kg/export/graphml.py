"""The whole graph as GraphML, which Gephi, yEd, Cytoscape and NetworkX read; written as a stream.

Each node has the attributes ``kind`` (its label) and ``label`` (its name, or its id), as Gephi shows it, and all its
properties; each edge has ``kind`` (its type) and all of its own. Times are ISO 8601 text. A character that XML cannot
hold is written as U+FFFD.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from kg.export.protocol import Reads, as_store, new_file
from kg.export.tables import edge_tables, iso_time
from kg.schema import EDGE_TYPES, NODE_TYPES, NODES, Property, PropertyType
from kg.snapshot import Snapshot
from kg.store.protocol import GraphStore

_TYPES = {
    PropertyType.STRING: "string",
    PropertyType.DOUBLE: "double",
    PropertyType.INT64: "long",
    PropertyType.BOOL: "boolean",
    PropertyType.TIMESTAMP: "string",
}
_NOT_XML = r"[\x00-\x08\x0B\x0C\x0E-\x1F\x{FFFE}\x{FFFF}]"
_ESCAPES = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("\r", "&#13;"))
_ATTRIBUTE_ESCAPES = (("\n", "&#10;"), ("\t", "&#9;"))

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">
"""


class GraphML:
    """One GraphML file with every property."""

    name = "graphml"
    doc = "Every node and edge with all properties, as one GraphML file."
    reads = Reads.STORE

    def export(self, graph: GraphStore | Snapshot, out: Path) -> Path:
        """Write the file; see ``Exporter``."""
        store = as_store(graph, name=self.name)
        with new_file(out) as beside, beside.open("w", encoding="utf-8", newline="\n") as file:
            file.write(_HEAD)
            file.writelines(
                _keys(
                    "node", "n", _attributes((node.properties for node in NODE_TYPES), always=("kind", "label", "id"))
                )
            )
            file.writelines(_keys("edge", "e", _attributes((edge.properties for edge in EDGE_TYPES), always=("kind",))))
            file.write('<graph id="G" edgedefault="directed">\n')
            for label in NODES:
                for batch in store.nodes(label):
                    file.writelines(_nodes(label, batch))
            for key in edge_tables():
                for batch in store.edges(key):
                    file.writelines(_edges(key.source, key.type, key.target, batch))
            file.write("</graph>\n</graphml>\n")
        return out


def _attributes(kinds: Iterable[tuple[Property, ...]], *, always: Sequence[str]) -> dict[str, str]:
    """Give attribute -> type over the properties of all labels, or of all relationship types."""
    return dict.fromkeys(always, "string") | {prop.name: _TYPES[prop.type] for kind in kinds for prop in kind}


def _keys(element: str, prefix: str, attributes: Mapping[str, str]) -> Iterator[str]:
    for name, kind in attributes.items():
        yield f'<key id="{prefix}_{name}" for="{element}" attr.name="{name}" attr.type="{kind}"/>\n'


def _nodes(label: str, batch: pa.RecordBatch) -> list[str]:
    properties = dict(zip(batch.schema.names, batch.columns, strict=True))
    shown = {"kind": pa.repeat(label, len(batch)), "label": pc.coalesce(properties["name"], properties["id"])}
    lines: list[str] = _joined(
        f'<node id="{label}:',
        _escaped(properties["id"], attribute=True),
        '">',
        *_data("n", shown | properties),
        "</node>\n",
    ).to_pylist()
    return lines


def _edges(source: str, kind: str, target: str, batch: pa.RecordBatch) -> list[str]:
    properties = dict(zip(batch.schema.names, batch.columns, strict=True))
    head, tail = (_escaped(properties.pop(end), attribute=True) for end in ("source", "target"))
    data = _data("e", {"kind": pa.repeat(kind, len(batch)), **properties})
    lines: list[str] = _joined(
        f'<edge source="{source}:', head, f'" target="{target}:', tail, '">', *data, "</edge>\n"
    ).to_pylist()
    return lines


def _data(prefix: str, columns: Mapping[str, pa.Array]) -> Iterator[pa.StringArray]:
    """Give the ``data`` elements of each attribute, empty where it is unknown."""
    for name, column in columns.items():
        if column.null_count < len(column):
            text = _escaped(_text(column))
            yield pc.coalesce(_joined(f'<data key="{prefix}_{name}">', text, "</data>"), "")


def _text(column: pa.Array) -> pa.StringArray:
    return iso_time(column) if pa.types.is_timestamp(column.type) else column.cast(pa.string())


def _escaped(strings: pa.StringArray, *, attribute: bool = False) -> pa.StringArray:
    strings = pc.replace_substring_regex(strings, _NOT_XML, "\ufffd")
    for plain, escaped in _ESCAPES + (_ATTRIBUTE_ESCAPES if attribute else ()):
        strings = pc.replace_substring(strings, plain, escaped)
    return strings


def _joined(*parts: pa.Array | str) -> pa.StringArray:
    """Give the parts of each row joined, null where one of them is."""
    return pc.binary_join_element_wise(*parts, "")

"""Triples for PyKEEN: a ``TriplesFactory`` in memory, and a tab-separated file that PyKEEN reads."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kg.export.protocol import Reads, as_snapshot, new_file
from kg.ids import IdMap, IntArray
from kg.limits import limit
from kg.snapshot import Relation, Snapshot
from kg.store.protocol import GraphStore

if TYPE_CHECKING:
    from pykeen.triples import TriplesFactory

_ESCAPES = (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r"))


def to_triples_factory(
    snapshot: Snapshot, *, relations: Collection[Relation] | None = None, create_inverse_triples: bool = False
) -> TriplesFactory:
    """Give the triples of a snapshot to PyKEEN, each once.

    Entities are the nodes that stand in one of the triples, labelled ``Label:id``, in the order of the snapshot's rows;
    relations are labelled as ``Relation.label``, in ascending order, so that ``MENTIONS`` is one relation whatever it
    leads to.

    Args:
        snapshot: to read.
        relations: the relations to take; None for all.
        create_inverse_triples: let PyKEEN add each triple the other way round.
    """
    import torch
    from pykeen.triples import TriplesFactory

    triples, names = _triples(snapshot, relations)
    rows, entities = np.unique(triples[:, [0, 2]], return_inverse=True)
    entities = entities.reshape(-1, 2)
    mapped = np.column_stack((entities[:, 0], triples[:, 1], entities[:, 1]))
    labels = entity_labels(snapshot.ids, rows).to_pylist()
    return TriplesFactory(
        mapped_triples=torch.from_numpy(mapped.astype(np.int64)),
        entity_to_id={label: number for number, label in enumerate(labels)},
        relation_to_id={name: number for number, name in enumerate(names)},
        create_inverse_triples=create_inverse_triples,
    )


def entity_labels(ids: IdMap, rows: IntArray) -> pa.StringArray:
    """Give ``Label:id`` of each row, ``(n_rows,)``."""
    return pc.binary_join_element_wise(pa.array(ids.labels_of(rows), pa.string()), ids.ids(rows), ":")


class PyKEEN:
    """``Label:id``, relation, ``Label:id`` on each line, tabs between; ``TriplesFactory.from_path`` reads it.

    Within an id or a relation, a backslash, tab, line feed or carriage return is written as ``\\\\``, ``\\t``, ``\\n``
    or ``\\r``.
    """

    name = "pykeen"
    doc = "Triples of the training part, tab-separated, for PyKEEN."
    reads = Reads.SNAPSHOT

    def export(self, graph: GraphStore | Snapshot, out: Path) -> Path:
        """Write the triples; see ``Exporter``."""
        snapshot = as_snapshot(graph, name=self.name)
        with new_file(out) as beside, beside.open("wb") as file:
            for lines in _lines(snapshot):
                file.write("".join(lines.to_pylist()).encode())
        return out


def _triples(snapshot: Snapshot, relations: Collection[Relation] | None) -> tuple[IntArray, list[str]]:
    """Give the distinct triples as rows, ``(n_triples, 3)``, and the relations' labels."""
    chosen = [relation for relation in snapshot.edges if relations is None or relation in relations]
    names = sorted({relation.label for relation in chosen})
    nodes = max(1, len(snapshot.ids))
    codes = [
        (np.int64(names.index(relation.label)) * nodes + snapshot.edges[relation].head) * nodes
        + snapshot.edges[relation].tail
        for relation in chosen
    ]
    distinct = np.unique(np.concatenate([np.zeros(0, np.int64), *codes]))
    triples: IntArray = np.column_stack((distinct // nodes % nodes, distinct // nodes // nodes, distinct % nodes))
    return triples, names


def _lines(snapshot: Snapshot) -> Iterator[pa.StringArray]:
    triples, names = _triples(snapshot, None)
    size = limit("batch_rows")
    relations = pa.array(names, pa.string())
    for start in range(0, len(triples), size):
        head, relation, tail = triples[start : start + size].T
        yield pc.binary_join_element_wise(
            _escaped(entity_labels(snapshot.ids, head)),
            _escaped(relations.take(pa.array(relation))),
            pc.binary_join_element_wise(_escaped(entity_labels(snapshot.ids, tail)), "\n", ""),
            "\t",
        )


def _escaped(strings: pa.StringArray) -> pa.StringArray:
    for plain, escaped in _ESCAPES:
        strings = pc.replace_substring(strings, plain, escaped)
    return strings

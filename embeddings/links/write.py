"""Proposals into the graph: ``LIKELY`` for products, ``INTERESTED_IN`` for customers."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from embeddings.links.interests import INTERESTED_IN
from embeddings.links.proposals import Proposals
from kg.errors import ConfigurationError
from kg.store.inferred import Written, write_conclusions
from kg.store.protocol import EdgeKey, GraphStore

LIKELY = "LIKELY"


def write_proposals(store: GraphStore, proposals: Proposals, *, least: float = 0.0) -> Written:
    """Make the graph hold the proposals, and no earlier ones of the same model.

    Args:
        store: open for writing, with the schema.
        proposals: to write; what supports them stays in their file.
        least: confidence from which to write them.

    Raises:
        ConfigurationError: the schema has no place for a proposal: its head is no product and no customer.
        GraphStoreError: an end does not exist, or the store refused.
    """
    table = proposals.from_confidence(least)
    parts: dict[EdgeKey, pa.Table] = {}
    for labels in table.group_by(["head_label", "relation", "tail_label"]).aggregate([]).to_pylist():
        chosen = pc.and_(
            pc.and_(
                pc.equal(table["head_label"], labels["head_label"]), pc.equal(table["relation"], labels["relation"])
            ),
            pc.equal(table["tail_label"], labels["tail_label"]),
        )
        own = table.filter(chosen)
        columns = {"source": own["head"], "target": own["tail"], "score": own["confidence"]}
        if labels["relation"] == INTERESTED_IN:
            key = EdgeKey(labels["head_label"], INTERESTED_IN, labels["tail_label"])
        elif labels["head_label"] == "Product":
            key = EdgeKey("Product", LIKELY, labels["tail_label"])
            columns["relation"] = own["relation"]
        else:
            raise ConfigurationError(
                f"The graph has no place for proposals ({labels['head_label']})-[:{labels['relation']}]->"
                f"({labels['tail_label']}): write those of products and interests, and keep the others in their file."
            )
        found = pa.table(columns)
        parts[key] = pa.concat_tables([parts[key], found]) if key in parts else found
    return write_conclusions(store, proposals.model, parts)

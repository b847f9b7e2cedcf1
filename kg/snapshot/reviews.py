"""Which reviews the training part may know."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kg.ids import IdMap
from kg.snapshot.read import read_edges, read_ids, read_interactions
from kg.snapshot.split import Division, SplitMethod, SplitSettings, divide, pair_codes
from kg.store.protocol import EdgeKey, GraphStore


def training_reviews(store: GraphStore, *, split: SplitSettings = SplitSettings()) -> frozenset[str]:  # noqa: B008
    """Give the ids of the reviews that may be learned from before the snapshot is taken, as it will be split.

    Raises:
        GraphStoreError: the store cannot be read.
        ConfigurationError: the split does not fit the data.
    """
    ids, _ = read_ids(store)
    interactions = read_interactions(store, ids)
    kept = kept_reviews(store, ids, divide(interactions, ids, split))
    return frozenset(ids.label_ids("Review").filter(pa.array(kept)).to_pylist()) if len(kept) else frozenset()


def kept_reviews(store: GraphStore, ids: IdMap, division: Division) -> npt.NDArray[np.bool_]:
    """Say of each review whether the training part may know it, ``(n_reviews,)``."""
    reviews = ids.slice("Review")
    kept = np.ones(ids.count("Review"), dtype=np.bool_)
    if division.method is SplitMethod.NONE or not len(kept):
        return kept
    wrote = read_edges(store, EdgeKey("User", "WROTE", "Review"), ids)
    about = read_edges(store, EdgeKey("Review", "ABOUT", "Product"), ids)
    author = np.full(len(kept), -1, dtype=np.int64)
    author[wrote.tail - reviews.start] = wrote.head
    review = about.head - reviews.start
    known = author[review] >= 0
    codes = pair_codes(author[review[known]], about.tail[known], ids)
    kept[review[known][np.isin(codes, division.held)]] = False
    if division.cutoff is not None:
        at = [batch["at"].cast(pa.int64()).fill_null(-1).to_numpy() for batch in store.nodes("Review")]
        kept &= np.concatenate(at) < division.cutoff
    return kept

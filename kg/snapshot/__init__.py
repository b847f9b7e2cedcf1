"""The snapshot: the graph as frozen columns, the one hand-over between the graph and learning.

A snapshot is a folder: ``manifest.json`` (version, fingerprint, counts, the split), ``nodes.arrow`` (``id``, ``name``),
``products.arrow``, ``reviews.arrow``, ``images.arrow`` (what filters, reasons and encoders need to know of them) and
``edges/*.arrow``. Interactions kept for the test are never in it, nor is anything that would give them away: they lie
apart, in the folder given as ``holdout``.
"""

from kg.ids import IdMap, IntArray
from kg.snapshot.edges import Edges, FloatArray, Relation
from kg.snapshot.holdout import Holdout, load_holdout
from kg.snapshot.reviews import training_reviews
from kg.snapshot.snapshot import Snapshot, load_snapshot
from kg.snapshot.split import SplitMethod, SplitSettings
from kg.snapshot.take import take_snapshot
from kg.store.protocol import EdgeKey

__all__ = [
    "EdgeKey",
    "Edges",
    "FloatArray",
    "Holdout",
    "IdMap",
    "IntArray",
    "Relation",
    "Snapshot",
    "SplitMethod",
    "SplitSettings",
    "load_holdout",
    "load_snapshot",
    "take_snapshot",
    "training_reviews",
]

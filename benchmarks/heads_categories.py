"""The category of a product from text and photo, and products in a wrong category.

A fifth of the products is held out and its category told from vectors of titles (character n-grams), of photos (the
offline encoder), and of both. Then 5 % of all products are put into another category at random, and the list of
contradictions is compared with these: precision is judged against the planted ones alone, so real mistakes of the
catalogue count against it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.common import Arguments, Figures, seconds
from benchmarks.fusion_data import image_vectors_of
from benchmarks.recommend import prepare
from recommender.heads import contradictions, learn_categories
from recommender.network import Modality
from shopgraph.heads import title_vectors


def measure_categories(arguments: Arguments) -> Figures:
    """Learn, judge, plant and find."""
    with tempfile.TemporaryDirectory() as folder:
        snapshot = prepare(arguments, Path(folder))
        ids = snapshot.products["id"]
        vectors = [title_vectors(snapshot.products), image_vectors_of(snapshot)]
        categories = snapshot.products["categories"].to_pylist()
    modalities = [Modality.of(own, ids) for own in vectors]
    given = [own[0] if own else None for own in categories]
    rng = np.random.default_rng(arguments.seed)
    figures: dict[str, float] = {"products": len(given), "categories": len(set(given))}
    held = rng.random(len(given)) < float(arguments.options["held_out"])
    learned = [None if out else name for name, out in zip(given, held, strict=True)]
    for name, own in (("text", modalities[:1]), ("image", modalities[1:]), ("text and image", modalities)):
        figures[f"accuracy by {name}"] = _accuracy(own, learned, given, held)
    planted = rng.random(len(given)) < float(arguments.options["planted"])
    names = sorted({name for name in given if name})
    wrong = [
        str(rng.choice([name for name in names if name != own])) if out else own
        for own, out in zip(given, planted, strict=True)
    ]
    with seconds() as checking:
        report = learn_categories(modalities, wrong)
        found = contradictions(report, modalities, [[own] if own else [] for own in wrong])
    right = sum(bool(planted[entry.row]) for entry in found)
    corrected = sum(entry.likelier == given[entry.row] for entry in found if planted[entry.row])
    figures |= {
        "planted": int(planted.sum()),
        "listed": len(found),
        "precision": right / max(len(found), 1),
        "recall": right / max(int(planted.sum()), 1),
        "named the right category, of those found": corrected / max(right, 1),
        "checking (s)": checking.seconds,
    }
    return figures


def _accuracy(
    modalities: Sequence[Modality], learned: Sequence[str | None], given: Sequence[str | None], held: np.ndarray
) -> float:
    head = learn_categories(modalities, learned).head
    best = head.chances(modalities).argmax(axis=1)
    return float(np.mean([head.categories[best[row]] == given[row] for row in np.flatnonzero(held)]))

"""Choosing by a validation part how much each of several scores weighs beside the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from recommender.arrays import FloatArray
from recommender.tuning import Judge

_GRID = (0.0, 0.1, 0.2, 0.3, 0.45, 0.6, 0.8, 1.0, 1.3, 1.7, 2.2)


def worth(found: Mapping[str, float], beside: Mapping[str, float]) -> float:
    """Give what metrics are worth beside others: the mean of their ratios, so that each counts alike.

    A plain sum would be led by recall at 20, the largest of them, and give away the head of the list for its tail.
    """
    ratios = [own / beside[name] for name, own in found.items() if beside.get(name, 0.0) > 0]
    return float(np.mean(ratios)) if ratios else sum(found.values())


def choose_weights(
    judge: Judge, scores: Mapping[str, Callable[[slice], FloatArray]], *, first: str, grid: Sequence[float] = _GRID
) -> tuple[dict[str, float], dict[str, float]]:
    """Choose the weight of each score beside that of ``first``, which is 1, one after the other, best last.

    Args:
        judge: of the validation part.
        scores: give standardised scores of a block of users, by name.
        first: name of the score that the others join.
        grid: weights tried.

    Returns:
        The weights, and what they reach.
    """
    weights = {first: 1.0}
    alone = best = judge(scores[first])
    for name in scores:
        if name == first:
            continue
        before = dict(weights)
        for weight in grid:
            if weight == 0:
                continue
            tried = {**before, name: weight}

            def joined(part: slice, tried: Mapping[str, float] = tried) -> FloatArray:
                total = sum(np.float32(own) * scores[key](part) for key, own in tried.items())
                return np.asarray(total, dtype=np.float32)

            found = judge(joined)
            if worth(found, alone) > worth(best, alone):
                best, weights = found, tried
    return weights, best

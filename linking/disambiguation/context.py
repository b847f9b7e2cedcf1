"""What the words around a mention say of the label of what is meant.

"by Orange" is a brand, "in orange" a colour. The model is learned from the shop's own texts without labels: names that
can mean only one thing show what stands around things of their kind, and words that are no names show what stands
around NIL (Gale, Church and Yarowsky 1992 learned senses from such unambiguous relatives). It is naive Bayes over the
two words on either side.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from math import log

from spacy.tokens import Doc

LABELS: tuple[str, ...] = ("Brand", "Category", "Attribute", "Aspect", "Product", "")
"""Labels that a mention may have; "" for NIL."""

NIL = len(LABELS) - 1
_SMOOTHING = 2.0
_FEWEST = 3
_EDGE = "|"


def surrounding(doc: Doc, start: int, end: int, *, form: str = "norm_") -> tuple[str, str, str, str]:
    """Give the features of the words around tokens ``start`` to ``end``: the nearest and the nearest two, each side.

    Args:
        doc: in which they stand.
        start, end: first token, and the one after the last.
        form: attribute of tokens in which words are compared.
    """
    size = len(doc)
    left = getattr(doc[start - 1], form) if start else _EDGE
    right = getattr(doc[end], form) if end < size else _EDGE
    left2 = getattr(doc[start - 2], form) if start > 1 else _EDGE
    right2 = getattr(doc[end + 1], form) if end + 1 < size else _EDGE
    return (f"{left}<", f">{right}", f"{left2} {left}<", f">{right} {right2}")


class ContextModel:
    """Log-likelihood ratios of features, label by label.

    Args:
        weights: feature -> log of how much likelier it stands around a mention of each label than around any word,
            in the order of ``LABELS``.
    """

    def __init__(self, weights: Mapping[str, tuple[float, ...]]) -> None:
        self.weights = dict(weights)
        self._nothing = (0.0,) * len(LABELS)

    def scores(self, features: Iterable[str]) -> list[float]:
        """Give the sum of the features' log-likelihood ratios for each of ``LABELS``."""
        known = [self.weights[feature] for feature in features if feature in self.weights]
        return [sum(column) for column in zip(*known, strict=True)] if known else [*self._nothing]


class ContextCounts:
    """Counts features on the way to a ``ContextModel``; memory grows with the kinds of features, not with texts."""

    def __init__(self) -> None:
        self._counts: tuple[Counter[str], ...] = tuple(Counter() for _ in LABELS)
        self.seen = [0] * len(LABELS)

    def add(self, label: int, features: Iterable[str]) -> None:
        """Count the features around one mention of ``LABELS[label]``."""
        self._counts[label].update(features)
        self.seen[label] += 1

    def model(self) -> ContextModel:
        """Give the model; a label that was not seen is neither spoken for nor against."""
        total = Counter[str]()
        for counts in self._counts:
            total.update(counts)
        mentions = sum(self.seen)
        weights: dict[str, tuple[float, ...]] = {}
        for feature in sorted(total):
            if total[feature] < _FEWEST:
                continue
            base = total[feature] / mentions
            weights[feature] = tuple(
                round(log((counts[feature] + _SMOOTHING * base) / (seen + _SMOOTHING) / base), 4) if seen else 0.0
                for counts, seen in zip(self._counts, self.seen, strict=True)
            )
        return ContextModel(weights)

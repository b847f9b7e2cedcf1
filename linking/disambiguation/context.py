"""What the words around a mention say of the label of what is meant.

"by Orange" is a brand, "in orange" a colour. The model is learned from the shop's own texts without labels: names that
can mean only one thing show what stands around things of their kind, and words that are no names show what stands
around NIL (Gale, Church and Yarowsky 1992 learned senses from such unambiguous relatives). It is naive Bayes over the
two words on either side.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import log

from linking.pipeline.words import Words
from linking.text import unspaced

LABELS: tuple[str, ...] = ("Brand", "Category", "Attribute", "Aspect", "Product", "")
"""Labels that a mention may have; "" for NIL."""

NIL = len(LABELS) - 1
_SMOOTHING = 2.0
_FEWEST = 3
_EDGE = "|"
_STOPS = frozenset(".!?…。！？:：\"“”'‘’()（）[]*-–—\n\r\t•~")


def beside(forms: Sequence[str], start: int, end: int) -> tuple[str, str, str, str]:
    """Give the features of the words around ``start`` to ``end``: the nearest and the nearest two, each side.

    Args:
        forms: words in the form in which they are compared.
        start, end: first word of the mention, and the one after the last.
    """
    size = len(forms)
    left = forms[start - 1] if start else _EDGE
    right = forms[end] if end < size else _EDGE
    left2 = forms[start - 2] if start > 1 else _EDGE
    right2 = forms[end + 1] if end + 1 < size else _EDGE
    return (f"{left}<", f">{right}", f"{left2} {left}<", f">{right} {right2}")


def capital(words: Words, start: int, end: int) -> int:
    """Give 1 for a capital where none is due, -1 for a small letter, 0 where the place does not tell.

    Args:
        words: of the text.
        start, end: first word of the name, and the one after the last.
    """
    first = words.text[words.starts[start]]
    if first.islower():  # with the first letter lost or swapped, others are still capitals
        name = words.text[words.starts[start] : words.ends[end - 1]]
        return 0 if name != name.lower() else -1
    if not first.isupper() or start == 0:
        return 0
    before = words.written(start - 1)
    if before[-1] in _STOPS:
        return 0
    after = words.written(end) if end < len(words.forms) else ""
    # in a title or a shout every word has one
    loud = before[:1].isupper() and (after[:1].isupper() or not after[:1].isalpha())
    return 0 if loud and not unspaced(before) else 1


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

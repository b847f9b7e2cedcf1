"""How well found spans agree with labelled ones: exact place and label, as in the CoNLL and SemEval tasks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Found = tuple[int, int, str]
"""First character, the one after the last, and the label."""


@dataclass(frozen=True, slots=True)
class Score:
    """Agreement over a set of texts.

    Attributes:
        right: found spans that are labelled so.
        found: spans that were found.
        labelled: spans that should have been.
    """

    right: int
    found: int
    labelled: int

    @property
    def precision(self) -> float:
        """Share of what was found that is right; 0 where nothing was found."""
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """Share of what is labelled that was found; 0 where nothing is labelled."""
        return self.right / self.labelled if self.labelled else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        both = self.found + self.labelled
        return 2 * self.right / both if both else 0.0

    def __add__(self, other: Score) -> Score:
        return Score(self.right + other.right, self.found + other.found, self.labelled + other.labelled)

    def as_dict(self) -> dict[str, float | int]:
        """Give precision, recall, F1 and the number of labelled spans."""
        return {
            "precision": round(self.precision, 4),
            "recall": round(self.recall, 4),
            "f1": round(self.f1, 4),
            "labelled": self.labelled,
        }


def span_scores(labelled: Sequence[Iterable[Found]], found: Sequence[Iterable[Found]]) -> dict[str, Score]:
    """Give the score of each label, text by text; a span is right where start, end and label are all the same.

    Raises:
        ValueError: the two are not of the same length.
    """
    counts: dict[str, Counter[str]] = {}
    for wanted, given in zip(map(set, labelled), map(set, found), strict=True):
        for what, spans in (("labelled", wanted), ("found", given), ("right", wanted & given)):
            for _, _, label in spans:
                counts.setdefault(label, Counter())[what] += 1
    return {label: Score(own["right"], own["found"], own["labelled"]) for label, own in sorted(counts.items())}


def total(scores: Iterable[Score]) -> Score:
    """Give the micro-average: all labels counted together."""
    return sum(scores, Score(0, 0, 0))

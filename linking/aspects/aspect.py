"""What an aspect is: something that reviews talk about, and the words that mean it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Aspect:
    """An aspect as its file says it.

    Attributes:
        name: its id in the graph, and what people read.
        words: that mean it, in any language, base forms.
    """

    name: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MinedAspect:
    """An aspect found in reviews.

    Attributes:
        name: the word that names it most often.
        words: its forms that occur, ``name`` first.
        n_reviews: how many reviews have one of the words; of pruned rare words it is a lower bound.
        score: what it was ranked by; comparable within one language and run.
        language: of the words, ``en`` or ``zh``.
    """

    name: str
    words: tuple[str, ...]
    n_reviews: int
    score: float
    language: str

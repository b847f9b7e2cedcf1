"""From what is seen to a sentence that a person would read: "striped navy blue casual shirts for men"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from linking.captions.protocol import Caption, CaptionWords
from linking.mentions import NodeRef

_STEP = re.compile(r"category (\d+)")
_COLOUR = re.compile(r"colou?r|颜色|farbe|couleur", re.IGNORECASE)
_PATTERN = re.compile(r"pattern|finish|print|图案|花纹", re.IGNORECASE)
_PEOPLE = frozenset({"men", "women", "boys", "girls", "kids", "children", "babies", "adults", "him", "her"})
_NOTHING = frozenset({"no", "none", "false", "n/a", "na", "-", "unknown", "other"})
_YES = frozenset({"yes", "true"})


@dataclass(frozen=True, slots=True)
class Said:
    """One thing seen.

    Attributes:
        head: ``category 1`` and so on, or the attribute's name; None for a word of titles.
        words: as the shop writes them.
        node: they mean; None leaves it to the linker.
        confidence: that they are right, 0 to 1.
    """

    head: str | None
    words: str
    node: NodeRef | None
    confidence: float


def category_step(head: str) -> int | None:
    """Give the depth in the category path that a head stands for, from 1; None for other heads."""
    found = _STEP.fullmatch(head)
    return int(found.group(1)) if found else None


def is_a_word(text: str) -> bool:
    """Tell whether a value can stand in a sentence by itself: not a number, a size or nothing."""
    return any(character.isalpha() for character in text) and text.strip().lower() not in _NOTHING


def compose(said: Sequence[Said]) -> Caption:
    """Write a caption: words of titles, pattern, colour, other attributes, category, whom it is for.

    The steps above the last category follow in brackets. Each word keeps the characters it stands at; of two things
    with the same words, both mean the same characters.
    """
    by_step = sorted((step, row) for row, one in enumerate(said) if (step := category_step(one.head or "")) is not None)
    steps = [said[row] for _, row in by_step]
    noun, above = steps[-1:], steps[:-1][::-1]
    others = sorted((one for one in said if one not in steps), key=lambda one: (_place(one), one.head or "", one.words))
    people = [one for one in others if one.words.lower() in _PEOPLE]
    before = [one for one in others if one not in people]
    writer = _Writer()
    for one in before:
        writer.add(one, " ")
    for one in noun:
        writer.add(one, " ")
    for number, one in enumerate(people):
        writer.add(one, " for " if number == 0 else " and ")
    for one in above:
        writer.add(one, ", ")
    return writer.caption()


def _place(one: Said) -> int:
    if one.head is None:
        return 0
    return 1 if _PATTERN.search(one.head) else 2 if _COLOUR.search(one.head) else 3


def _worded(one: Said) -> str:
    words = " ".join(one.words.split()).lower()
    if words in _NOTHING or one.head is None:
        return "" if words in _NOTHING else words
    name = one.head.replace("_", " ")
    if words in _YES:
        return name
    return words if is_a_word(words) and not words[0].isdigit() else f"{name} {words}"


class _Writer:
    def __init__(self) -> None:
        self._text = ""
        self._words: list[CaptionWords] = []
        self._at: dict[str, tuple[int, int]] = {}

    def add(self, one: Said, joint: str) -> None:
        words = _worded(one)
        if not words:
            return
        if words not in self._at:
            start = len(self._text) + len(joint) if self._text else 0
            self._text = f"{self._text}{joint}{words}" if self._text else words
            self._at[words] = (start, start + len(words))
        start, end = self._at[words]
        self._words.append(CaptionWords(start, end, one.confidence, one.node))

    def caption(self) -> Caption:
        return Caption(self._text, tuple(sorted(self._words, key=lambda word: (word.start, word.end))))

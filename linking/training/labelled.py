"""Labelled text: what training learns from, and what a reader of such files gives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from kg.records import Reject
from linking.mentions import NodeRef


@dataclass(frozen=True, slots=True, order=True)
class LabelledSpan:
    """Words of a text that somebody labelled.

    Attributes:
        start, end: first character, and the one after the last.
        label: what they are: Brand, Category, Attribute, Aspect, Product, or the data's own.
        node: the node of the graph they mean, where the data say so.
        polarity: what the text says of it, -1 (bad) to 1 (good), where the data say so.
    """

    start: int
    end: int
    label: str
    node: NodeRef | None = None
    polarity: float | None = None


@dataclass(frozen=True, slots=True)
class LabelledText:
    """A text with all its labelled spans, in the order of the text; no span is a claim that there is nothing.

    Attributes:
        text: as written.
        spans: by start, then end; they may overlap.
        language: of the text, such as "en"; None where the data do not say.
    """

    text: str
    spans: tuple[LabelledSpan, ...]
    language: str | None = None

    def __post_init__(self) -> None:
        for span in self.spans:
            if not 0 <= span.start < span.end <= len(self.text):
                raise ValueError(f"the span {span.start} to {span.end} does not lie in a text of {len(self.text)}")

    def surface(self, span: LabelledSpan) -> str:
        """Give the words of a span as written."""
        return self.text[span.start : span.end]


class LabelledReader(Protocol):
    """A format of labelled text. A new one is one new file in this folder's ``readers`` and one entry in its registry.

    Attributes:
        name: as given to ``--format``.
        doc: one line for ``--help`` and the docs.
    """

    name: str
    doc: str

    def recognises(self, path: Path) -> bool:
        """Tell whether a file looks like this format; never raises."""
        ...

    def read(self, path: Path) -> Iterator[LabelledText | Reject]:
        """Stream the texts of a file, and a reject for what is no labelled text.

        Raises:
            InputError: the file is missing, empty, or no such format at all.
        """
        ...


def longest_first(spans: Iterable[LabelledSpan]) -> tuple[LabelledSpan, ...]:
    """Give spans that do not overlap, in the order of the text: the longer one is kept, of two as long the earlier."""
    kept: list[LabelledSpan] = []
    for span in sorted(spans, key=lambda span: (span.start - span.end, span.start, span.label)):
        if all(span.end <= other.start or other.end <= span.start for other in kept):
            kept.append(span)
    return tuple(sorted(kept, key=lambda span: span.start))

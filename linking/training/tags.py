"""Spans as a tag for each token, and back: B- begins a span, I- goes on with it, O is nothing (BIO)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from spacy.tokens import Doc, Span

from linking.training.labelled import LabelledSpan, longest_first

OUTSIDE = "O"


def aligned(doc: Doc, spans: Iterable[LabelledSpan]) -> list[Span]:
    """Give the spans that begin and end with tokens, as spans of the doc; others cannot be learned.

    The borders may enclose spaces, which belong to no token's words.
    """
    found = []
    for span in spans:
        words = doc.text[span.start : span.end]
        start = span.start + len(words) - len(words.lstrip())
        own = doc.char_span(start, start + len(words.strip()), label=span.label)
        if own is not None:
            found.append(own)
    return found


def to_tags(doc: Doc, spans: Iterable[LabelledSpan]) -> list[str]:
    """Give the tag of each token; of spans that overlap the longest counts."""
    tags = [OUTSIDE] * len(doc)
    for span in aligned(doc, longest_first(spans)):
        tags[span.start : span.end] = [f"I-{span.label_}"] * len(span)
        tags[span.start] = f"B-{span.label_}"
    return tags


def from_tags(doc: Doc, tags: Sequence[str]) -> list[Span]:
    """Give the spans that the tags of a doc say; an I- after something else begins one."""
    spans: list[Span] = []
    start, label = 0, ""
    for place, tag in enumerate((*tags, OUTSIDE)):
        prefix, _, own = tag.partition("-")
        if label and (prefix != "I" or own != label):
            spans.append(Span(doc, start, place, label=label))
            label = ""
        if prefix != OUTSIDE and not label:
            start, label = place, own
    return spans

"""Aspect terms of reviews, as in SemEval-2014 task 4: ``sentence`` with ``text`` and ``aspectTerm`` with offsets.

Pontiki et al., "SemEval-2014 Task 4: Aspect Based Sentiment Analysis", 2014.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError, XMLPullParser

from kg.errors import InputError
from kg.limits import limit
from kg.records import Reject
from kg.sources.files import read_lines
from linking.training.labelled import LabelledSpan, LabelledText

_POLARITY: dict[str, float | None] = {"positive": 1.0, "negative": -1.0, "neutral": 0.0, "conflict": None}
_HEAD_LINES = 30
"""Lines in which the first sentence must begin for a file to be recognised."""


class SemevalReader:
    """Reads sentences with their aspect terms; every term is an Aspect with a polarity, none where it is a conflict."""

    name = "semeval"
    doc = "SemEval-2014 XML: sentence, text, aspectTerm with from, to and polarity"

    def recognises(self, path: Path) -> bool:
        """Tell whether a file looks like this format."""
        try:
            head = list(itertools.islice(read_lines(path, name=path.name), _HEAD_LINES))
        except InputError:
            return False
        text = " ".join(line.text for line in head if not isinstance(line, Reject))
        return text.lstrip().startswith("<") and "<sentence" in text

    def read(self, path: Path) -> Iterator[LabelledText | Reject]:
        """Stream the sentences. XML that breaks off gives the sentences up to there, then one reject."""
        parser: XMLPullParser[Element] = XMLPullParser(events=("end",))
        number = 0
        try:
            for line in read_lines(path, name=path.name):
                number += 1
                if isinstance(line, Reject):
                    yield line
                    continue
                if "<!DOCTYPE" in line.text or "<!ENTITY" in line.text:
                    raise InputError(f"{path}, line {number}, declares XML entities. Remove the declaration.")
                parser.feed(line.text + "\n")
                for event in parser.read_events():
                    element = event[-1]
                    if isinstance(element, Element) and element.tag == "sentence":
                        yield _sentence(element, path.name, number)
                        element.clear()
            parser.close()
        except ParseError as error:
            yield _reject(path.name, number, f"not XML: {error}; the sentences before it are kept", "")


def _sentence(element: Element, file: str, line: int) -> LabelledText | Reject:
    text = element.findtext("text") or ""
    if not text.strip():
        return _reject(file, line, "a sentence without text", text)
    spans = set()
    for term in element.iter("aspectTerm"):
        words, polarity = term.get("term", ""), term.get("polarity")
        try:
            start, end = int(term.get("from", "")), int(term.get("to", ""))
        except ValueError:
            return _reject(file, line, f'the term "{words}" lacks a number in "from" or "to"', text)
        if not 0 <= start < end <= len(text) or text[start:end] != words:
            return _reject(file, line, f'"{words}" does not stand at {start} to {end}', text)
        if polarity is not None and polarity not in _POLARITY:
            known = ", ".join(_POLARITY)
            return _reject(file, line, f'the polarity of "{words}" is "{polarity}"; known are {known}', text)
        spans.add(LabelledSpan(start, end, "Aspect", polarity=_POLARITY.get(polarity or "conflict")))
    ordered = sorted(spans, key=lambda span: (span.start, span.end))
    return LabelledText(text, tuple(ordered), language=None)


def _reject(file: str, line: int, reason: str, raw: str) -> Reject:
    return Reject(file, line, "MALFORMED", reason, raw[: limit("quarantine_raw_characters")])

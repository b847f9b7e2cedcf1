"""Characters with tags, as in CoNLL-2003: a character, a space and its tag on each line, a blank line after each text.

Chinese sets are written so: ``B-HPPX`` begins a brand, ``I-HPPX`` goes on with it, ``O`` is nothing.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path

from kg.errors import InputError
from kg.limits import limit
from kg.records import Reject
from kg.sources.files import Line, read_lines
from linking.training.labelled import LabelledSpan, LabelledText

_HEAD_LINES = 50


class ConllReader:
    """Reads one character (or word without spaces between) and its BIO tag a line."""

    name = "conll"
    doc = "CoNLL characters: one character and its tag (B-, I-, O) a line, a blank line between texts"

    def recognises(self, path: Path) -> bool:
        """Tell whether a file looks like this format."""
        try:
            head = list(itertools.islice(read_lines(path, name=path.name), _HEAD_LINES))
        except InputError:
            return False
        texts = [line.text.rstrip("\r") for line in head if not isinstance(line, Reject)]
        parted = [_part(text) for text in texts if text]
        return bool(parted) and all(part is not None for part in parted)

    def read(self, path: Path) -> Iterator[LabelledText | Reject]:
        """Stream the texts; a text with a wrong line is rejected as a whole, at that line."""
        rows: list[tuple[str, str]] = []
        wrong: Reject | None = None
        for line in itertools.chain(read_lines(path, name=path.name), (Line(-1, ""),)):
            if isinstance(line, Reject):
                wrong = wrong or line
                continue
            text = line.text.rstrip("\r")
            if text:
                part = _part(text)
                if part is None:
                    reason = f'"{text[:40]}" is no character with a tag B-, I- or O'
                    raw = text[: limit("quarantine_raw_characters")]
                    wrong = wrong or Reject(path.name, line.number, "MALFORMED", reason, raw)
                else:
                    rows.append(part)
                continue
            if wrong is not None:
                yield wrong
            elif rows:
                yield _text(rows)
            rows, wrong = [], None


def _part(line: str) -> tuple[str, str] | None:
    """Part a line into its character, which may itself be a space, and its tag; None where it is neither."""
    separator = "\t" if "\t" in line[1:] else " "
    characters, _, tag = line.rpartition(separator)
    known = tag == "O" or (tag[:2] in ("B-", "I-") and len(tag) > 2)
    return (characters or " ", tag) if known else None


def _text(rows: Sequence[tuple[str, str]]) -> LabelledText:
    """Join the characters; an I- after something else begins a span, as in the CoNLL evaluation script."""
    spans: list[LabelledSpan] = []
    place = start = 0
    label = ""
    for characters, tag in (*rows, ("", "O")):
        prefix, _, own = tag.partition("-")
        if label and (prefix != "I" or own != label):
            spans.append(LabelledSpan(start, place, label))
            label = ""
        if prefix != "O" and not label:
            start, label = place, own
        place += len(characters)
    return LabelledText("".join(characters for characters, _ in rows), tuple(spans))

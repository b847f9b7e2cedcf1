"""Attribute values in product titles, as in AE-110k: ``input``, ``category`` and ``target_scores`` on each JSON line.

Xu et al., "Scaling up Open Tagging from Tens to Thousands: Comprehension Empowered Attribute Value Extraction from
Product Title", ACL 2019. ``target_scores`` is ``{attribute: {value: 1}}``; the value "n/a" says that the title was
searched for the attribute and has none.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kg.errors import InputError
from kg.records import Reject
from kg.sources.jsonlines import JsonRow, read_objects
from linking.training.labelled import LabelledSpan, LabelledText
from linking.training.places import value_places

ABSENT = "n/a"
"""Value of an attribute that a title does not state."""


@dataclass(frozen=True, slots=True)
class TitleAttributes:
    """A product title and what is known of the attributes it was searched for.

    Attributes:
        title: as written.
        category: of the product; empty where the data do not say.
        values: attribute -> its values as they stand in the title; none where it was searched for in vain.
    """

    title: str
    category: str
    values: dict[str, tuple[str, ...]]


class Ae110kReader:
    """Reads titles; each value is a span wherever it stands in the title, labelled with the attribute's name."""

    name = "ae110k"
    doc = "AE-110k JSON lines: input (a title), category, target_scores {attribute: {value: 1}}"

    def recognises(self, path: Path) -> bool:
        """Tell whether a file looks like this format."""
        try:
            first = next(iter(read_objects(path, name=path.name)), None)
        except InputError:
            return False
        return isinstance(first, JsonRow) and "input" in first.values and "target_scores" in first.values

    def read(self, path: Path) -> Iterator[LabelledText | Reject]:
        """Stream the titles with the places of their values."""
        for item in read_titles(path):
            if isinstance(item, Reject):
                yield item
                continue
            pairs = ((attribute, value) for attribute, values in item.values.items() for value in values)
            spans = {
                LabelledSpan(start, start + len(value), attribute)
                for attribute, value in pairs
                for start in value_places(item.title, value)
            }
            yield LabelledText(item.title, tuple(sorted(spans, key=lambda span: (span.start, span.end, span.label))))


def read_titles(path: Path) -> Iterator[TitleAttributes | Reject]:
    """Stream the titles with the attributes they were searched for.

    Raises:
        InputError: the file is empty or unreadable.
    """
    for row in read_objects(path, name=path.name):
        yield row if isinstance(row, Reject) else _title(row, path.name)


def _title(row: JsonRow, file: str) -> TitleAttributes | Reject:
    title, scores = row.values.get("input"), row.values.get("target_scores")
    if not isinstance(title, str) or not title.strip():
        return row.reject(name=file, code="MISSING_VALUE", reason='"input" is no text')
    if not isinstance(scores, dict) or not all(isinstance(values, dict) for values in scores.values()):
        reason = '"target_scores" is not of the form {attribute: {value: 1}}'
        return row.reject(name=file, code="WRONG_TYPE", reason=reason)
    values = {
        attribute: tuple(value for value in found if value != ABSENT and value) for attribute, found in scores.items()
    }
    strange = next((v for v in itertools.chain(*values.values()) if not value_places(title, v)), None)
    if strange is not None:
        return row.reject(name=file, code="MALFORMED", reason=f'the value "{strange}" does not stand in the title')
    return TitleAttributes(title, str(row.values.get("category") or ""), values)

"""Finding the value of an attribute in a product title: title and attribute are given, the value is looked for.

The task of AE-110k (Xu et al., "Scaling up Open Tagging from Tens to Thousands", ACL 2019): one model for all
attributes, told which one is asked for; values may overlap, since each attribute is asked on its own, and a title may
have none. Here the model is a conditional random field whose features are joined with the attribute's name, among them
whether the words are a value of that attribute in the texts learned from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc

from linking.text import normalise
from linking.training.crf import ConditionalField, CrfSettings, Features
from linking.training.examples import Progress, blank_pipeline
from linking.training.features import Gazetteer, token_features
from linking.training.labelled import LabelledSpan
from linking.training.places import value_places
from linking.training.readers.ae110k import TitleAttributes
from linking.training.tags import from_tags, to_tags

_VALUE = "V"
_LEAST_CUT = 3
"""Characters from which a value may be part of a word, as "Men" is of "Mens"; shorter ones stand there by chance."""
_LONGEST = 6
_SETTINGS = CrfSettings(iterations=80)


@dataclass(frozen=True, slots=True)
class KnownValues:
    """Values of each attribute in the texts learned from.

    Attributes:
        counts: attribute -> value, normalised -> texts that have it.
        written: attribute -> words as they stand in a text -> the value that they most often are.
    """

    counts: Mapping[str, Mapping[str, int]]
    written: Mapping[str, Mapping[str, str]]


class AttributeFinder:
    """Gives the values of an attribute that a title states. Made by ``train_attributes``."""

    def __init__(self, field: ConditionalField, known: KnownValues) -> None:
        self._field = field
        self._known = known
        self._tokenise = blank_pipeline("en").make_doc

    def find(self, title: str, attribute: str, *, category: str = "") -> tuple[str, ...]:
        """Give the values in the order of the title, none where the title does not state the attribute."""
        doc = self._tokenise(title)
        tags = self._field.tag(_features(doc, attribute, category, self._known, own=frozenset()))
        written = self._known.written.get(attribute, {})
        return tuple(dict.fromkeys(written.get(span.text, span.text) for span in from_tags(doc, tags)))


def train_attributes(
    titles: Sequence[TitleAttributes], *, settings: CrfSettings | None = None, progress: Progress | None = None
) -> AttributeFinder:
    """Learn from titles to find the values of attributes.

    Raises:
        ModelError: there are no titles.
        MissingExtraError: python-crfsuite is not installed.
    """
    tokenise = blank_pipeline("en").make_doc
    docs = [tokenise(title.title) for title in titles]
    places = [
        {attribute: tuple(_spans(doc, values)) for attribute, values in title.values.items()}
        for doc, title in zip(docs, titles, strict=True)
    ]
    known = _known_values(docs, titles)

    def rows() -> Iterator[tuple[Features, list[str]]]:
        for number, (doc, title, found) in enumerate(zip(docs, titles, places, strict=True)):
            if progress is not None:
                progress("Reading titles", number + 1, len(docs))
            for attribute, values in title.values.items():
                own = frozenset(normalise(value) for value in values)
                yield _features(doc, attribute, title.category, known, own=own), to_tags(doc, found[attribute])

    return AttributeFinder(ConditionalField.fit(rows(), settings=settings or _SETTINGS), known)


def _spans(doc: Doc, values: Sequence[str]) -> Iterator[LabelledSpan]:
    """Give where values stand; one that is cut out of a word stands for the whole word."""
    for value in values:
        for start in value_places(doc.text, value):
            end = start + len(value)
            whole = doc.char_span(start, end, alignment_mode="expand")
            exact = doc.char_span(start, end) is not None
            if whole is not None and (exact or (len(value) >= _LEAST_CUT and whole.start_char == start)):
                yield LabelledSpan(whole.start_char, whole.end_char, _VALUE)


def _known_values(docs: Sequence[Doc], titles: Sequence[TitleAttributes]) -> KnownValues:
    counts: dict[str, Counter[str]] = {}
    written: dict[str, dict[str, Counter[str]]] = {}
    for doc, title in zip(docs, titles, strict=True):
        for attribute, values in title.values.items():
            counts.setdefault(attribute, Counter()).update({normalise(value) for value in values})
            for value in values:
                for span in _spans(doc, [value]):
                    words = doc.text[span.start : span.end]
                    written.setdefault(attribute, {}).setdefault(words, Counter())[value] += 1
    most = {
        attribute: {words: min(own, key=lambda value: (-own[value], value)) for words, own in forms.items()}
        for attribute, forms in written.items()
    }
    return KnownValues(counts, most)


def _features(doc: Doc, attribute: str, category: str, known: KnownValues, *, own: frozenset[str]) -> list[list[str]]:
    """Give the features of the tokens, each joined with the attribute that is asked for.

    Args:
        own: values of this very title, of which one occurrence is not counted as known: else every value would be.
    """
    marks = _value_marks(doc, known.counts.get(attribute, {}), own)
    plain = token_features([token.text for token in doc], Gazetteer())
    hit = "hit" if any(marks) else "none"
    rows = []
    for place, row in enumerate(plain):
        here = [*marks[place], hit]
        here += [f"-1{mark}" for mark in marks[place - 1]] if place else []
        here += [f"+1{mark}" for mark in marks[place + 1]] if place + 1 < len(plain) else []
        here += [f"from={min(place, 3)}", f"to={min(len(plain) - 1 - place, 3)}"]
        joined = [f"{attribute}^{feature}" for feature in (*row, *here)]
        rows.append([*joined, *here, row[2], f"{attribute}^c={category}"])
    return rows


def _value_marks(doc: Doc, counts: Mapping[str, int], own: frozenset[str]) -> list[list[str]]:
    """Mark the tokens of known values of the attribute, the longest first, with how often they were seen."""
    marks: list[list[str]] = [[] for _ in doc]
    start = 0
    while start < len(doc):
        length = 0
        for size in range(min(_LONGEST, len(doc) - start), 0, -1):
            words = normalise(doc[start : start + size].text)
            seen = counts.get(words, 0) - (words in own)
            if seen > 0:
                for place in range(start, start + size):
                    marks[place].append("known")
                marks[start] += ["known:B", f"known:{min(seen, 3)}"]
                length = size
                break
        start += max(1, length)
    return marks

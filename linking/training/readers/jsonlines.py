"""Our own format of labelled text, one JSON object a line::

    {"text": "The strap broke.", "language": "en",
     "mentions": [{"start": 4, "end": 9, "label": "Aspect", "node": "strap", "sentiment": -1}]}

``start`` and ``end`` count characters; ``label`` is what the words are; ``node`` is the id of the node they mean
(``{"label": …, "id": …}`` where its label is another), and may be left out, as may ``sentiment`` (-1 to 1) and
``language``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path

from kg.errors import InputError
from kg.limits import limit
from kg.records import Reject
from kg.sources.jsonlines import JsonRow, read_objects
from linking.mentions import NodeRef
from linking.training.labelled import LabelledSpan, LabelledText


class JsonLinesReader:
    """Reads the format of the module."""

    name = "jsonl"
    doc = "JSON lines: text, language, mentions [{start, end, label, node, sentiment}]"

    def recognises(self, path: Path) -> bool:
        """Tell whether a file looks like this format."""
        try:
            first = next(iter(read_objects(path, name=path.name)), None)
        except InputError:
            return False
        return isinstance(first, JsonRow) and "text" in first.values and "mentions" in first.values

    def read(self, path: Path) -> Iterator[LabelledText | Reject]:
        """Stream the texts; a line with one wrong mention is rejected whole, for half-labelled text teaches wrongly."""
        for row in read_objects(path, name=path.name):
            yield row if isinstance(row, Reject) else _text(row, path.name)


def _text(row: JsonRow, file: str) -> LabelledText | Reject:
    text, language, mentions = (row.values.get(key) for key in ("text", "language", "mentions"))
    if not isinstance(text, str) or not text.strip():
        return row.reject(name=file, code="MISSING_VALUE", reason='"text" is no text')
    if len(text) > limit("text_characters"):
        reason = f"the text has {len(text):,} characters; at most {limit('text_characters'):,} are read"
        return row.reject(name=file, code="TEXT_TOO_LONG", reason=reason)
    if language is not None and not isinstance(language, str):
        return row.reject(name=file, code="WRONG_TYPE", reason='"language" is not text such as "en"')
    if not isinstance(mentions, list):
        return row.reject(
            name=file, code="WRONG_TYPE", reason='"mentions" is not a list; write [] where there are none'
        )
    try:
        spans = {_span(mention, text) for mention in mentions}
    except ValueError as error:
        return row.reject(name=file, code="MALFORMED", reason=str(error))
    ordered = sorted(spans, key=lambda span: (span.start, span.end, span.label))
    return LabelledText(text, tuple(ordered), language=language)


def _span(mention: object, text: str) -> LabelledSpan:
    """Check one mention.

    Raises:
        ValueError: what is wrong with it.
    """
    if not isinstance(mention, Mapping):
        raise ValueError(f"the mention {mention!r} is not an object")
    start, end, label = mention.get("start"), mention.get("end"), mention.get("label")
    if type(start) is not int or type(end) is not int or not 0 <= start < end <= len(text):
        raise ValueError(f"a mention from {start!r} to {end!r} does not lie in a text of {len(text):,} characters")
    if not isinstance(label, str) or not label.strip():
        raise ValueError(f"the mention from {start} to {end} has no label")
    polarity = mention.get("sentiment")
    if polarity is not None:
        if isinstance(polarity, bool) or not isinstance(polarity, int | float) or not math.isfinite(polarity):
            raise ValueError(f"the sentiment {polarity!r} of the mention from {start} to {end} is no number")
        if not -1 <= polarity <= 1:
            raise ValueError(f"the sentiment {polarity} of the mention from {start} to {end} is not between -1 and 1")
    return LabelledSpan(
        start, end, label, _node(mention.get("node"), label), None if polarity is None else float(polarity)
    )


def _node(node: object, label: str) -> NodeRef | None:
    if node is None:
        return None
    if isinstance(node, str) and node:
        return NodeRef(label, node)
    if isinstance(node, Mapping):
        own, key = node.get("label", label), node.get("id")
        if isinstance(own, str) and own and isinstance(key, str) and key:
            return NodeRef(own, key)
    raise ValueError(f'the node {node!r} is neither an id nor {{"label": …, "id": …}}')

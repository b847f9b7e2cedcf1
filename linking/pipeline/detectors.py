"""Mentions that a trained spaCy pipeline finds, beside those of the lexicon.

A pipeline that ``shopgraph link-train`` made, or one that is installed, marks mentions that no lexicon lists, or links
them itself. What it finds and the lexicon knows under another form is linked; what nobody knows is counted, so that
people can add it to their aliases or aspects.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Span

from kg.artefact import MANIFEST
from kg.errors import ConfigurationError
from linking.mentions import NodeRef

_SPAN_KEY = "sc"  # where spaCy's spancat leaves what it finds
_LINKED = 0.8
_DETERMINERS = frozenset({"the", "a", "an", "this", "that", "my", "its", "their", "our", "your"})


@dataclass(frozen=True, slots=True)
class Detection:
    """What a pipeline found: first character, the one after the last, its label, and the node if it says which."""

    start: int
    end: int
    label: str
    node: NodeRef | None


class Detectors:
    """Trained pipelines by language.

    Args:
        pipelines: language -> name of an installed package, or a folder.

    Raises:
        ConfigurationError: there is no such pipeline.
    """

    confidence = _LINKED
    """Of links that a pipeline made itself: spaCy gives none."""

    def __init__(self, pipelines: Mapping[str, str]) -> None:
        self.names = dict(pipelines)
        self._pipelines = {language: _load(name, language) for language, name in pipelines.items()}

    def find(self, text: str, language: str) -> Iterator[Detection]:
        """Give what the language's pipeline finds in a text, in order; nothing where there is no pipeline."""
        nlp = self._pipelines.get(language)
        if nlp is None:
            return
        doc = nlp(text)
        spans: dict[tuple[int, int], Span] = {}
        for span in (*doc.spans.get(_SPAN_KEY, ()), *doc.ents):
            spans[span.start, span.end] = span
        taken = 0
        for start, end in sorted(spans, key=lambda place: (place[0], -place[1])):
            if start < taken:
                continue
            taken = end
            span = spans[start, end]
            while len(span) > 1 and span[0].lower_ in _DETERMINERS:
                span = span[1:]
            label, _, id_ = spans[start, end].kb_id_.partition(":")
            node = NodeRef(label, id_) if id_ and label != "NIL" else None
            yield Detection(span.start_char, span.end_char, spans[start, end].label_, node)


def _load(name: str, language: str) -> Language:
    if (Path(name) / MANIFEST).is_file():
        from linking.training import load_trained

        return load_trained(Path(name))
    if not Path(name).is_dir() and find_spec(name) is None:
        raise ConfigurationError(
            f'[linking] pipelines.{language} is "{name}", which is neither a folder nor an installed package. Train '
            f"one with: shopgraph link-train FILE --language {language} --out {name}"
        )
    try:
        return spacy.load(name)
    except OSError as error:
        raise ConfigurationError(f'[linking] pipelines.{language}: "{name}" is no spaCy pipeline: {error}') from error

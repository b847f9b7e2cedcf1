"""Detectors of mentions: what finds the words of a text that are a brand, an aspect, an attribute's value.

Three kinds, each a component of a spaCy pipeline. ``crf`` is a conditional random field over the tokens' forms: trained
in seconds, steady on few texts, and the only one that reads gazetteers and word vectors, with which it finds the most.
``ner`` is spaCy's transition-based recogniser; on thousands of texts it finds more than a ``crf`` that has neither, and
takes some twenty times as long. Both find spans that do not overlap, in ``doc.ents``. ``spancat`` is spaCy's span
categorizer, which finds spans that overlap too, in ``doc.spans["sc"]``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal, cast

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from kg.errors import ConfigurationError, ModelError
from linking.disambiguation.calibration import Calibration, fit_calibration
from linking.text import normalise
from linking.training.crf import FACTORY, ConditionalField, CrfDetector, CrfSettings
from linking.training.examples import (
    SPANS_KEY,
    Progress,
    Schedule,
    blank_pipeline,
    make_examples,
    train_component,
)
from linking.training.features import Gazetteer
from linking.training.folds import hold_out
from linking.training.labelled import LabelledText, longest_first
from linking.training.scores import Found, Score, span_scores
from linking.training.tags import aligned, from_tags, to_tags
from linking.training.vectors import WordVectors

DETECTORS: tuple[str, ...] = ("crf", "ner", "spancat")
Kind = Literal["crf", "ner", "spancat", "auto"]

_LONGEST_SPAN = 10
"""Tokens up to which spancat looks at spans; it looks at every one."""
_BATCH = 64
_CALIBRATED_ON = 0.2
_FEWEST_CALIBRATED = 50
"""Texts below which confidence is left as the field gives it."""
_VECTOR_DIMENSIONS = 64


def train_detector(
    labelled: Sequence[LabelledText],
    *,
    language: str,
    kind: Kind = "auto",
    gazetteer: Iterable[tuple[str, str]] = (),
    vectors: WordVectors | None = None,
    settings: CrfSettings | None = None,
    schedule: Schedule | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> Language:
    """Train a detector, and give it as a spaCy pipeline.

    Args:
        labelled: texts with all their spans labelled.
        language: of the texts, as spaCy names it: "en", "zh".
        kind: see the module; "auto" is ``spancat`` where more than one span in ten overlaps another, else ``crf``.
        gazetteer: (name, label) pairs of names known beforehand, for ``crf``; their labels are their own.
        vectors: of words, for ``crf``; see ``linking.training.vectors``. They help where labelled texts are few.
        settings: of ``crf``.
        schedule: of ``ner`` and ``spancat``.
        seed: of ``ner`` and ``spancat``; ``crf`` leaves nothing to chance.
        progress: is told how far training is.

    Raises:
        ConfigurationError: spaCy does not know the language, or a gazetteer is given to what cannot read it.
        ModelError: no span of the texts can be learned.
        MissingExtraError: python-crfsuite is not installed, which ``crf`` needs.
    """
    nlp = blank_pipeline(language)
    add_detector(
        nlp,
        labelled,
        kind=choose_kind(labelled) if kind == "auto" else kind,
        gazetteer=gazetteer,
        vectors=vectors,
        settings=settings,
        schedule=schedule,
        seed=seed,
        progress=progress,
    )
    return nlp


def choose_kind(labelled: Sequence[LabelledText]) -> Kind:
    """Give ``spancat`` where more than one span in ten would be lost to overlaps, else ``crf``."""
    n_spans = sum(len(text.spans) for text in labelled)
    n_kept = sum(len(longest_first(text.spans)) for text in labelled)
    return "spancat" if n_kept < 0.9 * n_spans else "crf"


def add_detector(
    nlp: Language,
    labelled: Sequence[LabelledText],
    *,
    kind: Kind,
    gazetteer: Iterable[tuple[str, str]] = (),
    vectors: WordVectors | None = None,
    settings: CrfSettings | None = None,
    schedule: Schedule | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> str:
    """Train a detector as one more component of a pipeline, and give the component's name; see ``train_detector``."""
    names = tuple(gazetteer)
    if kind not in DETECTORS:
        raise ConfigurationError(f'There is no detector "{kind}". Detectors: {", ".join(DETECTORS)}.')
    if kind != "crf" and (names or vectors is not None):
        raise ConfigurationError(f"{kind} reads no gazetteer and no word vectors; take crf, or leave them out.")
    longest = max((len(span) for text in labelled for span in aligned(nlp.make_doc(text.text), text.spans)), default=0)
    if not longest:
        raise ModelError(
            f"None of the {len(labelled):,} texts has a labelled span that begins and ends with a word, so there is "
            "nothing to learn. Check that start and end count characters."
        )
    if kind == "crf":
        _add_crf(nlp, labelled, gazetteer=Gazetteer(names), vectors=vectors, settings=settings, progress=progress)
        return FACTORY
    if kind == "ner":
        nlp.add_pipe("ner")
    else:
        sizes = {"@misc": "spacy.ngram_range_suggester.v1", "min_size": 1, "max_size": min(longest, _LONGEST_SPAN)}
        nlp.add_pipe("spancat", config={"suggester": sizes, "spans_key": SPANS_KEY})
    examples = make_examples(nlp, labelled, overlapping=kind == "spancat")
    train_component(nlp, kind, examples, schedule=schedule or Schedule(), seed=seed, progress=progress)
    return kind


def _add_crf(
    nlp: Language,
    labelled: Sequence[LabelledText],
    *,
    gazetteer: Gazetteer,
    vectors: WordVectors | None,
    settings: CrfSettings | None,
    progress: Progress | None,
) -> None:
    detector = cast(CrfDetector, nlp.add_pipe(FACTORY))
    detector.gazetteer = gazetteer
    if vectors is not None:
        words = [normalise(token.text) for text in labelled for token in nlp.make_doc(text.text)]
        small = vectors.reduced(words, dimensions=_VECTOR_DIMENSIONS)
        # as it will be read back, in half precision, so that a loaded pipeline finds what this one does
        detector.vectors = WordVectors(small.words, small.matrix.astype(np.float16).astype(np.float32))
    if progress is not None:
        progress("Training crf", 0, 2)
    detector.calibration = _calibration(nlp, detector, labelled, settings)
    if progress is not None:
        progress("Training crf", 1, 2)
    detector.field = _fitted(nlp, detector, labelled, settings)
    if progress is not None:
        progress("Training crf", 2, 2)


def _fitted(
    nlp: Language, detector: CrfDetector, labelled: Sequence[LabelledText], settings: CrfSettings | None
) -> ConditionalField:
    docs = ((nlp.make_doc(text.text), text) for text in labelled)
    rows = ((detector.features(doc), to_tags(doc, text.spans)) for doc, text in docs)
    return ConditionalField.fit(rows, settings=settings)


def _calibration(
    nlp: Language, detector: CrfDetector, labelled: Sequence[LabelledText], settings: CrfSettings | None
) -> Calibration:
    """Fit the calibration to a fifth of the texts, marked by a field that learned from the others alone.

    A field is surer of texts that it learned from, and surer than it is right of others.
    """
    if len({text.text for text in labelled}) < _FEWEST_CALIBRATED:
        return Calibration()
    learn, judge = hold_out([text.text for text in labelled], fraction=_CALIBRATED_ON, seed=0)
    field = _fitted(nlp, detector, [labelled[place] for place in learn], settings)
    scores: list[float] = []
    right: list[bool] = []
    for text in (labelled[place] for place in judge):
        doc = nlp.make_doc(text.text)
        wanted = {(span.start, span.end, span.label) for span in text.spans}
        for span in from_tags(doc, field.tag(detector.features(doc))):
            scores.append(field.certainty(span))
            right.append((span.start_char, span.end_char, span.label_) in wanted)
    return fit_calibration(scores, right)


def found_spans(doc: Doc) -> tuple[Found, ...]:
    """Give what the detectors of a pipeline found in a doc: ``doc.ents`` and ``doc.spans["sc"]``, each place once."""
    spans: list[Any] = [*doc.ents, *doc.spans.get(SPANS_KEY, ())]
    return tuple(sorted({(span.start_char, span.end_char, span.label_) for span in spans}))


def judge_detector(nlp: Language, labelled: Sequence[LabelledText]) -> dict[str, Score]:
    """Give the score of each label on texts that the pipeline did not learn from."""
    found = [found_spans(doc) for doc in nlp.pipe((text.text for text in labelled), batch_size=_BATCH)]
    wanted = [[(span.start, span.end, span.label) for span in text.spans] for text in labelled]
    return span_scores(wanted, found)

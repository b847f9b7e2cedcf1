"""A linear-chain conditional random field that finds mentions, as a component of a spaCy pipeline.

Lafferty, McCallum, Pereira, "Conditional Random Fields", ICML 2001: ``p(y | x) ∝ exp Σ_t w · f(y_t-1, y_t, x, t)``,
fitted by CRFsuite (Okazaki, 2007) with L-BFGS and an elastic net.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import ensure_path

from kg.errors import MissingExtraError, ModelError
from linking.disambiguation.calibration import Calibration
from linking.text import normalise
from linking.training.features import Gazetteer, token_features
from linking.training.tags import from_tags
from linking.training.vectors import WordVectors

FACTORY = "shopgraph_crf"
_WEIGHTS, _LISTS = "weights.crfsuite", "gazetteer.json"
_CALIBRATION = "calibration.json"
_VECTORS, _WORDS = "vectors.safetensors", "words.json"
_VECTOR_SCALE = 0.5
"""Of the vectors' numbers, which have variance 1: a penalised weight of a feature of 0 and 1 stays comparable."""

Features = list[list[str]] | list[dict[str, float]]
"""Of each token: the names of what is true of it, or names with a number each."""


@dataclass(frozen=True, slots=True)
class CrfSettings:
    """How a field is fitted.

    Attributes:
        l1: weight of the L1 norm, which drops features that say little, default 0.05.
        l2: weight of the squared L2 norm, default 0.05.
        iterations: of L-BFGS at most, default 100.
    """

    l1: float = 0.05
    l2: float = 0.05
    iterations: int = 100


class ConditionalField:
    """A fitted field: features of the tokens in, tags out.

    Args:
        weights: the model as CRFsuite writes it: a table of numbers and names, nothing that runs.
    """

    def __init__(self, weights: bytes) -> None:
        if not weights.startswith(b"lCRF"):
            raise ModelError("These are no weights of a CRF. Train again with: shopgraph link-train")
        self.weights = weights
        self._tagger = _crfsuite().Tagger()
        self._tagger.open_inmemory(weights)
        self.tags: tuple[str, ...] = tuple(sorted(self._tagger.labels()))

    @classmethod
    def fit(
        cls, rows: Iterable[tuple[Features, list[str]]], *, settings: CrfSettings | None = None
    ) -> ConditionalField:
        """Fit a field to pairs of the tokens' features and their tags.

        Raises:
            MissingExtraError: python-crfsuite is not installed.
            ModelError: there is nothing to learn from.
        """
        chosen = settings or CrfSettings()
        trainer = _crfsuite().Trainer(verbose=False, algorithm="lbfgs")
        n_rows = 0
        for features, tags in rows:
            trainer.append(features, tags)
            n_rows += 1
        if not n_rows:
            raise ModelError("There is no text to learn from. Give labelled text.")
        trainer.set_params(
            {
                "c1": chosen.l1,
                "c2": chosen.l2,
                "max_iterations": chosen.iterations,
                "feature.possible_transitions": True,
            }
        )
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / _WEIGHTS
            trainer.train(str(path))
            return cls(path.read_bytes())

    def tag(self, features: Features) -> list[str]:
        """Give the most probable tags of a text, together (Viterbi)."""
        tags: list[str] = self._tagger.tag(features) if features else []
        return tags

    def certainty(self, span: Span) -> float:
        """Give how likely a span of the text that was tagged last is, borders and label, by marginal probabilities.

        It is the least of its tags', times the probability that the span does not go on behind it.
        """
        inside = f"I-{span.label_}"
        tags = [f"B-{span.label_}", *[inside] * (len(span) - 1)]
        own = [self._marginal(tag, place) for place, tag in enumerate(tags, span.start)]
        own[0] = max(own[0], self._marginal(inside, span.start))  # where an I- began it, see ``from_tags``
        further = self._marginal(inside, span.end) if span.end < len(span.doc) else 0.0
        return min(own) * (1.0 - further)

    def _marginal(self, tag: str, place: int) -> float:
        return float(self._tagger.marginal(tag, place)) if tag in self.tags else 0.0


class CrfDetector:
    """The component: it sets ``doc.ents``, and the ``span._.confidence`` of each, a calibrated probability."""

    def __init__(self, nlp: Language, name: str) -> None:
        if not Span.has_extension("confidence"):
            Span.set_extension("confidence", default=0.0)
        self.name = name
        self.vocab = nlp.vocab
        self.field: ConditionalField | None = None
        self.gazetteer = Gazetteer()
        self.vectors: WordVectors | None = None
        self.calibration = Calibration()

    @property
    def labels(self) -> tuple[str, ...]:
        """Labels that it can give."""
        tags = self.field.tags if self.field is not None else ()
        return tuple(sorted({tag.partition("-")[2] for tag in tags if "-" in tag}))

    def __call__(self, doc: Doc) -> Doc:
        """Find the mentions of a doc.

        Raises:
            ModelError: the component was not trained.
        """
        if self.field is None:
            raise ModelError(f'The component "{self.name}" is not trained. Train it with: shopgraph link-train')
        tags = self.field.tag(self.features(doc))
        spans = from_tags(doc, tags)
        for span in spans:
            span._.confidence = self.calibration(self.field.certainty(span))
        doc.ents = tuple(spans)
        return doc

    def features(self, doc: Doc) -> Features:
        """Give the features of each token; with word vectors, the numbers of its own and of both neighbours' too."""
        words = [token.text for token in doc]
        rows = token_features(words, self.gazetteer)
        if self.vectors is None:
            return rows
        numbers = (self.vectors.rows(map(normalise, words)) * _VECTOR_SCALE).tolist()
        known = [dict.fromkeys(row, 1.0) for row in rows]
        for place, own in enumerate(known):
            for step in (-1, 0, 1):
                if 0 <= place + step < len(words):
                    own.update((f"{step}v{axis}", number) for axis, number in enumerate(numbers[place + step]))
        return known

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Write the weights, the lists of names and the word vectors (in half precision) into a folder."""
        folder = ensure_path(path)
        folder.mkdir(parents=True, exist_ok=True)
        if self.field is not None:
            (folder / _WEIGHTS).write_bytes(self.field.weights)
        if self.vectors is not None:
            save_file({"vectors": self.vectors.matrix.astype(np.float16)}, folder / _VECTORS)
            (folder / _WORDS).write_text(json.dumps(self.vectors.words, ensure_ascii=False), encoding="utf-8")
        (folder / _LISTS).write_text(json.dumps(self.gazetteer.pairs(), ensure_ascii=False), encoding="utf-8")
        (folder / _CALIBRATION).write_text(json.dumps(asdict(self.calibration)), encoding="utf-8")

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> CrfDetector:
        """Read what ``to_disk`` wrote.

        Raises:
            ModelError: a file is missing or is not what it should be.
        """
        folder = ensure_path(path)
        try:
            pairs: list[tuple[str, str]] = json.loads((folder / _LISTS).read_text(encoding="utf-8"))
            self.gazetteer = Gazetteer((name, label) for name, label in pairs)
            if (folder / _WORDS).is_file():
                words: list[str] = json.loads((folder / _WORDS).read_text(encoding="utf-8"))
                self.vectors = WordVectors(words, load_file(folder / _VECTORS)["vectors"].astype(np.float32))
            if (folder / _CALIBRATION).is_file():  # pipelines that were trained before it have none
                self.calibration = Calibration(**json.loads((folder / _CALIBRATION).read_text(encoding="utf-8")))
            self.field = ConditionalField((folder / _WEIGHTS).read_bytes())
        except (OSError, ValueError, TypeError, KeyError, SafetensorError) as error:
            raise ModelError(f"{folder} is damaged: {error}. Train again with: shopgraph link-train") from error
        return self


@Language.factory(FACTORY, assigns=["doc.ents"], retokenizes=False)
def create_crf_detector(nlp: Language, name: str) -> CrfDetector:
    """Make the component, untrained."""
    return CrfDetector(nlp, name)


def _crfsuite() -> ModuleType | Any:
    try:
        return import_module("pycrfsuite")
    except ImportError as error:
        raise MissingExtraError(package="python-crfsuite", extra="train", purpose="A CRF of mentions") from error

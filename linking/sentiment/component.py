"""The spaCy component ``shopgraph_sentiment``: gives each mention of a document its ``span._.sentiment``."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc, Span

from linking.sentiment.files import load_sentiment
from linking.sentiment.model import Scorer, SentimentModel
from linking.sentiment.reading import Spot

NAME = "shopgraph_sentiment"


class SentimentComponent:
    """Reads the mentions of a document and sets ``span._.sentiment``, -1 to 1.

    Args:
        language: code of the pipeline's language; "" and ``xx`` guess each text's.
        spans_key: of ``doc.spans`` under which the mentions stand, with their node's id in ``kb_id_``.
        model: gives the sentiment; by default the seed lexicons.
    """

    def __init__(self, *, language: str, spans_key: str = "mentions", model: Scorer | None = None) -> None:
        self.language = None if language in ("", "xx") else language
        self.spans_key = spans_key
        self.model: Scorer = model if model is not None else SentimentModel()
        if not Span.has_extension("sentiment"):
            Span.set_extension("sentiment", default=0.0)

    def __call__(self, doc: Doc) -> Doc:
        """Set the sentiment of the document's mentions."""
        if self.spans_key in doc.spans and len(doc.spans[self.spans_key]):
            spans = list(doc.spans[self.spans_key])
            spots = [Spot(span.start_char, span.end_char, span.kb_id_) for span in spans]
            for span, sentiment in zip(spans, self.model.score_many(doc.text, spots, self.language), strict=True):
                span._.sentiment = sentiment
        return doc

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Write the model; called by spaCy when the pipeline is saved."""
        self.model.save(Path(path))

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> SentimentComponent:
        """Read the model; called by spaCy when the pipeline is loaded.

        Raises:
            ModelError: the model is missing, damaged, or of another version.
        """
        self.model = load_sentiment(Path(path))
        return self


@Language.factory(NAME, default_config={"spans_key": "mentions"}, assigns=["span._.sentiment"])
def make_sentiment(nlp: Language, name: str, spans_key: str) -> SentimentComponent:
    """Make the component for a pipeline; give it a trained model with ``component.model = load_sentiment(folder)``."""
    return SentimentComponent(language=nlp.lang or "", spans_key=spans_key)

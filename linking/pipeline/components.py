"""spaCy components for anybody's pipeline: ``shopgraph_names`` finds names, ``shopgraph_linker`` says what they mean.

    nlp = spacy.blank("en")
    nlp.add_pipe("shopgraph_names", config={"linker": "myshop/linker"})
    nlp.add_pipe("shopgraph_linker", config={"linker": "myshop/linker"})
    doc = nlp("The Orange bag is orange.")
    for span in doc.spans["mentions"]:
        print(span.text, span.label_, span.kb_id_, span._.confidence)

``doc._.product``, where it is set before, names the product that the text is about. ``shopgraph_sentiment``
(``linking.sentiment``) adds what the text says of each mention.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc, Span

import linking.sentiment.component  # noqa: F401 (the third component is registered with these)
from linking.artefact import load_linker
from linking.linker import Linker
from linking.mentions import Candidate
from linking.pipeline.names import NameFinder

_load = lru_cache(maxsize=4)(load_linker)


class NamesComponent:
    """Sets ``doc.spans["candidates"]``: names of the lexicon, exact and misspelt, none overlapping another.

    A span's ``id_`` is the normalised alias, its ``span._.edits`` the letters between the two.
    """

    def __init__(self, nlp: Language, linker: Linker) -> None:
        self.finder = NameFinder.make(
            nlp, linker.lexicon, known=linker.known, cohesion=linker.cohesion, fuzzy=linker.fuzzy, attr="LOWER"
        )
        self.matcher = self.finder.matcher(nlp, attr="LOWER")
        if not Span.has_extension("edits"):
            Span.set_extension("edits", default=0)

    def __call__(self, doc: Doc) -> Doc:
        """Find the names."""
        spans = []
        for start, end, key, edits in self.finder.find(doc, matcher=self.matcher):
            span = Span(doc, start, end, span_id=key)
            if edits:
                span._.edits = edits
            spans.append(span)
        doc.spans["candidates"] = spans
        return doc


class LinkerComponent:
    """Sets ``doc.spans["mentions"]``: spans with the node's label in ``label_`` and its id in ``kb_id_``.

    ``span._.confidence`` is the calibrated probability, ``span._.candidates`` all that was weighed, best first, and
    ``span._.reason`` why. NIL is left out.
    """

    def __init__(self, linker: Linker) -> None:
        self.linker = linker
        for name, default in (("confidence", 0.0), ("candidates", ()), ("reason", "")):
            if not Span.has_extension(name):
                Span.set_extension(name, default=default)
        if not Doc.has_extension("product"):
            Doc.set_extension("product", default=None)

    def __call__(self, doc: Doc) -> Doc:
        """Decide what the names mean."""
        spans = []
        for found in doc.spans.get("candidates", ()):
            name = (found.start, found.end, found.id_, found._.edits)
            mention = self.linker.explain(doc, name, doc._.product, form="lower_")
            if mention.node is None:
                continue
            span = Span(doc, found.start, found.end, label=mention.node.label, kb_id=mention.node.id)
            candidates: tuple[Candidate, ...] = mention.candidates
            span._.confidence, span._.candidates, span._.reason = mention.confidence, candidates, mention.reason
            spans.append(span)
        doc.spans["mentions"] = spans
        return doc


@Language.factory("shopgraph_names", assigns=["doc.spans"])
def make_names(nlp: Language, name: str, linker: str) -> NamesComponent:
    """Make the component; ``linker`` is the folder of a linker.

    Raises:
        ModelError: there is none.
    """
    return NamesComponent(nlp, _load(Path(linker)))


@Language.factory("shopgraph_linker", requires=["doc.spans"], assigns=["doc.spans"])
def make_linker_component(nlp: Language, name: str, linker: str) -> LinkerComponent:
    """Make the component; ``linker`` is the folder of a linker.

    Raises:
        ModelError: there is none.
    """
    return LinkerComponent(_load(Path(linker)))

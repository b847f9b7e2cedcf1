"""The linker: text in, mentions out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Protocol

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from linking.disambiguation.calibration import Calibration
from linking.disambiguation.context import surrounding
from linking.disambiguation.scoring import Disambiguator, Place, Weighed
from linking.lexicon import Lexicon
from linking.mentions import Candidate, LinkText, Mention, NodeRef
from linking.pipeline.names import Found, NameFinder, use_normalised_forms
from linking.pipeline.place import capital, norms, topic_words
from linking.pipeline.tokenizer import NameTokenizer
from linking.text import script_language

_BATCH = 500
_FEWEST_SETTLED = 20
_SETTLED = 0.9
_FALLBACK_LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class Link:
    """A link found, without its reasons: tokens' first and last character, node, confidence, sentiment, edits."""

    start: int
    end: int
    node: NodeRef
    confidence: float
    sentiment: float


class MentionSentiment(Protocol):
    """Says what a text's clauses say of its mentions."""

    def save(self, folder: Path) -> None:
        """Write it into a folder, for ``linking.sentiment.load_sentiment``."""
        ...

    def score_many(self, text: str, mentions: Sequence[tuple[int, int, str]], language: str) -> Sequence[float]:
        """Give -1 (bad) to 1 (good) for each mention, given as first character, the one after the last, node id."""
        ...


@dataclass
class Linker:
    """Links texts to the nodes of a graph.

    Attributes:
        lexicon: the names.
        disambiguator: decides between meanings.
        sentiment: of mentions; None to give 0 everywhere.
        calibration: turns the score of a candidate into a probability.
        known: normalised words that are no misspellings.
        cohesion: of neighbouring characters of scripts without spaces.
        settled: confidence of names that always turned out to mean the same; they are not weighed again.
        threshold: confidence below which a mention is NIL.
        fuzzy: find misspelt names.
        language: of texts that do not tell theirs.
    """

    lexicon: Lexicon
    disambiguator: Disambiguator
    sentiment: MentionSentiment | None = None
    calibration: Calibration = field(default_factory=Calibration)
    known: frozenset[str] = frozenset()
    cohesion: Mapping[str, float] = field(default_factory=dict)
    settled: Mapping[str, float] = field(default_factory=dict)
    threshold: float = 0.5
    fuzzy: bool = True
    language: str = _FALLBACK_LANGUAGE

    @cached_property
    def nlp(self) -> Language:
        """The pipeline that cuts texts; its tokenizer serves every script."""
        nlp = spacy.blank(self.language)
        nlp.tokenizer = NameTokenizer(nlp.vocab)
        use_normalised_forms(nlp)
        return nlp

    @cached_property
    def finder(self) -> NameFinder:
        """What finds the names."""
        return NameFinder.make(self.nlp, self.lexicon, known=self.known, cohesion=self.cohesion, fuzzy=self.fuzzy)

    def link(self, text: str, *, language: str | None = None, product: str | None = None) -> list[Mention]:
        """Give every mention in a text, NIL ones too, with all candidates and the reason for the choice.

        Args:
            text: to link.
            language: ISO 639-1 code; None to go by the script.
            product: id of the product that the text is about, if any.
        """
        doc = self.nlp.make_doc(text)
        found = self.finder.find(doc)
        chosen = [self._weigh(doc, name, product, words) for words in [norms(doc)] for name in found]
        spans = [(doc[start].idx, _last(doc, end)) for start, end, _, _ in found]
        kept = [row for row, weighed in enumerate(chosen) if weighed[0].entry >= 0]
        feelings = self._feel(text, [(*spans[row], self._node(chosen[row][0])) for row in kept], language)
        sentiment = dict(zip(kept, feelings, strict=True))
        return [
            self._mention(text[start:end], start, end, chosen[row], sentiment.get(row, 0.0))
            for row, (start, end) in enumerate(spans)
        ]

    def link_many(self, texts: Iterable[LinkText]) -> Iterator[list[Link]]:
        """Give the links of each text, in order; NIL and what lies below the threshold is left out.

        Memory does not grow with the number of texts.
        """
        self.finder  # noqa: B018 (made outside the memory zone, to stay)
        batch: list[LinkText] = []
        for text in texts:
            batch.append(text)
            if len(batch) >= _BATCH:
                yield from self._link_batch(batch)
                batch = []
        yield from self._link_batch(batch)

    def _link_batch(self, batch: Sequence[LinkText]) -> list[list[Link]]:
        with self.nlp.memory_zone():
            return [self._links(one) for one in batch]

    def _links(self, one: LinkText) -> list[Link]:
        doc = self.nlp.make_doc(one.text)
        found = self.finder.find(doc)
        if not found:
            return []
        spans: list[tuple[int, int, NodeRef]] = []
        sure: list[float] = []
        words: list[str] | None = None
        for name in found:
            confidence = self.settled.get(name[2]) if not name[3] else None
            if confidence is None:
                if words is None:
                    words = norms(doc)
                best = self._weigh(doc, name, one.product, words)[0]
                confidence = self.calibration(best.score)
                entry = best.entry
            else:
                entry = self.lexicon.alias(name[2]).senses[0].entry
            if entry >= 0 and confidence >= self.threshold:
                spans.append((doc[name[0]].idx, _last(doc, name[1]), self.lexicon.entries[entry].node))
                sure.append(confidence)
        feelings = self._feel(one.text, spans, one.language)
        return [
            Link(start, end, node, confidence, feeling)
            for (start, end, node), confidence, feeling in zip(spans, sure, feelings, strict=True)
        ]

    def settle(self, texts: Iterable[LinkText]) -> dict[str, float]:
        """Give the names with one meaning only that never came near to NIL in these texts, with their confidence.

        They are looked up from then on, not weighed, which makes linking several times faster.
        """
        scores: dict[str, list[float]] = {}
        single = {key for key, alias in self.lexicon.items() if len(alias.senses) == 1}
        for one in texts:
            doc = self.nlp.make_doc(one.text)
            found = [name for name in self.finder.find(doc) if name[2] in single and not name[3]]
            words = norms(doc) if found else []
            for name in found:
                best = self._weigh(doc, name, one.product, words)[0]
                scores.setdefault(name[2], []).append(best.score if best.entry >= 0 else 0.0)
        return {
            key: round(sum(own) / len(own), 4)
            for key, own in sorted(scores.items())
            if len(own) >= _FEWEST_SETTLED and min(own) >= _SETTLED
        }

    def _feel(self, text: str, spans: Sequence[tuple[int, int, NodeRef]], language: str | None) -> Sequence[float]:
        if self.sentiment is None or not spans:
            return [0.0] * len(spans)
        mentions = [(start, end, str(node.id)) for start, end, node in spans]
        return self.sentiment.score_many(text, mentions, script_language(text) or language or self.language)

    def _weigh(self, doc: Doc, name: Found, product: str | None, words: Sequence[str]) -> list[Weighed]:
        start, end, key, edits = name
        alias = self.lexicon.alias(key)
        shop = self.disambiguator.shop
        place = Place(
            around=shop.around(product) if shop is not None and product is not None else None,
            features=surrounding(words, start, end),
            capital=capital(doc, start, end),
            words=topic_words(words) if len(alias.senses) > 1 else frozenset(),
            edits=edits,
        )
        return self.disambiguator.weigh(key, alias, place)

    def _node(self, one: Weighed) -> NodeRef:
        return self.lexicon.entries[one.entry].node

    def _mention(self, surface: str, start: int, end: int, weighed: Sequence[Weighed], sentiment: float) -> Mention:
        best = weighed[0]
        confidence = self.calibration(best.score)
        below = best.entry >= 0 and confidence < self.threshold
        reason = self.disambiguator.reason(best, weighed[1:])
        if below:
            reason = f"too unsure (below {self.threshold:.2f}): {self.disambiguator.standing(best, against=True)}"
        candidates = tuple(
            Candidate(
                None if one.entry < 0 else self._node(one),
                "NIL" if one.entry < 0 else self.lexicon.entries[one.entry].name,
                one.prior,
                one.score,
                self.disambiguator.standing(one, against=one is not best),
            )
            for one in weighed
        )
        node = None if best.entry < 0 or below else self._node(best)
        return Mention(start, end, surface, node, confidence, sentiment if node else 0.0, candidates, reason)


def _last(doc: Doc, end: int) -> int:
    token = doc[end - 1]
    return int(token.idx) + len(token)

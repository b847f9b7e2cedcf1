"""The linker: text in, mentions out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from linking.disambiguation.calibration import Calibration
from linking.disambiguation.context import beside, capital
from linking.disambiguation.profiles import topic_words
from linking.disambiguation.scoring import Disambiguator, Place, Weighed
from linking.lexicon import Alias, Lexicon
from linking.mentions import Candidate, LinkText, Mention, NodeRef
from linking.pipeline.names import Found, NameFinder
from linking.pipeline.words import Words, read_words, words_of
from linking.sentiment import Asked, Scorer, Spot
from linking.text import normalise, script_language
from linking.together import Placed, Together

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from linking.pipeline.detectors import Detectors

_FEWEST_SETTLED = 20
_SETTLED = 0.99
"""Share of its uses that are links from which a name with one meaning is settled."""
_FALLBACK_LANGUAGE = "en"
_TOGETHER = 256
"""Texts whose sentiment is worked out together."""


class Link(NamedTuple):
    """A link found, without its reasons: tokens' first and last character, node, confidence, sentiment, edits."""

    start: int
    end: int
    node: NodeRef
    confidence: float
    sentiment: float


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
        detectors: trained pipelines that find further mentions; None for none.
        unlinked: what those found and the graph has no name for, with how often.
    """

    lexicon: Lexicon
    disambiguator: Disambiguator
    sentiment: Scorer | None = None
    calibration: Calibration = field(default_factory=Calibration)
    known: frozenset[str] = frozenset()
    cohesion: Mapping[str, float] = field(default_factory=dict)
    settled: Mapping[str, float] = field(default_factory=dict)
    threshold: float = 0.5
    fuzzy: bool = True
    language: str = _FALLBACK_LANGUAGE
    detectors: Detectors | None = None
    unlinked: Counter[str] = field(default_factory=Counter)
    _together: Together | None = field(default=None, init=False, repr=False, compare=False)

    @cached_property
    def finder(self) -> NameFinder:
        """What finds the names."""
        return NameFinder.make(None, self.lexicon, known=self.known, cohesion=self.cohesion, fuzzy=self.fuzzy)

    def link(self, text: str, *, language: str | None = None, product: str | None = None) -> list[Mention]:
        """Give every mention in a text, NIL ones too, with all candidates and the reason for the choice.

        Args:
            text: to link.
            language: ISO 639-1 code; None to go by the script.
            product: id of the product that the text is about, if any.
        """
        words = read_words(text)
        mentions = [self._explain(words, name, product) for name in self.finder.search(words)]
        taken = [(one.start, one.end) for one in mentions if one.node is not None]
        mentions = sorted([*mentions, *self._detected(text, taken, language)], key=lambda one: one.start)
        kept = [Spot(one.start, one.end, one.node.id) for one in mentions if one.node is not None]
        feelings = iter(self._feel([LinkText(text, language)], [kept])[0])
        return [replace(one, sentiment=next(feelings)) if one.node is not None else one for one in mentions]

    def explain(self, doc: Doc, name: Found, product: str | None, *, form: str = "lower_") -> Mention:
        """Give the mention of a name that was found, with all candidates and the reason; its sentiment is not set.

        Args:
            doc: in which it was found.
            name: as the finder gave it.
            product: id of the product that the text is about, if any.
            form: attribute of tokens in which words are compared.
        """
        return self._explain(words_of(doc, form=form), name, product)

    def _explain(self, words: Words, name: Found, product: str | None) -> Mention:
        start, end = words.starts[name[0]], words.ends[name[1] - 1]
        return self._mention(words.text[start:end], start, end, name, self.weigh(words, name, product))

    def _detected(self, text: str, taken: Sequence[tuple[int, int]], language: str | None) -> Iterator[Mention]:
        """Give what a trained pipeline finds beside the names, whose first and last characters are taken."""
        if self.detectors is None:
            return
        for found in self.detectors.find(text, script_language(text) or language or self.language):
            if any(start < found.end and found.start < end for start, end in taken):
                continue
            surface = text[found.start : found.end]
            if found.node is not None and self.knows(found.node):
                confidence, reason = self.detectors.confidence, "the trained pipeline links it"
                candidates: tuple[Candidate, ...] = (
                    Candidate(found.node, self.name(found.node), 1.0, confidence, reason),
                )
                yield Mention(found.start, found.end, surface, found.node, confidence, 0.0, candidates, reason)
            else:
                reason = f"the trained pipeline finds a {found.label} here, and the graph has none of this name"
                yield Mention(found.start, found.end, surface, None, 0.0, 0.0, (), reason)

    def knows(self, node: NodeRef) -> bool:
        """Tell whether a node is in the lexicon."""
        return node in self._nodes

    def name(self, node: NodeRef) -> str:
        """Give the name of a node that the lexicon knows."""
        return self.lexicon.entries[self._nodes[node]].name

    @cached_property
    def _nodes(self) -> dict[NodeRef, int]:
        return {entry.node: number for number, entry in enumerate(self.lexicon.entries)}

    def link_many(self, texts: Iterable[LinkText]) -> Iterator[list[Link]]:
        """Give the links of each text, in order; NIL and what lies below the threshold is left out.

        Memory does not grow with the number of texts.
        """
        if self._together is None or self._together.settled is not self.settled:
            self._together = Together(self)
        following = iter(texts)
        while part := list(islice(following, _TOGETHER)):
            found = self._together.place(part)
            if self.detectors is not None:
                for one, placed in zip(part, found, strict=True):
                    self._add_detected(one, placed)
            feelings = self._feel(part, [own.spots for own in found])
            for (spots, nodes, sure), felt in zip(found, feelings, strict=True):
                yield [
                    Link(start, end, node, confidence, feeling)
                    for (start, end, _), node, confidence, feeling in zip(spots, nodes, sure, felt, strict=True)
                ]

    def _add_detected(self, one: LinkText, placed: Placed) -> None:
        taken = [(spot.start, spot.end) for spot in placed.spots]
        for mention in self._detected(one.text, taken, one.language):
            if mention.node is None:
                self.unlinked[normalise(mention.surface)] += 1
            elif mention.confidence >= self.threshold:
                placed.spots.append(Spot(mention.start, mention.end, mention.node.id))
                placed.nodes.append(mention.node)
                placed.sure.append(mention.confidence)

    def settle(self, texts: Iterable[LinkText]) -> dict[str, float]:
        """Give the names with one meaning only that are hardly ever NIL in these texts, with their mean confidence.

        They are looked up from then on, not weighed, which makes linking several times faster.
        """
        scores: dict[str, list[float]] = {}
        single = {key for key, alias in self.lexicon.items() if len(alias.senses) == 1}
        for one in texts:
            words = read_words(one.text)
            found = [name for name in self.finder.search(words) if name[2] in single and not name[3]]
            for name in found:
                best = self.weigh(words, name, one.product)[0]
                scores.setdefault(name[2], []).append(best.score if best.entry >= 0 else 0.0)
        return {
            key: round(self.calibration(sum(own) / len(own)), 4)
            for key, own in sorted(scores.items())
            if len(own) >= _FEWEST_SETTLED
            and sum(self.calibration(score) >= self.threshold for score in own) >= _SETTLED * len(own)
        }

    def _feel(self, texts: Sequence[LinkText], spots: Sequence[Sequence[Spot]]) -> Sequence[Sequence[float]]:
        """Give the sentiment of the mentions of each text."""
        if self.sentiment is None:
            return [[0.0] * len(own) for own in spots]
        asked = [
            Asked(one.text, own, script_language(one.text) or one.language or self.language)
            if own
            else Asked(one.text, ())
            for one, own in zip(texts, spots, strict=True)
        ]
        return self.sentiment.score_batch(asked)

    def weigh(self, words: Words, name: Found, product: str | None) -> list[Weighed]:
        """Give all candidates of a name that was found, NIL among them, likeliest first.

        Args:
            words: in which it was found.
            name: as the finder gave it.
            product: id of the product that the text is about, if any.
        """
        start, end, key, edits = name
        alias = self.lexicon.alias(key)
        shop = self.disambiguator.shop
        place = Place(
            around=shop.around(product) if shop is not None and product is not None else None,
            features=beside(words.forms, start, end),
            capital=capital(words, start, end),
            words=topic_words(words.forms) if self._has_topics(alias) else frozenset(),
            edits=edits,
        )
        return self.disambiguator.weigh(key, alias, place)

    def _has_topics(self, alias: Alias) -> bool:
        profiles = self.disambiguator.profiles.weights
        return len(alias.senses) > 1 and any(sense.entry in profiles for sense in alias.senses)

    def _node(self, one: Weighed) -> NodeRef:
        return self.lexicon.entries[one.entry].node

    def _mention(self, surface: str, start: int, end: int, name: Found, weighed: Sequence[Weighed]) -> Mention:
        settled = None if name[3] else self.settled.get(name[2])
        best = weighed[0]
        if settled is not None and best.entry < 0:
            best = weighed[1]  # a settled name has one meaning, which is all there is beside NIL
        confidence = self.calibration(best.score) if settled is None else settled
        below = best.entry >= 0 and confidence < self.threshold
        reason = self.disambiguator.reason(best, weighed[1:])
        if settled is not None:
            reason = "the shop's reviews never use the words for anything else"
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
        return Mention(start, end, surface, node, confidence, 0.0, candidates, reason)

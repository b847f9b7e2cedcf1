"""Reading a query: misspellings, names of the graph's nodes, what is not wanted, prices and stock."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace

from linking.lexicon import Lexicon
from linking.linker import Linker
from linking.mentions import NodeRef
from linking.pipeline.names import NameFinder
from linking.pipeline.words import Words, read_words
from linking.text import normalise, script_language, unspaced
from shopgraph.discovery.bounds import PriceBound, StockWish, price_bound, stock_wish
from shopgraph.discovery.ids import ids_in
from shopgraph.discovery.lexicon import SEARCHED
from shopgraph.discovery.spelling import Correction, Speller
from shopgraph.discovery.words import LANGUAGES, LanguageWords, overlaps, words_of_language

_WRONG_CASE = 0.4
"""Weight of a meaning that is written otherwise: "orange" for the brand Orange."""
_BETWEEN = re.compile(r"^[\s,，、:：]*(?:(?:or|and|nor|any|in|from|of|the|a|an|或|和|与)\s+)*[\s,，、]*$")
_JOINS_BEHIND = re.compile(r"^的?\s*(?:(、|或者?|和)|,|，)\s*$")
_JOINS = re.compile(r"^\s*(?:,|，|、|or|and|nor|或者?|和)\s*$")


@dataclass(frozen=True, slots=True)
class Sense:
    """A node that words may mean, and how likely it is beside the others, 0 to 1, 1 for the likeliest."""

    node: NodeRef
    weight: float


@dataclass(frozen=True, slots=True)
class Name:
    """Words that mean nodes: first character and the one after the last, the words, the meanings, and "not".

    ``others`` are the likeliest meanings of the further words where one of several is wanted: "blue or green". The
    senses are then those of all of them.
    """

    start: int
    end: int
    surface: str
    senses: tuple[Sense, ...]
    negated: bool = False
    others: tuple[NodeRef, ...] = ()

    @property
    def label(self) -> str:
        """Label of the likeliest meaning."""
        return self.senses[0].node.label


@dataclass(frozen=True, slots=True)
class ReadQuery:
    """A query as it was understood; places are those of ``text``.

    Attributes:
        given: as it was written.
        text: with misspellings corrected.
        language: "en" or "zh", by the script.
        corrections: places are those of ``given``.
        names: in order.
        price: None where none is said.
        stock: None where nothing is said of it.
        cheap: a low price is wished for.
        rest: words that mean nothing that is known, and are not mere grammar.
    """

    given: str
    text: str
    language: str
    corrections: tuple[Correction, ...]
    names: tuple[Name, ...]
    price: PriceBound | None
    stock: StockWish | None
    cheap: bool
    rest: tuple[str, ...]

    @property
    def bounds(self) -> list[PriceBound | StockWish]:
        """What price and stock have to be, where they are spoken of."""
        return [one for one in (self.price, self.stock) if one is not None]

    def of(self, label: str, *, negated: bool = False) -> list[Name]:
        """Give the names whose likeliest meaning has a label."""
        return [name for name in self.names if name.label == label and name.negated is negated]


class QueryReader:
    """Reads queries and questions. It may be asked by several threads at once.

    Args:
        lexicon: what names may mean.
        vocabulary: words of the shop's texts, with how many products have each.
        linker: whose knowledge of words helps; None where there is none.
        more_plain: further words that are mere grammar, as those of questions.
        products: ids of products, which are names of theirs, too.
    """

    def __init__(
        self,
        lexicon: Lexicon,
        *,
        vocabulary: Mapping[str, int],
        linker: Linker | None = None,
        more_plain: Iterable[str] = (),
        products: Container[str] = (),
    ) -> None:
        self.lexicon, self._products = lexicon, products
        self._finder = NameFinder.make(None, lexicon, cohesion={} if linker is None else linker.cohesion, fuzzy=False)
        self._plain = frozenset(map(normalise, more_plain))
        grammar = {
            word
            for language in LANGUAGES
            for own in (words_of_language(language),)
            for words in (*own.stop, *own.negations, *own.cheap)
            for word in words.split()
        }
        labels = {
            key: {lexicon.entries[sense.entry].node.label for sense in alias.senses} for key, alias in lexicon.items()
        }
        names = {
            key: sum(lexicon.entries[sense.entry].uses for sense in alias.senses) + 1
            for key, alias in lexicon.items()
            if labels[key] != {"Product"}
        }
        self.speller = Speller(names, vocabulary, grammar | self._plain | set(_GRAMMAR))
        self._labels = labels

    def read(self, query: str, *, context: str | None = None) -> ReadQuery:
        """Read a query.

        Args:
            query: as it was written.
            context: a language to answer in where the script does not tell; None for English.
        """
        given = " ".join(query.split())
        language = "zh" if script_language(given) in ("zh", "ja") else context if context in LANGUAGES else "en"
        own = words_of_language(language)
        words = read_words(given)
        found = self._finder.search(words)
        price = price_bound(given, own)
        taken = [(start, end) for start, end, _, _ in found]
        kept = [(start, end) for start, end, _ in ids_in(given, self._products)]
        stock = stock_wish(given, own)
        kept += [(one.start, one.end) for one in (price, stock) if one is not None]
        taken += [(place, place + 1) for place in range(len(words.forms))
                  if overlaps((words.starts[place], words.ends[place]), kept)]  # fmt: skip
        named = any("Category" in self._labels[key] for _, _, key, _ in found)
        corrections = self.speller.correct(words, taken + _stops(words, own), named=named)
        text = _applied(given, corrections)
        if corrections:
            words = read_words(text)
            found = self._finder.search(words)
            price, stock = price_bound(text, own), stock_wish(text, own)
        said = [(one.start, one.end) for one in (price, stock) if one is not None]
        names = [
            Name(words.starts[start], words.ends[end - 1], text[words.starts[start] : words.ends[end - 1]], senses)
            for start, end, key, _ in found
            if (senses := self._senses(key, text[words.starts[start] : words.ends[end - 1]]))
        ]
        names = [name for name in names if not overlaps((name.start, name.end), said)]
        names = self._with_ids(text, names)
        names, spans = _negated(text, _whole_names(text, names, own), own)
        names = [name for name in names if name.surface.lower() not in own.cheap]
        names = _alternatives(text, names)
        rest, cheap = self._rest(text, words, names, [*spans, *said], own)
        return ReadQuery(given, text, language, tuple(corrections), tuple(names), price, stock, cheap, rest)

    def _with_ids(self, text: str, names: list[Name]) -> list[Name]:
        """Add the products that are named by their ids; an id is no other name, in whole or in part."""
        ids = [
            Name(start, end, text[start:end], (Sense(NodeRef("Product", own), 1.0),))
            for start, end, own in ids_in(text, self._products)
        ]
        spans = [(one.start, one.end) for one in ids]
        others = [name for name in names if not overlaps((name.start, name.end), spans)]
        return sorted([*others, *ids], key=lambda name: name.start)

    def _senses(self, key: str, surface: str) -> tuple[Sense, ...]:
        alias = self.lexicon.alias(key)
        weighed: dict[NodeRef, float] = {}
        for sense in alias.senses:
            entry = self.lexicon.entries[sense.entry]
            if entry.node.label not in SEARCHED:
                continue
            weight = sense.prior if entry.node.label != "Aspect" else max(sense.prior, 0.05)
            proper = entry.node.label == "Brand" and not unspaced(surface)
            if (proper and surface[:1].islower() and len(alias.senses) > 1) or (
                not proper
                and surface[:1].isupper()
                and len(alias.senses) > 1
                and surface != self.lexicon.entries[sense.entry].name
            ):
                weight *= _WRONG_CASE
            weighed[entry.node] = max(weighed.get(entry.node, 0.0), weight)
        if not weighed:
            return ()
        most = max(weighed.values())
        ranked = sorted(weighed.items(), key=lambda row: (-row[1], row[0]))
        return tuple(Sense(node, weight / most) for node, weight in ranked)

    def _rest(
        self,
        text: str,
        words: Words,
        names: list[Name],
        said: list[tuple[int, int]],
        own: LanguageWords,
    ) -> tuple[tuple[str, ...], bool]:
        """Give the words that nothing was made of, and whether a low price is wished for."""
        taken = [(name.start, name.end) for name in names] + said
        low = normalise(text)
        cheap = False
        for word in sorted(own.cheap, key=len, reverse=True):
            for span in _occurrences(low, word):
                if not overlaps(span, taken):
                    cheap = True
                    taken.append(span)
        for word in own.stop:
            taken.extend(span for span in _occurrences(low, word) if not overlaps(span, taken))
        kept: list[str] = []
        end = -1
        for place, form in enumerate(words.forms):
            span = (words.starts[place], words.ends[place])
            if (
                overlaps(span, taken)
                or not form.strip()
                or not any(map(str.isalnum, form))
                or form in self._plain
                or form in _GRAMMAR
            ):
                continue
            if kept and unspaced(form) and unspaced(kept[-1]) and end == span[0]:
                kept[-1] += form
            else:
                kept.append(form)
            end = span[1]
        return tuple(kept), cheap


# fmt: off
_GRAMMAR = [
    "what's", "whats", "he", "she", "him", "her", "they", "them", "their", "his", "am", "was", "were", "been", "if",
    "then", "than", "so", "as", "but", "about", "under", "over", "below", "above", "between", "up", "out", "all",
    "also", "just", "more", "less", "most", "least", "much", "many", "us", "will", "should", "may", "might", "which",
    "where", "when", "why", "yes", "ok",
]
# fmt: on


def _whole_names(text: str, names: list[Name], own: LanguageWords) -> list[Name]:
    """Leave out names cut from a longer Chinese word of grammar: "everybody", 大家, is not "big", 大."""
    low = normalise(text)
    longer = [span for word in own.stop if unspaced(word) and len(word) > 1 for span in _occurrences(low, word)]
    return [
        name
        for name in names
        if not any(
            start <= name.start and name.end <= end and end - start > name.end - name.start for start, end in longer
        )
    ]


def _negated(text: str, names: list[Name], own: LanguageWords) -> tuple[list[Name], list[tuple[int, int]]]:
    """Mark the names that a negation stands before or behind; give the places of those negations too."""
    low = normalise(text)
    behind = _negations_behind(low, names, own)
    taken = [span for span in behind if span is not None]
    # 没有 is no negation within 有没有
    taken += [place for word in own.stop if unspaced(word) for place in _occurrences(low, word)]
    before: list[tuple[int, int] | None] = []
    for place, name in enumerate(names):
        found = _negation_before(low, name, taken, own)
        if found is None and place and before[-1] is not None and _JOINS.match(text[names[place - 1].end : name.start]):
            found = (name.start, name.start)
        before.append(found if name.label != "Product" else None)
    marked = [
        replace(name, negated=True) if first is not None or last is not None else name
        for name, first, last in zip(names, before, behind, strict=True)
    ]
    return marked, [span for span in (*before, *behind) if span is not None]


def _negation_before(low: str, name: Name, taken: list[tuple[int, int]], own: LanguageWords) -> tuple[int, int] | None:
    """Give the place of the negation that a name follows and that is no part of other words."""
    before = low[: name.start]
    for word in own.negations:
        at = before.rfind(word)
        span = (at, at + len(word))
        if at < 0 or not _whole(low, *span):
            continue
        if any(start <= span[0] and span[1] <= end for start, end in taken):
            continue
        if _BETWEEN.match(before[span[1] :]):
            return span
    return None


def _negations_behind(low: str, names: list[Name], own: LanguageWords) -> list[tuple[int, int] | None]:
    """Give for each name the place of the negation behind it or its list; 红色水壶不要 turns 红色 around, not 水壶."""
    found: list[tuple[int, int] | None] = [None] * len(names)
    listed = False
    for place in reversed(range(len(names))):
        name = names[place]
        following = names[place + 1] if place + 1 < len(names) else None
        match = next(filter(None, (pattern.match(low, name.end) for pattern in own.negated)), None)
        if match is not None and name.label != "Product":
            meant = place - 1 if place > 0 and _kind_of(low, names[place - 1], name) else place
            found[meant], listed = match.span(), False
        elif following is not None and found[place + 1] and _sort(name) and _sort(name) == _sort(following):
            join = _JOINS_BEHIND.match(low[name.end : following.start])
            if join is not None and (join[1] or listed):
                found[place], listed = found[place + 1], True
    return found


def _kind_of(low: str, name: Name, following: Name) -> bool:
    """Tell whether a name says of what sort the kind of product right behind it is to be."""
    between = low[name.end : following.start].strip()
    return following.label == "Category" and name.label in ("Attribute", "Brand") and between in ("", "的", "色的")


def _alternatives(text: str, names: list[Name]) -> list[Name]:
    """Join brands, categories or values of one attribute that stand side by side: a product is of one of them."""
    joined: list[Name] = []
    for name in names:
        last = joined[-1] if joined else None
        if (
            last is None
            or _sort(name) is None
            or _sort(name) != _sort(last)
            or not _JOINS.match(text[last.end : name.start])
        ):
            joined.append(name)
            continue
        senses = {one.node: one for one in (*name.senses, *last.senses)}
        ranked = tuple(sorted(senses.values(), key=lambda one: (one.node != last.senses[0].node, -one.weight)))
        others = (*last.others, name.senses[0].node)
        joined[-1] = replace(last, end=name.end, surface=text[last.start : name.end], senses=ranked, others=others)
    return joined


def _sort(name: Name) -> str | None:
    """Give what a product has but one of, as a rule; None for names that are no alternatives."""
    if name.negated or name.label not in ("Brand", "Category", "Attribute"):
        return None
    return name.senses[0].node.id.partition("=")[0] if name.label == "Attribute" else f"={name.label}"


def _stops(words: Words, own: LanguageWords) -> list[tuple[int, int]]:
    """Give the words, first and the one after the last, that are mere grammar in Chinese, which has no spaces."""
    low = normalise(words.text)
    taken: list[tuple[int, int]] = []
    for word in (*own.stop, *own.negations):
        if unspaced(word):
            taken.extend(place for place in _occurrences(low, word) if not overlaps(place, taken))
    return [
        (place, place + 1)
        for place in range(len(words.forms))
        if overlaps((words.starts[place], words.ends[place]), taken)
    ]


def _applied(text: str, corrections: Iterable[Correction]) -> str:
    for one in sorted(corrections, key=lambda own: -own.start):
        text = text[: one.start] + one.meant + text[one.end :]
    return text


def _occurrences(text: str, word: str) -> list[tuple[int, int]]:
    found, at = [], text.find(word)
    while at >= 0:
        if _whole(text, at, at + len(word)):
            found.append((at, at + len(word)))
        at = text.find(word, at + len(word))
    return found


def _whole(text: str, start: int, end: int) -> bool:
    """Tell whether a span is cut out between words; Chinese has no such cuts."""
    if unspaced(text[start:end]):
        return True
    return (start == 0 or not text[start - 1].isalnum() or unspaced(text[start - 1])) and (
        end == len(text) or not text[end].isalnum() or unspaced(text[end])
    )

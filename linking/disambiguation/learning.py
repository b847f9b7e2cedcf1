"""What the shop's own texts teach without labels: words that exist, contexts of each label, profiles of nodes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from kg.limits import limit
from linking.disambiguation.context import LABELS, NIL, ContextCounts, ContextModel, beside, capital
from linking.disambiguation.shop import ShopContext
from linking.disambiguation.trust import TrustCounts
from linking.lexicon import Lexicon
from linking.mentions import LinkText
from linking.pipeline.cohesion import CohesionCounts
from linking.pipeline.names import NameFinder
from linking.pipeline.words import read_words

_FEWEST_TEXTS = 3
_DOUBTED = 0.5
_NIL_STEP = 11
"""Every so many tokens one that is no name is counted as NIL's context."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What texts taught.

    Attributes:
        known: normalised words that stand in three texts or more.
        cohesion: of neighbouring characters of scripts without spaces.
        context: what stands around names of each label.
        trust: (normalised alias, position of the entry) -> share of its uses that mean it, as the graph has it; with a
            capital and in small letters apart, see ``trust.cased``.
        n_texts: how many texts there were.
    """

    known: frozenset[str]
    cohesion: Mapping[str, float]
    context: ContextModel
    trust: Mapping[tuple[str, int], float]
    n_texts: int


def learn_from_texts(lexicon: Lexicon, shop: ShopContext | None, texts: Iterable[LinkText]) -> Learned:
    """Read texts and learn from them, from as many as the limit ``learning_texts`` says.

    Args:
        lexicon: names that mean things of one label only are taken as examples of that label.
        shop: tells which names stand in texts about products that are linked to them (distant supervision, Mintz et
            al. 2009).
        texts: of the training part.
    """
    finder = NameFinder.make(None, lexicon, fuzzy=False)
    label_of = {key: label for key in lexicon if (label := _only_label(lexicon, key)) is not None}
    sample = list(islice(texts, limit("learning_texts")))
    words, cohesion, trust = _first_reading(finder, shop, sample, lexicon)
    shares = trust.shares()
    finder = replace(finder, cohesion=cohesion.table())
    doubted = {key for (key, _), share in shares.items() if share < _DOUBTED}
    counts = _second_reading(finder, sample, {key: label_of[key] for key in label_of.keys() - doubted})
    known = frozenset(word for word, count in words.items() if count >= _FEWEST_TEXTS)
    return Learned(known, finder.cohesion, counts.model(), shares, len(sample))


def _first_reading(
    finder: NameFinder, shop: ShopContext | None, texts: Sequence[LinkText], lexicon: Lexicon
) -> tuple[Counter[str], CohesionCounts, TrustCounts]:
    counts, cohesion, trust = Counter[str](), CohesionCounts(), TrustCounts(lexicon)
    for one in texts:
        words = read_words(one.text)
        counts.update({form for form in words.forms if form.isalpha()})
        cohesion.add(words.forms)
        around = shop.around(one.product) if shop is not None and one.product is not None else None
        if shop is not None and around is not None:
            for start, end, key, _ in finder.search(words):
                trust.add(key, shop, around, capital=capital(words, start, end))
    return counts, cohesion, trust


def _second_reading(finder: NameFinder, texts: Sequence[LinkText], label_of: Mapping[str, int]) -> ContextCounts:
    counts = ContextCounts()
    for number, one in enumerate(texts):
        words = read_words(one.text)
        forms = words.forms
        taken: set[int] = set()
        for start, end, key, _ in finder.search(words):
            taken.update(range(start, end))
            if key in label_of:
                counts.add(label_of[key], beside(forms, start, end))
        for place in range(number % _NIL_STEP, len(forms), _NIL_STEP):
            if place not in taken and forms[place].isalpha():
                counts.add(NIL, beside(forms, place, place + 1))
    return counts


def _only_label(lexicon: Lexicon, key: str) -> int | None:
    alias = lexicon.lookup(key)
    labels = {lexicon.entries[sense.entry].node.label for sense in alias.senses} if alias else set()
    return LABELS.index(labels.pop()) if len(labels) == 1 else None

"""What the shop's own texts teach without labels: words that exist, contexts of each label, profiles of nodes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from spacy.language import Language
from spacy.tokens import Doc

from kg.limits import limit
from linking.disambiguation.context import LABELS, NIL, ContextCounts, ContextModel, surrounding
from linking.disambiguation.shop import ShopContext
from linking.disambiguation.trust import TrustCounts
from linking.lexicon import Lexicon
from linking.mentions import LinkText
from linking.pipeline.cohesion import CohesionCounts
from linking.pipeline.names import NameFinder
from linking.pipeline.place import norms

_FEWEST_TEXTS = 3
_BATCH = 1000
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
        trust: (normalised alias, position of the entry) -> share of its uses that mean it, as the graph has it.
        n_texts: how many texts there were.
    """

    known: frozenset[str]
    cohesion: Mapping[str, float]
    context: ContextModel
    trust: Mapping[tuple[str, int], float]
    n_texts: int


def learn_from_texts(nlp: Language, lexicon: Lexicon, shop: ShopContext | None, texts: Iterable[LinkText]) -> Learned:
    """Read texts and learn from them, from as many as the limit ``learning_texts`` says.

    Args:
        nlp: cuts the texts.
        lexicon: names that mean things of one label only are taken as examples of that label.
        shop: tells which names stand in texts about products that are linked to them (distant supervision, Mintz et
            al. 2009).
        texts: of the training part.
    """
    finder = NameFinder.make(nlp, lexicon, fuzzy=False)
    label_of = {key: label for key in lexicon if (label := _only_label(lexicon, key)) is not None}
    sample = list(islice(texts, limit("learning_texts")))
    words, cohesion, trust = _first_reading(nlp, finder, shop, sample, lexicon)
    shares = trust.shares()
    finder = NameFinder.make(nlp, lexicon, cohesion=cohesion.table(), fuzzy=False)
    doubted = {key for (key, _), share in shares.items() if share < _DOUBTED}
    counts = _second_reading(nlp, finder, sample, {key: label_of[key] for key in label_of.keys() - doubted})
    known = frozenset(word for word, count in words.items() if count >= _FEWEST_TEXTS)
    return Learned(known, finder.cohesion, counts.model(), shares, len(sample))


def _batches(nlp: Language, texts: Sequence[LinkText]) -> Iterator[tuple[int, LinkText, Doc, list[str]]]:
    """Give number, text, tokens and normalised forms; what is read does not stay in the vocabulary."""
    for start in range(0, len(texts), _BATCH):
        with nlp.memory_zone():
            for number, one in enumerate(texts[start : start + _BATCH], start=start):
                doc = nlp.make_doc(one.text)
                yield number, one, doc, norms(doc)


def _first_reading(
    nlp: Language, finder: NameFinder, shop: ShopContext | None, texts: Sequence[LinkText], lexicon: Lexicon
) -> tuple[Counter[str], CohesionCounts, TrustCounts]:
    words, cohesion, trust = Counter[str](), CohesionCounts(), TrustCounts(lexicon)
    for _, one, doc, forms in _batches(nlp, texts):
        words.update({form for form in forms if form.isalpha()})
        cohesion.add(forms)
        around = shop.around(one.product) if shop is not None and one.product is not None else None
        if shop is not None and around is not None:
            for _, _, key, _ in finder.find(doc):
                trust.add(key, shop, around)
    return words, cohesion, trust


def _second_reading(
    nlp: Language, finder: NameFinder, texts: Sequence[LinkText], label_of: Mapping[str, int]
) -> ContextCounts:
    counts = ContextCounts()
    for number, _, doc, forms in _batches(nlp, texts):
        taken: set[int] = set()
        for start, end, key, _ in finder.find(doc):
            taken.update(range(start, end))
            if key in label_of:
                counts.add(label_of[key], surrounding(doc, start, end))
        for place in range(number % _NIL_STEP, len(forms), _NIL_STEP):
            if place not in taken and forms[place].isalpha():
                counts.add(NIL, surrounding(doc, place, place + 1))
    return counts


def _only_label(lexicon: Lexicon, key: str) -> int | None:
    alias = lexicon.lookup(key)
    labels = {lexicon.entries[sense.entry].node.label for sense in alias.senses} if alias else set()
    return LABELS.index(labels.pop()) if len(labels) == 1 else None

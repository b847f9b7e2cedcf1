"""Which of its meanings a name has here: a log-linear model over a handful of features, with NIL among the candidates.

The score of candidate ``c`` is ``w . f(c)``, its probability the softmax over all candidates of the mention. The
features are those that entity linking has lived on since Bunescu and Pasca 2006 and Milne and Witten 2008: the prior,
relatedness to what the text is about (here the reviewed product and its neighbours in the graph), the words around,
and the form of the words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log
from operator import mul

from linking.disambiguation.context import LABELS, NIL, ContextModel
from linking.disambiguation.profiles import Profiles
from linking.disambiguation.shop import ShopContext, Surroundings
from linking.disambiguation.trust import cased
from linking.lexicon import Alias, Entry, Sense
from linking.lexicon.lexicon import RULE_WEIGHTS

FEATURES: tuple[str, ...] = (
    "prior",  # log of the prior among the meanings of the words
    "linked",  # the product is linked to it
    "neighbours",  # log2 of how much more the product's neighbours are linked to it than all products
    "conflict",  # the product has another brand, or another value of the attribute
    "context",  # log-likelihood ratio of the words around, for its label
    "case",  # written with a capital like the name, or without one unlike it
    "topic",  # the words of the text are those of its products
    "trust",  # logit of the share of the name's uses that mean it, as the graph has it
    "rule",  # log of the weight of the rule that made the alias
    "edits",  # letters between the words and the name
    "nil",  # 1 for NIL alone
)
DEFAULT_WEIGHTS: Mapping[str, float] = {
    "prior": 1.0,
    "linked": 2.0,
    "neighbours": 0.5,
    "conflict": -2.5,
    "context": 0.25,
    "case": 1.5,
    "topic": 1.0,
    "trust": 1.0,
    "rule": 1.0,
    "edits": -1.0,
    "nil": -2.5,
}
"""Weights used until a shop's own texts, or labels, teach better ones."""

_PRIOR, _LINKED, _NEIGHBOURS, _CONFLICT, _CONTEXT, _CASE, _TOPIC, _TRUST, _RULE, _EDITS, _NIL = range(len(FEATURES))
_RULES = {rule: log(weight) for rule, weight in RULE_WEIGHTS.items()}
_LABEL_ROW = {label: row for row, label in enumerate(LABELS)}
_WORDS: Mapping[str, str] = {
    "prior": "it is what the words mean most often",
    "linked": "the product is linked to it",
    "neighbours": "products like this one are linked to it",
    "conflict": "the product is known to be of another",
    "context": "the words around fit",
    "case": "it is written like the name",
    "topic": "the text speaks of its products",
    "trust": "reviews that use the words are of products that have it",
}
_AGAINST: Mapping[str, str] = {
    "prior": "the words seldom mean it",
    "neighbours": "products like this one are seldom linked to it",
    "conflict": "the product is known to be of another",
    "context": "the words around do not fit",
    "case": "it is not written like the name",
    "edits": "the words are one letter off",
    "trust": "reviews that use the words are seldom of products that have it",
}


@dataclass(frozen=True, slots=True)
class Place:
    """What is known of the place where a name stands.

    Attributes:
        around: of the product that the text is about; None where no product is known.
        features: of the words around, see ``context.beside``.
        capital: 1 written with a capital where none is due, -1 without any, 0 where the place does not tell.
        words: normalised words of the whole text; empty where nothing hangs on them.
        edits: letters between the words and the name.
    """

    around: Surroundings | None
    features: Sequence[str]
    capital: int
    words: frozenset[str]
    edits: int


@dataclass(frozen=True, slots=True)
class Weighed:
    """A candidate with its probability: position of its entry, -1 for NIL, and its features as in ``FEATURES``."""

    entry: int
    prior: float
    score: float
    features: tuple[float, ...]


class Disambiguator:
    """Weighs the meanings of names.

    Args:
        entries: of the lexicon.
        shop: what is known of products; None to go by words alone.
        context: what the words around say.
        profiles: words of the texts that speak of an entry.
        trust: (normalised alias, position of the entry) -> share of the name's uses that mean it.
        weights: of ``FEATURES``.
    """

    def __init__(
        self,
        entries: Sequence[Entry],
        *,
        shop: ShopContext | None = None,
        context: ContextModel | None = None,
        profiles: Profiles | None = None,
        trust: Mapping[tuple[str, int], float] | None = None,
        weights: Mapping[str, float] = DEFAULT_WEIGHTS,
    ) -> None:
        self.entries = entries
        self.shop = shop
        self.context = context or ContextModel({})
        self.profiles = profiles or Profiles({})
        self.trust = trust or {}
        self.weights = dict(weights)
        self._weights = tuple(self.weights[name] for name in FEATURES)

    def weigh(self, key: str, alias: Alias, place: Place) -> list[Weighed]:
        """Give all candidates of a name, given as normalised, NIL among them, likeliest first."""
        context = self.context.scores(place.features)
        rows = [(sense.entry, sense.prior, self.features(key, sense, place, context)) for sense in alias.senses]
        nil = [0.0] * len(FEATURES)
        nil[_NIL], nil[_CONTEXT] = 1.0, context[NIL]
        rows.append((-1, 0.0, nil))
        sums = [sum(map(mul, self._weights, features)) for _, _, features in rows]
        top = max(sums)
        powers = [exp(one - top) for one in sums]
        total = sum(powers)
        weighed = [
            Weighed(entry, prior, power / total, tuple(features))
            for (entry, prior, features), power in zip(rows, powers, strict=True)
        ]
        weighed.sort(key=_falling)
        return weighed

    def features(self, key: str, sense: Sense, place: Place, context: Sequence[float]) -> list[float]:
        """Give the features of one meaning, in the order of ``FEATURES``."""
        entry = sense.entry
        about = self.entries[entry]
        label = about.node.label
        found = [0.0] * len(FEATURES)
        found[_CONTEXT] = context[_LABEL_ROW[label]]
        if sense.prior < 1.0:
            found[_PRIOR] = log(sense.prior)
        found[_RULE] = _RULES[sense.rule]
        found[_EDITS] = float(place.edits)
        trust = self.trust.get((cased(key, place.capital), entry), self.trust.get((key, entry)))
        if trust is not None:
            found[_TRUST] = log(trust / (1.0 - trust))
        if place.around is not None and self.shop is not None:
            if entry in place.around.linked:
                found[_LINKED] = 1.0
            elif label != "Aspect":
                found[_NEIGHBOURS] = self.shop.lift(entry, place.around)
                found[_CONFLICT] = float(self.shop.conflicts(entry, place.around))
        if place.capital:
            if label in ("Brand", "Product"):
                found[_CASE] = float(place.capital) if about.name[:1].isupper() else 0.0
            elif place.capital > 0:
                found[_CASE] = -1.0
        if place.words:
            found[_TOPIC] = self.profiles.score(entry, place.words)
        return found

    def reason(self, chosen: Weighed, others: Sequence[Weighed]) -> str:
        """Say in words why one candidate was chosen over the others, or what spoke against it."""
        if chosen.entry < 0:
            best = next((one for one in others if one.entry >= 0), None)
            if best is None:
                return "nothing in the graph is meant"
            return f"nothing in the graph is meant: {self.standing(best, against=True)}"
        if len(others) <= 1:
            return "the only meaning of the words"
        return self.standing(chosen, against=False)

    def standing(self, one: Weighed, *, against: bool) -> str:
        """Say what spoke most for a candidate, or against it."""
        words = _AGAINST if against else _WORDS
        sign = -1.0 if against else 1.0
        worth = (
            (sign * self.weights[name] * feature, name) for name, feature in zip(FEATURES, one.features, strict=True)
        )
        parts = sorted((size, name) for size, name in worth if name in words and size > 0)
        said = [words[name] for size, name in sorted(parts, reverse=True)[:2] if size > 0.1]
        return " and ".join(said) if said else ("little speaks for it" if against else "nothing speaks against it")


def _falling(one: Weighed) -> float:
    return -one.score

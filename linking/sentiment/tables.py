"""A clause model laid out for adding up: a clause of words between spaces is scored without naming its features.

The sums are those of ``clause_features`` times the weights. What differs from mention to mention of one clause is only
what is learnt apart for its node, so that the rest is added up once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from linking.sentiment.features import OF_NODE
from linking.sentiment.grammar import NEGATOR, Grammar
from linking.sentiment.negation import NEGATED, factors


@dataclass(frozen=True, slots=True)
class Words:
    """What single words add to the log-odds: as they stand, and besides where they are negated."""

    plain: Mapping[str, float]
    negated: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Tables:
    """The weights of one language.

    Attributes:
        words: of words, for every mention.
        pairs: of two neighbouring words.
        nodes: id of a node -> what words add for its mentions alone.
    """

    words: Words
    pairs: Mapping[tuple[str, str], float]
    nodes: Mapping[str, Words]


class Clause(NamedTuple):
    """A clause read: its terms, their factors (None where nothing turns them), and its log-odds without any node."""

    forms: list[str]
    turned: list[float] | None
    log_odds: float


def make_tables(weights: Mapping[str, float]) -> Tables:
    """Lay out the weights of features by the words that make them up."""
    by_node: dict[str, dict[str, float]] = {}
    general: dict[str, float] = {}
    for name, weight in weights.items():
        node, mark, feature = name.partition(OF_NODE)
        if mark:
            by_node.setdefault(node, {})[feature] = weight
        else:
            general[name] = weight
    pairs: dict[tuple[str, str], float] = {}
    for name, weight in general.items():
        # Terms may hold spaces themselves: "a lot" + "of", "a" + "lot of".
        place = name.find(" ")
        while place > 0:
            pairs[name[:place], name[place + 1 :]] = weight
            place = name.find(" ", place + 1)
    return Tables(_words(general), pairs, {node: _words(own) for node, own in by_node.items()})


def _words(weights: Mapping[str, float]) -> Words:
    return Words(weights, {name[1:]: weight for name, weight in weights.items() if name[0] == "!" and len(name) > 1})


def read_clause(forms: list[str], words: Grammar, tables: Tables) -> Clause:
    """Add up a clause, given by its terms."""
    pairs = tables.pairs
    log_odds: float = sum(filter(None, map(pairs.get, pairwise(forms))))
    if words.turning.isdisjoint(forms):
        return Clause(forms, None, log_odds + _plain(forms, words, tables.words.plain))
    turned = factors(forms, words)
    if min(turned) < 0:
        roles = words.roles
        for place, factor in enumerate(turned[1:]):
            # As in ``features``: a pair is negated with its second word, if its first is not the negator.
            if factor < 0 and (weight := pairs.get((forms[place], forms[place + 1]))):
                log_odds += 0.0 if roles.get(forms[place], 0) & NEGATOR else (NEGATED - 1.0) * weight
    return Clause(forms, turned, log_odds + _turned(forms, turned, tables.words))


def of_node(clause: Clause, node: str, words: Grammar, tables: Tables) -> float:
    """Give what a clause says besides of one node."""
    own = tables.nodes.get(node)
    if own is None:
        return 0.0
    if clause.turned is None:
        return _plain(clause.forms, words, own.plain)
    return _turned(clause.forms, clause.turned, own)


def _plain(forms: list[str], words: Grammar, weights: Mapping[str, float]) -> float:
    silent = words.silent
    return sum([weights[form] for form in forms if form in weights and form not in silent])


def _turned(forms: list[str], turned: list[float], own: Words) -> float:
    plain, negated = own.plain, own.negated
    found = sum([plain[form] * factor for form, factor in zip(forms, turned, strict=True) if form in plain])
    if negated:
        found += sum(
            [negated[form] for form, factor in zip(forms, turned, strict=True) if factor < 0 and form in negated]
        )
    return found

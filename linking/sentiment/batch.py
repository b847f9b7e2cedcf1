"""Many texts scored at once, for languages whose words stand between spaces.

The sentences that mentions stand in are read as one text, and their clauses are added up as arrays; the sums are those
of ``clause_features`` times the weights. What is done once for each text, and not for all, is as little as can be.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from linking.sentiment.bulk import Asked, Terms, read
from linking.sentiment.grammar import NEGATOR, Grammar
from linking.sentiment.negation import NEGATED
from linking.sentiment.numbers import FloatArray, IntArray, Mask, Numbered
from linking.sentiment.parting import part_many
from linking.sentiment.turning import factors_many


class _Clauses(NamedTuple):
    """The clauses of all sentences, and the terms in them, one clause after the other.

    Attributes:
        of_term: number of the clause that each term of the text stands in, -1 for marks between, ``(n_terms,)``.
        sentence: of each clause, ``(n_clauses,)``.
        against: whether it begins with a word of contrast, ``(n_clauses,)``.
        begins: place of its first term among those in clauses, ``(n_clauses,)``.
        lengths: terms in it, ``(n_clauses,)``.
        owner: clause of each term in one, ``(n_inside,)``.
        numbers: of these terms, ``(n_inside,)``.
        factors: of these terms, ``(n_inside,)``.
        log_odds: of each clause being positive, ``(n_clauses,)``.
    """

    of_term: IntArray
    sentence: IntArray
    against: Mask
    begins: IntArray
    lengths: IntArray
    owner: IntArray
    numbers: IntArray
    factors: FloatArray
    log_odds: FloatArray


_AROUND = 0.25
"""How much a neighbouring clause of the sentence says of a mention, beside its own."""
_AROUND_AT_MOST = 0.5
_SPEAKS = 0.8
"""Log-odds from which a clause speaks for itself, and its neighbours are not asked."""


def around_own(own: FloatArray, neighbours: FloatArray) -> FloatArray:
    """Give the log-odds for mentions: their clauses' own, and a little of their neighbours' where those say little."""
    little = np.clip(_AROUND * neighbours, -_AROUND_AT_MOST, _AROUND_AT_MOST)
    return np.where(np.abs(own) > _SPEAKS, own, own + little)


def log_odds(asked: Sequence[Asked], words: Grammar, model: Numbered) -> FloatArray:
    """Give the log-odds that what is said of each mention is positive, text after text, ``(n_mentions,)``.

    Args:
        asked: of one language.
        words: its grammar.
        model: laid out by number.
    """
    terms = read(asked, words, model)
    clauses = _clauses(terms, words, model)
    found = np.zeros(len(terms.mentions))
    mine = np.append(clauses.of_term, -1)[terms.mentions]
    inside = mine >= 0
    mine = mine[inside]
    row_of = model.nodes.get
    nodes = np.array([row_of(spot[2], -1) for one in asked for spot in one.spots], np.int64)
    own = clauses.log_odds[mine] + _of_nodes(clauses, mine, nodes[inside], model)
    found[inside] = around_own(own, _neighbours(clauses, mine))
    return found


def _clauses(terms: Terms, words: Grammar, model: Numbered) -> _Clauses:
    numbers, signs = terms.numbers, terms.signs
    parted = part_many(signs, terms.firsts, words)
    n_clauses = len(parted.firsts)
    lengths = parted.lasts - parted.firsts
    ends = np.cumsum(lengths)
    begins = ends - lengths
    owner = np.repeat(np.arange(n_clauses), lengths)
    inside = np.arange(len(owner)) + np.repeat(parted.firsts - begins, lengths)
    of_term = np.full(len(numbers), -1, dtype=np.int64)
    of_term[inside] = owner
    own, own_signs = numbers[inside], signs[inside]
    turned = factors_many(own_signs, owner, model.factors[own])
    values = model.plain[own] * turned
    against = turned < 0
    values[against] += model.negated[own[against]]
    log_odds = np.asarray(np.bincount(owner, values, n_clauses), dtype=np.float64)
    # Of neighbours in one clause; a pair is negated with its second word, if its first is not the negator.
    together = np.flatnonzero(owner[1:] == owner[:-1])
    pairs = model.pairs(own[together] * model.size + own[together + 1])
    pairs[against[together + 1] & (own_signs[together] & NEGATOR == 0)] *= NEGATED
    log_odds += np.bincount(owner[together], pairs, n_clauses)
    return _Clauses(of_term, parted.sentences, parted.against, begins, lengths, owner, own, turned, log_odds)


def _of_nodes(clauses: _Clauses, mine: IntArray, nodes: IntArray, model: Numbered) -> FloatArray:
    """Give what the words of the mentions' clauses say besides of the mentions' nodes, ``(n_mentions,)``."""
    speaking = clauses.factors != 0
    before = np.append(0, np.cumsum(speaking))
    own = np.flatnonzero(nodes >= 0)
    begins = clauses.begins[mine[own]]
    lengths = before[begins + clauses.lengths[mine[own]]] - before[begins]
    owner = np.repeat(own, lengths)
    which = np.arange(len(owner)) + np.repeat(before[begins] - (np.cumsum(lengths) - lengths), lengths)
    inside = np.flatnonzero(speaking)[which]
    keys = nodes[owner] * model.size + clauses.numbers[inside]
    turned = clauses.factors[inside]
    values = model.node_plain(keys) * turned
    against = turned < 0
    values[against] += model.node_negated(keys[against])
    return np.asarray(np.bincount(owner, values, len(nodes)), dtype=np.float64)


def _neighbours(clauses: _Clauses, mine: IntArray) -> FloatArray:
    """Give the log-odds of the clauses beside each mention's that are of one mind with it, ``(n_mentions,)``."""
    joined = np.flatnonzero((clauses.sentence[1:] == clauses.sentence[:-1]) & ~clauses.against[1:])
    beside = np.zeros(len(clauses.log_odds))
    beside[joined + 1] += clauses.log_odds[joined]
    beside[joined] += clauses.log_odds[joined + 1]
    return beside[mine]

"""What a clause model sees of a clause: its words, pairs of words (in Chinese, short runs of characters), and negation.

A negated word counts against itself, and as a sign of its own (``!works``), so that what is learnt of a word carries
over to its negation, and the difference is learnt where the reviews have enough of it. In the same way a word beside
a mention counts twice, for all mentions and for mentions of that node ("long", and "long" of the battery): the domain
adaptation of H. Daumé III, "Frustratingly Easy Domain Adaptation" (ACL 2007), with nodes for domains.
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import pairwise

from linking.sentiment.clauses import Clause
from linking.sentiment.grammar import FUNCTION, NEGATOR, Grammar
from linking.sentiment.negation import NEGATED, factors
from linking.sentiment.terms import Terms

OF_NODE = "\x1f"
"""Stands between a node's id and the feature that counts apart for it; no text holds it."""

Features = tuple[list[str], list[float]]
"""Names and values, in parallel; a name may come twice, and its values add up."""


def clause_features(terms: Terms, clause: Clause, low: str, words: Grammar, nodes: Collection[str] = ()) -> Features:
    """Give the features of a clause.

    Args:
        terms: of the sentence.
        clause: which of them.
        low: the lower-case text that the terms were read from.
        words: grammar of the language.
        nodes: ids of the nodes mentioned in the clause, for which its words count apart.
    """
    first, last, _ = clause
    forms = terms.forms[first:last]
    turned = factors(terms.signs[first:last], spaced=words.spaced)
    names = [form for form, factor in zip(forms, turned, strict=True) if factor]
    values = [factor for factor in turned if factor]
    negated = bool(values) and min(values) < 0
    if negated:
        against = ["!" + name for name, value in zip(names, values, strict=True) if value < 0]
        names += against
        values += [1.0] * len(against)
    own = len(names)
    for node in nodes:
        names += [node + OF_NODE + name for name in names[:own]]
        values += values[:own]
    runs, signs = _pairs(forms, turned, words) if words.spaced else _runs(terms, clause, turned, low, words)
    names += runs
    values += signs if negated else [1.0] * len(runs)
    return names, values


def worth_a_weight(name: str, words: Grammar) -> bool:
    """Tell whether a feature may get a weight: a mark does not, nor does a pair of function words."""
    first, _, second = name.partition(" ")
    if not second:
        return any(character.isalnum() for character in name) or name in words.priors
    return (
        first[0].isalnum()
        and second[0].isalnum()
        and not words.roles.get(first, 0) & words.roles.get(second, 0) & FUNCTION
    )


def _pairs(forms: list[str], turned: list[float], words: Grammar) -> tuple[list[str], list[float]]:
    """Give each pair of neighbouring words; it is negated with its second word, if its first is not the negator."""
    pairs = [before + " " + form for before, form in pairwise(forms)]
    roles = words.roles
    signs = [
        NEGATED if factor < 0 and not roles.get(before, 0) & NEGATOR else 1.0
        for before, factor in zip(forms, turned[1:], strict=False)
    ]
    return pairs, signs


def _runs(terms: Terms, clause: Clause, turned: list[float], low: str, words: Grammar) -> tuple[list[str], list[float]]:
    """Give each run of two and three characters that is no listed term; it is negated with its first character."""
    known = words.terms
    start, end = terms.starts[clause.first], terms.ends[clause.last - 1]
    signs = [1.0] * (end - start)
    for place, factor in enumerate(turned, clause.first):
        if factor < 0:
            for begin in range(terms.starts[place], terms.ends[place]):
                signs[begin - start] = NEGATED
    part = low[start:end]
    runs, values = [], []
    for length in (2, 3):
        for begin in range(len(part) - length + 1):
            run = part[begin : begin + length]
            if run not in known:
                runs.append(run)
                values.append(signs[begin])
    return runs, values

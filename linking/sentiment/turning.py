"""What negation and degree do to the words of many clauses at once, as ``linking.sentiment.negation.factors`` tells.

What a term's factor hangs on is the last negator or stop before it in its clause, with the number of words of meaning
between, and the last word of degree since the last word of meaning; both are looked up as running maxima of places.
"""

from __future__ import annotations

import numpy as np

from linking.sentiment.grammar import (
    DIMINISHER,
    EXCESS,
    INTENSIFIER,
    LISTED,
    NEGATOR,
    PRAISE,
    REVERSER,
    STOP,
    TURNING,
    WORD,
)
from linking.sentiment.negation import NEGATED, REACH, READ, SPOILT, STRONGER, WEAKER, factors
from linking.sentiment.numbers import FloatArray, IntArray, Mask

_NONE = -1


def factors_many(signs: IntArray, owner: IntArray, plain: FloatArray) -> FloatArray:
    """Give the factor of each term of many clauses, of a language whose words stand between spaces, ``(n_terms,)``.

    Args:
        signs: of the terms, ``Grammar.signs``, ``(n_terms,)``.
        owner: number of the clause that each stands in, ascending, ``(n_terms,)``.
        plain: factor of each where nothing turns it, ``(n_terms,)``.
    """
    turned = plain.copy()
    if not len(signs):
        return turned
    n_clauses = int(owner[-1]) + 1
    turning = np.zeros(n_clauses, dtype=bool)
    turning[owner[(signs & TURNING) > 0]] = True
    rows = np.flatnonzero(turning[owner])
    own, clauses = signs[rows], owner[rows]
    turned[rows] = _turned(own, clauses)
    # What reverses all that stands before it is seldom, and is gone through term by term.
    back = np.zeros(n_clauses, dtype=bool)
    back[clauses[(own & REVERSER) > 0]] = True
    for clause in np.flatnonzero(back).tolist():
        first, last = np.searchsorted(owner, (clause, clause + 1)).tolist()
        turned[first:last] = factors(signs[first:last].tolist(), spaced=True)
    return turned


def _turned(signs: IntArray, clauses: IntArray) -> FloatArray:
    """Give the factors of terms in clauses without a reverser."""
    if not len(signs):
        return np.zeros(0)
    new = np.append(True, clauses[1:] != clauses[:-1])
    begins = np.maximum.accumulate(np.where(new, np.arange(len(signs)), 0))
    following = np.append(np.where(new[1:], 0, signs[1:]), 0)
    read, spoken = (signs & READ) > 0, (signs & (WORD | LISTED)) > 0
    content = ~read & spoken
    negator = (signs & NEGATOR) > 0
    excess = ~negator & ((signs & EXCESS) > 0)
    stop = ~negator & ~excess & ((signs & STOP) > 0)
    degree = read & ~(negator | excess | stop)
    contents = np.cumsum(content)
    turn = _turns(negator, stop, contents - content, np.cumsum(~read & ~spoken), begins)
    intense, praised = (signs & INTENSIFIER) > 0, (following & PRAISE) > 0
    very, speaks = excess & intense & praised, (following & WORD) > 0
    spoilt = excess & ~very & speaks
    boosts = np.select(
        [very | (degree & intense), degree & ((signs & DIMINISHER) > 0), spoilt & praised],
        [STRONGER, WEAKER, SPOILT],
        1.0,
    )
    last = _last_before((boosts != 1.0) | spoilt | content, begins)
    boost = np.where(last >= 0, boosts[last], 1.0)
    found = np.where(content, turn * boost, 0.0)
    same = spoilt | (degree & ((signs & LISTED) > 0))
    found[same] = turn[same]
    found[negator] = 1.0
    return found


def _turns(negator: Mask, stop: Mask, before: IntArray, marks: IntArray, begins: IntArray) -> FloatArray:
    """Give the turn that each term meets: 1, or ``NEGATED`` within the reach of a negator, ``(n_terms,)``.

    Args:
        negator, stop: whether a term is one, ``(n_terms,)``.
        before: words of meaning before each term, ``(n_terms,)``.
        marks: marks up to each term, ``(n_terms,)``.
        begins: first term of each term's clause, ``(n_terms,)``.
    """
    last = _last_before(negator | stop, begins)
    reached = (last >= 0) & negator[last] & (before - before[last] < REACH)
    negators = np.flatnonzero(negator)
    if not len(negators):
        return np.ones(len(negator))
    # A negator within the reach of another one takes it back, and the next one negates anew, unless marks list them.
    undoing = reached[negators] & (marks[negators] == marks[last[negators]])
    places = np.arange(len(negators))
    links = places - np.maximum.accumulate(np.where(undoing, 0, places))
    turns = np.ones(len(negator))
    turns[negators[links % 2 == 0]] = NEGATED
    return np.where(reached, turns[last], 1.0)


def _last_before(there: Mask, begins: IntArray) -> IntArray:
    """Give the last of some terms before each term in its clause, -1 where there is none, ``(n_terms,)``."""
    last = np.maximum.accumulate(np.where(there, np.arange(len(there)), _NONE))
    found = np.append(_NONE, last[:-1])
    found[found < begins] = _NONE
    return found


__all__ = ["factors_many"]

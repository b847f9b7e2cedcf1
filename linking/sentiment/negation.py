"""What negation, intensifiers and excess do to the words of a clause.

Every term gets a factor: 1 as it stands, below 0 where it is negated, larger behind "very", smaller behind "slightly".
A negator reaches over the next few words of meaning in its clause; a second one within its reach turns things back. A
reverser turns what stands before it: "the smell is gone", unless it is negated itself ("will not go away").
"""

from __future__ import annotations

from collections.abc import Sequence

from linking.sentiment.grammar import (
    DIMINISHER,
    EXCESS,
    FUNCTION,
    INTENSIFIER,
    LISTED,
    NEGATOR,
    PRAISE,
    REVERSER,
    STOP,
    TURNING,
    WORD,
)

NEGATED = -0.7
"""Factor of a negated term: not good is bad, but less so than good is good."""

STRONGER, WEAKER = 1.35, 0.7
SPOILT = 0.2
"""What is left of praise behind "too": too bright is no praise."""
REACH = 4
"""Words of meaning that a negator reaches over; twice as many characters in Chinese."""
READ = TURNING | FUNCTION


def plain_factor(sign: int) -> float:
    """Give the factor of a term in a clause where nothing turns any: 0 for marks and function words, else 1."""
    return 1.0 if sign & LISTED or (sign & WORD and not sign & FUNCTION) else 0.0


def factors(signs: Sequence[int], *, spaced: bool) -> list[float]:
    """Give the factor of each term of a clause; 0 for marks, function words and adverbs of degree.

    A negator has the factor 1, for it is a sign of its own; so has a word of excess that something follows.

    Args:
        signs: of the terms, ``Grammar.signs``.
        spaced: words of the language stand between spaces.
    """
    found: list[float] = []
    add = found.append
    last = len(signs)
    reach, turn, boost = 0, 1.0, 1.0
    listed = False
    for place, sign in enumerate(signs):
        if not sign & READ:
            if not sign & (WORD | LISTED):
                add(0.0)
                listed = True
                continue
            add(turn * boost)
            boost = 1.0
            if reach:
                reach -= 1
                if not reach:
                    turn = 1.0
        elif sign & REVERSER and (spaced or place + 1 >= last or not sign & NEGATOR):
            if turn > 0:
                found[:] = [NEGATED * factor if factor > 0 else factor / NEGATED for factor in found]
            add(1.0 if turn > 0 else NEGATED)
        elif sign & NEGATOR:
            # "nothing rubs, nothing pinches" negates twice over, "not without problems" negates the negation.
            turn = NEGATED if turn > 0 or listed else 1.0
            listed = False
            reach = REACH if spaced else 2 * REACH
            add(1.0)
        elif sign & EXCESS:
            following = signs[place + 1] if place + 1 < last else 0
            if following & PRAISE and sign & INTENSIFIER:
                add(0.0)  # 太 is "very" before praise, "too" before all else
                boost = STRONGER
            elif following & WORD:
                add(turn)
                boost = SPOILT if following & PRAISE else 1.0
            else:
                add(0.0)  # "me too"
        elif sign & STOP:
            reach, turn = 0, 1.0
            add(0.0)
        else:
            if sign & INTENSIFIER:
                boost = STRONGER
            elif sign & DIMINISHER:
                boost = WEAKER
            # A word of opinion may be an adverb too: "pretty", "incredibly".
            add(turn if sign & LISTED else 0.0)
    return found

"""What negation, intensifiers and excess do to the words of a clause.

Every term gets a factor: 1 as it stands, below 0 where it is negated, larger behind "very", smaller behind "slightly".
A negator reaches over the next few words of meaning in its clause; a second one within its reach turns things back. A
reverser turns what stands before it: "the smell is gone", unless it is negated itself ("will not go away").
"""

from __future__ import annotations

from linking.sentiment.grammar import (
    DIMINISHER,
    EXCESS,
    FUNCTION,
    INTENSIFIER,
    NEGATOR,
    REVERSER,
    STOP,
    Grammar,
)

NEGATED = -0.7
"""Factor of a negated term: not good is bad, but less so than good is good."""

_STRONGER, _WEAKER = 1.35, 0.7
_SPOILT = 0.2
"""What is left of praise behind "too": too bright is no praise."""
_REACH = 4
"""Words of meaning that a negator reaches over; twice as many characters in Chinese."""
_READ = NEGATOR | REVERSER | INTENSIFIER | DIMINISHER | EXCESS | STOP | FUNCTION


def factors(forms: list[str], words: Grammar) -> list[float]:
    """Give the factor of each term of a clause; 0 for marks, function words and adverbs of degree.

    A negator has the factor 1, for it is a sign of its own; so has a word of excess that something follows.
    """
    roles, priors = words.roles, words.priors
    if words.turning.isdisjoint(forms):
        silent = words.silent
        return [0.0 if form in silent or (not form[0].isalnum() and form not in priors) else 1.0 for form in forms]
    found: list[float] = []
    last = len(forms)
    reach, sign, boost = 0, 1.0, 1.0
    listed = False
    for place, form in enumerate(forms):
        role = roles.get(form, 0) & _READ
        if not role:
            if not form[0].isalnum() and form not in priors:
                found.append(0.0)
                listed = True
                continue
            found.append(sign * boost)
            boost = 1.0
            if reach:
                reach -= 1
                if not reach:
                    sign = 1.0
        elif role & REVERSER and (words.spaced or place + 1 >= last or not role & NEGATOR):
            if sign > 0:
                found = [NEGATED * factor if factor > 0 else factor / NEGATED for factor in found]
            found.append(1.0 if sign > 0 else NEGATED)
        elif role & NEGATOR:
            # "nothing rubs, nothing pinches" negates twice over, "not without problems" negates the negation.
            sign = NEGATED if sign > 0 or listed else 1.0
            listed = False
            reach = _REACH if words.spaced else 2 * _REACH
            found.append(1.0)
        elif role & EXCESS:
            following = forms[place + 1] if place + 1 < last else ""
            praise = priors.get(following, 0.0) > 0
            if praise and role & INTENSIFIER:
                found.append(0.0)  # 太 is "very" before praise, "too" before all else
                boost = _STRONGER
            elif following and following[0].isalnum():
                found.append(sign)
                boost = _SPOILT if praise else 1.0
            else:
                found.append(0.0)  # "me too"
        elif role & STOP:
            reach, sign = 0, 1.0
            found.append(0.0)
        else:
            if role & INTENSIFIER:
                boost = _STRONGER
            elif role & DIMINISHER:
                boost = _WEAKER
            # A word of opinion may be an adverb too: "pretty", "incredibly".
            found.append(sign if form in priors else 0.0)
    return found

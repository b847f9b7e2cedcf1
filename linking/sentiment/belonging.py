"""Which mention of a sentence an opinion belongs to: the nearest, where a border between clauses is a long way.

In "great screen, usual keyboard" the opinion is the screen's, and what is left for the keyboard is that it has none.
"""

from __future__ import annotations

from linking.sentiment.grammar import Grammar
from linking.sentiment.model import ClauseWeights
from linking.sentiment.reading import Sentence

Place = tuple[int, int]
"""First and last term of a mention."""

_BORDER = 4
"""How many words a border between clauses counts for."""


def belonging(
    sentence: Sentence, place: Place, places: list[Place], turned: list[float], words: Grammar, model: ClauseWeights
) -> dict[str, float]:
    """Give features of the opinions that belong to a mention, and of those that belong to others.

    Args:
        sentence: that the mentions stand in.
        place: of the mention.
        places: of all mentions of the sentence, itself among them.
        turned: factor of each term, ``linking.sentiment.negation.factors``.
        words: grammar of the language.
        model: of clauses, for what is learnt of words that are not listed.
    """
    forms = sentence.terms.forms
    taken = {row for first, last in places for row in range(first, last + 1)}
    borders = [clause.first for clause in sentence.clauses]
    weights = model.weights
    found: dict[str, float] = {}

    def add(name: str, value: float) -> None:
        found[name] = found.get(name, 0.0) + value

    for row, factor in enumerate(turned):
        if not factor or row in taken:
            continue
        form = forms[row]
        distance = _distance(row, place, borders)
        mine = all(distance <= _distance(row, other, borders) for other in places)
        owner = "mine" if mine else "theirs"
        learnt = weights.get(form, 0.0) * factor + (weights.get("!" + form, 0.0) if factor < 0 else 0.0)
        add(f"learnt {owner}", learnt / (1.0 + 0.2 * distance))
        if mine:
            found[f"o:{'!' if factor < 0 else ''}{form}"] = 1.0
        listed = words.priors.get(form, 0.0) * factor
        if listed:
            add(f"listed {owner}", listed / (1.0 + 0.1 * distance))
            add(f"opinions {owner}", 1.0)
            found[f"{'good' if listed > 0 else 'bad'} {owner}"] = 1.0
    if "opinions mine" not in found:
        found["none mine"] = 1.0
        found["none mine, but theirs" if "opinions theirs" in found else "none at all"] = 1.0
    return found


def _distance(row: int, place: Place, borders: list[int]) -> int:
    first, last = place
    low, high = (row, first) if row < first else (last, row)
    return high - low + _BORDER * sum(low < border <= high for border in borders)

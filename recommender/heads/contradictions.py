"""Products whose given category contradicts their text and photo.

Confident learning (Northcutt et al., JAIR 2021) in its plainest form: of each product the chances of all categories are
found without the product itself, and those are listed whose likeliest category is much likelier than the given ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from recommender.heads.category import CategoryReport
from recommender.network.modality import Modality

SURE = 0.9
"""Share of the likeliest category in its chance and that of the given ones, from which on a product is listed."""
LIKELY = 0.3
"""Chance of the likeliest category from which on a product is listed."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A product in a category that it does not look like.

    Attributes:
        row: of the product.
        given: its category.
        likelier: the category that its vectors speak for.
        given_chance: chance of the given category; of several, of the likeliest.
        likelier_chance: chance of the likelier one.
        speaking: share of each kind of vectors (``text``, ``image``) in what speaks for the likelier category.
    """

    row: int
    given: str
    likelier: str
    given_chance: float
    likelier_chance: float
    speaking: dict[str, float]

    @property
    def probability(self) -> float:
        """Chance that the likelier category is right, if one of the two is."""
        return self.likelier_chance / (self.likelier_chance + self.given_chance)

    def reason(self) -> str:
        """Say why in a sentence."""
        speaks = " and ".join(f"its {name}" for name, share in sorted(self.speaking.items()) if share >= 0.25)
        verb = "speak" if " and " in speaks else "speaks"
        return (
            f"{speaks or 'its vectors'} {verb} for {self.likelier} ({self.likelier_chance:.0%}), not for {self.given}"
        )


def contradictions(
    report: CategoryReport,
    modalities: Sequence[Modality],
    categories: Sequence[Sequence[str]],
    *,
    sure: float = SURE,
    likely: float = LIKELY,
) -> list[Contradiction]:
    """List the products whose given category contradicts their vectors, the surest first.

    Args:
        report: of learning.
        modalities: that were learned from.
        categories: all that each product is given, ``(n_products,)``; a wider or narrower one than a given one counts
            as given.
        sure: share of the likeliest category beside the given, from which on a product is listed.
        likely: chance of the likeliest category from which on a product is listed.
    """
    head, found = report.head, []
    parts = {name: own[report.rows] for name, own in head.parts(modalities).items()}
    for place, row in enumerate(report.rows.tolist()):
        chances = report.chances[place]
        best, label = int(chances.argmax()), int(report.labels[place])
        given = [n for n, name in enumerate(head.categories) if any(_same_line(name, own) for own in categories[row])]
        if best in given or best == label or chances[best] < likely:
            continue
        its = max([label, *given], key=lambda n: chances[n])
        speaking = {name: max(float(own[place, best] - own[place, its]), 0.0) for name, own in parts.items()}
        total = sum(speaking.values())
        entry = Contradiction(
            row,
            head.categories[label],
            head.categories[best],
            float(chances[its]),
            float(chances[best]),
            {name: own / total if total else 0.0 for name, own in speaking.items()},
        )
        if entry.probability >= sure:
            found.append(entry)
    return sorted(found, key=lambda entry: (-entry.probability, entry.row))


def _same_line(one: str, other: str) -> bool:
    return one == other or one.startswith(f"{other} > ") or other.startswith(f"{one} > ")

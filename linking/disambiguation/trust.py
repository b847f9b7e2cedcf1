"""How far a name can be trusted to mean a brand or an attribute: does it stand in reviews of products that have it?

"navy" stands in reviews of navy products far oftener than chance would have it; "spring" in "used since spring" stands
in those of spring jackets no oftener than in others. Of the uses of a name, let a share ``t`` mean the node, and
reviewers then nearly always (``right``) speak of the product at hand; the rest fall on products as chance has it. The
share of uses about products that are linked is then ``t * right + (1 - t) * chance``, which gives ``t``.

"Orange" with a capital and "orange" without are counted apart too, where the place tells the two: ``cased``.
"""

from __future__ import annotations

from linking.disambiguation.shop import ShopContext, Surroundings
from linking.lexicon import Lexicon

_RIGHT = 0.95
_PRIOR_USES = 4.0
_LEAST, _MOST = 0.02, 0.98
_MARKS = {1: "\x1f+", 0: "", -1: "\x1f-"}


def cased(key: str, capital: int) -> str:
    """Give the key under which the uses of a name with a capital (1), or in small letters (-1), are counted apart."""
    return key + _MARKS[capital]


class TrustCounts:
    """Counts on the way to the shares.

    Args:
        lexicon: of the names.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._counts: dict[tuple[str, int], list[float]] = {}

    def add(self, key: str, shop: ShopContext, around: Surroundings, *, capital: int = 0) -> None:
        """Count one use of a name in a text about a product; ``capital`` as ``context.capital`` gives it."""
        alias = self._lexicon.lookup(key)
        senses = alias.senses if alias is not None else ()
        for sense in senses:
            entry = sense.entry
            slot = shop.slots[entry]
            if slot == "" or slot not in around.slots:
                continue
            chance = shop.chance(entry, around)
            for form in {key, cased(key, capital)}:
                counts = self._counts.setdefault((form, entry), [0.0, 0.0, 0.0])
                counts[0] += 1
                counts[1] += entry in around.linked
                counts[2] += chance

    def shares(self) -> dict[tuple[str, int], float]:
        """Give the share ``t`` of each name and entry.

        The prior is that names are used for what they name; in one case, that they are used as in any.
        """
        shares: dict[tuple[str, int], float] = {}
        for (form, entry), (uses, linked, expected) in sorted(self._counts.items()):
            chance = min(expected / uses, _RIGHT - 0.05)
            usual = shares.get((form.partition("\x1f")[0], entry), 1.0)  # sorted, the name itself comes first
            rate = (linked + _PRIOR_USES * (usual * _RIGHT + (1 - usual) * chance)) / (uses + _PRIOR_USES)
            shares[form, entry] = round(min(_MOST, max(_LEAST, (rate - chance) / (_RIGHT - chance))), 4)
        return shares

"""What has become known of a customer since the model was trained, for answers that follow at once.

The history that the model knows is changed at request time: no vector and no weight of the model is touched, so the
next answer has all of it, and what is taken back is gone from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from recommender.arrays import DoubleArray, IntArray
from recommender.catalogue import Catalogue
from recommender.data import MS_PER_DAY
from recommender.scoring import History, HistoryScorer

LOWERED = 0.5
"""How far the product most like the disliked ones is lowered, in parts of the best score."""


@dataclass(frozen=True, slots=True)
class Changes:
    """Changes to what the model knows of one customer; unknown products are passed over.

    Attributes:
        added: product -> weight of what was done since; where the model knows of more, that counts.
        at: product in ``added`` -> milliseconds since 1970 of it, by which what was done before fades.
        left: product -> weight that is left of what the model knows, where events were taken back; 0 for none.
        bought: products not to recommend again.
        unbought: products whose purchase was taken back, and which may be recommended again.
        disliked: products never to recommend; what is like them is lowered.
        forgotten: nothing that the model knows of the customer counts.
    """

    added: Mapping[str, float] = field(default_factory=dict)
    at: Mapping[str, int] = field(default_factory=dict)
    left: Mapping[str, float] = field(default_factory=dict)
    bought: tuple[str, ...] = ()
    unbought: tuple[str, ...] = ()
    disliked: tuple[str, ...] = ()
    forgotten: bool = False

    def history(self, known: History, catalogue: Catalogue, *, half_life: float = 0.0, last: int = -1) -> History:
        """Give the history with the changes.

        Args:
            known: what the model knows.
            catalogue: of the model.
            half_life: of an interaction's weight, days; 0 for no fading.
            last: milliseconds since 1970 of the last thing that the model knows of; -1 where it has no time.
        """
        items, weights = known
        if self.left:
            weights = weights.copy()
            rows = catalogue.row_of
            left = {rows[product]: weight for product, weight in self.left.items() if product in rows}
            for place, item in enumerate(items.tolist()):
                if item in left:
                    weights[place] = min(weights[place], left[item])
        known = History(items[weights > 0], weights[weights > 0])
        if not self.added:
            return known
        newest = max([last, *self.at.values()])

        def faded(at: int) -> float:
            """Give what an interaction's weight has come down to."""
            return 0.5 ** ((newest - at) / (half_life * MS_PER_DAY)) if half_life and at >= 0 else 1.0

        weights = known.weights * faded(last)
        known = History(known.items[weights > 0], weights[weights > 0])
        before = dict(zip(known.items.tolist(), known.weights.tolist(), strict=True))
        added = {name: weight * faded(self.at.get(name, -1)) for name, weight in self.added.items()}
        pairs = [(catalogue.row_of[name], weight) for name, weight in added.items() if name in catalogue.row_of]
        new = [(row, max(weight, before.get(row, 0.0))) for row, weight in pairs]
        return known.joined(
            History(np.array([row for row, _ in new], dtype=np.int64), np.array([weight for _, weight in new], float))
        )

    def lowering(self, scorer: HistoryScorer, catalogue: Catalogue) -> DoubleArray | None:
        """Say of each product how like the disliked ones it is, from 0 to 1; None where none is disliked."""
        rows: IntArray = catalogue.rows(dict.fromkeys(self.disliked))
        if not len(rows):
            return None
        alike = scorer.scores(History(rows, np.ones(len(rows))))
        alike = np.maximum(alike - max(float(alike.min(initial=0.0)), 0.0), 0.0)
        highest = float(alike.max(initial=0.0))
        return alike / highest if highest > 0 else None

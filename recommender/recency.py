"""How fast interactions fade: the half-life that ranks the validation part best.

What somebody bought last says more of what they buy next than what they bought years ago, how much more hangs on the
shop. An interaction's weight halves with each half-life between it and the customer's last one, in what the model
learns from and in the history that it is asked with (Ding and Li, CIKM 2005).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from recommender.arrays import Csr
from recommender.baskets import all_baskets
from recommender.data import MS_PER_DAY, TrainingData
from recommender.models.model import Model, Resources
from recommender.network.blend import worth
from recommender.tuning import Judge

LADDER = (730.0, 365.0, 180.0, 90.0, 30.0, 14.0, 7.0, 3.0, 1.0)
"""Half-lives tried, days, one after the other as long as each ranks better than the one before."""
_GAIN = 1.01
"""What a half-life must be worth beside the one before: less may be chance."""
_JUDGES = 6_000


def half_life(
    chosen: Model,
    rest: TrainingData,
    held: Csr,
    resources: Resources,
    *,
    seed: int,
    tell: Callable[[str, int, int], None],
) -> float:
    """Choose the half-life by the model's defaults; 0, for no fading, where that ranks as well or times are unknown.

    Args:
        chosen: the model.
        rest: what is learned from, not faded.
        held: what is to be found, ``(n_users, n_items)``.
        resources: for fitting.
        seed: of the customers who judge.
        tell: told what is being done.
    """
    if not _spread(rest):
        return 0.0
    users = np.flatnonzero(np.diff(held.indptr))
    if len(users) > _JUDGES:
        users = np.sort(np.random.default_rng(seed).choice(users, _JUDGES, replace=False))
    judge = Judge(rest.seen[users], held[users])

    def found(data: TrainingData) -> dict[str, float]:
        kinds = all_baskets(data)
        weights = chosen.fit(kinds, chosen.defaults(kinds), resources)
        asked = data.interactions[users]
        return judge(lambda part: (asked[part] @ weights).toarray())

    tell("choosing how fast interactions fade", 0, len(LADDER) + 1)
    best, before = 0.0, found(rest)
    for place, days in enumerate(LADDER, start=1):
        tell("choosing how fast interactions fade", place, len(LADDER) + 1)
        own = found(rest.faded(days))
        if worth(own, before) < _GAIN:
            break
        best, before = days, own
    return best


def _spread(data: TrainingData) -> bool:
    """Tell whether any customer has interactions of different days."""
    user = np.repeat(np.arange(data.n_users), np.diff(data.interactions.indptr))
    return bool(((data.at >= 0) & (data.at <= data.last[user] - MS_PER_DAY)).any())

"""What a model gains by knowing more: the one that is served knows more of each customer than the one that was judged.

A table of chances is learned on a model that does not know the validation part, and then used for one that does, which
finds more: what stands high is bought oftener, what stands low less often. How much so is seen one step earlier, where
it can be measured: another part is taken from what was left, and the table of a model that knows neither part is laid
beside that of the model that knows the second. The same step is then taken once more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from recommender.arrays import Csr
from recommender.chances import ChanceTable
from recommender.data import TrainingData

Part = Callable[[TrainingData], tuple[TrainingData, Csr]]
"""Takes a part from what may be learned from, and gives the rest and the part, ``(n_users, n_items)``."""

ENOUGH = 500
"""Customers that each table must rest on; the difference of two is noise below."""
_MOST = np.log(2.0)
"""Largest step of a chance's logarithm."""


def grown(table: ChanceTable, less: ChanceTable, more: ChanceTable) -> ChanceTable:
    """Take the step from one table to another once more.

    Args:
        table: of the model that was judged.
        less: of a model that knows less than ``more``'s; both go by what ``table`` goes by.
        more: of a model that knows as much as ``table``'s.
    """
    if min(less.customers, more.customers) < ENOUGH:
        return table
    step = np.log(more.values) - np.interp(more.knots, less.knots, np.log(less.values))
    own = np.interp(table.knots, more.knots, np.clip(step, -_MOST, _MOST))
    return replace(table, values=np.minimum(np.maximum.accumulate(table.values * np.exp(own)), 1.0))

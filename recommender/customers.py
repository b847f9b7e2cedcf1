"""The customers of a model: what each did, what has changed since, and what not to recommend again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np

from kg.errors import UnknownIdError
from recommender.arrays import Csr, IntArray
from recommender.artefact import Artefact
from recommender.catalogue import Catalogue
from recommender.changes import Changes
from recommender.scoring import History

_NONE = np.zeros(0, dtype=np.int64)


class Customers:
    """Histories of the customers of one model. It is not changed by use.

    Args:
        artefact: the model.
        catalogue: its products.
    """

    def __init__(self, artefact: Artefact, catalogue: Catalogue) -> None:
        self._artefact, self._catalogue = artefact, catalogue
        self.histories: Csr = artefact.histories
        self._seen: Csr = artefact.seen

    @cached_property
    def rows(self) -> Mapping[str, int]:
        """Row of each customer by id."""
        return {user: row for row, user in enumerate(self._artefact.users.to_pylist())}

    def row(self, user: str | None, changes: Changes | None) -> int | None:
        """Give the row of a customer; None where there is none, and need not be.

        Raises:
            UnknownIdError: the model does not know the customer, and there are no changes.
        """
        if user is None:
            return None
        forgotten = changes is not None and changes.forgotten
        row = None if forgotten else self.rows.get(user)
        if row is None and changes is not None and (changes.added or changes.disliked or not forgotten):
            return None
        if row is None:
            raise UnknownIdError(
                f'The model does not know the customer "{user}". Give a history of products instead, or run again '
                "after importing the customer's interactions."
            )
        return row

    def history(
        self, row: int | None, history: Sequence[str] | None = None, changes: Changes | None = None
    ) -> tuple[History, tuple[str, ...]]:
        """Give what is known of a customer with the given products added, and notes about those that are unknown."""
        own = History(_NONE, np.zeros(0)) if row is None else History.of(self.histories, row)
        if changes is not None:
            model = self._artefact
            last = -1 if row is None or model.last is None else int(model.last[row])
            own = changes.history(own, self._catalogue, half_life=model.recency, last=last)
        if not history:
            return own, ()
        rows = self._catalogue.rows(dict.fromkeys(history))
        unknown = [product for product in history if product not in self._catalogue.row_of]
        notes = (f"Not in the catalogue, so left out of the history: {', '.join(unknown)}",) if unknown else ()
        return own.joined(History(rows, np.ones(len(rows)))), notes

    def bought(self, row: int | None, changes: Changes | None) -> IntArray:
        """Give the rows of the products that are not to be recommended again."""
        seen = self._seen
        own = _NONE if row is None else seen.indices[seen.indptr[row] : seen.indptr[row + 1]].astype(np.int64)
        if changes is None:
            return own
        if changes.unbought:
            own = own[~np.isin(own, self._catalogue.rows(changes.unbought))]
        return np.concatenate([own, self._catalogue.rows(changes.bought)])

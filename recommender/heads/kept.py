"""A head for categories kept with what it learned from, so that a check need not learn again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from kg.artefact import ArtefactKind
from recommender.heads.category import CategoryHead, CategoryReport, left_out
from recommender.network.modality import Modality

KEPT_HEAD = ArtefactKind(
    "shopgraph-kept-category-head",
    1,
    "head for categories with its products",
    "Train again with: shopgraph run --project PROJECT --from train",
    libraries=("numpy", "pyarrow"),
)
_HEAD, _PRODUCTS = "head", "products.parquet"


@dataclass(frozen=True, slots=True, eq=False)
class KeptCategories:
    """A head, and the products that it was learned from.

    Attributes:
        head: the head.
        products: ``id``, ``category`` (a number in ``head.categories``) and ``leverage`` of each product learned from.
    """

    head: CategoryHead
    products: pa.Table

    @classmethod
    def of(cls, report: CategoryReport, ids: Sequence[str]) -> KeptCategories:
        """Keep what learning found out; ``ids`` of all products that it was given."""
        known = [ids[row] for row in report.rows.tolist()]
        columns = {"id": pa.array(known, pa.string()), "category": report.labels, "leverage": report.leverage}
        return cls(report.head, pa.table(columns))

    def report(
        self, ids: Sequence[str], modalities: Sequence[Modality], categories: Sequence[str | None]
    ) -> CategoryReport:
        """Judge products, those learned from as if they had not been there, and others as they are.

        Args:
            ids: of the products.
            modalities: vectors of the products, of the kinds that were learned from.
            categories: given to each now, None where it has none.

        Raises:
            InputError: vectors of a kind that was learned from are missing.
        """
        number = {name: place for place, name in enumerate(self.head.categories)}
        rows = np.flatnonzero([name in number for name in categories]).astype(np.int64)
        labels = np.array([number[str(categories[row])] for row in rows.tolist()], dtype=np.int64)
        row_of = {id_: row for row, id_ in enumerate(self.products["id"].to_pylist())}
        place = np.array([row_of.get(ids[row], -1) for row in rows.tolist()], dtype=np.int64)
        learned = np.append(self.products["category"].to_numpy(), -1)[place]
        leverage = np.append(self.products["leverage"].to_numpy(), 0.0)[place]
        chances = left_out(self.head, self.head.scores(modalities)[rows], learned, leverage)
        right = float((chances.argmax(axis=1) == labels).mean()) if len(rows) else 0.0
        return CategoryReport(self.head, rows, labels, chances, leverage, right, float("nan"))

    def save(self, folder: Path) -> None:
        """Write it, as an artefact.

        Raises:
            ModelError: something else lies in ``folder``.
        """
        with KEPT_HEAD.writing(folder, {}) as beside:
            self.head.save(beside / _HEAD)
            pq.write_table(self.products, beside / _PRODUCTS)

    @classmethod
    def load(cls, folder: Path) -> KeptCategories:
        """Read what ``save`` wrote.

        Raises:
            ModelError: there is none, it is of another format or version, or damaged.
        """
        with KEPT_HEAD.reading(folder):
            return cls(CategoryHead.load(folder / _HEAD), pq.read_table(folder / _PRODUCTS))

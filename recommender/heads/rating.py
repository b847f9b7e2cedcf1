"""The rating that a customer would give a product, from who, what, its vectors and the words of a review.

Biases of customers and products (Koren, Bell & Volinsky, "Matrix factorization techniques for recommender systems",
IEEE Computer 2009, eq. 3) are fitted in one ridge regression with weights on the product's vectors; a second one also
has weights on the review's words. Where there is no review the first answers, so that what words would have explained
is not missing from it. Whatever else is missing says nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from kg.artefact import ArtefactKind
from kg.errors import InputError
from recommender.arrays import DoubleArray, FloatArray, IntArray
from recommender.heads.ridge import CUSTOMER, PRODUCT, REVIEW
from recommender.heads.words import ReviewWords, Text
from recommender.network.modality import Modality

RATING_HEAD = ArtefactKind(
    "shopgraph-rating-head",
    1,
    "head for ratings",
    "Train again with: shopgraph run --project PROJECT --from train",
    libraries=("numpy", "safetensors"),
)
OVERALL = "overall"
_TENSORS = "head.safetensors"


@dataclass(frozen=True, slots=True)
class Rating:
    """A rating foretold.

    Attributes:
        value: within the scale.
        parts: what each adds: ``overall``, ``customer``, ``product``, each kind of vectors (``text``, ``image``) and
            ``review``; without the clipping to the scale they add up to the value.
    """

    value: float
    parts: Mapping[str, float]


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """One of the two regressions.

    Attributes:
        constant: of all ratings.
        users: bias of each customer, ``(n_users,)``.
        items: bias of each product, ``(n_items,)``.
        weights: of each kind of vectors, ``(dim,)`` each.
        said: what the vectors of each product known say, by kind, ``(n_items,)`` each.
        words: weight of each term of reviews, ``(n_terms,)``; none without reviews.
    """

    constant: float
    users: DoubleArray
    items: DoubleArray
    weights: Mapping[str, DoubleArray]
    said: Mapping[str, DoubleArray]
    words: DoubleArray


@dataclass(frozen=True, eq=False)
class RatingHead:
    """Foretells ratings.

    Attributes:
        scale: lowest and highest rating.
        users: ids of the customers, ``(n_users,)``.
        products: ids of the products, ``(n_items,)``.
        moments: of each kind of vectors their mean, ``(dim,)``, and scale.
        plain: where there is no review.
        told: where there is one; None where too few were learned from.
        terms: of reviews; None likewise.
        penalties: chosen, of both regressions.
    """

    scale: tuple[float, float]
    users: pa.StringArray
    products: pa.StringArray
    moments: Mapping[str, tuple[FloatArray, float]]
    plain: Side
    told: Side | None
    terms: ReviewWords | None
    penalties: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def rate(
        self,
        products: Sequence[str | None],
        *,
        users: Sequence[str | None] | None = None,
        reviews: Sequence[Text | None] | None = None,
        vectors: Sequence[Modality] = (),
    ) -> list[Rating]:
        """Foretell ratings; what is unknown or missing adds nothing.

        Args:
            products: ids of the products.
            users: ids of the customers, one for each product.
            reviews: title and text of a review, one for each product.
            vectors: of the products asked about in their order, of kinds that were learned from, such as of another
                photo; for products learned from, their own are taken where none is given.

        Raises:
            InputError: the lists are not equally long.
        """
        n = len(products)
        lengths = [len(own) for own in (users, reviews) if own is not None] + [len(own.present) for own in vectors]
        if any(length != n for length in lengths):
            raise InputError(f"{n} products were given, and lists of {lengths} beside them; give one for each.")
        who = _rows(self._user_rows, users or [None] * n)
        what = _rows(self._product_rows, products)
        texts = [(None, None) if own is None else own for own in reviews or [None] * n]
        reviewed = np.array([bool(title or text) for title, text in texts], dtype=np.bool_)
        found: list[Rating] = [Rating(0.0, {})] * n
        for side, asked in ((self.plain, ~reviewed), (self.told, reviewed)):
            own = side or self.plain
            rows = np.flatnonzero(asked)
            if len(rows):
                parts = self._parts(own, rows, who, what, [texts[row] for row in rows], vectors)
                for place, row in enumerate(rows.tolist()):
                    found[row] = self._rating({name: float(values[place]) for name, values in parts.items()})
        return found

    def knows(self, product: str) -> bool:
        """Tell whether the head was learned with a product, rated or not."""
        return product in self._product_rows

    def _parts(
        self,
        side: Side,
        rows: IntArray,
        who: IntArray,
        what: IntArray,
        texts: Sequence[Text],
        vectors: Sequence[Modality],
    ) -> dict[str, DoubleArray]:
        parts = {
            OVERALL: np.full(len(rows), side.constant),
            CUSTOMER: np.append(side.users, 0.0)[who[rows]],
            PRODUCT: np.append(side.items, 0.0)[what[rows]],
        }
        given = {modality.name: modality for modality in vectors}
        for name, weights in side.weights.items():
            parts[name] = np.append(side.said[name], 0.0)[what[rows]]
            if name in given:
                mean, scale = self.moments[name]
                own = (given[name].matrix[rows] - mean) * scale @ weights
                parts[name] = np.where(given[name].present[rows], own, parts[name])
        if len(side.words) and self.terms is not None:
            parts[REVIEW] = np.asarray(self.terms.features(texts) @ side.words, dtype=np.float64)
        return parts

    def _rating(self, parts: dict[str, float]) -> Rating:
        return Rating(float(np.clip(sum(parts.values()), *self.scale)), parts)

    @cached_property
    def _user_rows(self) -> Mapping[str, int]:
        return {id_: row for row, id_ in enumerate(self.users.to_pylist())}

    @cached_property
    def _product_rows(self) -> Mapping[str, int]:
        return {id_: row for row, id_ in enumerate(self.products.to_pylist())}

    def save(self, folder: Path) -> None:
        """Write it, as an artefact.

        Raises:
            ModelError: something else lies in ``folder``.
        """
        from safetensors.numpy import save_file

        tensors: dict[str, np.ndarray] = {f"mean.{name}": mean for name, (mean, _) in self.moments.items()}
        if self.terms is not None:
            tensors |= {"terms.hashes": self.terms.hashes, "terms.rarity": self.terms.rarity}
        sides = {"plain": self.plain} | ({} if self.told is None else {"told": self.told})
        for key, side in sides.items():
            tensors |= {f"{key}.users": side.users, f"{key}.items": side.items, f"{key}.words": side.words}
            for name, weights in side.weights.items():
                tensors |= {f"{key}.weights.{name}": weights, f"{key}.said.{name}": side.said[name]}
        manifest = {
            "scale": list(self.scale),
            "vectors": {name: scale for name, (_, scale) in self.moments.items()},
            "constants": {key: side.constant for key, side in sides.items()},
            "penalties": {key: dict(own) for key, own in self.penalties.items()},
        }
        with RATING_HEAD.writing(folder, manifest) as beside:
            save_file({name: np.ascontiguousarray(own) for name, own in tensors.items()}, beside / _TENSORS)
            pq.write_table(pa.table({"id": self.users}), beside / "users.parquet")
            pq.write_table(pa.table({"id": self.products}), beside / "products.parquet")

    @classmethod
    def load(cls, folder: Path) -> RatingHead:
        """Read what ``save`` wrote.

        Raises:
            ModelError: there is none, it is of another format or version, or damaged.
        """
        from safetensors.numpy import load_file

        with RATING_HEAD.reading(folder) as manifest:
            tensors = load_file(folder / _TENSORS)
            names = list(manifest["vectors"])
            sides = {
                key: Side(
                    float(constant),
                    tensors[f"{key}.users"],
                    tensors[f"{key}.items"],
                    {name: tensors[f"{key}.weights.{name}"] for name in names},
                    {name: tensors[f"{key}.said.{name}"] for name in names},
                    tensors[f"{key}.words"],
                )
                for key, constant in manifest["constants"].items()
            }
            users, products = (pq.read_table(folder / f"{name}.parquet")["id"] for name in ("users", "products"))
            return cls(
                scale=(float(manifest["scale"][0]), float(manifest["scale"][1])),
                users=users.combine_chunks(),
                products=products.combine_chunks(),
                moments={name: (tensors[f"mean.{name}"], float(manifest["vectors"][name])) for name in names},
                plain=sides["plain"],
                told=sides.get("told"),
                terms=ReviewWords(tensors["terms.hashes"], tensors["terms.rarity"]) if "told" in sides else None,
                penalties=manifest["penalties"],
            )


def _rows(known: Mapping[str, int], ids: Sequence[str | None]) -> IntArray:
    return np.array([-1 if id_ is None else known.get(id_, -1) for id_ in ids], dtype=np.int64)

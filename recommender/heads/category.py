"""The category of a product from vectors of its text, photo or anything else.

A ridge regression on the categories (one column each), whose scores a softmax turns into chances. What it says of a
product whose category is given is found without that product, in closed form (Allen, "The relationship between variable
selection and data augmentation", Technometrics 1974: ``y_i - f_-i = (y_i - f_i) / (1 - H_ii)``). The ridge and the
softmax's sharpness are those that are best for these.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kg.artefact import ArtefactKind
from kg.errors import InputError
from recommender.arrays import DoubleArray, FloatArray, IntArray
from recommender.network.modality import Modality

CATEGORY_HEAD = ArtefactKind(
    "shopgraph-category-head", 1, "head for categories", "Learn it again.", libraries=("numpy", "safetensors")
)
_TENSORS = "head.safetensors"
_RIDGES = (0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0)
_SHARPNESS = tuple(np.geomspace(1.0, 60.0, 24).tolist())
_ITSELF = 1 - 1e-9
"""Leverage that counts as one."""
FEWEST = 3
"""A category of fewer products cannot be learned."""


@dataclass(frozen=True, slots=True, eq=False)
class CategoryHead:
    """From a product's vectors to the chance of each category.

    Attributes:
        categories: names, ``(n_categories,)``.
        sources: name of each kind of vectors, with their mean ``(dim,)``, scale and weights ``(dim, n_categories)``.
        bias: ``(n_categories,)``.
        sharpness: times which scores are taken before the softmax.
    """

    categories: tuple[str, ...]
    sources: dict[str, tuple[FloatArray, float, FloatArray]]
    bias: FloatArray
    sharpness: float

    def parts(self, modalities: Sequence[Modality]) -> dict[str, FloatArray]:
        """Give what each kind of vectors adds to the scores, ``(n_products, n_categories)`` each.

        Raises:
            InputError: vectors of a kind that was learned from are missing.
        """
        given = {modality.name: modality for modality in modalities}
        missing = sorted(set(self.sources) - set(given))
        if missing:
            raise InputError(f'The head for categories needs vectors called "{missing[0]}" too.')
        return {
            name: np.asarray(_placed(given[name], mean, scale) @ weights, dtype=np.float32)
            for name, (mean, scale, weights) in self.sources.items()
        }

    def chances(self, modalities: Sequence[Modality]) -> FloatArray:
        """Give the chance of each category, ``(n_products, n_categories)``.

        Raises:
            InputError: vectors of a kind that was learned from are missing.
        """
        return softmax(self.scores(modalities) * self.sharpness)

    def scores(self, modalities: Sequence[Modality]) -> FloatArray:
        """Give the score of each category, ``(n_products, n_categories)``.

        Raises:
            InputError: vectors of a kind that was learned from are missing.
        """
        return np.asarray(sum(self.parts(modalities).values(), start=self.bias[None, :]), dtype=np.float32)

    def save(self, folder: Path) -> None:
        """Write it, as an artefact.

        Raises:
            ModelError: something else lies in ``folder``.
        """
        from safetensors.numpy import save_file

        tensors = {"bias": self.bias}
        for name, (mean, _, weights) in self.sources.items():
            tensors |= {f"{name}.mean": mean, f"{name}.weights": np.ascontiguousarray(weights)}
        told = {
            "categories": list(self.categories),
            "sources": [[name, scale] for name, (_, scale, _) in self.sources.items()],
            "sharpness": self.sharpness,
        }
        with CATEGORY_HEAD.writing(folder, told) as beside:
            save_file(tensors, beside / _TENSORS)

    @classmethod
    def load(cls, folder: Path) -> CategoryHead:
        """Read what ``save`` wrote.

        Raises:
            ModelError: there is none, it is of another format or version, or damaged.
        """
        from safetensors.numpy import load_file

        with CATEGORY_HEAD.reading(folder) as manifest:
            tensors = load_file(folder / _TENSORS)
            sources = {
                name: (tensors[f"{name}.mean"], float(scale), tensors[f"{name}.weights"])
                for name, scale in manifest["sources"]
            }
            return cls(tuple(manifest["categories"]), sources, tensors["bias"], float(manifest["sharpness"]))


@dataclass(frozen=True, slots=True, eq=False)
class CategoryReport:
    """What learning found out.

    Attributes:
        head: learned from all products with a category.
        rows: of the products learned from, ``(n,)``.
        labels: category of each, a number in ``head.categories``, ``(n,)``.
        chances: of each category, each product's found without itself, ``(n, n_categories)``.
        leverage: how much each stands for itself in what is said of it, ``(n,)``; by it ``left_out`` finds the chances
            again.
        accuracy: share of them whose likeliest category is the one given.
        ridge: chosen.
    """

    head: CategoryHead
    rows: IntArray
    labels: IntArray
    chances: FloatArray
    leverage: DoubleArray
    accuracy: float
    ridge: float


def learn_categories(modalities: Sequence[Modality], categories: Sequence[str | None]) -> CategoryReport:
    """Learn categories from the products that have one.

    Args:
        modalities: vectors of the products, at least one kind.
        categories: of each product, None where it has none, ``(n_products,)``.

    Raises:
        InputError: fewer than two categories have three products or more.
    """
    counts: dict[str, int] = {}
    for name in categories:
        if name is not None:
            counts[name] = counts.get(name, 0) + 1
    names = tuple(sorted(name for name, count in counts.items() if count >= FEWEST))
    if len(names) < 2 or not modalities:
        raise InputError(
            f"Categories cannot be learned: {len(names)} of them have {FEWEST} products or more, and 2 are needed."
        )
    number = {name: place for place, name in enumerate(names)}
    rows = np.flatnonzero([name in number for name in categories]).astype(np.int64)
    labels = np.array([number[str(categories[row])] for row in rows.tolist()], dtype=np.int64)
    own = {m.name: _moments(m, rows) for m in modalities}
    placed = {m.name: _placed(m, *own[m.name])[rows] for m in modalities}
    X = np.concatenate(list(placed.values()), axis=1).astype(np.float64)
    Y = np.eye(len(names))[labels]
    bias = Y.mean(axis=0)
    weights, without, leverage, ridge = _ridge(X, Y - bias, labels, bias)
    sharpness = min(_SHARPNESS, key=lambda own: _surprise(without, labels, own))
    ends = np.cumsum([part.shape[1] for part in placed.values()])[:-1]
    parts = np.split(weights.astype(np.float32), ends)
    sources = {name: (*own[name], part) for name, part in zip(placed, parts, strict=True)}
    head = CategoryHead(names, sources, bias.astype(np.float32), sharpness)
    chances = softmax(without * sharpness)
    right = float((chances.argmax(axis=1) == labels).mean())
    return CategoryReport(head, rows, labels, chances, leverage, right, ridge)


def left_out(head: CategoryHead, scores: FloatArray, learned: IntArray, leverage: DoubleArray) -> FloatArray:
    """Give the chances of each category for products as if the head had not learned from them.

    Args:
        head: that was learned.
        scores: the head's, ``(n, n_categories)``.
        learned: category that each was learned with, -1 for products that it did not learn from, ``(n,)``.
        leverage: of each, ``(n,)``; not looked at for the latter.
    """
    known = learned >= 0
    own = np.where(known, leverage / (1 - np.where(known, leverage, 0.0)), 0.0)[:, None]
    given = np.zeros_like(scores)
    given[np.flatnonzero(known), learned[known]] = 1.0
    return softmax((scores + own * (scores - given)) * head.sharpness)


def softmax(scores: FloatArray | DoubleArray) -> FloatArray:
    """Give chances of each row, ``(n_rows, n_columns)``."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float32)


def _ridge(
    X: DoubleArray, Y: DoubleArray, labels: IntArray, bias: DoubleArray
) -> tuple[DoubleArray, DoubleArray, DoubleArray, float]:
    """Give weights, each product's scores without itself, its leverage, and the ridge that names most rightly."""
    left, singular, right = np.linalg.svd(X, full_matrices=False)
    inside = left.T @ Y
    best: tuple[float, DoubleArray, DoubleArray, DoubleArray, float] | None = None
    for ridge in _RIDGES:
        shrink = singular**2 / (singular**2 + ridge)
        fitted = left @ (shrink[:, None] * inside)
        # The share of the mean counts, too: in a small shop a product would else speak for itself through it.
        hat = np.minimum((left**2) @ shrink + 1 / len(X), _ITSELF)[:, None]
        without = (fitted + bias - hat * (Y + bias)) / (1 - hat)
        right_ones = float((without.argmax(axis=1) == labels).mean())
        if best is None or right_ones > best[0]:
            weights = right.T @ ((singular / (singular**2 + ridge))[:, None] * inside)
            best = right_ones, weights, without, hat.ravel(), ridge
    assert best is not None
    return best[1:]


def _surprise(scores: DoubleArray, labels: IntArray, sharpness: float) -> float:
    own = softmax(scores * sharpness)[np.arange(len(labels)), labels]
    return float(-np.log(np.maximum(own, 1e-9)).mean())


def _moments(modality: Modality, rows: IntArray) -> tuple[FloatArray, float]:
    """Give the mean of those that have the vector, and what makes their mean square length 1."""
    known = modality.matrix[rows[modality.present[rows]]]
    if not len(known):
        return np.zeros(modality.matrix.shape[1], dtype=np.float32), 1.0
    mean = known.mean(axis=0).astype(np.float32)
    return mean, float(1 / max(np.sqrt(((known - mean) ** 2).sum(axis=1).mean()), 1e-12)) * 10.0


def _placed(modality: Modality, mean: FloatArray, scale: float) -> FloatArray:
    """Give vectors with the mean taken off; products without one have zeros, which say nothing."""
    return np.where(modality.present[:, None], (modality.matrix - mean) * scale, 0.0).astype(np.float32)

"""Ridge regression on who, what, vectors of it, and words: one solution for all parts, found without a matrix of it.

    y ~ c + b[customer] + p[product] + sum_m V_m[product] w_m + T v

with a penalty of its own on each part; a part's column is divided by the root of its penalty, so that one penalty of 1
is left, and LSMR (Fong & Saunders, SIAM J. Sci. Comput. 2011) solves it by products with each part alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from recommender.arrays import Csr, DoubleArray, FloatArray, IntArray

CUSTOMER, PRODUCT, REVIEW = "customer", "product", "review"
_FREE = 0.01
"""Penalty of the constant."""


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """Ratings and what each is told by.

    Attributes:
        users: row of the customer, -1 for one of whom nothing is known, ``(n,)``.
        items: row of the product, -1 likewise, ``(n,)``.
        n_users, n_items: how many there are.
        vectors: of the products by name, zeros where there is none, ``(n_items, dim)`` each.
        words: weights of the words of each review, ``(n, n_words)``; None to go without.
    """

    users: IntArray
    items: IntArray
    n_users: int
    n_items: int
    vectors: Mapping[str, FloatArray | DoubleArray]
    words: Csr | None

    def only(self, rows: IntArray) -> Design:
        """Give some of the ratings, ``(n_rows,)``."""
        words = None if self.words is None else self.words[rows]
        return Design(self.users[rows], self.items[rows], self.n_users, self.n_items, self.vectors, words)


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """What was learned.

    Attributes:
        constant: c.
        users: b, ``(n_users,)``.
        items: p, ``(n_items,)``.
        vectors: w of each kind of vectors, ``(dim,)`` each.
        words: v, ``(n_words,)``; empty without words.
    """

    constant: float
    users: DoubleArray
    items: DoubleArray
    vectors: Mapping[str, DoubleArray]
    words: DoubleArray

    def parts(self, design: Design) -> dict[str, DoubleArray]:
        """Give what each part says of each rating, ``(n,)`` each; the constant is not among them."""
        found = {CUSTOMER: _at(self.users, design.users), PRODUCT: _at(self.items, design.items)}
        found |= {name: _at(matrix @ self.vectors[name], design.items) for name, matrix in design.vectors.items()}
        if design.words is not None and len(self.words):
            found[REVIEW] = np.asarray(design.words @ self.words, dtype=np.float64)
        return found

    def ratings(self, design: Design) -> DoubleArray:
        """Give the sum of all parts, ``(n,)``."""
        return np.asarray(self.constant + sum(self.parts(design).values()), dtype=np.float64)


def solve(design: Design, ratings: DoubleArray, penalties: Mapping[str, float]) -> Weights:
    """Fit the weights.

    Args:
        design: what ratings are told by.
        ratings: ``(n,)``.
        penalties: of ``customer``, ``product``, ``review`` and each kind of vectors; above 0.
    """
    from scipy.sparse.linalg import LinearOperator, lsmr

    names = list(design.vectors)
    used = np.unique(design.items[design.items >= 0])
    whole, design = design, _compact(design, used)
    n_words = 0 if design.words is None else design.words.shape[1]
    sizes = [1, design.n_users, design.n_items, *(design.vectors[name].shape[1] for name in names), n_words]
    ends = np.cumsum(sizes)[:-1]
    costs = [_FREE, penalties[CUSTOMER], penalties[PRODUCT], *(penalties[name] for name in names)]
    scale = np.repeat(1 / np.sqrt([*costs, penalties[REVIEW] if n_words else 1.0]), sizes)
    mean = float(ratings.mean())

    def unpacked(solution: DoubleArray) -> Weights:
        constant, users, items, *vectors, words = np.split(solution * scale, ends)
        return Weights(float(constant[0]), users, items, dict(zip(names, vectors, strict=True)), words)

    def back(residual: DoubleArray) -> DoubleArray:
        residual = np.asarray(residual, dtype=np.float64).ravel()
        items = _sums(residual, design.items, design.n_items)
        found = [np.array([residual.sum()]), _sums(residual, design.users, design.n_users), items]
        found += [np.asarray(design.vectors[name].T @ items, dtype=np.float64) for name in names]
        found.append(np.zeros(0) if design.words is None else np.asarray(design.words.T @ residual))
        return np.concatenate(found) * scale

    shape = (len(ratings), int(sum(sizes)))
    operator = LinearOperator(
        shape, matvec=lambda own: unpacked(np.asarray(own).ravel()).ratings(design), rmatvec=back, dtype=np.float64
    )
    solution = lsmr(operator, ratings - mean, damp=1.0, atol=1e-6, btol=1e-6, maxiter=200)[0]
    found = unpacked(solution)
    items = np.zeros(whole.n_items)
    items[used] = found.items
    return Weights(found.constant + mean, found.users, items, found.vectors, found.words)


def _compact(design: Design, used: IntArray) -> Design:
    """Give the same over the products that have ratings, in double precision, so that no step converts anything."""
    row_of = np.full(design.n_items + 1, -1, dtype=np.int64)
    row_of[used] = np.arange(len(used))
    vectors = {name: matrix[used].astype(np.float64) for name, matrix in design.vectors.items()}
    words = None if design.words is None else design.words.astype(np.float64)
    return Design(design.users, row_of[design.items], design.n_users, len(used), vectors, words)


def _at(values: DoubleArray, rows: IntArray) -> DoubleArray:
    """Give the values of rows, 0 for the row -1."""
    return np.append(values, 0.0)[rows]


def _sums(values: DoubleArray, rows: IntArray, n: int) -> DoubleArray:
    return np.asarray(np.bincount(rows + 1, values, minlength=n + 1)[1:], dtype=np.float64)

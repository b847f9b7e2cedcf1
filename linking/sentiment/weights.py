"""A linear model of clauses, fitted to soft labels around what is known beforehand.

The weights ``w`` are those of greatest posterior probability under a normal prior with means ``m`` (the seed lexicon)
and precisions ``l``: they minimise ``sum_i v_i H(q_i, s(x_i w)) + sum_f l_f (w_f - m_f)^2 / 2``, where ``H`` is
cross-entropy, ``s`` the logistic function, ``q_i`` the soft label of clause ``i`` and ``v_i`` its weight. Without data
the weights are the lexicon's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from linking.sentiment.features import Features

if TYPE_CHECKING:
    import scipy.sparse as sp

    Csr = sp.csr_matrix

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Prior:
    """What is known of a weight beforehand.

    Attributes:
        mean: of the weights, ``(n_features,)``.
        precision: of the weights, ``(n_features,)``; how much evidence it takes to leave the mean.
    """

    mean: FloatArray
    precision: FloatArray


def logistic(logits: FloatArray) -> FloatArray:
    """Give the probability that belongs to each log-odds."""
    from scipy.special import expit  # for training alone

    found: FloatArray = expit(logits)
    return found


def matrix(rows: Iterable[Features], columns: Mapping[str, int]) -> Csr:
    """Give the features of clauses as a matrix, ``(n_clauses, n_features)``; unknown features are left out."""
    indices: list[int] = []
    values: list[float] = []
    pointers = [0]
    for names, numbers in rows:
        for name, number in zip(names, numbers, strict=True):
            column = columns.get(name)
            if column is not None:
                indices.append(column)
                values.append(number)
        pointers.append(len(indices))
    import scipy.sparse as sp  # for training alone; processes that link start without it

    found = sp.csr_matrix(
        (np.array(values, dtype=np.float64), np.array(indices, dtype=np.int32), np.array(pointers, dtype=np.int64)),
        shape=(len(pointers) - 1, len(columns)),
    )
    found.sum_duplicates()
    return found


def fit(X: Csr, labels: FloatArray, clause_weights: FloatArray, prior: Prior, start: FloatArray) -> FloatArray:
    """Give the weights that fit soft labels, ``(n_features,)``.

    Args:
        X: features of the clauses, ``(n_clauses, n_features)``.
        labels: probability that each clause is positive, ``(n_clauses,)``.
        clause_weights: how much each clause counts, ``(n_clauses,)``.
        prior: what is known beforehand.
        start: weights to begin with, ``(n_features,)``.
    """
    Xt = X.T.tocsr()

    def loss(weights: FloatArray) -> tuple[float, FloatArray]:
        logits = X @ weights
        away = weights - prior.mean
        entropy = np.logaddexp(0.0, logits) - labels * logits
        value = float(clause_weights @ entropy + 0.5 * (prior.precision * away) @ away)
        gradient: FloatArray = Xt @ (clause_weights * (logistic(logits) - labels)) + prior.precision * away
        return value, gradient

    from scipy.optimize import minimize

    # One thread: these are sums over sparse rows and vectors, which several threads only make slower.
    with threadpool_limits(limits=1):
        found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 60, "ftol": 1e-7})
    weights: FloatArray = found.x
    return weights


def group_starts(groups: Sequence[int] | npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Give where each run of equal numbers begins, ``(n_groups,)``."""
    array = np.asarray(groups)
    starts: npt.NDArray[np.int64] = np.flatnonzero(np.append(True, array[1:] != array[:-1])).astype(np.int64)
    return starts

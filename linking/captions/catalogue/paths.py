"""The category paths of a shop: all steps of a photo's category are chosen together, so that they lie on one path."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from linking.captions.catalogue.heads import Head
from linking.captions.catalogue.kernel import Array
from linking.captions.wording import category_step
from linking.mentions import NodeRef

IntArray = npt.NDArray[np.int64]

_WEIGHTS = (3.0, 9.0)
"""Weights of one step, beside 1 of the others, that are tried."""
_FEWEST = 20
"""Photos below which all steps count alike."""


class Paths:
    """The paths that captions can tell.

    A step whose value on a path was too rare to be learned, or that a path is too short for, says nothing of the
    path. Such a path counts where no other has the same values and more.

    Args:
        heads: what captions say; those that are no steps of the category are left aside.
        paths: category paths that occur, as ids from the root.

    Attributes:
        steps: rows of the heads that are steps, from the root.
        values: for each path the position of each step's value among its head's, -1 for none, ``(n_paths, n_steps)``.
    """

    def __init__(self, heads: Sequence[Head], paths: Sequence[tuple[str, ...]]) -> None:
        steps = sorted((step, row) for row, head in enumerate(heads) if (step := category_step(head.name)) is not None)
        self.steps = tuple(row for _, row in steps)
        self._weights = tuple(heads[row].weight for row in self.steps)
        places = [{node: value for value, node in enumerate(heads[row].nodes)} for row in self.steps]
        found = {
            tuple(
                place.get(NodeRef("Category", path[step - 1]), -1) if step <= len(path) else -1
                for (step, _), place in zip(steps, places, strict=True)
            )
            for path in paths
        }
        kept = sorted(path for path in found if max(path, default=-1) >= 0 and not _is_part(path, found))
        self.values: IntArray = np.array(kept, dtype=np.int64).reshape(len(kept), len(steps))

    def choose(self, shares: Sequence[Array], *, weights: Sequence[float] | None = None) -> IntArray:
        """Give the likeliest path's value for each step, -1 for none, ``(n, n_steps)``.

        Args:
            shares: for each step the probability of each value, ``(n, n_values)``.
            weights: how much each step's say counts; by default as learned.
        """
        likelihood = np.zeros((len(shares[0]), len(self.values)))
        for step, (share, weight) in enumerate(zip(shares, weights or self._weights, strict=True)):
            # A step that says nothing of a path must not speak against it.
            nothing = share.max(axis=1, keepdims=True)
            likelihood += weight * np.log(np.hstack([share, nothing]) + 1e-9)[:, self.values[:, step]]
        return np.asarray(self.values[likelihood.argmax(axis=1)])

    def weigh(self, shares: Sequence[Array], truth: IntArray) -> tuple[float, ...]:
        """Find how much each step's say should count for most steps of most photos to be right.

        Args:
            shares: as ``choose`` takes them, of photos left out.
            truth: position of each step's right value, -1 where its head does not know it, ``(n, n_steps)``.
        """
        alike = (1.0,) * len(self.steps)
        if len(truth) < _FEWEST or len(alike) < 2:
            return alike
        tries = [alike] + [
            (*alike[:step], weight, *alike[step + 1 :]) for step in range(len(alike)) for weight in _WEIGHTS
        ]

        def right(weights: tuple[float, ...]) -> int:
            return int(((self.choose(shares, weights=weights) == truth) & (truth >= 0)).sum())

        return max(tries, key=right)


def _is_part(path: tuple[int, ...], others: Collection[tuple[int, ...]]) -> bool:
    """Tell whether another path has all the values of a path, and more."""
    return any(
        other != path and all(value in (-1, there) for value, there in zip(path, other, strict=True))
        for other in others
    )


def paths_of(labels: Iterable[Mapping[str, tuple[NodeRef, str]]]) -> tuple[tuple[str, ...], ...]:
    """Give every category path that occurs among what is said of photos, as ids from the root."""
    found = set()
    for said in labels:
        steps = sorted((step, head) for head in said if (step := category_step(head)) is not None)
        found.add(tuple(said[head][0].id for _, head in steps))
    return tuple(sorted(found - {()}))

"""The evidence that joins items: the baskets that two of them lie in together, found for many pairs at once.

The baskets of all kinds stand side by side in one item-by-basket table. The history's rows of it and the recommended
items' rows are joined on the basket, and what is found is added up for each pair of items and kind.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from recommender.arrays import BoolArray, Csr, DoubleArray, FloatArray, IntArray, column_sums, row_sums
from recommender.artefact import Artefact
from recommender.models.graph_filter import GraphFilter, filter_factors
from recommender.models.propagation import factor_of, weight_of


class Shared(NamedTuple):
    """What two items have in common, one entry for each pair of items and kind of basket; pairs in order.

    Attributes:
        left: position in the history, ``(n,)``.
        right: position among the recommended, ``(n,)``.
        kind: of the baskets, ``(n,)``.
        evidence: sum over the baskets of the products of their entries, as the regression sees them, ``(n,)``.
        filtered: the filter's part of the weight, ``(n,)``.
        baskets: how many, ``(n,)``.
        best: the basket that counts most, its number within the kind, ``(n,)``.
        left_wanted: all of the baskets are customers who did what is to be predicted with the left item, ``(n,)``.
        right_wanted: the same of the right item, ``(n,)``.
    """

    left: IntArray
    right: IntArray
    kind: IntArray
    evidence: DoubleArray
    filtered: DoubleArray
    baskets: IntArray
    best: IntArray
    left_wanted: BoolArray
    right_wanted: BoolArray


class Evidence:
    """The baskets of a model, ready to be compared.

    Args:
        artefact: the model.

    Attributes:
        weights: of each kind, ``(n_kinds,)``.
        did: share of interactions in all the evidence that each item has with others, ``(n_items,)``; 1 where it has
            none.
    """

    def __init__(self, artefact: Artefact) -> None:
        kinds = artefact.kinds
        strength = 1.0 if artefact.model == GraphFilter.name else artefact.parameters.get("filter", 0.0)
        filters = filter_factors(kinds, artefact.parameters, strength=strength)
        n_items = len(artefact.items)
        self.weights: DoubleArray = np.array([weight_of(kind, artefact.parameters) for kind in kinds])
        self._offsets = np.concatenate([[0], np.cumsum([kind.members.shape[1] for kind in kinds])]).astype(np.int64)
        self._scale: FloatArray = np.zeros((len(kinds), n_items), dtype=np.float32)
        counts = np.stack([np.diff(kind.members.indptr) for kind in kinds])
        self._indptr = np.concatenate([[0], np.cumsum(counts.sum(axis=0))]).astype(np.int64)
        total = int(self._indptr[-1])
        self._columns: IntArray = np.empty(total, dtype=np.int64)
        self._factors: FloatArray = np.empty(total, dtype=np.float32)
        self._filters: FloatArray = np.zeros((2, total), dtype=np.float32)
        self._wanted: BoolArray = np.zeros(total, dtype=np.bool_)
        before = self._indptr[:-1].copy()
        evidence = np.zeros((len(kinds), n_items))
        for number, kind in enumerate(kinds):
            members = _sorted(kind.members)
            place = np.repeat(before - members.indptr[:-1], counts[number]) + np.arange(members.nnz)
            before += counts[number]
            self._columns[place] = members.indices + self._offsets[number]
            factor = _sorted(factor_of(kind, artefact.parameters))
            self._factors[place] = factor.data
            evidence[number] = self.weights[number] * (factor @ column_sums(factor) - row_sums(factor.multiply(factor)))
            if number == 0:
                seen = _sorted(artefact.seen.T.tocsr())
                self._wanted[place] = np.isin(_places(members), _places(seen), assume_unique=True)
            found = filters[number]
            if found is not None:
                self._scale[number] = found[2]
                for side in (0, 1):
                    own = _sorted(found[0] if side == 0 else found[1])
                    self._filters[side, place[np.searchsorted(_places(members), _places(own))]] = own.data

        evidence = np.maximum(evidence, 0.0)  # rounding
        total = evidence.sum(axis=0)
        self.did: DoubleArray = np.divide(evidence[0], total, out=np.ones(n_items), where=total > 0)

    def shared(self, left: IntArray, right: IntArray) -> Shared:
        """Give what each item of ``left`` has in common with each of ``right``; rows of items, each once."""
        n_kinds = len(self.weights)
        own, own_entry = self._entries(right)
        other, other_entry = self._entries(left)
        order = np.argsort(self._columns[own_entry], kind="stable")
        own, own_entry = own[order], own_entry[order]
        sought, columns = self._columns[other_entry], self._columns[own_entry]
        first, last = np.searchsorted(columns, sought), np.searchsorted(columns, sought, side="right")
        counts = last - first
        a = np.repeat(other_entry, counts)
        near = _within(first, counts)
        b, pair = own_entry[near], np.repeat(other, counts) * len(right) + own[near]
        kind = np.searchsorted(self._offsets, self._columns[a], side="right") - 1
        strength = self._factors[a].astype(np.float64) * self._factors[b]
        group = pair * n_kinds + kind
        order = np.argsort(
            group * self._offsets[-1] + self._columns[a]
        )  # no two are equal, so any sort gives one order
        group, a, b, strength = group[order], a[order], b[order], strength[order]
        starts = np.flatnonzero(np.diff(group, prepend=-1))
        if not len(starts):
            return _nothing()
        sizes = np.diff(np.append(starts, len(group)))
        strongest = strength == np.repeat(np.maximum.reduceat(strength, starts), sizes)
        best = np.minimum.reduceat(np.where(strongest, self._columns[a], self._offsets[-1]), starts)
        pair, kind = np.divmod(group[starts], n_kinds)
        on_left, on_right = np.divmod(pair, len(right))
        through = np.add.reduceat(self._filters[0, a].astype(np.float64) * self._filters[1, b], starts)
        return Shared(
            left=on_left,
            right=on_right,
            kind=kind,
            evidence=np.add.reduceat(strength, starts),
            filtered=through * self._scale[kind, right[on_right]],
            baskets=sizes,
            best=best - self._offsets[kind],
            left_wanted=np.logical_and.reduceat(self._wanted[a], starts),
            right_wanted=np.logical_and.reduceat(self._wanted[b], starts),
        )

    def _entries(self, items: IntArray) -> tuple[IntArray, IntArray]:
        """Give the table's entries of some items: the position of the item, and of the entry, ``(n_entries,)`` each."""
        starts = self._indptr[items]
        counts = self._indptr[items + 1] - starts
        return np.repeat(np.arange(len(items)), counts), _within(starts, counts)


def _within(starts: IntArray, counts: IntArray) -> IntArray:
    """Give ``starts[i], starts[i] + 1, …``, ``counts[i]`` of them, one after the other."""
    within: IntArray = np.repeat(starts - np.cumsum(counts) + counts, counts) + np.arange(counts.sum())
    return within


def _sorted(matrix: Csr) -> Csr:
    if not matrix.has_sorted_indices:
        matrix = matrix.copy()
        matrix.sort_indices()
    return matrix


def _places(matrix: Csr) -> IntArray:
    """Give a number for the place of each entry, ascending."""
    rows = np.repeat(np.arange(matrix.shape[0], dtype=np.int64), np.diff(matrix.indptr))
    return np.asarray(rows * matrix.shape[1] + matrix.indices, dtype=np.int64)


def _nothing() -> Shared:
    none, numbers, flags = np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0, dtype=np.bool_)
    return Shared(none, none, none, numbers, numbers, none, none, flags, flags)

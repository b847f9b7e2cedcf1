"""Random draws that hang on ids alone: the same id and seed always draw the same number, whatever else there is."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kg.ids import IdMap, IntArray, string_bytes

DrawArray = npt.NDArray[np.uint64]

_BASE = np.uint64(0x100000001B3)
_STEP = np.uint64(0x9E3779B97F4A7C15)
_CHUNK = 1_000_000


def string_draws(strings: pa.StringArray, *, seed: int) -> DrawArray:
    """Give a number from 0 to 2**64 - 1 for each string: a polynomial hash of its bytes, then mixed, ``(n,)``."""
    chunks = [_polynomial(strings[start : start + _CHUNK]) for start in range(0, len(strings), _CHUNK)]
    return _mixed(np.concatenate([np.zeros(0, np.uint64), *chunks]) ^ _seed(seed))


def pair_draws(users: IntArray, products: IntArray, ids: IdMap, *, seed: int) -> DrawArray:
    """Give a number for each pair of a customer and a product, rows within their labels, ``(n_pairs,)``."""
    by_user = string_draws(ids.label_ids("User"), seed=seed)
    by_product = string_draws(ids.label_ids("Product"), seed=seed + 1)
    return _mixed(by_user[users] + _mixed(by_product[products]))


def _seed(seed: int) -> np.uint64:
    return np.uint64(_mixed(np.array([seed % 2**64], dtype=np.uint64))[0])


def _polynomial(strings: pa.StringArray) -> DrawArray:
    lengths = pc.binary_length(strings).to_numpy().astype(np.int64)
    starts = np.cumsum(lengths) - lengths
    position = np.arange(int(lengths.sum())) - np.repeat(starts, lengths)
    powers = np.cumprod(np.full(int(lengths.max(initial=0)) + 1, _BASE), dtype=np.uint64)
    terms = (string_bytes(strings).astype(np.uint64) + np.uint64(1)) * powers[position]
    sums = np.zeros(len(strings), dtype=np.uint64)
    filled = lengths > 0
    if filled.any():
        sums[filled] = np.add.reduceat(terms, starts[filled])
    return sums


def _mixed(numbers: DrawArray) -> DrawArray:
    """Finish as SplitMix64 does (Steele, Lea and Flood, OOPSLA 2014): every bit of the input reaches every bit."""
    mixed = numbers + _STEP
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))

"""Words of many texts looked up at once: each that is known has a number.

An ASCII word of up to sixteen letters is its own bytes, as one or two numbers of 64 bits, so it is found without making
a string of it: by a table with open addressing (Knuth, The Art of Computer Programming 3, 6.4), which is asked for all
words together. Words that are longer, and there is one in twenty thousand, are looked up one by one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
_Bytes = npt.NDArray[np.uint8]
_Packed = npt.NDArray[np.uint64]

_HALF = 8
LONGEST = 2 * _HALF
"""Letters of the longest word that is its own number; texts are looked at with as many bytes behind them."""
_MASKS = np.array([(1 << 8 * length) - 1 for length in range(_HALF + 1)], dtype=np.uint64)
_MIX, _MIX_LAST = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)
_LOAD = 4
"""Places of the table for each word, at least."""


class Vocabulary:
    """Numbers of words.

    Args:
        words: different ones; the number of each is its place. Words that are not in ASCII are never found.
    """

    def __init__(self, words: Sequence[str]) -> None:
        bits = max(1, (_LOAD * max(1, len(words)) - 1).bit_length())
        self._last = np.int64((1 << bits) - 1)
        self._shift = np.uint64(64 - bits)
        self._long = {word: number for number, word in enumerate(words) if len(word) > LONGEST and word.isascii()}
        self._heads = np.zeros(1 << bits, dtype=np.uint64)
        self._tails = np.zeros(1 << bits, dtype=np.uint64)
        self._numbers = np.full(1 << bits, -1, dtype=np.int64)
        short = [number for number, word in enumerate(words) if 0 < len(word) <= LONGEST and word.isascii()]
        packed = np.array([words[number] for number in short], dtype=f"S{LONGEST}").view("<u8").reshape(-1, 2)
        heads, tails = np.ascontiguousarray(packed[:, 0]), np.ascontiguousarray(packed[:, 1])
        numbers = np.array(short, dtype=np.int64)
        left, places = np.arange(len(short)), self._place(heads, tails)
        while len(left):  # of those that want one place the first gets it, the others ask for the next
            free = left[self._numbers[places[left]] < 0]
            self._numbers[places[free][::-1]] = numbers[free][::-1]  # of values for one place the last one stays
            free = free[self._numbers[places[free]] == numbers[free]]
            at = places[free]
            self._heads[at], self._tails[at] = heads[free], tails[free]
            placed = np.zeros(len(short), dtype=bool)
            placed[free] = True
            left = left[~placed[left]]
            places[left] = (places[left] + 1) & self._last

    def numbers(self, characters: _Bytes, starts: IntArray, ends: IntArray) -> IntArray:
        """Give the number of each word, -1 of those that are not known, ``(n_words,)``.

        Args:
            characters: ASCII codes, none of them 0 within a word, with ``LONGEST`` bytes behind the last word.
            starts, ends: of each word its first character, and the one after its last, ``(n_words,)``.
        """
        lengths = ends - starts
        heads = _packed(characters, starts) & _MASKS[np.minimum(lengths, _HALF)]
        tails = np.zeros(len(starts), dtype=np.uint64)
        longer = np.flatnonzero(lengths > _HALF)
        tails[longer] = (
            _packed(characters, starts[longer] + _HALF) & _MASKS[np.minimum(lengths[longer], LONGEST) - _HALF]
        )
        places = self._place(heads, tails)
        found = self._numbers[places]
        wrong = np.flatnonzero(((self._heads[places] != heads) | (self._tails[places] != tails)) & (found >= 0))
        while len(wrong):
            at = places[wrong] = (places[wrong] + 1) & self._last
            found[wrong] = self._numbers[at]
            differs = (self._heads[at] != heads[wrong]) | (self._tails[at] != tails[wrong])
            wrong = wrong[differs & (found[wrong] >= 0)]
        for row in np.flatnonzero(lengths > LONGEST).tolist():
            found[row] = self._long.get(characters[starts[row] : ends[row]].tobytes().decode("ascii"), -1)
        return found

    def _place(self, heads: _Packed, tails: _Packed) -> IntArray:
        return ((heads * _MIX ^ tails * _MIX_LAST) >> self._shift).astype(np.int64)


def _packed(characters: _Bytes, starts: IntArray) -> _Packed:
    """Give the eight bytes from each start on as one number."""
    eights: _Packed = np.ndarray((len(characters) - _HALF + 1,), dtype="<u8", buffer=characters, strides=(1,))
    return eights[starts]


__all__ = ["LONGEST", "Vocabulary"]

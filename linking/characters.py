"""Texts as arrays of characters, to cut many of them into words at once."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

CodeArray = npt.NDArray[np.uint8] | npt.NDArray[np.uint32]
Mask = npt.NDArray[np.bool_]

_APART = "\x00"
_ENCODING = "utf-32-le"


def codes(text: str) -> CodeArray:
    """Give the code point of each character, ``(n_characters,)``; of ASCII texts as bytes, less to go through."""
    if text.isascii():
        return np.frombuffer(text.encode("ascii"), dtype=np.uint8)
    return np.frombuffer(text.encode(_ENCODING, "surrogatepass"), dtype="<u4")


def pieces(characters: npt.NDArray[Any], starts: Mask, kept: Mask) -> list[str]:
    """Give the strings that characters are cut into.

    Args:
        characters: code points, or ASCII bytes, ``(n,)``; none that is kept is 0.
        starts: where a string begins, ``(n,)``; its character is kept.
        kept: characters that go into the strings, ``(n,)``.
    """
    places = np.flatnonzero(kept)
    if not len(places):
        return []
    numbers = np.cumsum(starts)
    apart = np.zeros(len(places) + int(numbers[-1]), dtype=characters.dtype)
    apart[np.arange(len(places)) + numbers[places]] = characters[places]
    encoding = "ascii" if characters.dtype == np.uint8 else _ENCODING
    return apart.tobytes().decode(encoding, "surrogatepass").split(_APART)[1:]

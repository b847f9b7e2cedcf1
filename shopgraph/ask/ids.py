"""Products that a question names by their ids, as people who serve customers do."""

from __future__ import annotations

import re
from collections.abc import Container

_WORD = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_:./-]*[A-Za-z0-9])?")


def ids_in(text: str, known: Container[str]) -> list[str]:
    """Give the ids in a text, in its order and each once; small letters do for large ones.

    A word without a letter, or without a digit, is no id here: in "boots under 50" nobody means product 50.
    """
    found = dict[str, None]()
    for word in _WORD.findall(text):
        if any(sign.isdigit() for sign in word) and any(sign.isalpha() for sign in word):
            own = next((one for one in (word, word.upper()) if one in known), None)
            if own is not None:
                found[own] = None
    return list(found)

"""Products that are named by their ids, as people who serve customers do."""

from __future__ import annotations

import re
from collections.abc import Container

_WORD = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_:./-]*[A-Za-z0-9])?")


def ids_in(text: str, known: Container[str]) -> list[tuple[int, int, str]]:
    """Give the ids in a text: first character, the one after the last, and the id; small letters do for large ones.

    A word without a letter, or without a digit, is no id here: in "boots under 50" nobody means product 50.
    """
    found = []
    for word in _WORD.finditer(text):
        written = word[0]
        if any(sign.isdigit() for sign in written) and any(sign.isalpha() for sign in written):
            own = next((one for one in (written, written.upper()) if one in known), None)
            if own is not None:
                found.append((word.start(), word.end(), own))
    return found

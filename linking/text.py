"""How written words are compared: Unicode width, case, and which scripts write without spaces."""

from __future__ import annotations

import re
import unicodedata

UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0e7f"
"""Ranges of a regular expression's set: Chinese characters, kana and Thai, which are written without spaces."""

_UNSPACED = re.compile(f"[{UNSPACED}]")
_KANA = re.compile("[\u3040-\u30ff]")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_SAME = str.maketrans({"\u2019": "'", "\u2018": "'", "\u02bc": "'", "\u2010": "-", "\u2011": "-", "\u2013": "-"})
_MARKS = str.maketrans("", "", "\u2122\u00ae\u00a9\u00ad\u200b\ufeff")


def normalise(text: str) -> str:
    """Give the form in which words are compared: one width, one case, one dash, one apostrophe, no trade marks."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", text.translate(_MARKS)).casefold().translate(_SAME)


def unspaced(text: str) -> bool:
    """Tell whether a text has characters of a script that is written without spaces."""
    return not text.isascii() and _UNSPACED.search(text) is not None


def script_language(text: str) -> str | None:
    """Guess the language from the script: "zh", "ja" or "th"; None where the script does not tell."""
    if text.isascii():
        return None
    if _KANA.search(text):
        return "ja"
    if _HAN.search(text):
        return "zh"
    return "th" if _UNSPACED.search(text) else None

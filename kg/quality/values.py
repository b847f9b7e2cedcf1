"""Converting single values: what readers and people write, to what the tables hold."""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from unicodedata import normalize

from kg.limits import limit
from kg.quality.rules import Problem

MILLISECONDS_FROM = 10**11  # smaller whole numbers are seconds: as such this is the year 5138
_DECIMAL_COMMA = re.compile(r"[+-]?((\d{1,3}(\.\d{3})+|\d+),\d{1,2}|0,\d+)", re.ASCII)
"""1.249,50, 9,5 and 0,125 have the comma before their decimals; 1,249 and 1,249.50 are left to whoever wrote them."""
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_WHOLE = re.compile(r"-?\d{1,18}", re.ASCII)
_TRUE = frozenset({"true", "yes", "1", "t", "y"})
_FALSE = frozenset({"false", "no", "0", "f", "n"})
_CLOCK = (
    r"(?P<hour>\d{1,2})[:时点](?P<minute>\d{1,2})(?:[:分](?P<second>\d{1,2})(?P<part>\.\d+)?)?[分秒]?"
    r"\s*(?:(?P<zone>Z|[+-]\d{2}:?\d{2})|UTC|GMT)?"
)
_DAYS = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        rf"(?P<year>\d{{4}})(?P<mark>[-/.])(?P<month>\d{{1,2}})(?P=mark)(?P<day>\d{{1,2}})(?:[T\s]\s*{_CLOCK})?",
        rf"(?P<year>\d{{4}})年(?P<month>\d{{1,2}})月(?P<day>\d{{1,2}})日?(?:\s*{_CLOCK})?",
        rf"(?P<day>\d{{1,2}})\.(?P<month>\d{{1,2}})\.(?P<year>\d{{4}})(?:\s+{_CLOCK})?",
    )
)
"""Days that spreadsheets write and ISO 8601 does not: 2024/2/29 8:05, 2024年2月29日, 29.02.2024."""
_PARTS = ("year", "month", "day", "hour", "minute", "second")
_EITHER_DAY = re.compile(r"\d{1,2}[/-]\d{1,2}[/-]\d{4}\b.*", re.ASCII)
_OTHER_DAY = re.compile(r"\d{4,6}|\d{12}|\d{4}\.\d{2}|\d{5}\.\d+", re.ASCII)
"""A year, a month or a spreadsheet's number of a day: as seconds they would all be of 1970."""


class RefusedError(Exception):
    """A value cannot be converted; carries the problem."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.problem = Problem(code, reason)


def shown(value: object) -> str:
    """Give a value as it stands in a reason: short, in quotes if it is text."""
    text = repr(value) if not isinstance(value, str) else f'"{value[:80]}"'
    return text if len(text) <= 82 else text[:80] + "…"


def to_text(value: object) -> str | None:
    """Give a string; whole numbers lose their ".0", and an empty string is None.

    Raises:
        RefusedError: it is no string or number, or no valid Unicode.
    """
    if isinstance(value, str):
        text = value
    elif isinstance(value, bytes):
        try:
            text = value.decode()
        except UnicodeDecodeError as error:
            raise RefusedError("ENCODING", f"{shown(value)} is not UTF-8") from error
    elif isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise RefusedError("WRONG_TYPE", f"{shown(value)} is not text")
    elif isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        text = str(int(value))
    elif not (value.is_finite() if isinstance(value, Decimal) else isinstance(value, int) or math.isfinite(value)):
        raise RefusedError("NOT_A_NUMBER", f"{value} is no value")
    elif isinstance(value, int) and abs(value) >= 10**40:
        raise RefusedError("ID_TOO_LONG", "the number has more than 40 digits")
    else:
        text = str(value)
    if not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
        raise RefusedError("ENCODING", "it holds half a character (a lone surrogate)")
    return text or None


def to_double(value: object) -> float | None:
    """Give a finite number.

    Raises:
        RefusedError: it is none.
    """
    number: float
    if isinstance(value, str):
        text = value.strip()
        if not text:
            return None
        if _DECIMAL_COMMA.fullmatch(text):
            text = text.replace(".", "").replace(",", ".")
        if not _NUMBER.fullmatch(text):
            raise RefusedError("NOT_A_NUMBER", f"{shown(value)} is not a number")
        number = float(text)
    elif isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        number = _float(value)
    else:
        raise RefusedError("NOT_A_NUMBER", f"{shown(value)} is not a number")
    if not math.isfinite(number):
        raise RefusedError("NOT_A_NUMBER", f"{shown(value)} is not a finite number")
    return number


def _float(value: float | Decimal) -> float:
    """Give the number as a float: infinite where it is too large, not a number where it is a signalling one."""
    try:
        return float(value)
    except OverflowError:
        return math.inf
    except ValueError:
        return math.nan


def to_whole(value: object) -> int | None:
    """Give a whole number of 64 bits.

    Raises:
        RefusedError: it is none.
    """
    number = value if isinstance(value, int) and not isinstance(value, bool) else to_double(value)
    if number is None:
        return None
    if number != int(number) or abs(number) >= 2**63:
        raise RefusedError("NOT_A_NUMBER", f"{shown(value)} is not a whole number of 64 bits")
    return int(number)


def to_bool(value: object) -> bool | None:
    """Give true or false.

    Raises:
        RefusedError: it is neither.
    """
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float) and value in (0, 1):
        return bool(value)
    if isinstance(value, str):
        text = value.strip().lower()
        if not text:
            return None
        if text in _TRUE or text in _FALSE:
            return text in _TRUE
    raise RefusedError("BAD_CHOICE", f"{shown(value)} is neither true nor false")


def to_instant(value: object) -> int | None:
    """Give milliseconds since 1970 UTC, of an ISO date or time, a datetime, or seconds or milliseconds since 1970.

    Times without a zone are UTC. Whole numbers below 10^11 are seconds. Days as spreadsheets write them are understood
    where day and month cannot be mistaken for each other; with dots and the year behind, the day comes first.

    Raises:
        RefusedError: it is no instant.
    """
    if isinstance(value, str):
        text = value.strip()
        if not text:
            return None
        if _OTHER_DAY.fullmatch(text):
            raise RefusedError("BAD_DATE", f"{shown(text)} may be a year, a month or the number of a day")
        if _WHOLE.fullmatch(text):
            # "20240229" is a day; as seconds it would be one of 1970.
            return _iso(text) if len(text) == 8 else scaled(int(text))
        if _NUMBER.fullmatch(text):
            return scaled(to_double(text) or 0)
        return _iso(text)
    if isinstance(value, datetime):
        return _milliseconds(value)
    if isinstance(value, date):
        return _milliseconds(datetime(value.year, value.month, value.day))
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return scaled(to_double(value) or 0)
    raise RefusedError("BAD_DATE", f"{shown(value)} is not a date")


def scaled(number: float) -> int:
    """Give milliseconds for a number of seconds or milliseconds.

    Raises:
        RefusedError: it is far beyond any date.
    """
    if abs(number) >= 2**60:
        raise RefusedError("BAD_DATE", f"{shown(number)} is far beyond any date")
    return int(number) if abs(number) >= MILLISECONDS_FROM else int(number * 1000)


def _iso(text: str) -> int:
    try:
        return _milliseconds(datetime.fromisoformat(text))
    except ValueError:
        pass
    try:
        return _milliseconds(_day(text))
    except ValueError as error:
        raise RefusedError("BAD_DATE", f"{shown(text)} is not a date ({error})") from error


def _day(text: str) -> datetime:
    if _EITHER_DAY.fullmatch(text):
        raise ValueError("day and month cannot be told apart")
    found = next((match for day in _DAYS if (match := day.fullmatch(text))), None)
    if found is None:
        raise ValueError("neither ISO 8601 nor year, month and day")
    year, month, day, hour, minute, second = (int(found[part] or 0) for part in _PARTS)
    clock = f"{hour:02}:{minute:02}:{second:02}{found['part'] or ''}{found['zone'] or ''}"
    return datetime.fromisoformat(f"{year:04}-{month:02}-{day:02}T{clock}")


def _milliseconds(moment: datetime) -> int:
    try:
        zoned = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
        return round((zoned - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1000)
    except OverflowError as error:
        raise RefusedError("BAD_DATE", f"{moment} is out of range") from error


def to_strings(value: object) -> list[str]:
    """Give a list of clean, different strings; " > " parts the steps of a path and is written so.

    Raises:
        RefusedError: it is no list of strings, or too long.
    """
    items = [value] if isinstance(value, str) else value
    if not isinstance(items, list | tuple):
        raise RefusedError("WRONG_TYPE", f"{shown(value)} is not a list")
    _check_length(items)
    found: dict[str, None] = {}
    for item in items:
        text = _clean(item)
        if " > " in text or text.startswith("> ") or text.endswith(" >"):
            text = " > ".join(step for part in f" {text} ".split(" > ") if (step := part.strip()))
        if text:
            found.setdefault(text)
    return list(found)


def to_pairs(value: object) -> list[tuple[str, str]]:
    """Give different (name, value) pairs of an object, a list of pairs, or a list of objects with name and value.

    A name with a list of values gives a pair for each of them. Pairs without a value are left out.

    Raises:
        RefusedError: it is none of these, too long, or a value has no name.
    """
    if isinstance(value, dict):
        items: list[object] = list(value.items())
    elif isinstance(value, list | tuple):
        items = list(value)
    elif value == "":
        return []
    else:
        raise RefusedError("WRONG_TYPE", f"{shown(value)} is not a list of names and values")
    _check_length(items)
    found: dict[tuple[str, str], None] = {}
    for item in items:
        if isinstance(item, dict) and item.keys() == {"name", "value"}:
            name, content = item["name"], item["value"]
        elif isinstance(item, list | tuple) and len(item) == 2:
            name, content = item
        else:
            raise RefusedError("WRONG_TYPE", f"the attribute {shown(item)} is not a name and a value")
        clean_name = _clean(name)
        for one in content if isinstance(content, list | tuple) else [content]:
            clean_content = _clean(("true" if one else "false") if isinstance(one, bool) else one)
            if clean_content and not clean_name:
                raise RefusedError("MISSING_VALUE", f"the attribute value {shown(clean_content)} has no name")
            if clean_content:
                found.setdefault((clean_name, clean_content))
    _check_length(list(found))
    return list(found)


def _check_length(items: list[object] | tuple[object, ...]) -> None:
    if len(items) > limit("list_items"):
        raise RefusedError("TOO_MANY_ITEMS", f"the list has {len(items):,} items")


def _clean(item: object) -> str:
    text = to_text(item) if item is not None else None
    if text is None:
        return ""
    if not text.isascii():
        text = normalize("NFC", text)
    if "\0" in text:
        raise RefusedError("NULL_BYTE", f"{shown(text)} holds a null byte")
    if len(text) > limit("text_characters"):
        raise RefusedError("TEXT_TOO_LONG", f"an item of the list has {len(text):,} characters")
    return text.strip()

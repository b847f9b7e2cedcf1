"""Customers' ids in texts: as words of their own, however a file writes them, and as fields of rows set aside."""

from __future__ import annotations

import csv
import html
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import quote

_WORD = r"[0-9A-Za-z_-]"
_WORDS = re.compile(f"{_WORD}+")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_PARTED_BY = (",", "\t", ";", "|")
_MARKS = ".,;:!?()[]{}<>'\""
_FEWEST = 5
"""Bytes from which an id hardly stands among others by chance."""
_COLUMNS = {
    "users": ("id", None),
    "interactions": ("user_id", None),
    "reviews": ("user_id", "id"),
    **dict.fromkeys(("products", "images", "links"), (None, None)),
}
"""Table -> its columns with the customer's id and the review's."""


@dataclass
class Names:
    """Ids that a row set aside may hold; where it does not say what they are, they stand in both."""

    users: set[str] = field(default_factory=set)
    reviews: set[str] = field(default_factory=set)

    def hold(self, users: Iterable[str], reviews: Iterable[str]) -> bool:
        """Tell whether one of the customers or of the reviews is among them."""
        return not self.users.isdisjoint(users) or not self.reviews.isdisjoint(reviews)


def is_telling(name: str) -> bool:
    """Tell whether an id can be told by its bytes: not a number, and not so short that it stands anywhere by chance."""
    return len(name.encode()) >= _FEWEST and not name.isdecimal()


def forms(name: str) -> list[str]:
    """Give the ways in which files write an id: plain, and as JSON, HTML and addresses escape it."""
    escaped = json.dumps(name)[1:-1]
    upper = re.sub(r"\\u[0-9a-f]{4}", lambda found: "\\u" + found.group()[2:].upper(), escaped)
    return list(dict.fromkeys((name, json.dumps(name, ensure_ascii=False)[1:-1], escaped, upper, html.escape(name),
                               quote(name, safe=""))))  # fmt: skip


def as_words(ids: Iterable[str]) -> str:
    """Give a regular expression that finds ids, however written, where they stand as words of their own."""
    return "|".join(f"(?<!{_WORD}){re.escape(form)}(?!{_WORD})" for one in ids for form in forms(one))


def names_in(line: str) -> Names:
    """Give the ids that a line of a quarantine may name.

    Of a row whose table is known, the customer and the review, and whatever else can be told by its bytes
    (``is_telling``); of a line that became no record, or was cut short, every field of it.
    """
    found = Names()
    row = _json(line)
    if not isinstance(row, dict):
        found.users |= _fields(line)
        found.reviews |= found.users
        return found
    raw, table = str(row.get("raw") or ""), row.get("table")
    values = _json(raw)
    if table in _COLUMNS and isinstance(values, dict):
        user, review = (values.get(column) for column in _COLUMNS[table])
        told = {one for one in (*_leaves(values), *_fields(raw)) if is_telling(one)}
        found.users |= {*_leaves(user), *told}
        found.reviews |= {*_leaves(review), *told}
    else:
        found.users |= _fields(raw) if values is None else {*_leaves(values), *_fields(raw)}
        found.reviews |= found.users
    return found


def json_names(text: str, ids: Iterable[str]) -> bool:
    """Tell whether JSON has one of some ids as a string under a key that speaks of a customer or a review."""
    wanted = frozenset(ids)
    return any(not wanted.isdisjoint(_leaves(value)) for value in _of_customers(_json(text)))


def html_names(text: str, ids: Iterable[str]) -> bool:
    """Tell whether a page has one of some ids where reports name customers: in a heading, or in small print there."""
    told = "|".join(re.escape(html.escape(one)) for one in ids)
    return re.search(rf"<(?:h\d|small)[^>]*>\s*(?:{told})\s*<", text) is not None


def _of_customers(value: object) -> Iterator[object]:
    if isinstance(value, dict):
        for key, own in value.items():
            if any(word in str(key).lower() for word in ("user", "customer", "review")):
                yield own
            else:
                yield from _of_customers(own)
    elif isinstance(value, list):
        for own in value:
            yield from _of_customers(own)


def _leaves(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, own in value.items():
            yield str(key)
            yield from _leaves(own)
    elif isinstance(value, list):
        for own in value:
            yield from _leaves(own)
    elif isinstance(value, str | int) and not isinstance(value, bool):
        yield str(value)


def _fields(text: str) -> set[str]:
    found = {text.strip(), *_WORDS.findall(text), *(part.strip() for part in text.split("::"))}
    found.update(part.strip(_MARKS) for part in text.split())
    for mark in _PARTED_BY:
        parts = next(csv.reader([text.replace("\n", " ").replace("\r", " ").replace("\0", " ")], delimiter=mark), [])
        found.update(part.strip().strip("\"'") for part in parts)
    for inside in _QUOTED.findall(text):
        plain = _json(f'"{inside}"')
        found.update({inside, *([plain] if isinstance(plain, str) else [])})
    return found - {""}


def _json(text: str) -> object:
    try:
        found: object = json.loads(text)
    except ValueError:
        return None
    return found

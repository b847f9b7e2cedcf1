"""Files whose lines are numbers: ids of things that stand on the lines of other files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from kg.limits import limit
from kg.records import Record, Reject
from kg.sources.files import Line, read_lines

_NUMBERS = re.compile(r"[0-9 \t]*", re.ASCII)


class NumberLine(NamedTuple):
    """One line of numbers.

    Attributes:
        line: from 1.
        numbers: those of the line; empty for a blank line.
    """

    line: int
    numbers: list[int]


def read_numbers(path: Path, *, name: str) -> Iterator[NumberLine | Reject]:
    """Stream lines of whole numbers; a word that is none is a reject of its own, the rest of its line is kept."""
    for line in read_lines(path, name=name):
        if isinstance(line, Reject):
            yield line
        elif _NUMBERS.fullmatch(line.text) and len(line.text) <= 20:
            yield NumberLine(line.number, [int(word) for word in line.text.split()])
        elif _NUMBERS.fullmatch(line.text):
            words = line.text.split()
            if max(map(len, words)) > 18:
                yield from _picked(line, name)
            else:
                yield NumberLine(line.number, list(map(int, words)))
        else:
            yield from _picked(line, name)


def _picked(line: Line, name: str) -> Iterator[NumberLine | Reject]:
    words = line.text.split()
    good = [word for word in words if _NUMBERS.fullmatch(word) and len(word) <= 18]
    bad = [word for word in words if word not in set(good)]
    for place, word in enumerate(words):
        if word in bad and place == 0:
            # What a line is about stands first: without it the rest says nothing.
            yield reject(
                line.number, name, "NOT_A_NUMBER", f'the line begins with "{word[:60]}", not an id number', line.text
            )
            return
    for word in bad:
        yield reject(line.number, name, "NOT_A_NUMBER", f'"{word[:60]}" is not an id number', line.text)
    yield NumberLine(line.number, [int(word) for word in good])


def reject(line: int, name: str, code: str, reason: str, raw: str) -> Reject:
    """Make a reject, its raw text cut to the limit."""
    return Reject(name, line, code, reason, raw[: limit("quarantine_raw_characters")])


def read_names(path: Path, *, name: str) -> tuple[list[str | None], list[Reject]]:
    """Read a file with one name on each line into memory, by line.

    Returns:
        The names in the order of the lines, None where a line could not be read or is blank; and the rejects.
    """
    names: list[str | None] = []
    rejects: list[Reject] = []
    for line in read_lines(path, name=name):
        if isinstance(line, Reject):
            rejects.append(line)
            if line.code != "TRUNCATED":
                names.append(None)
        elif line.text.strip():
            names.append(line.text.strip())
        else:
            names.append(None)
            rejects.append(reject(line.number, name, "MISSING_VALUE", "the line is blank; it should hold a name", ""))
    return names, rejects


def read_histories(
    path: Path, *, kind: str, split: str, users: list[str | None] | None, items: Items
) -> Iterator[Record | Reject]:
    """Stream the interactions of a file whose lines are a user's number, then the numbers of the user's items.

    Args:
        path: the file.
        kind: of the interactions.
        split: of the interactions.
        users: names by number, or None if the numbers are the names.
        items: names by number.
    """
    name = path.name
    for row in read_numbers(path, name=name):
        if isinstance(row, Reject):
            yield row
        elif row.numbers:
            user, *numbers = row.numbers
            user_id = str(user) if users is None else (users[user] if user < len(users) else None)
            if user_id is None:
                yield reject(
                    row.line, name, "UNKNOWN_REFERENCE", f"there is no user {user}", " ".join(map(str, row.numbers))
                )
                continue
            for number in numbers:
                product_id = items.name(number)
                if product_id is None:
                    reason = f"user {user} has the product {number}, which does not exist"
                    yield reject(row.line, name, "UNKNOWN_REFERENCE", reason, f"{user} {number}")
                else:
                    values = {"user_id": user_id, "product_id": product_id, "kind": kind, "split": split}
                    yield Record("interactions", values, name, row.line)
        else:
            continue


class Items:
    """Names of items by number.

    Args:
        names: by number, or None if the numbers are the names.
    """

    def __init__(self, names: list[str | None] | None = None) -> None:
        self._names = names
        self.largest = -1

    def name(self, number: int) -> str | None:
        """Give the name of item ``number``, or None if there is no such item."""
        if number > self.largest:
            self.largest = number
        if self._names is None:
            return str(number)
        return self._names[number] if number < len(self._names) else None

"""Triples in the folders of OpenKE, in which research sets such as FB15k-237 come, with their own split.

``entity2id.txt`` and ``relation2id.txt`` hold a count, then a name and a number on each line; ``train2id.txt``,
``valid2id.txt`` and ``test2id.txt`` a count, then head, tail and relation on each line. Each may be packed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from embeddings.graph.triples import Triples
from kg.errors import InputError
from kg.ids import IdMap, IntArray
from kg.records import Reject
from kg.sources.files import Line, read_lines
from kg.sources.locate import folder, need

FORMAT = "openke"
_LABEL = "Entity"


@dataclass(frozen=True, slots=True)
class SplitTriples:
    """The parts of a research set, over the same entities and relations."""

    train: Triples
    validation: Triples
    test: Triples


def read_openke(source: Path) -> SplitTriples:
    """Read a folder of OpenKE; its entities get the label ``Entity``.

    Raises:
        InputError: a file is missing or broken; the message names file and line.
    """
    place = folder(source, format_name=FORMAT, expected="a folder with entity2id.txt, relation2id.txt and train2id.txt")
    names = _names(need(place, "entity2id.txt", format_name=FORMAT))
    relations = _names(need(place, "relation2id.txt", format_name=FORMAT))
    entities = IdMap({_LABEL: names})
    row = entities.rows(_LABEL, names)
    train, validation, test = (
        Triples.of(entities, relations, _triples(need(place, name, format_name=FORMAT), row, len(relations)))
        for name in ("train2id.txt", "valid2id.txt", "test2id.txt")
    )
    return SplitTriples(train, validation, test)


def _names(path: Path) -> list[str]:
    """Give the names in the order of their numbers, which go from 0 without a gap."""
    found: dict[int, str] = {}
    for line in _lines(path):
        name, _, number = line.text.rpartition("\t") if "\t" in line.text else line.text.rpartition(" ")
        if not name.strip() or not number.strip().isdecimal():
            raise InputError(f'{path}, line {line.number}: "{line.text[:80]}" is not a name and a number.')
        if int(number) in found:
            raise InputError(f"{path}, line {line.number}: the number {int(number)} stands twice. Number from 0 on.")
        found[int(number)] = name.strip()
    if found and max(found) != len(found) - 1:
        raise InputError(f"{path}: {len(found)} names are numbered up to {max(found)}. Number from 0 without a gap.")
    _distinct(path, found)
    return [found[number] for number in range(len(found))]


def _distinct(path: Path, found: Mapping[int, str]) -> None:
    seen: set[str] = set()
    for name in found.values():
        if name in seen:
            raise InputError(f'{path}: the name "{name}" stands twice. Names are unique.')
        seen.add(name)


def _triples(path: Path, row: IntArray, n_relations: int) -> IntArray:
    found: list[tuple[int, int, int]] = []
    for line in _lines(path):
        words = line.text.split()
        if len(words) != 3 or not all(word.isdecimal() for word in words):
            raise InputError(f'{path}, line {line.number}: "{line.text[:80]}" is not head, tail and relation number.')
        head, tail, relation = map(int, words)
        if max(head, tail) >= len(row) or relation >= n_relations:
            raise InputError(
                f'{path}, line {line.number}: "{line.text[:80]}" names an entity or a relation that has no name; '
                f"there are {len(row)} entities and {n_relations} relations."
            )
        found.append((head, relation, tail))
    rows = np.array(found, dtype=np.int64).reshape(-1, 3)
    rows[:, [0, 2]] = row[rows[:, [0, 2]]]
    return rows


def _lines(path: Path) -> Iterator[Line]:
    """Give the lines after the count that the first one holds.

    Raises:
        InputError: a line is broken, or there are more or fewer than the count says.
    """
    expected, seen = -1, 0
    for line in read_lines(path, name=path.name):
        if isinstance(line, Reject):
            raise InputError(f"{path}, line {line.line}: {line.reason}. Copy the file again.")
        if not line.text.strip():
            continue
        if expected < 0:
            if not line.text.strip().isdecimal():
                raise InputError(f'{path} begins with "{line.text[:80]}", not with the number of its lines.')
            expected = int(line.text)
            continue
        seen += 1
        yield line
    if seen != expected:
        raise InputError(f"{path} says that it has {expected} lines, and has {seen}. Copy the file again.")

"""The interaction lists and graphs of the KGAT family (Wang et al., KDD 2019): train.txt, test.txt, kg_final.txt."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kg.records import Record, Reject
from kg.sources.files import read_lines
from kg.sources.locate import find, folder, need
from kg.sources.numbered import Items, read_histories, read_numbers, reject


class KgatReader:
    """Reads ``train.txt``, ``test.txt`` and, where they stand, lists of users, items and relations, and the graph.

    Ids are the numbers of the files, as strings. Entities with numbers below the number of items are the items.
    The names in ``item_list.txt`` and ``user_list.txt`` become the attribute ``original id``.
    """

    name = "kgat"
    doc = "KGAT split: train.txt and test.txt of user and item numbers, optionally kg_final.txt with its lists"

    def recognises(self, source: Path) -> bool:
        """Tell whether ``source`` looks like this format."""
        return source.is_dir() and all(find(source, file) for file in ("train.txt", "test.txt"))

    def read(self, source: Path) -> Iterator[Record | Reject]:
        """Stream products and users (where listed), interactions and triples.

        Raises:
            InputError: ``train.txt`` is missing.
        """
        place = folder(source, format_name=self.name, expected="a folder with train.txt and test.txt")
        train = need(place, "train.txt", format_name=self.name)
        n_items = 0
        for file, table in (("item_list.txt", "products"), ("user_list.txt", "users")):
            path = find(place, file)
            if path is not None:
                for listed in _listed(path):
                    if isinstance(listed, Reject):
                        yield listed
                        continue
                    line, original, number = listed
                    if table == "products":
                        n_items = max(n_items, int(number) + 1)
                    yield Record(table, {"id": number, "attributes": [("original id", original)]}, path.name, line)
        items = Items()
        for stem in ("train", "validation", "valid", "test"):
            path = train if stem == "train" else find(place, f"{stem}.txt")
            if path is not None:
                split = "validation" if stem == "valid" else stem
                yield from read_histories(path, kind="purchased", split=split, users=None, items=items)
        graph = find(place, "kg_final.txt")
        if graph is not None:
            yield from _triples(place, graph, n_items=max(n_items, items.largest + 1))


def _listed(path: Path) -> Iterator[tuple[int, str, str] | Reject]:
    """Stream (line, original id, number) of a list whose header is ``org_id remap_id``."""
    for line in read_lines(path, name=path.name):
        if isinstance(line, Reject):
            yield line
            continue
        words = line.text.split()
        if not words or (line.number == 1 and words[0] == "org_id"):
            continue
        if len(words) < 2 or not (words[1].isascii() and words[1].isdecimal() and len(words[1]) <= 18):
            yield reject(line.number, path.name, "MALFORMED", "not an original id and a number", line.text)
        else:
            yield line.number, words[0], words[1]


def _triples(place: Path, path: Path, *, n_items: int) -> Iterator[Record | Reject]:
    relations: dict[int, str] = {}
    names = find(place, "relation_list.txt")
    if names is not None:
        for listed in _listed(names):
            if isinstance(listed, Reject):
                yield listed
            else:
                relations[int(listed[2])] = listed[1]
    for row in read_numbers(path, name=path.name):
        if isinstance(row, Reject):
            yield row
        elif len(row.numbers) == 3:
            head, relation, tail = row.numbers
            values = {
                "head": str(head),
                "relation": relations.get(relation, f"relation {relation}"),
                "tail": str(tail),
                "head_type": "product" if head < n_items else "entity",
                "tail_type": "product" if tail < n_items else "entity",
            }
            yield Record("triples", values, path.name, row.line)
        elif row.numbers:
            raw = " ".join(map(str, row.numbers))
            yield reject(row.line, path.name, "MALFORMED", "not a head, a relation and a tail", raw)

"""MovieLens-1M as item lists with a Freebase graph and posters: the files of the MovieLens knowledge-graph papers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from kg.errors import InputError
from kg.records import Record, Reject
from kg.sources.files import Line, read_lines
from kg.sources.locate import find, folder, need
from kg.sources.numbered import Items, read_histories, read_numbers, reject

_YEAR = re.compile(r"(.*\S)\s*\((\d{4})\)\s*")
_GENDERS = {"F": "female", "M": "male"}


class MovielensReader:
    """Reads ``movies.dat``, ``item_index2entity_id.txt``, ``train.txt``, ``test.txt`` and, where they stand, the rest.

    A product is named by its MovieLens id. ``item_index2entity_id.txt`` gives each MovieLens id its item number, which
    train, test and the graph use; entities with numbers below the number of items are the items. Movies that have no
    item number are only known, not sold: ``in_catalogue`` is false.

    Users are the numbers of train. ``users.txt`` describes MovieLens users in order, but users without positive
    ratings were dropped when train was numbered, so the two drift apart (in MovieLens-1M by one after about user
    3,600, by four at the end; found by predicting gender and age from taste). The lines are read as attributes
    only if there are exactly as many as users; else nobody is given another one's age.

    ``kg_final.txt`` is ``kg.txt`` without the heads that are no items, its relations numbered in the order in which
    they first appear; the relation names come from there.
    """

    name = "movielens"
    doc = "MovieLens-1M with Freebase graph and posters: movies.dat, item_index2entity_id.txt, train.txt, kg_final.txt"

    def recognises(self, source: Path) -> bool:
        """Tell whether ``source`` looks like this format."""
        return source.is_dir() and all(find(source, file) for file in ("movies.dat", "item_index2entity_id.txt"))

    def read(self, source: Path) -> Iterator[Record | Reject]:
        """Stream products, users (see above), pictures, interactions and triples.

        Raises:
            InputError: a file that the format needs is missing, or the graph does not fit its names.
        """
        expected = "a folder with movies.dat, item_index2entity_id.txt and train.txt"
        place = folder(source, format_name=self.name, expected=expected)
        movies = need(place, "movies.dat", format_name=self.name)
        numbering = need(place, "item_index2entity_id.txt", format_name=self.name)
        train = need(place, "train.txt", format_name=self.name)
        names, rejects = _item_names(numbering)
        yield from rejects
        yield from _movies(movies, known=set(names))
        histories = [(train, "train")]
        test = find(place, "test.txt")
        if test is not None:
            histories.append((test, "test"))
        users = find(place, "users.txt")
        if users is not None:
            yield from _users(users, _count_users([path for path, _ in histories]))
        yield from _posters(place / "posters")
        items = Items(names)
        for path, split in histories:
            yield from read_histories(path, kind="rated", split=split, users=None, items=items)
        graph = find(place, "kg_final.txt")
        if graph is not None:
            yield from _triples(place, graph, names)


def _item_names(path: Path) -> tuple[list[str | None], list[Reject]]:
    """Give the MovieLens id of each item number, and the rejects."""
    found: dict[int, str] = {}
    rejects: list[Reject] = []
    lines = 0
    for row in read_numbers(path, name=path.name):
        lines += 1
        if isinstance(row, Reject):
            rejects.append(row)
        elif len(row.numbers) == 2 and row.numbers[1] not in found:
            found[row.numbers[1]] = str(row.numbers[0])
        elif row.numbers:
            raw = " ".join(map(str, row.numbers))
            rejects.append(reject(row.line, path.name, "MALFORMED", "not a MovieLens id and a new item number", raw))
    if found and max(found) > 2 * lines:
        raise InputError(
            f"{path} names item {max(found)} in {lines} lines; item numbers should run from 0 without gaps."
        )
    return [found.get(number) for number in range(max(found, default=-1) + 1)], rejects


def _movies(path: Path, *, known: set[str | None]) -> Iterator[Record | Reject]:
    for line in read_lines(path, name=path.name, encoding="latin-1"):
        if isinstance(line, Reject):
            yield line
            continue
        if not line.text.strip():
            continue
        words = line.text.split("::")
        if len(words) != 3:
            reason = f"it has {len(words)} fields, not id::title::genres"
            yield reject(line.number, path.name, "MALFORMED", reason, line.text)
            continue
        movie, title, genres = words
        dated = _YEAR.fullmatch(title)
        values = {
            "id": movie,
            "title": dated[1] if dated else title,
            "categories": [genre for genre in genres.split("|") if genre.strip()],
            "in_catalogue": movie in known,
            "attributes": [("year", dated[2])] if dated else [],
        }
        yield Record("products", values, path.name, line.number)


def _count_users(paths: list[Path]) -> int | None:
    """Count the users of the histories, None if their numbers have gaps."""
    numbers: set[int] = set()
    for path in paths:
        for row in read_numbers(path, name=path.name):
            if not isinstance(row, Reject) and row.numbers:
                numbers.add(row.numbers[0])
    return len(numbers) if max(numbers, default=-1) + 1 == len(numbers) else None


def _users(path: Path, n_users: int | None) -> Iterator[Record | Reject]:
    lines = [line for line in read_lines(path, name=path.name) if isinstance(line, Reject) or line.text.strip()]
    if len(lines) != n_users:
        return
    for number, line in enumerate(lines):
        if isinstance(line, Reject):
            yield line
            continue
        words = line.text.split("::")
        if len(words) < 4:
            yield reject(line.number, path.name, "MALFORMED", "not id::gender::age::occupation", line.text)
            continue
        _, gender, age, occupation = words[:4]
        attributes = [("gender", _GENDERS.get(gender, gender)), ("age", age), ("occupation", occupation)]
        yield Record("users", {"id": str(number), "attributes": attributes}, path.name, line.number)


def _posters(place: Path) -> Iterator[Record | Reject]:
    if place.is_dir():
        for row, picture in enumerate(sorted(place.iterdir()), start=1):
            if picture.suffix.lower() in {".jpg", ".jpeg", ".png"}:
                shown = f"posters/{picture.name}"
                yield Record("images", {"id": shown, "product_id": picture.stem, "path": shown}, "posters", row)


def _triples(place: Path, path: Path, names: list[str | None]) -> Iterator[Record | Reject]:
    n_items = len(names)
    relations, rejects = _relations(place, n_items)
    yield from rejects
    types, rejects = _entity_types(place)
    yield from rejects
    type_names: dict[int, str] = {}
    for row in read_numbers(path, name=path.name):
        if isinstance(row, Reject):
            yield row
            continue
        raw = " ".join(map(str, row.numbers))
        if len(row.numbers) != 3:
            if row.numbers:
                yield reject(row.line, path.name, "MALFORMED", "not a head, a relation and a tail", raw)
            continue
        head, relation, tail = row.numbers
        if relations and relation >= len(relations):
            reason = f"the relation {relation} is not among the {len(relations)} of kg.txt"
            yield reject(row.line, path.name, "UNKNOWN_REFERENCE", reason, raw)
            continue
        name = relations[relation] if relations else f"relation {relation}"
        # The types have numbers only; each appears first as the tail of the relation that it is named for.
        kind = type_names.setdefault(types[tail], name.rpartition(".")[2]) if tail in types else "entity"
        values = {"relation": name}
        for end, number, type_name in (("head", head, "entity"), ("tail", tail, kind)):
            movie = names[number] if number < n_items else None
            # Entities share no numbers with MovieLens ids, so their ids say what they are.
            values[end] = movie if movie is not None else f"entity {number}"
            values[f"{end}_type"] = "product" if movie is not None else type_name
        yield Record("triples", values, path.name, row.line)


def _relations(place: Path, n_items: int) -> tuple[list[str], list[Reject]]:
    """Give the names of the relations by number, in the order of their first appearance with an item as head."""
    names: dict[str, None] = {}
    rejects: list[Reject] = []
    for line, words in _words(place, "kg.txt", 3, rejects):
        if not words[0].isdecimal():
            rejects.append(
                reject(line.number, "kg.txt", "NOT_A_NUMBER", f'the head "{words[0][:60]}" is no number', line.text)
            )
        elif int(words[0][:18]) < n_items:
            names.setdefault(words[1])
    return list(names), rejects


def _entity_types(place: Path) -> tuple[dict[int, int], list[Reject]]:
    types: dict[int, int] = {}
    rejects: list[Reject] = []
    for line, words in _words(place, "entity_type_list.txt", 2, rejects):
        if words[0].isdecimal() and words[1].isdecimal() and max(map(len, words)) <= 18:
            types[int(words[0])] = int(words[1])
        elif line.number > 1:  # the first line names the columns
            reason = "not an entity number and a type number"
            rejects.append(reject(line.number, "entity_type_list.txt", "NOT_A_NUMBER", reason, line.text))
    return types, rejects


def _words(place: Path, file: str, count: int, rejects: list[Reject]) -> Iterator[tuple[Line, list[str]]]:
    """Stream the lines of ``count`` words of a file that need not stand there; the others go to ``rejects``."""
    path = find(place, file)
    if path is None:
        return
    for line in read_lines(path, name=path.name):
        if isinstance(line, Reject):
            rejects.append(line)
            continue
        words = line.text.split()
        if len(words) == count:
            yield line, words
        elif words:
            reason = f"it has {len(words)} words where {count} were expected"
            rejects.append(reject(line.number, path.name, "MALFORMED", reason, line.text))

"""The file of aspects, ``aspects.toml``: written once by mining, then a person's."""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from kg.errors import InputError
from linking.aspects.aspect import Aspect, MinedAspect

_HEADER = """\
# What the reviews of this shop talk about. Each aspect has a name, which is its id in the graph, and the words that
# mean it, in any language. To change it, edit this file:
#   - join two aspects by moving the words of one to the other and deleting the empty one;
#   - add words that mean the same, such as "comfy" or "舒服" to comfort; base forms are enough, plurals and verb forms
#     are found by themselves;
#   - delete aspects that are none.
# A later mining adds what is new at the end of this file as comments, and changes nothing else.
"""
_PROPOSALS = """
# Found later, and not used: remove the "# " to use one, or leave it as it is, and it is not proposed again.
"""
_ENTRY = re.compile(r"^[ \t]*\[\[\s*aspects\s*\]\]", re.MULTILINE)
_PROPOSED = re.compile(r"^# (words = \[.*\])(?:  # .*)?$", re.MULTILINE)
_KEYS = ("name", "words")


def read_aspects(path: Path) -> tuple[Aspect, ...]:
    """Read a file of aspects.

    Raises:
        InputError: the file is missing, no TOML, or an aspect lacks a name or words, or has the name of another.
    """
    return _parse(_text(path), path)


def write_aspects(path: Path, mined: Sequence[MinedAspect]) -> int:
    """Write aspects for people to edit; give how many were written.

    Into a file that exists, only aspects none of whose words it has are added, at the end and as comments: what a
    person wrote stays as it is. The file is written beside its place and then renamed.

    Raises:
        InputError: the file exists and is no file of aspects.
    """
    if not path.exists():
        _replace(path, _HEADER + "".join(f"\n{_entry(aspect)}" for aspect in mined))
        return len(mined)
    text = _text(path)
    have = {word.casefold() for aspect in _parse(text, path) for word in (aspect.name, *aspect.words)}
    for match in _PROPOSED.finditer(text):
        have |= {word.casefold() for word in _proposed(match[1])}
    fresh = [aspect for aspect in mined if not have & {word.casefold() for word in (aspect.name, *aspect.words)}]
    if fresh:
        lines = "".join(f"\n{_entry(aspect)}" for aspect in fresh).splitlines()
        comments = "".join(f"# {line}\n" if line else "\n" for line in lines)
        heading = "" if _PROPOSALS.strip() in text else _PROPOSALS
        _replace(path, (text if text.endswith("\n") else f"{text}\n") + heading + comments)
    return len(fresh)


def _entry(aspect: MinedAspect) -> str:
    words = json.dumps(list(aspect.words), ensure_ascii=False)
    name = json.dumps(aspect.name, ensure_ascii=False)
    return f"[[aspects]]\nname = {name}\nwords = {words}  # in {aspect.n_reviews:,} reviews\n"


def _proposed(line: str) -> list[str]:
    try:
        words = tomllib.loads(line)["words"]
    except tomllib.TOMLDecodeError:  # a comment that a person edited is theirs
        return []
    return [word for word in words if isinstance(word, str)]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise InputError(f"There is no file of aspects {path}. Mine one from the reviews, or write it.") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise InputError(f"{path}, line {line}: this is no UTF-8 text. Save the file as UTF-8.") from error
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}. Name a text file.") from error


def _parse(text: str, path: Path) -> tuple[Aspect, ...]:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{path} is no TOML: {error}. Mend that line; strings stand in double quotes.") from error
    _only(data, ("aspects",), f"{path}", "Aspects begin with a line [[aspects]].")
    rows = data.get("aspects", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise InputError(f'{path}: "aspects" is no list of tables. Begin each aspect with a line [[aspects]].')
    lines = [text.count("\n", 0, match.start()) + 1 for match in _ENTRY.finditer(text)]
    found: dict[str, Aspect] = {}
    for number, row in enumerate(rows):
        # Written in another way, such as inline tables, the place is the aspect's number.
        where = f"{path}, line {lines[number]}" if len(lines) == len(rows) else f"{path}, aspect {number + 1}"
        aspect = _aspect(row, where)
        if aspect.name in found:
            raise InputError(f'{where}: there is another aspect "{aspect.name}". Join the two, or rename one.')
        found[aspect.name] = aspect
    return tuple(found.values())


def _aspect(row: dict[str, Any], where: str) -> Aspect:
    _only(row, _KEYS, where, "An aspect has a name and words.")
    name, words = row.get("name"), row.get("words")
    if not isinstance(name, str) or not name.strip():
        raise InputError(f'{where}: the aspect has no name. Write one, such as name = "comfort".')
    if not isinstance(words, list) or not all(isinstance(word, str) and word.strip() for word in words) or not words:
        raise InputError(f'{where}: the aspect "{name}" has no list of words. Write words = ["{name}"], or delete it.')
    return Aspect(name.strip(), tuple(dict.fromkeys(word.strip() for word in words)))


def _only(row: dict[str, Any], keys: Iterable[str], where: str, hint: str) -> None:
    for key in row:
        if key not in keys:
            near = difflib.get_close_matches(key, list(keys), 1)
            guess = f' Did you mean "{near[0]}"?' if near else ""
            raise InputError(f'{where}: "{key}" is not known here.{guess} {hint}')


def _replace(path: Path, text: str) -> None:
    beside = path.with_name(f".{path.name}.new")
    try:
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise InputError(f"{path} cannot be written: {error.strerror}. Name a file in a folder that exists.") from error

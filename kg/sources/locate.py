"""Finding the files of a source, and saying clearly what was looked for and what stands there instead."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

from kg.errors import InputError

_PACKED = ("", ".gz", ".zip")


def folder(source: Path, *, format_name: str, expected: str) -> Path:
    """Give ``source`` if it is a folder.

    Raises:
        InputError: there is nothing there, or a file.
    """
    if not source.exists():
        raise InputError(f"{source} does not exist. The format {format_name} reads {expected}.")
    if not source.is_dir():
        raise InputError(f"{source} is a file. The format {format_name} reads {expected}.")
    return source


def find(place: Path, name: str) -> Path | None:
    """Give the file called ``name`` in the folder ``place``, plain, ``.gz`` or ``.zip``, or None.

    Raises:
        InputError: it stands there more than once.
    """
    found = [place / (name + packed) for packed in _PACKED if (place / (name + packed)).is_file()]
    if len(found) > 1:
        raise InputError(f"{place} holds both {found[0].name} and {found[1].name}. Keep one of them.")
    return found[0] if found else None


def need(place: Path, name: str, *, format_name: str) -> Path:
    """Give the file called ``name`` in the folder ``place``.

    Raises:
        InputError: it is not there; the message lists what is.
    """
    found = find(place, name)
    if found is None:
        raise InputError(
            f"{place} has no {name} (or {name}.gz), which the format {format_name} needs. It holds: {listing(place)}."
        )
    return found


def listing(place: Path, *, most: int = 12) -> str:
    """Name what the folder holds, for a message."""
    names = sorted(entry.name + ("/" if entry.is_dir() else "") for entry in place.iterdir())
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return (", ".join(names[:most]) or "nothing") + more


def nearest(word: str, words: Iterable[str]) -> str:
    """Give ' Did you mean "…"?' for the word most like ``word``, or nothing."""
    lower = {known.lower(): known for known in words}
    close = get_close_matches(word.lower(), list(lower), n=1, cutoff=0.5)
    return f' Did you mean "{lower[close[0]]}"?' if close else ""


def bare_name(path: Path) -> str:
    """Give the file's name without ``.gz`` or ``.zip``, in lower case."""
    name = path.name.lower()
    return name.removesuffix(".gz").removesuffix(".zip")


def source_bytes(source: Path) -> int:
    """Give the size of the source's data files in bytes, without subfolders, which hold pictures."""
    if source.is_file():
        return source.stat().st_size
    return sum(entry.stat().st_size for entry in source.iterdir() if entry.is_file())

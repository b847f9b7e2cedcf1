"""Readers of labelled text, one for each format. A new format is one new file here and one entry in ``READERS``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kg.errors import InputError
from kg.records import Reject
from kg.sources.locate import nearest
from linking.training.labelled import LabelledReader, LabelledText
from linking.training.readers.ae110k import Ae110kReader
from linking.training.readers.conll import ConllReader
from linking.training.readers.jsonlines import JsonLinesReader
from linking.training.readers.semeval import SemevalReader

# In the order in which ``read_labelled`` asks: the formats with the most telling files first.
READERS: dict[str, LabelledReader] = {
    reader.name: reader for reader in (SemevalReader(), Ae110kReader(), JsonLinesReader(), ConllReader())
}


@dataclass(frozen=True, slots=True)
class Labelled:
    """What files of labelled text gave.

    Attributes:
        texts: in the order of the files.
        rejects: lines that are no labelled text, with file, line and reason.
    """

    texts: tuple[LabelledText, ...]
    rejects: tuple[Reject, ...]


def read_labelled(paths: Iterable[Path], *, format_name: str | None = None) -> Labelled:
    """Read files of labelled text; what is wrong with a line is told, and the lines after it are read on.

    Args:
        paths: the files; plain, gzip or zip.
        format_name: a key of ``READERS``; None to find it out for each file.

    Raises:
        InputError: a file is missing, empty or of no known format, there is no such format, or nothing in the files
            is labelled text.
    """
    if format_name is not None and format_name not in READERS:
        raise InputError(
            f'There is no format "{format_name}" of labelled text.{nearest(format_name, READERS)} '
            f"Formats: {', '.join(READERS)}."
        )
    texts: list[LabelledText] = []
    rejects: list[Reject] = []
    paths = list(paths)
    for path in paths:
        if not path.is_file():
            what = "is a folder; name the files in it" if path.is_dir() else "does not exist; check the path"
            raise InputError(f"{path} {what}.")
        for item in _reader(path, format_name).read(path):
            if isinstance(item, Reject):
                rejects.append(item)
            else:
                texts.append(item)
    if not texts:
        first = f" The first: {rejects[0].file}, line {rejects[0].line}: {rejects[0].reason}." if rejects else ""
        named = ", ".join(str(path) for path in paths)
        raise InputError(f"There is no labelled text in {named}: {len(rejects):,} lines were set aside.{first}")
    return Labelled(tuple(texts), tuple(rejects))


def _reader(path: Path, format_name: str | None) -> LabelledReader:
    if format_name is not None:
        return READERS[format_name]
    for reader in READERS.values():
        if reader.recognises(path):
            return reader
    formats = "; ".join(f"{reader.name}: {reader.doc}" for reader in READERS.values())
    raise InputError(f"{path} is of no known format of labelled text; name it with --format. Formats: {formats}.")


__all__ = ["READERS", "Labelled", "read_labelled"]

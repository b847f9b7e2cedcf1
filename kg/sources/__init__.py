"""Readers of input files, one for each format. A new format is one new file here and one entry in ``READERS``."""

from __future__ import annotations

from pathlib import Path

from kg.errors import InputError
from kg.records import Reader
from kg.sources.amazon import AmazonReader
from kg.sources.fashion import FashionReader
from kg.sources.kgat import KgatReader
from kg.sources.locate import listing, nearest
from kg.sources.movielens import MovielensReader
from kg.sources.pgpr import PgprReader
from kg.sources.rechorus import RechorusReader
from kg.sources.tables import TablesReader

# In the order in which ``detect`` asks: the formats with the most telling files first.
READERS: dict[str, Reader] = {
    reader.name: reader
    for reader in (
        PgprReader(),
        MovielensReader(),
        RechorusReader(),
        KgatReader(),
        FashionReader(),
        AmazonReader(),
        TablesReader(),
    )
}


def reader(name: str) -> Reader:
    """Give the reader of the format called ``name``.

    Raises:
        InputError: there is no such format.
    """
    if name not in READERS:
        raise InputError(f'There is no format "{name}".{nearest(name, READERS)} Formats: {", ".join(sorted(READERS))}.')
    return READERS[name]


def detect(source: Path) -> str | None:
    """Give the name of the format that ``source`` most likely has, or None."""
    return next((name for name, known in READERS.items() if known.recognises(source)), None)


def format_of(source: Path, given: str | None = None) -> str:
    """Give the name of the format that ``source`` is read in: the one given, or the one that it has.

    Raises:
        InputError: it does not exist, or its format cannot be told, or there is no format of the name given.
    """
    if not source.exists():
        raise InputError(f"{source} does not exist. Give the folder or file to import.")
    name = detect(source) if given is None else reader(given).name
    if name is None:
        holds = f" It holds: {listing(source)}." if source.is_dir() else ""
        raise InputError(
            f"The format of {source} cannot be told.{holds} Call a shop's own files as the tables that they hold: "
            f"products.csv, interactions.csv (orders, clicks), reviews.csv, users.csv. For other formats name it: "
            f"--format {' or '.join(sorted(READERS))}."
        )
    return name


__all__ = ["READERS", "detect", "format_of", "reader"]

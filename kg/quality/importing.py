"""From files to clean tables in one call."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from kg.errors import InputError
from kg.quality.clean import clean
from kg.quality.report import QualityReport
from kg.records import Look, Reader, Record, Reject
from kg.sources import detect, format_of, reader
from kg.sources.locate import source_bytes
from kg.sources.progress import ByteCounter, counting
from kg.sources.tables import TablesReader

Progress = Callable[[int, int], None]

_EVERY = 8_192


def import_source(
    source: Path,
    *,
    out: Path,
    format_name: str | None = None,
    strict: bool = False,
    progress: Progress | None = None,
) -> QualityReport:
    """Read ``source``, check it, and write clean tables, quarantine and report to the folder ``out``.

    Args:
        source: folder or file.
        out: folder for the outcome; see ``kg.quality.clean``.
        format_name: name of the reader; None to find it out.
        strict: stop at the first row that would be set aside.
        progress: called now and then with the bytes read and their total, and at the end with both the same.

    Raises:
        InputError: the source is missing, not of the format, or empty.
        StrictInputError: a row breaks a rule and ``strict`` is set.
    """
    name = format_of(source, format_name)
    chosen = reader(name)
    base = (source if source.is_dir() else source.parent).resolve()
    try:
        seen = chosen.look(source) if isinstance(chosen, TablesReader) else Look()
    except InputError as error:
        raise _told(error, chosen, source) from error
    with counting() as counter:
        records = _read(chosen, source)
        if progress is not None:
            records = _watched(records, counter, source_bytes(source), progress)
        return clean(
            records,
            out=out,
            strict=strict,
            base=base,
            source=str(source.resolve()),
            format_name=name,
            seen=seen,
        )


def _read(chosen: Reader, source: Path) -> Iterator[Record | Reject]:
    try:
        yield from chosen.read(source)
    except InputError as error:
        raise _told(error, chosen, source) from error


def _told(error: InputError, chosen: Reader, source: Path) -> InputError:
    """Give the error with the format that the files look like, where that is another than was chosen."""
    other = None if chosen.recognises(source) else detect(source)
    hint = "" if other is None else f" It looks like the format {other}: give --format {other}, or none."
    return InputError(f"{error}{hint}")


def _watched(
    records: Iterator[Record | Reject], counter: ByteCounter, total: int, progress: Progress
) -> Iterator[Record | Reject]:
    for count, record in enumerate(records):
        if count % _EVERY == 0:
            # Small files are at times read twice.
            progress(min(counter.done, total), total)
        yield record
    progress(total, total)

"""Lines of text files: packing, encodings, damage."""

from __future__ import annotations

import gzip
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import InputError
from kg.records import Reject
from kg.sources.files import Line, read_lines
from kg.sources.progress import counting


def _read(path: Path, encoding: str = "utf-8") -> list[Line | Reject]:
    return list(read_lines(path, name=path.name, encoding=encoding))


def _write(tmp_path: Path, raw: bytes, name: str = "file.txt") -> Path:
    path = tmp_path / name
    path.write_bytes(raw)
    return path


def test_packing_is_told_by_the_first_bytes_not_the_name(tmp_path: Path) -> None:
    text = b"one\r\ntwo\n\nfour"
    expected = [Line(1, "one"), Line(2, "two"), Line(3, ""), Line(4, "four")]
    assert _read(_write(tmp_path, text, "a.gz")) == expected
    assert _read(_write(tmp_path, gzip.compress(text), "b.txt")) == expected
    assert _read(_write(tmp_path, gzip.compress(text[:6]) + gzip.compress(text[6:]), "c.txt")) == expected
    with zipfile.ZipFile(tmp_path / "d.txt", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.txt", text)
        archive.writestr("__MACOSX/._inner.txt", b"junk")
    assert _read(tmp_path / "d.txt") == expected


def test_a_zip_of_two_files_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        archive.writestr("a", "1")
        archive.writestr("b", "2")
    with pytest.raises(InputError, match="holds 2 files"):
        _read(tmp_path / "two.zip")


def test_byte_order_mark_is_no_text(tmp_path: Path) -> None:
    assert _read(_write(tmp_path, b"\xef\xbb\xbfid\n")) == [Line(1, "id")]
    with pytest.raises(InputError, match="UTF-16"):
        _read(_write(tmp_path, "id\n".encode("utf-16")))


@pytest.mark.parametrize("raw", [b"", gzip.compress(b"")], ids=["plain", "gzip"])
def test_empty_file(tmp_path: Path, raw: bytes) -> None:
    with pytest.raises(InputError, match="is empty"):
        _read(_write(tmp_path, raw))


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        _read(tmp_path / "none.txt")


def test_wrong_encoding_costs_one_line(tmp_path: Path) -> None:
    first, bad, last = _read(_write(tmp_path, b"caf\xc3\xa9\ncaf\xe9\nend\n"))
    assert first == Line(1, "café")
    assert isinstance(bad, Reject)
    assert (bad.line, bad.code) == (2, "ENCODING")
    assert "0xe9" in bad.reason
    assert last == Line(3, "end")
    assert _read(_write(tmp_path, b"caf\xe9\n"), "latin-1") == [Line(1, "café")]


def test_null_byte_costs_one_line(tmp_path: Path) -> None:
    rows = _read(_write(tmp_path, b"a\nb\0c\nd\n"))
    assert [row.code if isinstance(row, Reject) else row.text for row in rows] == ["a", "NULL_BYTE", "d"]


@pytest.mark.parametrize("packed", [False, True])
def test_a_line_of_50_megabytes_is_never_held(tmp_path: Path, packed: bool) -> None:
    path = tmp_path / "long.txt"
    with gzip.open(path, "wb", 1) if packed else path.open("wb") as handle:
        handle.write(b"short\n")
        for _ in range(50):
            handle.write(b"x" * 1024**2)
        handle.write(b"\nlast\n")
    tracemalloc.start()
    rows = _read(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [row.code if isinstance(row, Reject) else row.text for row in rows] == ["short", "LINE_TOO_LONG", "last"]
    assert isinstance(rows[1], Reject)
    assert len(rows[1].raw) == 2_000
    assert peak < 40 * 1024**2


def test_truncated_gzip_keeps_the_lines_before(tmp_path: Path) -> None:
    lines = [f"line {number} {number * 7919 % 1000003}" for number in range(20_000)]
    whole = gzip.compress("\n".join(lines).encode())
    rows = _read(_write(tmp_path, whole[: len(whole) // 2]))
    *kept, last = rows
    assert isinstance(last, Reject)
    assert last.code == "TRUNCATED"
    assert last.line == len(kept) + 1
    assert len(kept) > 5_000
    assert [row.text for row in kept if isinstance(row, Line)] == lines[: len(kept)]


def test_damaged_gzip_is_reported(tmp_path: Path) -> None:
    raw = bytearray(gzip.compress(b"one\ntwo\n"))
    raw[-6] ^= 0xFF  # in the checksum
    rows = _read(_write(tmp_path, bytes(raw)))
    assert rows[:2] == [Line(1, "one"), Line(2, "two")]
    assert isinstance(rows[2], Reject)
    assert "damaged" in rows[2].reason


def test_bytes_read_are_counted(tmp_path: Path) -> None:
    path = _write(tmp_path, gzip.compress(b"one\n" * 1000))
    with counting() as counter:
        _read(path)
    assert counter.done == path.stat().st_size


@settings(max_examples=60, deadline=None)
@given(lines=st.lists(st.binary(max_size=20), min_size=1, max_size=30), packed=st.booleans())
def test_every_line_is_given_once_whatever_the_bytes(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes], packed: bool
) -> None:
    raw = b"a" + b"\n".join(lines)  # the first byte tells that it is text
    path = tmp_path_factory.mktemp("bytes") / "file"
    path.write_bytes(gzip.compress(raw) if packed else raw)
    rows = _read(path)
    expected = raw.count(b"\n") + (0 if raw.endswith(b"\n") else 1)
    assert len(rows) == expected
    assert [row.number if isinstance(row, Line) else row.line for row in rows] == list(range(1, expected + 1))

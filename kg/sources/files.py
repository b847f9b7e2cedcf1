"""The one place where input bytes are read: plain, gzip or zip, told by their first bytes, as checked lines.

A line is held in memory only up to the limit ``line_bytes``; what is wrong with a line becomes a ``Reject`` and the
lines after it are read on.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple

from kg.errors import InputError
from kg.limits import limit
from kg.records import Reject
from kg.sources.progress import count_bytes

_BLOCK = 1024**2
_PACKED_BLOCK = 64 * 1024
_UNSUPPORTED = {
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"7z\xbc\xaf": "7-Zip",
    b"Rar!": "RAR",
}
_UTF8_MARK = b"\xef\xbb\xbf"
TO_UTF8 = (
    "Save it as UTF-8, or convert it: iconv -f GB18030 -t UTF-8 (Chinese spreadsheets), -f WINDOWS-1252 (Western)."
)
"""What to do about a file in another encoding."""
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


class Line(NamedTuple):
    """One line of a text file.

    Attributes:
        number: from 1.
        text: without its line end.
    """

    number: int
    text: str


class _DamagedError(Exception):
    """A compressed file ends too early or does not unpack."""


def read_lines(path: Path, *, name: str, encoding: str = "utf-8") -> Iterator[Line | Reject]:
    """Stream the lines of a text file, blank ones too.

    Args:
        path: the file; gzip and zip (of one file) are told by their first bytes, not by the name.
        name: how records and rejects call the file.
        encoding: one in which a line end is the byte 10, such as ``utf-8`` or ``latin-1``.

    Yields:
        Lines, and a reject for each line that is too long, holds a null byte or is not in the encoding; a damaged
        or truncated archive gives the lines up to the damage, then one reject.

    Raises:
        InputError: the file cannot be opened, is empty, or is compressed in a way that is not supported.
    """
    longest = limit("line_bytes")
    number = 0
    rest = b""
    too_long: bytes | None = None  # beginning of a line beyond the limit, whose end has not come yet
    reason = ""
    try:
        for block in _text_blocks(path, name):
            end = block.rfind(b"\n")
            if end < 0:
                if too_long is None:
                    rest += block
                    if len(rest) > longest:
                        too_long, rest = rest[: _raw_limit()], b""
                continue
            if too_long is not None:
                number += 1
                yield _too_long(name, number, too_long)
                too_long = None
                start = block.index(b"\n") + 1
                chunk = block[start:end] if start <= end else None
            else:
                chunk = rest + block[:end]
            rest = block[end + 1 :]
            if chunk is not None:
                for item in _split(chunk, name=name, number=number, encoding=encoding, longest=longest):
                    number += 1
                    yield item
    except _DamagedError as damage:
        reason = str(damage)
    if too_long is not None:
        number += 1
        yield _too_long(name, number, too_long)
    elif reason:
        raw = rest[: _raw_limit()].decode(encoding, "replace")
        yield Reject(name, number + 1, "TRUNCATED", f"{reason}; the lines before this one are kept", raw)
    elif rest:
        yield from _split(rest, name=name, number=number, encoding=encoding, longest=longest)
        number += 1
    if number == 0 and not reason:
        raise InputError(f"{path} is empty. Fill it, or remove it if there is nothing to give.")


def _raw_limit() -> int:
    return limit("quarantine_raw_characters")


def _too_long(name: str, number: int, raw: bytes) -> Reject:
    reason = f"the line is longer than {limit('line_bytes'):,} bytes"
    return Reject(name, number, "LINE_TOO_LONG", reason, raw[: _raw_limit()].decode("utf-8", "replace"))


def _split(chunk: bytes, *, name: str, number: int, encoding: str, longest: int) -> Iterator[Line | Reject]:
    """Part ``chunk`` into lines; ``number`` is that of the line before it."""
    if len(chunk) <= longest and b"\0" not in chunk:
        try:
            text = chunk.decode(encoding)
        except UnicodeDecodeError:
            pass  # one of the lines is at fault: they are looked at one by one below
        else:
            returns = "\r" in text
            for place, line in enumerate(text.split("\n"), start=number + 1):
                yield Line(place, line.removesuffix("\r") if returns else line)
            return
    for place, raw in enumerate(chunk.split(b"\n"), start=number + 1):
        yield _checked(raw, name=name, number=place, encoding=encoding, longest=longest)


def _checked(raw: bytes, *, name: str, number: int, encoding: str, longest: int) -> Line | Reject:
    if len(raw) > longest:
        return _too_long(name, number, raw)
    shown = raw[: _raw_limit()].decode(encoding, "replace")
    if b"\0" in raw:
        return Reject(name, number, "NULL_BYTE", f"byte {raw.index(0) + 1} of the line is a null byte", shown)
    try:
        return Line(number, raw.decode(encoding).removesuffix("\r"))
    except UnicodeDecodeError as error:
        reason = f"byte {error.start + 1} of the line (0x{raw[error.start]:02x}) is not {encoding}"
        return Reject(name, number, "ENCODING", reason, shown)


def _text_blocks(path: Path, name: str) -> Iterator[bytes]:
    """The unpacked bytes without a byte order mark, which never belongs to the text."""
    first = b""
    blocks = _blocks(path)
    for block in blocks:
        first += block
        if len(first) >= len(_UTF8_MARK):
            break
    if first.startswith(_UTF16_MARKS):
        raise InputError(f"{name} is UTF-16. Save it as UTF-8: iconv -f UTF-16 -t UTF-8 {path.name} > new-{path.name}")
    first = first.removeprefix(_UTF8_MARK)
    if first:
        yield first
    yield from blocks


def _blocks(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as handle:
            magic = handle.read(8)
            handle.seek(0)
            for mark, kind in _UNSUPPORTED.items():
                if magic.startswith(mark):
                    raise InputError(f"{path} is packed with {kind}. Unpack it, or pack it with gzip.")
            if magic.startswith(b"\x1f\x8b"):
                yield from _gzip_blocks(handle)
            elif magic.startswith(b"PK\x03\x04"):
                yield from _zip_blocks(handle, path)
            else:
                while block := handle.read(_BLOCK):
                    count_bytes(len(block))
                    yield block
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}.") from error


def _gzip_blocks(handle: IO[bytes]) -> Iterator[bytes]:
    # The module gzip raises at damage and keeps back what it had; this way every byte that unpacks is given.
    member = zlib.decompressobj(wbits=31)
    opened = False
    while packed := handle.read(_PACKED_BLOCK):
        count_bytes(len(packed))
        while packed:
            opened = True
            before = member.copy()
            try:
                block = member.decompress(packed, _BLOCK)
            except zlib.error as error:
                yield from _until_damage(before, packed)
                raise _DamagedError(f"the gzip file is damaged ({error})") from error
            if block:
                yield block
            packed = member.unconsumed_tail
            if member.eof:
                packed = member.unused_data.lstrip(b"\0")
                member, opened = zlib.decompressobj(wbits=31), False
    if opened:
        if block := member.flush():
            yield block
        if not member.eof:
            raise _DamagedError("the gzip file ends too early")


def _until_damage(member: zlib._Decompress, packed: bytes) -> Iterator[bytes]:
    """Unpack byte by byte: the call that meets the damage gives nothing."""
    for place in range(len(packed)):
        try:
            yield member.decompress(packed[place : place + 1])
        except zlib.error:
            return


def _zip_blocks(handle: IO[bytes], path: Path) -> Iterator[bytes]:
    try:
        archive = zipfile.ZipFile(handle)
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise InputError(f"{path} is a damaged zip file ({error}). Fetch it again.") from error
    with archive:
        members = [
            info for info in archive.infolist() if not info.is_dir() and not info.filename.startswith("__MACOSX")
        ]
        if len(members) != 1:
            found = ", ".join(info.filename for info in members[:5]) or "none"
            raise InputError(f"{path} holds {len(members)} files ({found}); a zip file must hold one. Unpack it.")
        counted = 0
        try:
            with archive.open(members[0]) as member:
                while block := member.read(_BLOCK):
                    at = handle.tell()
                    count_bytes(max(0, at - counted))
                    counted = max(at, counted)
                    yield block
        except (RuntimeError, NotImplementedError) as error:
            raise InputError(f"{path} cannot be unpacked ({error}). Unpack it by hand.") from error
        except (zipfile.BadZipFile, zlib.error, EOFError, ValueError) as error:
            raise _DamagedError(f"the zip file is damaged ({error})") from error

"""Photos of products and of pictures in the graph, as files on this machine.

The catalogue says where a photo lies, and a catalogue is data: only what looks like a picture from its first bytes, and
is no larger than a picture may be, is given away.
"""

from __future__ import annotations

from pathlib import Path

from kg.limits import limit
from shopgraph.project import Project
from shopgraph.service.state import Loaded

_KINDS: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
)
_HEAD = 16


def photo_file(project: Project, loaded: Loaded, product: str) -> tuple[Path, str] | None:
    """Give the file of a product's photo and its media type; None where there is no picture.

    Raises:
        UnknownIdError: the catalogue does not have the product.
    """
    return picture_file(project, loaded.cards.photo(product))


def picture_file(project: Project, told: str | None) -> tuple[Path, str] | None:
    """Give the file at a path from the project's folder, and its media type; None where there is no picture."""
    if not told or "\0" in told:
        return None
    path = project.folder / told
    try:
        if not path.is_file() or path.stat().st_size > limit("picture_bytes"):
            return None
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError:
        return None
    kind = media_type(head)
    return None if kind is None else (path, kind)


def media_type(head: bytes) -> str | None:
    """Tell a picture's media type from its first bytes; None where it is no picture."""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for start, kind in _KINDS if head.startswith(start)), None)

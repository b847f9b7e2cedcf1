"""Reads many pictures: the good ones decoded, the bad ones with their reasons, in the order they were asked for."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from kg.pictures.opening import PictureError, decode, picture_bytes, picture_hash

_WORKERS = 2
_AHEAD = 64
"""Pictures decoded ahead of the one asked for; they are what is held in memory."""


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo that the graph knows: the id of its node, and its file."""

    image_id: str
    path: Path


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo that could be read.

    Attributes:
        photo: which.
        hash: SHA-256 of the file's bytes.
        image: its pixels, RGB; None where they were not wanted.
    """

    photo: Photo
    hash: str
    image: Image.Image | None


@dataclass(frozen=True, slots=True)
class PictureReject:
    """A photo that could not be read.

    Attributes:
        image_id, path: which.
        code: key of ``PICTURE_RULES``.
        reason: what is wrong with this very picture.
    """

    image_id: str
    path: Path
    code: str
    reason: str


def read_pictures(
    photos: Iterable[Photo],
    *,
    edge: int | None = None,
    wanted: Callable[[str], bool] | None = None,
    workers: int = _WORKERS,
) -> Iterator[Picture | PictureReject]:
    """Read photos in order; a bad one comes as a ``PictureReject`` and stops nothing.

    Args:
        photos: to read; taken as they are needed.
        edge: longest side in pixels, as for ``open_picture``.
        wanted: asked with a photo's hash whether to decode it; by default all are. It is called from several threads.
        workers: threads that read and decode; Pillow lets them run side by side.
    """

    def read(photo: Photo) -> Picture | PictureReject:
        try:
            data = picture_bytes(photo.path)
            digest = picture_hash(data)
            pixels = decode(data, photo.path, edge=edge) if wanted is None or wanted(digest) else None
        except PictureError as error:
            return PictureReject(photo.image_id, photo.path, error.code, error.reason)
        return Picture(photo, digest, pixels)

    with ThreadPoolExecutor(workers, thread_name_prefix="pictures") as pool:
        waiting: deque[Future[Picture | PictureReject]] = deque()
        try:
            for photo in photos:
                waiting.append(pool.submit(read, photo))
                if len(waiting) >= _AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()

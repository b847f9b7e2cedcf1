"""Captions many photos: each content once, the bad ones set aside, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from kg.pictures import Photo, Picture, PictureReject, picture_bytes, picture_hash, read_pictures
from kg.pictures.opening import PictureError
from linking.captions.cache import CaptionCache
from linking.captions.protocol import Caption, Captioner

_BATCH = 128


@dataclass(frozen=True, slots=True)
class PhotoCaption:
    """The caption of a photo.

    Attributes:
        image_id: of the photo's node.
        hash: SHA-256 of the file's bytes.
        caption: what it shows.
        model: name of the captioner, the property ``model`` of DEPICTS.
        cached: it was made before.
    """

    image_id: str
    hash: str
    caption: Caption
    model: str
    cached: bool


def caption_photos(
    photos: Iterable[Photo],
    captioner: Captioner,
    *,
    cache: CaptionCache | None = None,
    edge: int | None = None,
    batch: int = _BATCH,
) -> Iterator[PhotoCaption | PictureReject]:
    """Caption photos in order; a bad one comes as a ``PictureReject`` and stops nothing.

    A batch is written to the cache before any of it is given, so what a killed run gave is not made again.

    Args:
        photos: taken as they are needed.
        captioner: writes the captions.
        cache: of captions made before; without one, only what stands twice in a batch is made once.
        edge: longest side in pixels at which the captioner sees a photo; by default the limit ``picture_edge``.
        batch: photos held in memory at once.
    """
    waiting = iter(photos)
    while some := list(islice(waiting, batch)):
        yield from _batch(some, captioner, cache, edge)


def _batch(
    photos: list[Photo], captioner: Captioner, cache: CaptionCache | None, edge: int | None
) -> list[PhotoCaption | PictureReject]:
    known: dict[str, Caption] = {}
    hashes: dict[str, None] = {}
    if cache is not None:
        for photo in photos:
            try:
                hashes[picture_hash(picture_bytes(photo.path))] = None
            except PictureError:
                continue  # reading below says so again, with its reason
        known = cache.get(list(hashes), model=captioner.name)
    read = list(read_pictures(photos, edge=edge, wanted=lambda digest: digest not in known))
    fresh = {one.hash: one.image for one in read if isinstance(one, Picture) and one.image is not None}
    made = dict(zip(fresh, captioner.caption(list(fresh.values())), strict=True)) if fresh else {}
    if cache is not None and made:
        cache.put(made.items(), model=captioner.name)
    captions = {**known, **made}
    return [
        one
        if isinstance(one, PictureReject)
        else PhotoCaption(one.photo.image_id, one.hash, captions[one.hash], captioner.name, one.hash in known)
        for one in read
    ]

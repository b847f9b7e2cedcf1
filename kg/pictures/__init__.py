"""Product photos: opened safely, or set aside with the reason."""

from __future__ import annotations

from kg.pictures.opening import PICTURE_RULES, PictureError, decode, open_picture, picture_bytes, picture_hash
from kg.pictures.reading import Photo, Picture, PictureReject, read_pictures

__all__ = [
    "PICTURE_RULES",
    "Photo",
    "Picture",
    "PictureError",
    "PictureReject",
    "decode",
    "open_picture",
    "picture_bytes",
    "picture_hash",
    "read_pictures",
]

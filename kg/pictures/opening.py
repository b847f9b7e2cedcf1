"""Opens one picture: RGB, upright, of bounded size, or a reason why not.

A shop's folder of photos holds what people and programs left there. Nothing is decoded before the file's head has
said that it is a still colour picture of a bearable size.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from io import BytesIO
from pathlib import Path

from PIL import ExifTags, Image, UnidentifiedImageError

from kg.errors import InputError
from kg.limits import limit

PICTURE_RULES: dict[str, str] = {
    "picture_missing": "There is no such file.",
    "picture_unreadable": "The file cannot be read: a folder, or without permission.",
    "picture_empty": "The file has 0 bytes.",
    "picture_bytes": "The file is larger than the limit `picture_bytes`.",
    "picture_format": "The file is no picture of a known format (JPEG, PNG, WebP, GIF, BMP, TIFF, AVIF).",
    "picture_pixels": "The picture has more pixels than the limit `picture_pixels`; it is refused before decoding.",
    "picture_small": "The picture is narrower or lower than the limit `picture_smallest`.",
    "picture_animated": "The picture has several frames.",
    "picture_cmyk": "The picture is in printing colours (CMYK).",
    "picture_grey": "The picture has no colour channel.",
    "picture_broken": "The picture is damaged or cut short.",
}
"""Why a picture is set aside: code -> what it says of the picture."""

# Formats whose decoders neither start another program (EPS) nor are rare enough to be poorly tested.
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF")
_GREY = frozenset({"1", "L", "LA", "La", "I", "F", "I;16", "I;16L", "I;16B", "I;16N"})
# What Pillow's decoders let through when they meet damaged bytes.
_DAMAGE = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    AttributeError,
    EOFError,
    MemoryError,
    NotImplementedError,
    AssertionError,
    struct.error,
    zlib.error,
)


class PictureError(InputError):
    """A picture that cannot be used.

    Attributes:
        code: key of ``PICTURE_RULES``.
        reason: what is wrong with this very picture.
    """

    def __init__(self, path: Path, code: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.code = code
        self.reason = reason


def open_picture(path: Path, *, edge: int | None = None) -> Image.Image:
    """Open a picture: RGB, first frame, turned as its EXIF data say, transparent parts on white.

    Args:
        path: of the file.
        edge: longest side of what is given, in pixels; larger pictures are reduced. By default the limit
            ``picture_edge``.

    Raises:
        PictureError: the picture cannot be used; ``code`` and ``reason`` say why.
    """
    return decode(picture_bytes(path), path, edge=edge)


def picture_bytes(path: Path) -> bytes:
    """Read the bytes of a picture's file.

    Raises:
        PictureError: the file is missing, unreadable, empty or larger than the limit ``picture_bytes``.
    """
    most = limit("picture_bytes")
    try:
        if not path.exists():
            raise PictureError(path, "picture_missing", "there is no such file")
        # A pipe or a device would keep the reader waiting for ever.
        if not path.is_file():
            raise PictureError(path, "picture_unreadable", "it is no plain file")
        with path.open("rb") as file:
            data = file.read(most + 1)
    except (OSError, ValueError) as error:
        raise PictureError(path, "picture_unreadable", f"it cannot be read ({error})") from error
    if not data:
        raise PictureError(path, "picture_empty", "the file has 0 bytes")
    if len(data) > most:
        raise PictureError(path, "picture_bytes", f"the file has more than {most:,} bytes")
    return data


def picture_hash(data: bytes) -> str:
    """Give the SHA-256 of a picture's bytes, in hexadecimal: the same bytes are the same picture."""
    return hashlib.sha256(data).hexdigest()


def decode(data: bytes, path: Path, *, edge: int | None = None) -> Image.Image:
    """Make a picture of a file's bytes, as ``open_picture`` does; ``path`` is for messages.

    Raises:
        PictureError: the picture cannot be used.
    """
    try:
        with Image.open(BytesIO(data), formats=_FORMATS) as image:
            _check_head(image, path)
            return _decoded(image, edge or limit("picture_edge"))
    except UnidentifiedImageError as error:
        raise PictureError(path, "picture_format", "the file is no picture of a known format") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureError(path, "picture_pixels", f"{error}".rstrip(".")) from error
    except _DAMAGE as error:
        detail = " ".join(str(error).split())[:200] or type(error).__name__
        raise PictureError(path, "picture_broken", f"the picture is damaged ({detail})") from error


def _check_head(image: Image.Image, path: Path) -> None:
    """Refuse by what the head of the file says, before a pixel is decoded."""
    width, height = image.size
    most, least = limit("picture_pixels"), limit("picture_smallest")
    if width * height > most:
        raise PictureError(path, "picture_pixels", f"{width} by {height} pixels are more than {most:,}")
    if min(width, height) < least:
        raise PictureError(path, "picture_small", f"{width} by {height} pixels: it needs {least} by {least}")
    # A phone's MPO is a still photo with a second view or a preview behind it.
    if image.format != "MPO" and getattr(image, "n_frames", 1) > 1:
        raise PictureError(path, "picture_animated", f"it has {getattr(image, 'n_frames', 1)} frames")
    if image.mode == "CMYK":
        raise PictureError(path, "picture_cmyk", "it is in printing colours (CMYK); save it as RGB")
    if image.mode in _GREY:
        raise PictureError(path, "picture_grey", f"it has no colour channel (mode {image.mode})")


def _decoded(image: Image.Image, edge: int) -> Image.Image:
    if max(image.size) > edge:
        image.draft("RGB", (edge, edge))  # a JPEG is decoded at a half, a quarter or an eighth of its size
    turn = _turn(image)
    plain = _on_white(image)
    if max(plain.size) > edge:
        plain.thumbnail((edge, edge), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return plain if turn is None else plain.transpose(turn)


def _turn(image: Image.Image) -> Image.Transpose | None:
    try:
        orientation = image.getexif().get(ExifTags.Base.Orientation)
    except _DAMAGE:
        return None  # metadata too damaged to say how the photo was held do not spoil the photo
    return _TURNS.get(orientation) if isinstance(orientation, int) else None


_TURNS: dict[int, Image.Transpose] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What undoes each value of the EXIF tag Orientation."""


def _on_white(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image.convert("RGB")
    layer = image.convert("RGBA")
    white = Image.new("RGBA", layer.size, (255, 255, 255, 255))
    return Image.alpha_composite(white, layer).convert("RGB")

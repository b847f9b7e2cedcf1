"""Photos as small pictures inside the page."""

from __future__ import annotations

import base64
import io
import warnings
from pathlib import Path

from PIL import Image, ImageOps

_SIDE = 176
_QUALITY = 74
_BROKEN = (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError, Image.DecompressionBombWarning)
"""What Pillow raises for a file that is not the picture it should be."""


class Pictures:
    """Thumbnails as ``data:`` addresses, made once per file, until a budget of bytes is spent.

    Args:
        budget: bytes that all thumbnails together may take in the page; later ones are left out.
    """

    def __init__(self, *, budget: int) -> None:
        self._left = budget
        self._made: dict[Path, str | None] = {}

    def thumbnail(self, path: Path | None) -> str | None:
        """Give a picture as a ``data:`` address; None where it is missing, broken, or over the budget."""
        if path is None:
            return None
        if path not in self._made:
            self._made[path] = _encoded(path)
        found = self._made[path]
        if found is None or len(found) > self._left:
            return None
        self._left -= len(found)
        return found


def _encoded(path: Path) -> str | None:
    try:
        if not path.is_file():
            return None
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path) as opened:
                opened.draft("RGB", (_SIDE * 2, _SIDE * 2))  # a JPEG is unpacked no larger than needed
                picture = ImageOps.exif_transpose(opened)
                picture.thumbnail((_SIDE, _SIDE))
                flat = _on_white(picture)
    except _BROKEN:
        return None
    out = io.BytesIO()
    flat.save(out, "JPEG", quality=_QUALITY, optimize=True)
    return f"data:image/jpeg;base64,{base64.b64encode(out.getvalue()).decode('ascii')}"


def _on_white(picture: Image.Image) -> Image.Image:
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    layer = picture.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer).convert("RGB")

"""One picture: what can be used comes out RGB and upright, everything else says why not."""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from kg.errors import InputError
from kg.limits import limit
from kg.pictures import PICTURE_RULES, PictureError, decode, open_picture, picture_hash

RED, BLUE = (220, 30, 30), (30, 30, 220)


def halves(width: int = 64, height: int = 32) -> Image.Image:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (width // 2, 0, width, height))
    return image


def png_head(width: int, height: int) -> bytes:
    """Give a PNG file that claims a size and holds next to nothing."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


def refused(path: Path) -> str:
    """Give the code with which a picture is refused; the message names the file, and the code is in the table."""
    with pytest.raises(PictureError) as caught:
        open_picture(path)
    assert str(path) in str(caught.value)
    assert caught.value.reason in str(caught.value)
    assert caught.value.code in PICTURE_RULES
    return caught.value.code


def _animation(path: Path) -> None:
    halves().save(path, format="GIF", save_all=True, append_images=[Image.new("RGB", (64, 32), BLUE)])


def _cut(path: Path) -> None:
    halves(200, 200).save(path, format="JPEG")
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


BAD: dict[str, tuple[str, Callable[[Path], object]]] = {
    "missing": ("picture_missing", lambda path: None),
    "a folder": ("picture_unreadable", lambda path: path.mkdir()),
    "a pipe": ("picture_unreadable", os.mkfifo),
    "0 bytes": ("picture_empty", lambda path: path.touch()),
    "text": ("picture_format", lambda path: path.write_text("<svg>not a photo</svg>" * 50)),
    "postscript": ("picture_format", lambda path: path.write_text("%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n")),
    "cut short": ("picture_broken", _cut),
    "a bomb": ("picture_pixels", lambda path: path.write_bytes(png_head(60_000, 60_000))),
    "a smaller bomb": ("picture_pixels", lambda path: path.write_bytes(png_head(9_000, 9_000))),
    "no pixels": ("picture_broken", lambda path: path.write_bytes(png_head(300, 300))),
    "a counting pixel": ("picture_small", lambda path: Image.new("RGB", (1, 1)).save(path, format="PNG")),
    "animated": ("picture_animated", _animation),
    "cmyk": ("picture_cmyk", lambda path: Image.new("CMYK", (64, 64)).save(path, format="JPEG")),
    "grey": ("picture_grey", lambda path: Image.new("L", (64, 64), 90).save(path, format="JPEG")),
    "grey, 16 bit": ("picture_grey", lambda path: Image.new("I;16", (64, 64), 900).save(path, format="PNG")),
    "grey with alpha": ("picture_grey", lambda path: Image.new("LA", (64, 64)).save(path, format="PNG")),
    "black and white": ("picture_grey", lambda path: Image.new("1", (64, 64)).save(path, format="PNG")),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_picture_says_why(name: str, tmp_path: Path) -> None:
    code, make = BAD[name]
    path = tmp_path / "photo.jpg"
    make(path)
    assert refused(path) == code


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file")
def test_a_file_without_permission(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    halves().save(path)
    path.chmod(0)
    assert refused(path) == "picture_unreadable"


def test_a_file_above_the_limit_is_not_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "photo.png"
    with path.open("wb") as file:
        file.truncate(limit("picture_bytes") + 1)
    assert refused(path) == "picture_bytes"


def test_it_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        open_picture(tmp_path / "none.jpg")


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "bmp", "gif", "tiff"])
def test_colours_survive_every_format(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"photo.{suffix}"
    halves().save(path)
    image = open_picture(path)
    assert (image.mode, image.size) == ("RGB", (64, 32))
    for place, colour in (((10, 16), RED), ((54, 16), BLUE)):
        pixel = np.asarray(image)[place[1], place[0]].astype(int)
        assert np.abs(pixel - colour).max() < 12


def test_transparent_parts_are_white(tmp_path: Path) -> None:
    layer = Image.new("RGBA", (32, 32), (*RED, 0))
    layer.paste((*BLUE, 255), (0, 0, 16, 32))
    layer.save(tmp_path / "alpha.png")
    palette = Image.new("P", (32, 32), 1)
    palette.putpalette([*RED, *BLUE])
    palette.paste(0, (16, 0, 32, 32))
    palette.save(tmp_path / "palette.png", transparency=0)
    for name in ("alpha.png", "palette.png"):
        image = open_picture(tmp_path / name)
        assert (image.getpixel((4, 16)), image.getpixel((28, 16))) == (BLUE, (255, 255, 255))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_stands_upright(orientation: int, tmp_path: Path) -> None:
    from PIL import ImageOps

    path = tmp_path / "photo.jpg"
    exif = Image.Exif()
    exif[0x0112] = orientation
    halves().save(path, exif=exif)
    with Image.open(path) as stored:
        expected = np.asarray(ImageOps.exif_transpose(stored))
    assert np.array_equal(np.asarray(open_picture(path)), expected)


def test_large_pictures_are_reduced_and_small_ones_are_not(tmp_path: Path) -> None:
    for suffix in ("jpg", "png"):
        path = tmp_path / f"photo.{suffix}"
        halves(1600, 800).save(path)
        assert open_picture(path, edge=200).size == (200, 100)
        assert open_picture(path, edge=3000).size == (1600, 800)
        assert max(open_picture(path).size) == limit("picture_edge")


# Pillow's own warnings of damaged metadata
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_damage_anywhere_is_a_picture_error_or_a_picture() -> None:
    rng = np.random.default_rng(0)
    for suffix in ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP"):
        buffer = BytesIO()
        exif = Image.Exif()
        exif[0x0112] = 6
        halves().save(buffer, format=suffix, **({} if suffix in ("GIF", "BMP") else {"exif": exif}))
        whole = np.frombuffer(buffer.getvalue(), np.uint8)
        for _ in range(150):
            data = whole.copy()
            places = rng.integers(0, min(len(data), 400), rng.integers(1, 6))
            data[places] = rng.integers(0, 256, len(places))
            try:
                image = decode(data.tobytes(), Path("photo"))
            except PictureError as error:
                assert error.code in PICTURE_RULES
            else:
                assert image.mode == "RGB"


def test_the_hash_is_of_the_bytes() -> None:
    assert picture_hash(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

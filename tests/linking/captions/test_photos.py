"""Captions of many photos: nothing twice, nothing lost, whatever is wrong with some."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image

from kg.errors import ModelError
from kg.pictures import Photo, PictureReject
from linking.captions import Caption, CaptionCache, CaptionWords, ColumnCaptions, PhotoCaption, caption_photos
from linking.mentions import NodeRef


class Counting:
    """Says the red of the first pixel, and counts."""

    def __init__(self, name: str = "counting-1") -> None:
        self.name = name
        self.seen = 0
        self.most = 0

    def caption(self, pictures: Sequence[Image.Image]) -> list[Caption]:
        self.seen += len(pictures)
        self.most = max(self.most, len(pictures))
        texts = [f"red {picture.getpixel((0, 0))[0]}" for picture in pictures]  # type: ignore[index]
        node = NodeRef("Attribute", "colour=rot \u7ea2")
        return [Caption(text, (CaptionWords(0, 3, 0.125, node), CaptionWords(4, len(text), 0.5))) for text in texts]


@pytest.fixture
def photos(tmp_path: Path) -> list[Photo]:
    """Forty photos of which ten have the same bytes and one is broken."""
    given = []
    for number in range(40):
        path = tmp_path / f"{number}.png"
        Image.new("RGB", (16, 16), (0 if number % 4 == 0 else number, 0, 0)).save(path)
        given.append(Photo(f"image {number}", path))
    given[5].path.write_bytes(b"")
    return given


def test_every_content_is_captioned_once(photos: list[Photo], tmp_path: Path) -> None:
    one, again = Counting(), Counting()
    with CaptionCache(tmp_path / "captions.db") as cache:
        first = list(caption_photos(photos, one, cache=cache, batch=8))
    with CaptionCache(tmp_path / "captions.db") as cache:
        second = list(caption_photos(photos, again, cache=cache, batch=8))
    assert (one.seen, again.seen) == (30, 0)
    assert one.most <= 8
    texts = [made.caption if isinstance(made, PhotoCaption) else made for made in first]
    assert texts == [made.caption if isinstance(made, PhotoCaption) else made for made in second]
    assert all(made.cached for made in second if isinstance(made, PhotoCaption))


def test_order_rejects_and_words(photos: list[Photo]) -> None:
    made = list(caption_photos(photos, Counting()))
    assert [one.image_id for one in made] == [photo.image_id for photo in photos]
    assert isinstance(made[5], PictureReject)
    assert made[5].code == "picture_empty"
    assert isinstance(made[7], PhotoCaption)
    assert (made[7].caption.text, made[7].model) == ("red 7", "counting-1")


def test_another_captioner_has_captions_of_its_own(photos: list[Photo], tmp_path: Path) -> None:
    with CaptionCache(tmp_path / "captions.db") as cache:
        list(caption_photos(photos[:4], Counting(), cache=cache))
        other = Counting("counting-2")
        list(caption_photos(photos[:4], other, cache=cache))
    assert other.seen == 4


def test_a_photo_that_changes_is_captioned_anew(photos: list[Photo], tmp_path: Path) -> None:
    with CaptionCache(tmp_path / "captions.db") as cache:
        list(caption_photos(photos[:3], Counting(), cache=cache))
        Image.new("RGB", (16, 16), (200, 0, 0)).save(photos[1].path)
        counting = Counting()
        made = list(caption_photos(photos[:3], counting, cache=cache))
    assert counting.seen == 1
    assert isinstance(made[1], PhotoCaption)
    assert made[1].caption.text == "red 200"


_KILLED = """
import os, signal, sys
from pathlib import Path
from linking.captions import CaptionCache, caption_photos
from kg.pictures import Photo
from tests.linking.captions.test_photos import Counting

photos = [Photo(name, Path(name)) for name in sys.argv[2:]]
for number, _ in enumerate(caption_photos(photos, Counting(), cache=CaptionCache(Path(sys.argv[1])), batch=4)):
    if number == 6:
        os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_run_is_gone_on_with(tmp_path: Path) -> None:
    paths = []
    for number in range(12):
        paths.append(tmp_path / f"{number}.png")
        Image.new("RGB", (16, 16), (number, 0, 0)).save(paths[-1])
    cache_path = tmp_path / "captions.db"
    root = Path(__file__).parents[3]
    words = [sys.executable, "-c", _KILLED, str(cache_path), *map(str, paths)]
    done = subprocess.run(words, cwd=root, env={**os.environ, "PYTHONPATH": str(root)}, check=False)
    assert done.returncode == -signal.SIGKILL
    counting = Counting()
    with CaptionCache(cache_path) as cache:
        made = list(caption_photos([Photo(path.name, path) for path in paths], counting, cache=cache))
    assert len(made) == 12
    assert counting.seen == 4


def test_a_file_that_is_no_cache(tmp_path: Path) -> None:
    path = tmp_path / "captions.db"
    path.write_text("something else " * 100)
    with pytest.raises(ModelError, match="Remove"):
        CaptionCache(path)
    assert path.read_text().startswith("something else")


def test_another_program_s_database_is_left_alone(tmp_path: Path) -> None:
    import sqlite3

    path = tmp_path / "other.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE theirs (x)")
    before = path.read_bytes()
    with pytest.raises(ModelError, match="no file of captions"):
        CaptionCache(path)
    assert path.read_bytes() == before


def test_captions_of_the_column() -> None:
    column = ColumnCaptions({"a": " a red\n mug ", "b": "  "})
    assert column.caption_of("a") == Caption("a red mug", (CaptionWords(0, 9, 1.0),))
    assert column.caption_of("b") == column.caption_of("c") == Caption("", ())
    assert column.name == ColumnCaptions({"b": "", "a": "a red mug"}).name
    assert column.name != ColumnCaptions({"a": "a blue mug"}).name

"""Many pictures: all accounted for, in order, whatever is wrong with some."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from kg.pictures import Photo, Picture, PictureReject, picture_hash, read_pictures


@pytest.fixture
def photos(tmp_path: Path) -> list[Photo]:
    """Two hundred photos, every seventh of them broken."""
    given = []
    for number in range(200):
        path = tmp_path / f"{number}.png"
        Image.new("RGB", (16, 16), (number, 0, 0)).save(path)
        if number % 7 == 0:
            path.write_bytes(path.read_bytes()[:50])
        given.append(Photo(f"image {number}", path))
    return given


def test_bad_ones_stop_nothing_and_the_order_is_kept(photos: list[Photo]) -> None:
    read = list(read_pictures(photos))
    assert [one.photo.image_id if isinstance(one, Picture) else one.image_id for one in read] == [
        photo.image_id for photo in photos
    ]
    for number, one in enumerate(read):
        if number % 7 == 0:
            assert isinstance(one, PictureReject)
            assert (one.path, one.code) == (photos[number].path, "picture_broken")
        else:
            assert isinstance(one, Picture)
            assert one.image is not None
            assert one.image.getpixel((3, 3)) == (number, 0, 0)
            assert one.hash == picture_hash(photos[number].path.read_bytes())


def test_what_is_not_wanted_is_not_decoded(photos: list[Photo]) -> None:
    wanted = picture_hash(photos[5].path.read_bytes())
    read = [one for one in read_pictures(photos[:8], wanted=wanted.__eq__) if isinstance(one, Picture)]
    # the broken ones are as good as the others as long as nobody decodes them
    assert [one.photo.image_id for one in read if one.image is not None] == ["image 5"]
    assert len(read) == 8


def test_photos_are_taken_as_they_are_needed(photos: list[Photo]) -> None:
    taken = 0

    def endless() -> object:
        nonlocal taken
        while True:
            taken += 1
            yield photos[1]

    stream = read_pictures(endless())  # type: ignore[arg-type]
    for _ in range(5):
        next(stream)
    stream.close()  # type: ignore[attr-defined]
    assert taken < 200

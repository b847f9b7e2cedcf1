"""Photos are encoded once, bad ones are set aside, and a product's vector is made of its photos'."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from embeddings.cache import VectorCache
from embeddings.image import image_encoder, photo_vectors, product_vectors, read_sample
from embeddings.vectors import VectorArray, Vectors
from kg.errors import InputError
from kg.pictures import Photo


class Counting:
    """Gives the mean colour, and counts what it is shown."""

    dim, edge = 3, 32

    def __init__(self, fingerprint: str = "one") -> None:
        self.name = self.fingerprint = fingerprint
        self.seen = 0
        self.most = 0
        self.longest = 0

    def encode(self, pictures: Sequence[Image.Image]) -> VectorArray:
        self.seen += len(pictures)
        self.most = max(self.most, len(pictures))
        self.longest = max(self.longest, *(max(picture.size) for picture in pictures))
        means = np.array([np.asarray(picture).mean((0, 1)) for picture in pictures], dtype=np.float32)
        return np.asarray(means / np.linalg.norm(means, axis=1, keepdims=True))


def test_every_photo_in_its_place(photos: list[Photo]) -> None:
    encoder = Counting()
    found = photo_vectors(photos, encoder, batch=7)
    assert found.rejects == ()
    assert found.encoded == encoder.seen == len(photos)
    assert (encoder.most, encoder.longest) == (7, 32)
    for photo in photos[::5]:
        with Image.open(photo.path) as picture:
            picture.thumbnail((32, 32), Image.Resampling.LANCZOS)
            wanted = Counting().encode([picture])[0]
        np.testing.assert_allclose(found.vectors.of("Image", [photo.image_id])[0][0], wanted, atol=0.01)


def test_bad_photos_are_set_aside_and_the_others_go_on(photos: list[Photo], tmp_path: Path) -> None:
    def spoil(number: int, name: str) -> Path:
        path = tmp_path / name
        photos.insert(number, Photo(name, path))
        return path

    spoil(0, "empty.jpg").write_bytes(b"")
    Image.new("CMYK", (40, 40)).save(spoil(3, "cmyk.jpg"))
    Image.new("L", (40, 40)).save(spoil(5, "grey.png"))
    frames = [Image.new("RGB", (40, 40), (n, 0, 0)) for n in (1, 99)]
    frames[0].save(spoil(9, "animated.gif"), save_all=True, append_images=frames[1:])
    spoil(12, "cut.png").write_bytes(photos[1].path.read_bytes()[:120])
    Image.new("1", (9_000, 9_000)).save(spoil(13, "huge.png"))
    spoil(20, "missing.png")
    spoil(21, "text.png").write_text("no picture")
    found = photo_vectors(photos, Counting(), batch=4)
    assert [(one.image_id, one.code) for one in found.rejects] == [
        ("empty.jpg", "picture_empty"), ("cmyk.jpg", "picture_cmyk"), ("grey.png", "picture_grey"),
        ("animated.gif", "picture_animated"), ("cut.png", "picture_broken"), ("huge.png", "picture_pixels"),
        ("missing.png", "picture_missing"), ("text.png", "picture_format"),
    ]  # fmt: skip
    assert len(found.vectors) == len(photos) - 8
    assert not found.vectors.of("Image", ["empty.jpg"])[1][0]


def test_the_same_photo_twice_is_encoded_once(photos: list[Photo], tmp_path: Path) -> None:
    copy = tmp_path / "copy.png"
    copy.write_bytes(photos[2].path.read_bytes())
    twins = [*photos, *(Photo(f"twin {n}", photo.path) for n, photo in enumerate(photos)), Photo("copy", copy)]
    encoder = Counting()
    found = photo_vectors(twins, encoder, batch=4)
    assert encoder.seen == len(photos)
    both, there = found.vectors.of("Image", [photos[2].image_id, "twin 2", "copy"])
    assert there.all()
    assert (both == both[0]).all()
    with pytest.raises(InputError, match="stands twice"):
        photo_vectors([photos[0], photos[0]], Counting())


def test_a_second_run_asks_the_encoder_nothing(photos: list[Photo], tmp_path: Path) -> None:
    path = tmp_path / "vectors.db"
    one, again, other = Counting(), Counting(), Counting("two")
    with VectorCache(path) as cache:
        first = photo_vectors(photos[:20], one, cache=cache, batch=8)
    with VectorCache(path) as cache:
        second = photo_vectors(photos[:20], again, cache=cache, batch=8)
        photo_vectors(photos[:20], other, cache=cache)
    assert (one.seen, again.seen, other.seen, second.encoded) == (20, 0, 20, 0)
    np.testing.assert_array_equal(first.vectors.matrix, second.vectors.matrix)
    Image.new("RGB", (20, 20), (1, 2, 3)).save(photos[4].path)
    changed = Counting()
    with VectorCache(path) as cache:
        photo_vectors(photos[:20], changed, cache=cache)
    assert changed.seen == 1


def test_what_was_encoded_before_an_interruption_is_kept(photos: list[Photo], tmp_path: Path) -> None:
    class Interrupted(Counting):
        def encode(self, pictures: Sequence[Image.Image]) -> VectorArray:
            if self.seen >= 16:
                raise KeyboardInterrupt
            return super().encode(pictures)

    after = Counting()
    with VectorCache(tmp_path / "vectors.db") as cache:
        with pytest.raises(KeyboardInterrupt):
            photo_vectors(photos, Interrupted(), cache=cache, batch=8)
        photo_vectors(photos, after, cache=cache, batch=8)
    assert after.seen == len(photos) - 16


def test_no_photo_at_all() -> None:
    found = photo_vectors([], Counting())
    assert (len(found.vectors), found.vectors.dim, found.encoded) == (0, 3, 0)


def test_a_sample_to_learn_from(photos: list[Photo], tmp_path: Path) -> None:
    photos.insert(0, Photo("missing", tmp_path / "missing.png"))
    assert len(list(read_sample(photos, edge=32, most=100))) == 30
    some = list(read_sample(photos, edge=16, most=5))
    assert len(some) == 4
    assert all(max(picture.size) == 16 for picture in some)


def test_a_product_is_the_mean_of_its_photos() -> None:
    photos = Vectors.sorted("image", "Image", ["a", "b", "c", "d"], [[1, 0], [0, 1], [1, 0], [-1, 0]])
    links = [("p2", "a"), ("p2", "b"), ("p1", "c"), ("p3", "none"), ("p4", "a"), ("p4", "d")]
    found = product_vectors(photos, [product for product, _ in links], [image for _, image in links])
    assert found.ids.label_ids("Product").to_pylist() == ["p1", "p2"]
    np.testing.assert_allclose(found.matrix, [[1, 0], [2**-0.5, 2**-0.5]], atol=1e-6)
    assert len(product_vectors(photos, [], [])) == 0


@pytest.mark.realdata
def test_real_photos_find_their_kind_and_colour(data_dir: Path) -> None:
    """Learned on 600 photos, the nearest of them tell kind and colour of 200 others far better than chance."""
    import csv

    folder = data_dir / "fashion-photos"
    with (folder / "products.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if (folder / "images" / f"{row['id']}.jpg").is_file()][:800]
    photos = [Photo(row["id"], folder / "images" / f"{row['id']}.jpg") for row in rows]
    encoder = image_encoder("looks", {"dim": 128})
    encoder.fit(read_sample(photos[:600], edge=encoder.edge, most=600))  # type: ignore[attr-defined]
    vectors = photo_vectors(photos, encoder).vectors
    known, there = vectors.of("Image", [photo.image_id for photo in photos[:600]])
    asked, _ = vectors.of("Image", [photo.image_id for photo in photos[600:]])
    assert there.all()
    nearest = (asked @ known.T).argmax(axis=1)
    for key, least in (("subCategory", 0.75), ("articleType", 0.5), ("baseColour", 0.4)):
        words = np.array([row[key] for row in rows])
        assert (words[:600][nearest] == words[600:]).mean() > least, key

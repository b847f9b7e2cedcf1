"""The offline image encoder: likes what looks alike, wherever it stands in the photo; learns the same every time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from embeddings.image import LearningImageEncoder, image_encoder
from embeddings.image.looks import describe
from embeddings.image.offline import WEIGHTS, LooksEncoder, LooksSettings
from kg.errors import ConfigurationError, InputError, ModelError
from tests.embeddings.image.conftest import COLOURS, draw


@pytest.fixture(scope="module")
def encoder(drawings: list[Image.Image]) -> LooksEncoder:
    made = LooksEncoder(LooksSettings(dim=16))
    made.fit(iter(drawings))
    return made


def distances(pictures: list[Image.Image], group: str) -> np.ndarray:
    rows = describe(pictures)[group]
    return np.asarray(np.linalg.norm(rows[:, None] - rows[None], axis=2))


def test_vectors_are_unit_float32(encoder: LooksEncoder, drawings: list[Image.Image]) -> None:
    vectors = encoder.encode(drawings)
    assert vectors.shape == (len(drawings), 16)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert encoder.encode([]).shape == (0, 16)


def test_the_nearest_looks_alike(encoder: LooksEncoder, drawings: list[Image.Image]) -> None:
    """Of each drawing the nearest other one is the same thing at another place."""
    vectors = encoder.encode(drawings)
    likeness = vectors @ vectors.T
    np.fill_diagonal(likeness, -1)
    assert (likeness.argmax(axis=1) == np.arange(len(drawings)) ^ 1).all()


@pytest.mark.parametrize("change", ["place", "size of the photo", "ground"])
def test_a_thing_looks_the_same_elsewhere(change: str) -> None:
    red, blue = (200, 30, 30), (30, 40, 190)
    other = {
        "place": lambda: draw("round", red, at=24),
        "size of the photo": lambda: draw("round", red).resize((192, 240), Image.Resampling.LANCZOS),
        "ground": lambda: draw("round", red, size=(100, 80), at=20),
    }[change]()
    pictures = [draw("round", red), other, draw("round", blue), draw("striped", red)]
    for group, unlike in (("colours", 2), ("outline", 3), ("texture", 3), ("silhouette", 3)):
        apart = distances(pictures, group)
        assert apart[0, 1] < 0.6 * apart[0, unlike], group


def test_groups_say_what_they_are_called() -> None:
    red, blue = (200, 30, 30), (30, 40, 190)
    half = draw("square", red)
    half.paste(blue, (10, 30, 44, 50))
    turned = half.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    apart = {group: distances([half, turned], group)[0, 1] for group in WEIGHTS}
    assert apart["colours"] < 0.2 < apart["colours by height"]
    assert apart["colours by place"] > 20
    whole = describe([draw("square", colour) for colour in COLOURS])["colours"]
    np.testing.assert_allclose((whole**2).sum(axis=1), 1, atol=1e-3)


def test_pictures_that_show_nothing_or_fill_the_frame(encoder: LooksEncoder) -> None:
    rng = np.random.default_rng(0)
    odd = [
        Image.new("RGB", (64, 64), (255, 255, 255)),
        Image.new("RGB", (8, 900), (0, 0, 0)),
        Image.new("RGB", (900, 8), (10, 200, 10)),
        Image.fromarray(rng.integers(0, 256, (128, 128, 3), dtype=np.uint8)),
        Image.new("RGB", (1, 1), (9, 9, 9)),
    ]
    assert np.isfinite(encoder.encode(odd)).all()


def test_whatever_stands_beside_it(encoder: LooksEncoder, drawings: list[Image.Image]) -> None:
    together = encoder.encode(drawings * 3)
    np.testing.assert_allclose(together[65 % 90], encoder.encode([drawings[65 % 30]])[0], atol=1e-5)


def test_the_same_photos_give_the_same_encoder(encoder: LooksEncoder, drawings: list[Image.Image]) -> None:
    again, fewer, narrow = (LooksEncoder(LooksSettings(dim=dim)) for dim in (16, 16, 8))
    again.fit(drawings)
    fewer.fit(drawings[:-2])
    narrow.fit(drawings)
    assert again.fingerprint == encoder.fingerprint
    assert (again.encode(drawings) == encoder.encode(drawings)).all()
    assert len({encoder.fingerprint, fewer.fingerprint, narrow.fingerprint}) == 3


def test_learning_is_bounded(drawings: list[Image.Image]) -> None:
    def many() -> Iterator[Image.Image]:
        yield from drawings * 3
        raise AssertionError("all photos were asked for, and only the first ones are learned from")

    bounded, short = LooksEncoder(LooksSettings(learn_from=10)), LooksEncoder(LooksSettings(learn_from=10))
    bounded.fit(many())
    short.fit(drawings[:10])
    assert bounded.fingerprint == short.fingerprint
    assert bounded.dim == 9


def test_too_little_to_learn_from(drawings: list[Image.Image]) -> None:
    for few in ([], drawings[:1]):
        with pytest.raises(InputError, match="2 are needed"):
            LooksEncoder().fit(few)
    with pytest.raises(InputError, match="look the same"):
        LooksEncoder().fit(drawings[:1] * 5)
    ask: Callable[[], object]
    for ask in (lambda: LooksEncoder().encode(drawings), lambda: LooksEncoder().dim):
        with pytest.raises(ModelError, match="learned nothing"):
            ask()
    assert isinstance(image_encoder(), LearningImageEncoder)
    with pytest.raises(ConfigurationError, match="dim"):
        LooksSettings(dim=0)


def test_saved_and_read_again(encoder: LooksEncoder, drawings: list[Image.Image], tmp_path: Path) -> None:
    encoder.save(tmp_path / "encoder")
    found = image_encoder("looks", {"folder": tmp_path / "encoder"})
    assert found.fingerprint == encoder.fingerprint
    assert (found.encode(drawings) == encoder.encode(drawings)).all()
    manifest = json.loads((tmp_path / "encoder" / "manifest.json").read_text())
    assert manifest["settings"] == {"dim": 16, "learn_from": 4_000, "seed": 0}
    (tmp_path / "encoder" / "encoder.safetensors").write_bytes(b"\x80\x04.")
    with pytest.raises(ModelError, match="contents have changed"):
        LooksEncoder.load(tmp_path / "encoder")

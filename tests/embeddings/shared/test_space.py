"""The shared space: words find photos and photos find words, of products that nothing was learned from."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from embeddings.shared import (
    Queries,
    SharedSettings,
    SharedSpace,
    View,
    common_words,
    load_shared,
    save_shared,
    train_shared,
)
from embeddings.shared.retrieval import precision_at, ranks, recall_at
from embeddings.text import NgramEncoder
from embeddings.vectors import Vectors
from kg.errors import ConfigurationError, InputError, ModelError
from tests.embeddings.shared.made import BRANDS, COLOURS, KINDS, Shop, bags, made_shop

QUICK = SharedSettings(components=40, dims=(8, 16), ridges=(0.1, 1.0), powers=(0.0, 1.0), networks=())
TRAIN, TEST = slice(0, 180), slice(180, 240)


@pytest.fixture(scope="module")
def shop() -> Shop:
    return made_shop()


def words_of(shop: Shop) -> Queries:
    found = common_words(dict(zip(shop.ids[TRAIN], shop.titles[TRAIN], strict=True)))
    return Queries("text", bags(list(found)), list(found.values()))


@pytest.fixture(scope="module")
def space(shop: Shop) -> SharedSpace:
    return train_shared(
        [shop.view("text", shop.words, TRAIN), shop.view("image", shop.photos, TRAIN)],
        queries=[words_of(shop)],
        settings=QUICK,
        sources={"text": "abc"},
    )


def test_titles_find_photos_and_photos_titles(shop: Shop, space: SharedSpace) -> None:
    text, image = space.project("text", shop.words[TEST]), space.project("image", shop.photos[TEST])
    for one, other in ((text, image), (image, text)):
        assert recall_at(ranks(one, other), 10) > 0.8  # chance: 10 of 60
    # The same with titles of other products is chance: it is not some photos being near everything.
    assert recall_at(ranks(np.roll(text, 7, axis=0), image), 10) < 0.45


def test_single_words_find_photos(shop: Shop, space: SharedSpace) -> None:
    photos = space.project("image", shop.photos[TEST])
    for words in (COLOURS, KINDS):
        relevant = np.array([[word in title.split() for title in shop.titles[TEST]] for word in words])
        found = precision_at(space.project("text", bags(list(words))), photos, relevant, 5)
        assert found.mean() > 0.8  # chance: about a fifth
    relevant = np.array([[word in title.split() for title in shop.titles[TEST]] for word in BRANDS])
    blind = precision_at(space.project("text", bags(list(BRANDS))), photos, relevant, 5)
    assert blind.mean() < 0.35  # no photo shows its brand: nothing is to be found


def test_vectors_are_of_length_one_and_nothing_stays_nothing(shop: Shop, space: SharedSpace) -> None:
    placed = space.project("text", np.concatenate([shop.words[:3], np.zeros((1, shop.words.shape[1]), np.float32)]))
    assert placed.shape == (4, space.dim)
    assert np.allclose(np.linalg.norm(placed, axis=1), [1, 1, 1, 0], atol=1e-5)
    assert placed.dtype == np.float32
    assert np.allclose(space.project("text", shop.sparse[:3]), placed[:3], atol=1e-5)
    assert space.project("text", shop.words[:0]).shape == (0, space.dim)


def test_what_was_held_out_changes_nothing(shop: Shop, space: SharedSpace) -> None:
    order = np.random.default_rng(5).permutation(180)
    again = train_shared(
        [shop.view("text", shop.words, order), shop.view("image", shop.photos, order)],
        queries=[words_of(shop)],
        settings=QUICK,
    )
    assert np.array_equal(again.project("text", shop.words), space.project("text", shop.words))


def test_a_third_view_joins(shop: Shop) -> None:
    """Graph vectors that know kinds alone, and are missing for every third product."""
    kinds = np.float32([[kind in title for kind in KINDS] for title in shop.titles])
    graph = kinds @ np.random.default_rng(1).standard_normal((len(KINDS), 6)).astype(np.float32)
    some = np.arange(180)[np.arange(180) % 3 > 0]
    views = [
        shop.view("text", shop.sparse, TRAIN),
        shop.view("image", shop.photos, TRAIN),
        shop.view("graph", graph, some),
    ]
    space = train_shared(views, settings=QUICK)
    places = {"text": shop.sparse[TEST], "image": shop.photos[TEST], "graph": graph[TEST]}
    placed = {name: space.project(name, rows) for name, rows in places.items()}  # type: ignore[arg-type]
    same = np.array([[a.split()[-1] == b.split()[-1] for b in shop.titles[TEST]] for a in shop.titles[TEST]])
    for one, other in (("graph", "image"), ("graph", "text"), ("image", "graph")):
        assert precision_at(placed[one], placed[other], same, 5).mean() > 0.8
    assert recall_at(ranks(placed["text"], placed["image"]), 10) > 0.8


def test_the_network_is_taken_where_it_wins() -> None:
    """The text tells how far photos lie from the middle, not on which side: no linear way joins them, two towers do."""
    random = np.random.default_rng(0)
    image = random.standard_normal((300, 4)).astype(np.float32)
    text = np.abs(image) + 0.05 * random.standard_normal((300, 4)).astype(np.float32)
    ids = [f"{i:04d}" for i in range(300)]
    settings = SharedSettings(dims=(4,), ridges=(0.1,), powers=(0.0,), networks=(20,), rate=1e-2, folds=2)
    both = [View("text", ids, text), View("image", ids, image)]
    before = torch.random.get_rng_state()
    bent = train_shared(both, settings=settings)
    assert torch.equal(torch.random.get_rng_state(), before)
    assert bent.configuration["chosen"]["epochs"] == 20
    assert bent.metrics["validation"]["rank"] > 2 * bent.metrics["linear"]["rank"]
    assert bent.projections["image"].bend is not None
    again = train_shared(both, settings=settings)
    assert np.array_equal(again.project("image", image), bent.project("image", image))


def test_the_network_is_left_where_it_does_not_win(shop: Shop) -> None:
    settings = SharedSettings(
        components=40, dims=(16,), ridges=(0.1,), powers=(1.0,), networks=(1,), gain=0.05, folds=2
    )
    space = train_shared([shop.view("text", shop.words), shop.view("image", shop.photos)], settings=settings)
    assert space.configuration["chosen"]["epochs"] == 0
    assert all(way.bend is None for way in space.projections.values())


def test_a_word_that_no_title_has_goes_where_its_letters_belong(shop: Shop) -> None:
    """Misspelt, inflected, joined: by n-grams they lie near the words that they resemble."""
    encoder = NgramEncoder()
    encoder.fit(shop.titles[TRAIN])
    titles = shop.view("text", encoder.features(shop.titles), TRAIN)
    space = train_shared([titles, shop.view("image", shop.photos, TRAIN)], settings=QUICK)
    photos = space.project("image", shop.photos[TEST])
    asked = {"whitte": "white", "balck": "black", "watches": "watch", "shooe": "shoe", "pinkish": "pink"}
    relevant = np.array([[word in title.split() for title in shop.titles[TEST]] for word in asked.values()])
    placed = space.project("text", encoder.features(list(asked)))
    assert precision_at(placed, photos, relevant, 5).mean() > 0.7


def test_a_space_is_written_and_read(shop: Shop, space: SharedSpace, tmp_path: Path) -> None:
    save_shared(space, tmp_path / "space")
    for contents in (True, False):
        again = load_shared(tmp_path / "space", contents=contents)
        assert np.array_equal(again.project("image", shop.photos), space.project("image", shop.photos))
        assert (again.sources, again.metrics) == (space.sources, space.metrics)
    save_shared(again, tmp_path / "twice")
    for file in ("manifest.json", "space.safetensors"):
        assert (tmp_path / "space" / file).read_bytes() == (tmp_path / "twice" / file).read_bytes()
    whole = (tmp_path / "space" / "space.safetensors").read_bytes()
    (tmp_path / "space" / "space.safetensors").write_bytes(whole[:-4])
    for contents in (True, False):
        with pytest.raises(ModelError, match="Learn the shared space again"):
            load_shared(tmp_path / "space", contents=contents)
    with pytest.raises(ModelError, match="holds no shared space"):
        load_shared(tmp_path)


def test_vectors_of_nodes_go_into_the_space(shop: Shop, space: SharedSpace) -> None:
    photos = Vectors.sorted("image", "Product", shop.ids, shop.photos)
    placed = space.vectors("image", photos)
    assert placed.ids == photos.ids
    assert np.array_equal(placed.matrix, space.project("image", photos.matrix))


def test_what_does_not_fit_is_refused(shop: Shop, space: SharedSpace) -> None:
    with pytest.raises(ModelError, match='no view "sound"'):
        space.project("sound", shop.photos)
    with pytest.raises(ModelError, match="Use the encoder"):
        space.project("image", shop.photos[:, :5])
    with pytest.raises(InputError, match="not finite"):
        space.project("image", shop.photos * np.nan)
    space.check_source("text", "abc")
    space.check_source("image", "unknown when it was learned")
    with pytest.raises(ModelError, match="other vectors"):
        space.check_source("text", "abd")
    with pytest.raises(InputError, match="share 2 nodes"):
        train_shared([shop.view("a", shop.words, slice(0, 2)), shop.view("b", shop.photos)])
    with pytest.raises(InputError, match='"sound"'):
        lost = Queries("sound", shop.words[:1], [frozenset()])
        train_shared([shop.view("a", shop.words), shop.view("b", shop.photos)], queries=[lost])
    for wrong in ({"dims": ()}, {"ridges": (-1.0,)}, {"folds": 1}, {"networks": (5, 5)}, {"components": 0}):
        with pytest.raises(ConfigurationError):
            SharedSettings(**wrong)  # type: ignore[arg-type]


def test_using_a_space_needs_no_pytorch(space: SharedSpace, tmp_path: Path) -> None:
    save_shared(space, tmp_path / "space")
    code = (
        "import sys, pathlib, numpy, embeddings.nearest, embeddings.atlas;"
        "from embeddings.shared import load_shared;"
        "space = load_shared(pathlib.Path(sys.argv[1]));"
        "space.project('image', numpy.ones((1, 26), 'float32')); print('torch' in sys.modules)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "space")], capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "False"


def test_common_words() -> None:
    texts = {f"{i}": f"Red SHIRT of {'cotton' if i < 4 else '红色连衣裙'}" for i in range(8)}
    found = common_words(texts, fewest=3)
    assert found["cotton"] == frozenset("0123")
    assert found["红色"] == found["衣裙"] == frozenset("4567")
    assert "red" not in found  # all have it
    assert set(common_words(texts, fewest=3, share=1.0)) >= {"red", "shirt", "of", "cotton", "连衣"}
    assert list(common_words(texts, fewest=3, share=1.0, most=2)) == ["of", "red"]


def test_ranks_count_ties_in_the_middle() -> None:
    assert ranks(np.ones((4, 2), np.float32), np.ones((4, 2), np.float32)).tolist() == [2.5] * 4
    gallery = np.float32([[1, 0], [0, 1], [-1, 0]])
    assert ranks(gallery, gallery).tolist() == [1, 1, 1]
    assert ranks(-gallery, gallery).tolist() == [3, 3, 3]

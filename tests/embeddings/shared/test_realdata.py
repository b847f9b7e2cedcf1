"""The shared space on real photos: a part of the fashion set, so that it takes seconds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.shared_space import judge, learn, part, products_of
from embeddings.shared import SharedSettings

pytestmark = pytest.mark.realdata


def test_words_find_photos_of_products_not_learned_from(data_dir: Path) -> None:
    products = products_of(data_dir / "fashion-photos", "fashion", "baseColour")
    assert len(products) == 2_000
    train, held = part(products, seed=0)
    assert (len(train), len(held)) == (1_600, 400)
    assert not {one.id for one in train} & {one.id for one in held}
    settings = SharedSettings(components=128, dims=(64,), ridges=(1.0,), powers=(1.0,), networks=(), folds=2)
    figures = judge(learn(train[:600], train[600:800], text="ngrams", image="looks", settings=settings))
    assert figures["chance"] == 0.05
    assert figures["title to photo"] > 0.4
    assert figures["photo to title"] > 0.4
    assert figures["colour words"] > 2 * figures["colour words by chance"]
    assert figures["colours"] >= 3


def test_products_are_drawn_by_their_ids(data_dir: Path) -> None:
    products = products_of(data_dir / "fashion-photos", "fashion", "baseColour")
    order = np.random.default_rng(0).permutation(len(products))
    assert part([products[row] for row in order], seed=1) == part(products, seed=1)
    assert part(products, seed=1) != part(products, seed=2)

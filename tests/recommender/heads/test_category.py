"""Categories from vectors, and products that were put into the wrong one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kg.errors import InputError, ModelError
from recommender.heads import CategoryHead, contradictions, learn_categories
from recommender.network import Modality

NAMES = ("Tea > Black", "Tea > Green", "Shoes", "Lamps")


def shop(n: int = 400, *, seed: int = 0) -> tuple[list[Modality], list[str]]:
    """Make products whose text tells the first letter of their category, and whose photo, where they have one, all."""
    rng = np.random.default_rng(seed)
    label = rng.integers(4, size=n)
    text = np.eye(3)[np.array([0, 0, 1, 2])[label]] + 0.2 * rng.normal(size=(n, 3))
    image = np.eye(4)[label] + 0.2 * rng.normal(size=(n, 4))
    there = rng.random(n) < 0.9
    image[~there] = 0
    both = [
        Modality("text", text.astype(np.float32), np.ones(n, np.bool_)),
        Modality("image", image.astype(np.float32), there),
    ]
    return both, [NAMES[own] for own in label]


def test_what_was_not_seen_is_told_and_both_tell_more_than_one() -> None:
    modalities, names = shop()
    known = [name if row < 300 else None for row, name in enumerate(names)]

    def accuracy(own: list[Modality]) -> float:
        head = learn_categories(own, known).head
        best = head.chances(own).argmax(axis=1)
        return float(np.mean([head.categories[best[row]] == names[row] for row in range(300, 400)]))

    assert accuracy(modalities) > accuracy(modalities[:1]) + 0.1
    assert accuracy(modalities) > 0.9


def test_each_product_is_told_as_if_it_had_not_been_there() -> None:
    modalities, names = shop(60)
    report = learn_categories(modalities, names)
    without = learn_categories(modalities, [None, *names[1:]]).head
    found = report.chances[0].argmax()
    assert report.head.categories[found] == without.categories[without.chances(modalities)[0].argmax()]
    assert np.allclose(report.chances.sum(axis=1), 1, atol=1e-5)


def test_planted_mistakes_are_listed_with_the_right_category_and_a_reason() -> None:
    modalities, names = shop()
    planted = list(range(0, 400, 20))
    wrong = ["Lamps" if row in planted and name != "Lamps" else name for row, name in enumerate(names)]
    planted = [row for row in planted if names[row] != "Lamps"]
    found = contradictions(learn_categories(modalities, wrong), modalities, [[own] for own in wrong])
    listed = {entry.row for entry in found}
    assert len(listed & set(planted)) >= 0.8 * len(planted)
    assert len(listed & set(planted)) >= 0.8 * len(listed)
    assert [entry.probability for entry in found] == sorted((entry.probability for entry in found), reverse=True)
    assert all(entry.given == "Lamps" for entry in found if entry.row in planted)
    assert "not for Lamps" in next(entry for entry in found if entry.row in planted).reason()


def test_a_wider_category_is_no_contradiction() -> None:
    modalities, names = shop()
    report = learn_categories(modalities, names)
    assert not contradictions(report, modalities, [[name.split(" > ")[0]] for name in names], sure=0.0, likely=0.99)


def test_it_is_kept_and_damage_is_noticed(tmp_path: Path) -> None:
    modalities, names = shop(80)
    head = learn_categories(modalities, names).head
    head.save(tmp_path / "head")
    again = CategoryHead.load(tmp_path / "head")
    assert np.array_equal(head.chances(modalities), again.chances(modalities))
    with pytest.raises(InputError, match='"image"'):
        again.chances(modalities[:1])
    (tmp_path / "head" / "head.safetensors").write_bytes(b"nothing")
    with pytest.raises(ModelError, match="changed"):
        CategoryHead.load(tmp_path / "head")


def test_too_few_categories_are_refused() -> None:
    modalities, _ = shop(10)
    with pytest.raises(InputError, match="2 are needed"):
        learn_categories(modalities, ["Tea"] * 10)

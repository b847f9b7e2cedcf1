"""A head for categories that was kept judges as the one that was just learned."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kg.errors import ModelError
from recommender.heads import learn_categories
from recommender.heads.kept import KeptCategories
from tests.recommender.heads.test_category import shop


def test_it_says_of_each_product_what_learning_said_without_it(tmp_path: Path) -> None:
    modalities, names = shop(200)
    ids = [f"p{n}" for n in range(200)]
    report = learn_categories(modalities, names)
    KeptCategories.of(report, ids).save(tmp_path / "kept")
    again = KeptCategories.load(tmp_path / "kept").report(ids, modalities, names)
    assert np.array_equal(again.rows, report.rows)
    assert again.chances == pytest.approx(report.chances, abs=1e-3)
    assert again.accuracy == pytest.approx(report.accuracy)
    (tmp_path / "kept" / "products.parquet").unlink()
    with pytest.raises(ModelError, match="missing"):
        KeptCategories.load(tmp_path / "kept")


def test_a_category_given_since_is_judged_as_if_the_product_had_not_been_there() -> None:
    modalities, names = shop(200)
    ids = [f"p{n}" for n in range(200)]
    kept = KeptCategories.of(learn_categories(modalities, names), ids)
    moved = ["Lamps" if row == 0 else name for row, name in enumerate(names)]
    before, after = (kept.report(ids, modalities, own) for own in (names, moved))
    assert np.array_equal(before.chances, after.chances)
    assert after.head.categories[after.labels[0]] == "Lamps"
    others = kept.report([f"new {id_}" for id_ in ids], modalities, names)
    assert others.chances == pytest.approx(kept.head.chances(modalities), abs=1e-5)

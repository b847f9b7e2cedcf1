"""The space of photos: wide groups are kept narrow, and distances stay what they were."""

from __future__ import annotations

import numpy as np
import pytest

from linking.captions.catalogue import kernel
from linking.captions.catalogue.kernel import Likeness, Space


def test_principal_axes_keep_distances(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel, "_WIDE", 100)
    monkeypatch.setattr(kernel, "_AXES", 24)
    monkeypatch.setitem(kernel.MIXES, "wide", {"wide": 1.0})
    rng = np.random.default_rng(0)
    drawn = rng.normal(size=(90, 12)) @ rng.normal(size=(12, 120)) + 0.05 * rng.normal(size=(90, 120))
    rows = drawn.astype(np.float32)
    groups, turned, new = {"wide": rows[:60]}, {"wide": rows[:60, ::-1].copy()}, {"wide": rows[60:]}
    narrow = Space.of(groups, turned)
    assert narrow.points["wide"].shape == narrow.mirrored["wide"].shape == (60, 24)
    monkeypatch.setattr(kernel, "_WIDE", 1000)
    whole = Space.of(groups, turned)
    assert whole.points["wide"].shape == (60, 120)
    for others in (None, new):
        np.testing.assert_allclose(
            Likeness(narrow, others).kernel("wide"), Likeness(whole, others).kernel("wide"), atol=0.02
        )


def test_few_photos_are_kept_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel, "_WIDE", 10)
    monkeypatch.setattr(kernel, "_AXES", 8)
    rows = np.random.default_rng(0).normal(size=(15, 20)).astype(np.float32)
    assert Space.of({"wide": rows}, {}).axes == {}
    assert Space.of({"wide": np.vstack([rows, rows])}, {}).axes["wide"].shape == (20, 8)

"""The catalogue captioner on real photos: it tells far more than the most frequent value."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.captions import examples_of
from linking.captions.catalogue import train_catalogue

pytestmark = [pytest.mark.realdata, pytest.mark.slow]


def test_a_part_of_the_fashion_photos(data_dir: Path) -> None:
    photos = examples_of(data_dir / "fashion-photos", "fashion")[::5]
    trained = train_catalogue(photos)
    reports = {report.head: report for report in trained.heads}
    assert trained.rejects == ()
    for head, gain in (("category 2", 0.3), ("category 3", 0.3), ("baseColour", 0.15), ("gender", 0.1)):
        assert reports[head].kept
        assert reports[head].accuracy > reports[head].majority + gain
    assert not reports["year"].kept

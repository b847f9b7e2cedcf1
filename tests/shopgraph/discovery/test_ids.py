"""Products named by their ids in what people write."""

from __future__ import annotations

import pytest

from shopgraph.discovery.ids import ids_in

KNOWN = {"P0001", "P0002", "50", "b-7:x", "boots"}


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("compare P0001 and P0002.", ["P0001", "P0002"]),
        ("p0001 or P0001?", ["P0001", "P0001"]),
        ("介绍一下P0002，谢谢", ["P0002"]),
        ("is b-7:x, in stock", ["b-7:x"]),
        ("boots under 50 like P9999", []),
    ],
)
def test_ids_are_found_whole(text: str, ids: list[str]) -> None:
    found = ids_in(text, KNOWN)
    assert [own for _, _, own in found] == ids
    assert [text[start:end].upper() for start, end, _ in found] == [own.upper() for own in ids]

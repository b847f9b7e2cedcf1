"""Products named by their ids in questions."""

from __future__ import annotations

import pytest

from shopgraph.ask.ids import ids_in

KNOWN = {"P0001", "P0002", "50", "b-7:x", "boots"}


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("compare P0001 and P0002.", ["P0001", "P0002"]),
        ("p0001 or P0001?", ["P0001"]),
        ("介绍一下P0002，谢谢", ["P0002"]),
        ("is b-7:x, in stock", ["b-7:x"]),
        ("boots under 50 like P9999", []),
    ],
)
def test_ids_are_found_whole_and_once(text: str, ids: list[str]) -> None:
    assert ids_in(text, KNOWN) == ids

"""``shopgraph near``: what lies near words, a photo and a node."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.shopgraph.cli.conftest import Call


def found(call: Call, *words: object) -> list[dict[str, object]]:
    result = call("near", *words, "--json")
    assert result.exit_code == 0, result.output
    answer: list[dict[str, object]] = json.loads(result.stdout)
    return answer


def test_words_find_products_that_say_them(call: Call, project: Path) -> None:
    near = found(call, "desk lamp", "--project", project, "--k", 5)
    assert [one["label"] for one in near] == ["Product"] * 5
    assert near == sorted(near, key=lambda one: -float(str(one["score"])))
    every = found(call, "lamp", "--project", project, "--k", 48)
    named = [row for row, one in enumerate(every) if "lamp" in str(one["name"]).lower()]
    assert not named or sum(named) / len(named) < len(every) / 2


def test_a_photo_finds_its_own_product(call: Call, project: Path, shop: Path) -> None:
    photo = sorted((shop / "images").glob("*.jpg"))[0]
    near = found(call, "--image", photo, "--project", project, "--k", 5)
    assert photo.stem.rsplit("-", 1)[0] in [one["id"] for one in near]


@pytest.mark.parametrize("vectors", ["graph", "text", "image"])
def test_a_node_finds_others(call: Call, project: Path, vectors: str) -> None:
    near = found(call, "--node", "Product:P0001", "--vectors", vectors, "--project", project, "--k", 3)
    assert len(near) == 3
    assert "P0001" not in [one["id"] for one in near]


def test_brands_near_a_product(call: Call, project: Path) -> None:
    near = found(call, "--node", "Product:P0001", "--among", "Brand", "--project", project, "--k", 3)
    assert {one["label"] for one in near} == {"Brand"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "Give words"),
        (("x", "--node", "Product:P0001"), "Give words"),
        (("--node", "P0001"), "LABEL:ID"),
    ],
)
def test_wrong_usage(call: Call, project: Path, words: tuple[str, ...], said: str) -> None:
    result = call("near", *words, "--project", project)
    assert result.exit_code == 2
    assert said in result.output


def test_what_is_not_there_is_said(call: Call, project: Path, tmp_path: Path) -> None:
    assert "No vector" in str(call("near", "--node", "Product:nobody", "--project", project).output)
    assert 'no vectors "sound"' in str(
        call("near", "--node", "Product:P0001", "--vectors", "sound", "--project", project).output
    )
    empty = tmp_path / "empty"
    call("init", empty)
    assert "no vectors yet" in str(call("near", "x", "--project", empty).output)

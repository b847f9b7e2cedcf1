from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

import numpy as np
from PIL import Image

from shopgraph.demo import DemoShop
from shopgraph.demo.photos import SIZE
from shopgraph.demo.vocabulary import vocabulary
from tests.shopgraph.demo.conftest import Rows

Read = Callable[[str], Rows]


def _centre(shop: DemoShop, image_id: str) -> np.ndarray:
    """Give the pixels of the middle of a photo, shape ``(n, 3)``."""
    with Image.open(shop.folder / "images" / f"{image_id}.jpg") as image:
        pixels = np.asarray(image.convert("RGB"), dtype=float)
    return pixels[SIZE // 4 : -SIZE // 4, SIZE // 4 : -SIZE // 4].reshape(-1, 3)


def test_every_photo_opens_and_is_listed(shop: DemoShop, read: Read) -> None:
    rows = read("images.csv")
    assert {row["path"] for row in rows} == {f"images/{path.name}" for path in (shop.folder / "images").iterdir()}
    for row in rows:
        with Image.open(shop.folder / row["path"]) as image:
            image.load()
            assert (image.format, image.size) == ("JPEG", (SIZE, SIZE))


def test_a_photo_shows_the_colour_of_its_product(shop: DemoShop, read: Read) -> None:
    """For most plain products, no colour of the shop is nearer to more pixels than its own."""
    colours = vocabulary().colours
    palette = np.array([colour.rgb for colour in colours], dtype=float)
    palette /= np.linalg.norm(palette, axis=1, keepdims=True)
    vivid = [n for n, colour in enumerate(colours) if colour.family not in {"neutral", "brown"}]
    right = []
    for row in read("truth/photos.jsonl"):
        if row["finish"] != "plain" or row["view"] != "front" or row["colour_family"] in {"neutral", "brown"}:
            continue
        pixels = _centre(shop, row["image_id"])
        strong = pixels[np.ptp(pixels, axis=1) > 45]
        votes = np.bincount(
            (strong / np.linalg.norm(strong, axis=1, keepdims=True) @ palette[vivid].T).argmax(1), minlength=len(vivid)
        )
        right.append(colours[vivid[int(votes.argmax())]].family == row["colour_family"])
    assert len(right) > 20
    assert np.mean(right) > 0.75


def test_photos_of_one_kind_differ_by_colour(shop: DemoShop, read: Read) -> None:
    means: dict[str, dict[str, list[np.ndarray]]] = defaultdict(lambda: defaultdict(list))
    for row in read("truth/photos.jsonl"):
        if row["finish"] == "plain" and row["view"] == "front":
            means[row["kind"]][row["colour"]].append(_centre(shop, row["image_id"]).mean(0))
    for kind, colours in means.items():
        names = sorted(colours)
        for place, name in enumerate(names):
            for other in names[place + 1 :]:
                assert np.abs(colours[name][0] - colours[other][0]).max() > 2, (kind, name, other)


def test_a_patterned_surface_is_busier_than_a_plain_one(shop: DemoShop, read: Read) -> None:
    spread: dict[str, list[float]] = defaultdict(list)
    for row in read("truth/photos.jsonl"):
        if row["kind"] in {
            "Bags > Tote Bags",
            "Fitness > Yoga Mats",
            "Cookware > Mugs",
            "Coats & Jackets > Winter Coats",
        }:
            spread[row["finish"]].append(float(_centre(shop, row["image_id"]).std(0).mean()))
    for finish in ("striped", "dotted", "checked"):
        assert np.mean(spread[finish]) > np.mean(spread["plain"])

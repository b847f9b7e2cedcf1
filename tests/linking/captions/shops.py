"""A small shop of drawn photos: three kinds, four colours, plain or striped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from linking.captions.catalogue import PhotoExample
from linking.mentions import NodeRef

COLOURS = {"red": (200, 40, 40), "green": (40, 150, 60), "blue": (40, 60, 190), "yellow": (230, 200, 40)}
KINDS: dict[str, Callable[[ImageDraw.ImageDraw, int, int, int], None]] = {
    "Mugs": lambda pen, x, y, s: pen.rectangle((x - s, y - s, x + s, y + s), fill=255),
    "Balls": lambda pen, x, y, s: pen.ellipse((x - s, y - s, x + s, y + s), fill=255),
    "Tents": lambda pen, x, y, s: pen.polygon([(x, y - s), (x - s, y + s), (x + s, y + s)], fill=255),
}
SIDE = 64


def draw(kind: str, colour: str, striped: bool, rng: np.random.Generator) -> Image.Image:
    """Draw a product; every mug has a dark band, whatever its colour."""
    mask = Image.new("L", (SIDE, SIDE), 0)
    x, y = (int(at) for at in rng.integers(28, 37, 2))
    KINDS[kind](ImageDraw.Draw(mask), x, y, int(rng.integers(16, 24)))
    paint = Image.new("RGB", (SIDE, SIDE), COLOURS[colour])
    pen = ImageDraw.Draw(paint)
    for left in range(int(rng.integers(0, 4)), SIDE, 8) if striped else ():
        pen.rectangle((left, 0, left + 2, SIDE), fill=(250, 250, 250))
    if kind == "Mugs":
        pen.rectangle((0, y + 6, SIDE, y + 12), fill=(35, 30, 30))
    photo = Image.new("RGB", (SIDE, SIDE), tuple(int(v) for v in rng.integers(236, 250, 3)))
    photo.paste(paint, (0, 0), mask)
    return photo


def labels(kind: str, colour: str | None, rng: np.random.Generator) -> dict[str, tuple[NodeRef, str]]:
    """Say what the shop lists: the category path, the colour perhaps, a season by chance, a year."""
    given = {
        "category 1": (
            NodeRef("Category", "Home" if kind == "Mugs" else "Outdoor"),
            "Home" if kind == "Mugs" else "Outdoor",
        ),
        "category 2": (NodeRef("Category", kind), kind),
        "year": (NodeRef("Attribute", f"year={2010 + len(kind)}"), str(2010 + len(kind))),
    }
    if colour:
        given["colour"] = (NodeRef("Attribute", f"colour={colour}"), colour.title())
    season = str(rng.choice(["summer", "winter"]))
    given["season"] = (NodeRef("Attribute", f"season={season}"), season)
    return given


def make_shop(folder: Path, *, seed: int = 0, each: int = 6) -> list[PhotoExample]:
    """Draw ``each`` products of every kind, colour and finish. Tents' colours are listed nowhere."""
    rng = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    examples = []
    for kind in KINDS:
        for colour in COLOURS:
            for number in range(each):
                striped = number % 2 == 1
                name = f"{kind}-{colour}-{number}"
                path = folder / f"{name}.png"
                draw(kind, colour, striped, rng).save(path)
                listed = None if kind == "Tents" else colour
                title = f"Acme {kind[:-1]} {'striped' if striped else 'simple'} {number}"
                examples.append(PhotoExample(name, path, name, title, labels(kind, listed, rng)))
    return examples

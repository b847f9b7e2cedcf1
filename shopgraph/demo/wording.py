"""Titles and descriptions of the demo shop's products, in English and Chinese.

They speak of brand, kind, material and listed colour only; what reviews and photos are for is left to them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from shopgraph.demo.chance import pick
from shopgraph.demo.vocabulary import Colour, Kind


@dataclass(frozen=True, slots=True)
class Wording:
    """What the shop writes about a product; None where it wrote nothing."""

    title: str
    title_zh: str
    description: str | None
    description_zh: str | None


_OPENINGS_ONE = (
    "The {model} is {brand}'s take on the classic {noun}.",
    "Meet the {model}, {article} {noun} from the {brand} workshop.",
    "{brand} has made the {model} for ten years, and it is still the {noun} we sell with the fewest questions.",
    "A {noun} without fuss: the {brand} {model}.",
    "The {noun} for everyday use, designed by {brand}.",
)
_OPENINGS_MANY = (
    "The {model} are {brand}'s take on classic {noun}.",
    "Meet the {model}: {noun} from the {brand} workshop.",
    "{brand} has made the {model} for ten years, and they are still the {noun} we sell with the fewest questions.",
    "{Noun} without fuss: the {brand} {model}.",
    "{Noun} for everyday use, designed by {brand}.",
)
_MATERIALS = (
    "Made of {material}.",
    "Built from {material} that ages well.",
    "The {material} comes from a supplier we have visited ourselves.",
    "We chose {material} because it lasts.",
)
_COLOURS = (
    "Shown here in {colour}.",
    "This one is the version in {colour}.",
    "In {colour}, our bestseller of the year.",
)
_CLOSINGS = (
    "Two-year guarantee.",
    "Ships in plain recycled cardboard.",
    "Spare parts are available in our shop.",
    "Designed in a small studio and made in short runs.",
    "",
)
_OPENINGS_ZH = (
    "{brand} {model} {kind}，经典款式的新诠释。",
    "来自 {brand} 工坊的{kind}，型号 {model}。",
    "{brand} 做 {model} 系列已有十年，这款{kind}一直是店里的常青款。",
    "简单实用的{kind}，就选 {brand} {model}。",
    "{brand} 设计的日常{kind}。",
)
_MATERIALS_ZH = (
    "采用{material}制作。",
    "选用耐用的{material}。",
    "{material}材质，越用越有质感。",
    "{material}来自我们实地走访过的供应商。",
)
_COLOURS_ZH = ("图中为{colour}款。", "本款颜色：{colour}。", "{colour}，今年的热卖色。")
_CLOSINGS_ZH = ("两年质保。", "环保纸盒包装发货。", "店内可购买配件。", "小型工作室设计，小批量生产。", "")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _titled(text: str) -> str:
    return " ".join(_capital(word) for word in text.split())


def _titles(
    kind: Kind,
    brand: str,
    model: str,
    colour: Colour | None,
    material: str | None,
    material_zh: str,
    rng: np.random.Generator,
) -> tuple[str, str]:
    noun = _titled(kind.noun)
    with_material = material is not None and rng.random() < 0.6
    with_colour = colour is not None and rng.random() < 0.7
    body = f"{_titled(material)} {noun}" if material is not None and with_material else noun
    title = pick((f"{brand} {model} {body}", f"{brand} {body} {model}", f"{model} {body} by {brand}"), rng)
    tail_zh = f"{material_zh}{kind.zh}" if with_material else kind.zh
    title_zh = pick((f"{brand} {model} {tail_zh}", f"{brand} {tail_zh} {model}"), rng)
    if colour is not None and with_colour:
        title += pick((f", {_titled(colour.name)}", f" in {_titled(colour.name)}", f" ({colour.name})"), rng)
        title_zh += f" {colour.zh}"
    return title, title_zh


def describe(
    *,
    kind: Kind,
    brand: str,
    model: str,
    colour: Colour | None,
    material: str | None,
    material_zh: str,
    rng: np.random.Generator,
) -> Wording:
    """Write titles and descriptions; pass None for a colour or material that the shop does not list."""
    title, title_zh = _titles(kind, brand, model, colour, material, material_zh, rng)
    article = "an" if kind.noun[0] in "aeiou" else "a"
    chosen = rng.permutation(len(kind.details))[:2]
    openings = _OPENINGS_MANY if kind.plural else _OPENINGS_ONE
    opening = pick(openings, rng).format(
        model=model, brand=brand, noun=kind.noun, Noun=_capital(kind.noun), article=article
    )
    english = [opening, *(kind.details[row] for row in chosen)]
    chinese = [pick(_OPENINGS_ZH, rng).format(model=model, brand=brand, kind=kind.zh)]
    chinese.extend(kind.details_zh[row] for row in chosen)
    if material is not None:
        english.append(pick(_MATERIALS, rng).format(material=material))
        chinese.append(pick(_MATERIALS_ZH, rng).format(material=material_zh))
    if colour is not None and rng.random() < 0.5:
        english.append(pick(_COLOURS, rng).format(colour=colour.name))
        chinese.append(pick(_COLOURS_ZH, rng).format(colour=colour.zh))
    english.append(pick(_CLOSINGS, rng))
    chinese.append(pick(_CLOSINGS_ZH, rng))
    return Wording(
        title=title,
        title_zh=title_zh,
        description=" ".join(filter(None, english)) if rng.random() > 0.04 else None,
        description_zh="".join(chinese) if rng.random() > 0.06 else None,
    )

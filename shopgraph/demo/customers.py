"""The customers of the demo shop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from shopgraph.demo.chance import pick
from shopgraph.demo.tastes import Taste

CHINESE_SHARE = 0.35
"""Part of the customers who write Chinese."""

_FIRST = (
    "Ada", "Ben", "Carla", "Dev", "Elif", "Finn", "Grace", "Hugo", "Ines", "Jonas", "Kira", "Liam", "Mona", "Noor",
    "Owen", "Pia", "Ravi", "Sara", "Tom", "Uma", "Vera", "Will", "Yara", "Zoe",
)  # fmt: skip
_LAST = ("A.", "B.", "C.", "D.", "F.", "G.", "H.", "K.", "L.", "M.", "N.", "P.", "R.", "S.", "T.", "W.")
_FIRST_ZH = tuple("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗")
_LAST_ZH = ("女士", "先生", "小姐", "同学", "老师")
_REGIONS = ("north", "south", "east", "west")
_AGES = ("18-24", "25-34", "35-44", "45-54", "55+")


@dataclass(frozen=True, slots=True)
class Customer:
    """One customer; the taste is in no table."""

    id: str
    name: str
    language: str
    region: str | None
    age: str | None
    taste: Taste


def make_customers(tastes: Sequence[Taste], *, rng: np.random.Generator) -> list[Customer]:
    """Make one customer for each taste."""
    customers = []
    for row, taste in enumerate(tastes):
        chinese = rng.random() < CHINESE_SHARE
        first, last = (_FIRST_ZH, _LAST_ZH) if chinese else (_FIRST, _LAST)
        name = f"{pick(first, rng)}{'' if chinese else ' '}{pick(last, rng)}"
        customers.append(
            Customer(
                id=f"U{row + 1:05d}",
                name=name,
                language="zh" if chinese else "en",
                region=pick(_REGIONS, rng) if rng.random() > 0.1 else None,
                age=pick(_AGES, rng) if rng.random() > 0.25 else None,
                taste=taste,
            )
        )
    return customers

"""The customers of the demo shop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from shopgraph.demo.tastes import Taste

CHINESE_SHARE = 0.35
"""Part of the customers who write Chinese."""

_FIRST = (
    "Ada", "Ben", "Carla", "Dev", "Elif", "Finn", "Grace", "Hugo", "Ines", "Jonas", "Kira", "Liam", "Mona", "Noor",
    "Owen", "Pia", "Ravi", "Sara", "Tom", "Uma", "Vera", "Will", "Yara", "Zoe",
)  # fmt: skip
_LAST = "ABCDEFGHJKLMNPRSTVW"
_FIRST_ZH = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
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
        if chinese:
            name = _FIRST_ZH[rng.integers(len(_FIRST_ZH))] + _LAST_ZH[rng.integers(len(_LAST_ZH))]
        else:
            name = f"{_FIRST[rng.integers(len(_FIRST))]} {_LAST[rng.integers(len(_LAST))]}."
        customers.append(
            Customer(
                id=f"U{row + 1:05d}",
                name=name,
                language="zh" if chinese else "en",
                region=_REGIONS[rng.integers(len(_REGIONS))] if rng.random() > 0.1 else None,
                age=_AGES[rng.integers(len(_AGES))] if rng.random() > 0.25 else None,
                taste=taste,
            )
        )
    return customers

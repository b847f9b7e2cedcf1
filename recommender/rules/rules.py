"""What a rule says. ``rules.toml`` is made of these, key by key.

Rules come in three ranks. Filters and caps (``filters``, ``shares``, ``popularity``) are promises: no recommendation
breaks them, and no list of similar products or of products found breaks the filters. Pins are wishes: a pinned product
that a promise forbids is left out, and the answer's notes say so. All others change the order and nothing else. Boosts,
novelty and freshness count in parts of the best score among the products allowed, which is 1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from enum import StrEnum

from kg.errors import ConfigurationError
from recommender.filters import Filters

_CLOSED = {"extra": "forbid"}
"""To the reader: keys that are not declared are errors."""


class Group(StrEnum):
    """What a share is counted over."""

    CATEGORY = "category"  # a product in several counts in each; one without any counts in none
    BRAND = "brand"


@dataclass(frozen=True, slots=True)
class Boost:
    """Raise or lower some products.

    Attributes:
        where: which products; the keys of ``filters``.
        multiply: the score by this, above 0; above 1 raises. A score below 0 is divided by it.
        add: to the score, after all multiplying; below 0 lowers.
    """

    __pydantic_config__ = _CLOSED

    where: Filters
    multiply: float = 1.0
    add: float = 0.0

    def __post_init__(self) -> None:
        if not 0 < self.multiply < math.inf:
            raise ConfigurationError(f"boosts: multiply is {self.multiply:g}; give a number above 0.")
        if not math.isfinite(self.add):
            raise ConfigurationError(f"boosts: add is {self.add:g}; give a number.")


@dataclass(frozen=True, slots=True)
class Pin:
    """Hold a product at a place of every answer.

    Attributes:
        product: its id.
        position: its rank, from 1; in an answer with fewer products it stands at the end.
    """

    __pydantic_config__ = _CLOSED

    product: str
    position: int

    def __post_init__(self) -> None:
        if self.position < 1:
            raise ConfigurationError(f"pins: position of {self.product} is {self.position}; ranks begin at 1.")


@dataclass(frozen=True, slots=True)
class Share:
    """Allow only so much of the answer to one category, or to one brand.

    Attributes:
        of: ``category`` or ``brand``.
        at_most: share of the products asked for, above 0 to 1; rounded down, and one product is always allowed.
        depth: categories are told apart by so many steps of their paths; by whole paths if absent.
    """

    __pydantic_config__ = _CLOSED

    of: Group
    at_most: float
    depth: int | None = None

    def __post_init__(self) -> None:
        if self.of not in tuple(Group):
            raise ConfigurationError(f'shares: of is "{self.of}"; give one of: {", ".join(Group)}.')
        if not 0 < self.at_most <= 1:
            raise ConfigurationError(f"shares: at_most is {self.at_most:g}; give a share above 0 and up to 1.")
        if self.depth is not None and self.depth < 1:
            raise ConfigurationError(f"shares: depth is {self.depth}; give 1 or more steps.")


@dataclass(frozen=True, slots=True)
class Diversity:
    """Choose products that differ from those above them: maximal marginal relevance.

    Carbonell & Goldstein (SIGIR 1998): the next product is the one with the highest
    ``relevance * score - (1 - relevance) * max_similarity`` to the products chosen. Scores are scaled to 0 to 1 among
    the 200 best; similarity is the cosine of what the graph says of two products.

    Attributes:
        relevance: from 0, as different as can be, to 1, the order of the scores.
    """

    __pydantic_config__ = _CLOSED

    relevance: float = 0.7

    def __post_init__(self) -> None:
        _share("diversity", "relevance", self.relevance)


@dataclass(frozen=True, slots=True)
class Novelty:
    """Lower what many customers know already.

    Attributes:
        weight: taken off the score of the bestseller, 0 or more; of others in proportion to ``log(1 + popularity)``.
    """

    __pydantic_config__ = _CLOSED

    weight: float

    def __post_init__(self) -> None:
        _not_negative("novelty", "weight", self.weight)


@dataclass(frozen=True, slots=True)
class PopularityCap:
    """Allow only so much of the answer to bestsellers.

    Attributes:
        top: share of the catalogue that counts as bestsellers, above 0 to 1.
        at_most: share of the products asked for, 0 to 1; rounded down.
    """

    __pydantic_config__ = _CLOSED

    top: float
    at_most: float

    def __post_init__(self) -> None:
        _share("popularity", "at_most", self.at_most)
        if not 0 < self.top <= 1:
            raise ConfigurationError(f"popularity: top is {self.top:g}; give a share above 0 and up to 1.")


@dataclass(frozen=True, slots=True)
class Freshness:
    """Raise what came out lately; products without a date of release are left as they are.

    Attributes:
        weight: added to the score of a product that comes out today, 0 or more.
        half_life_days: after so many days half of it is left.
    """

    __pydantic_config__ = _CLOSED

    weight: float
    half_life_days: float

    def __post_init__(self) -> None:
        _not_negative("freshness", "weight", self.weight)
        if not 0 < self.half_life_days < math.inf:
            raise ConfigurationError(f"freshness: half_life_days is {self.half_life_days:g}; give a number above 0.")


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of a shop's answers; what is absent is not applied.

    Attributes:
        filters: which products may be in an answer at all; the request's own filters hold besides.
        boosts: products to raise or lower.
        pins: products held at a place.
        shares: how much of an answer one category or brand may take.
        diversity: how much products should differ.
        novelty: how much less bestsellers count.
        popularity: how much of an answer bestsellers may take.
        freshness: how much more new products count.
    """

    __pydantic_config__ = _CLOSED

    filters: Filters = field(default_factory=Filters)
    boosts: tuple[Boost, ...] = ()
    pins: tuple[Pin, ...] = ()
    shares: tuple[Share, ...] = ()
    diversity: Diversity | None = None
    novelty: Novelty | None = None
    popularity: PopularityCap | None = None
    freshness: Freshness | None = None

    def __post_init__(self) -> None:
        for name in ("position", "product"):
            seen: set[object] = set()
            for pin in self.pins:
                value = getattr(pin, name)
                if value in seen:
                    raise ConfigurationError(f"pins: two pins have the {name} {value}; keep one of them.")
                seen.add(value)


def diverse(rules: Rules | None) -> Rules:
    """Give the rules of an answer from popularity alone, which is diverse unless the request says how diverse."""
    if rules is not None and rules.diversity is not None:
        return rules
    return replace(rules or Rules(), diversity=Diversity())


def _share(section: str, key: str, value: float) -> None:
    if not 0 <= value <= 1:
        raise ConfigurationError(f"{section}: {key} is {value:g}; give a number from 0 to 1.")


def _not_negative(section: str, key: str, value: float) -> None:
    if not 0 <= value < math.inf:
        raise ConfigurationError(f"{section}: {key} is {value:g}; give 0 or more.")

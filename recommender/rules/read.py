"""Reading ``rules.toml``, and saying clearly what is wrong in it."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import ConfigurationError
from kg.sources.locate import nearest
from recommender.filters import Filters
from recommender.rules.rules import Boost, Diversity, Freshness, Novelty, Pin, PopularityCap, Rules, Share

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_PARTS: Mapping[str, type] = {
    "filters": Filters,
    "boosts": Boost,
    "where": Filters,
    "pins": Pin,
    "shares": Share,
    "diversity": Diversity,
    "novelty": Novelty,
    "popularity": PopularityCap,
    "freshness": Freshness,
}
_LISTS = ("boosts", "pins", "shares")


def load_rules(path: str | Path) -> Rules:
    """Read the rules in a file.

    Raises:
        ConfigurationError: the file cannot be read, a key is unknown, or a value is of the wrong type or out of
            bounds; file and key are named.
    """
    try:
        values = tomllib.loads(Path(path).read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path} cannot be read: {error}.") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{path} is not TOML: {error}.") from error
    return parse_rules(values, where=str(path))


def parse_rules(values: Mapping[str, object], *, where: str) -> Rules:
    """Check rules that were read; ``where`` names the file in messages.

    Raises:
        ConfigurationError: as ``load_rules``.
    """
    from pydantic import TypeAdapter, ValidationError

    try:
        # JSON is where "strict" lets a list be a tuple, and still no word be a number.
        return TypeAdapter(Rules).validate_json(json.dumps(values, default=str), strict=True)
    except ValidationError as error:
        problems = [_problem(detail) for detail in error.errors(include_url=False)]
        raise ConfigurationError(f"{where}: " + "; ".join(dict.fromkeys(problems))) from error
    except ConfigurationError as error:
        raise ConfigurationError(f"{where}: {error}") from error


def _problem(detail: ErrorDetails) -> str:
    *place, key = detail["loc"]
    section = _shown(place)
    if detail["type"] in ("extra_forbidden", "unexpected_keyword_argument"):
        kind = _PARTS[next(step for step in reversed(place) if isinstance(step, str))] if place else Rules
        known = [known.name for known in fields(kind)]
        hint = f"{nearest(str(key), known)} Keys: {', '.join(known)}"
        return f'{section} has no key "{key}".{hint}' if place else f"there is no section [{key}].{hint}"
    if detail["type"] in ("missing", "missing_argument"):
        return f'{section} needs the key "{key}"'
    if not place:
        how = f"[[{key}]]" if key in _LISTS else f"[{key}]"
        return f"{key} must be a section: {how}"
    value = json.dumps(detail["input"], ensure_ascii=False, default=str)
    return f"{section} {key} is {value}; {detail['msg'].replace('Input should be', 'it must be')}"


def _shown(place: list[int | str]) -> str:
    """Write a place as people find it: ``[[boosts]] number 2, where``."""
    if not place:
        return ""
    first, *rest = place
    steps = (f" number {step + 1}" if isinstance(step, int) else f", {step}" for step in rest)
    return (f"[[{first}]]" if first in _LISTS else f"[{first}]") + "".join(steps)

"""Reading ``shopgraph.toml``, and saying clearly what is wrong in it."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel, ValidationError

from kg.errors import ConfigurationError
from kg.sources.locate import nearest
from shopgraph.settings.settings import Settings

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


def load_settings(path: Path) -> Settings:
    """Read the settings; keys that are not there have their defaults.

    Raises:
        ConfigurationError: the file cannot be read, a key is unknown, or a value is of the wrong type or out of
            bounds; every such key is named.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path} cannot be read: {error}. Make one with: shopgraph init") from error
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{path} is not TOML: {error}.") from error
    return parse_settings(values, where=str(path))


def parse_settings(values: dict[str, Any], *, where: str) -> Settings:
    """Check settings that were read; ``where`` names the file in messages.

    Raises:
        ConfigurationError: as ``load_settings``.
    """
    try:
        # JSON is where "strict" lets a list be a tuple, and still no word be a number.
        return Settings.model_validate_json(json.dumps(values, default=str), strict=True)
    except ValidationError as error:
        problems = [_problem(detail) for detail in error.errors(include_url=False)]
        raise ConfigurationError(f"{where}: " + "; ".join(dict.fromkeys(problems))) from error


def _problem(detail: ErrorDetails) -> str:
    place = [str(step) for step in detail["loc"]]
    if detail["type"] == "extra_forbidden":
        known = _keys(place[:-1])
        if len(place) == 1:
            return f"there is no section [{place[0]}].{nearest(place[0], known)} Sections: {', '.join(known)}"
        return f'[{place[0]}] has no key "{place[-1]}".{nearest(place[-1], known)} Keys: {", ".join(known)}'
    if len(place) == 1:
        return f"{place[0]} must be a section: [{place[0]}]"
    value = json.dumps(detail["input"], ensure_ascii=False, default=str)
    key = ".".join(step for step in place[1:] if step != "[key]")
    return f"[{place[0]}] {key} is {value}; {detail['msg'].replace('Input should be', 'it must be')}"


def _keys(place: list[str]) -> list[str]:
    """Give the keys allowed at a place."""
    model: type[BaseModel] = Settings
    for step in place:
        annotation = model.model_fields[step].annotation
        found = next((kind for kind in (annotation, *get_args(annotation)) if _is_model(kind)), None)
        if found is None:
            return []
        model = found
    return list(model.model_fields)


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)

"""The file ``shopgraph.toml`` that a new project starts with: every key, with its meaning and its default."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping
from typing import TYPE_CHECKING

from shopgraph.settings.settings import Settings

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

_HEAD = """\
# Settings of this shopgraph project. Every key is here with its default: take away the # before a key to set it.
# What changed is noticed: the next "shopgraph run" repeats the stages that depend on it, and no others.
"""


def settings_template(given: Mapping[str, Mapping[str, object]] | None = None) -> str:
    """Give the text of a ``shopgraph.toml`` that explains everything, and sets only what is given.

    Args:
        given: section -> key -> value.
    """
    parts = [_HEAD]
    for section, field in Settings.model_fields.items():
        part = field.get_default(call_default_factory=True)
        parts.append(f"\n# {type(part).__doc__ or ''}\n[{section}]\n")
        own = (given or {}).get(section, {})
        parts.extend(_key(name, info, own) for name, info in type(part).model_fields.items())
    return "".join(parts)


def _key(name: str, info: FieldInfo, given: Mapping[str, object]) -> str:
    default = info.get_default(call_default_factory=True)
    shown = default if default is not None else (info.examples or [""])[0]
    comment = textwrap.fill(info.description or "", 116, initial_indent="# ", subsequent_indent="# ")
    line = f"{name} = {toml_value(given[name])}" if name in given else f"#{name} = {toml_value(shown)}"
    return f"{comment}\n{line}\n"


def toml_value(value: object) -> str:
    """Write a value as it stands after ``key =`` in TOML."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{name} = {toml_value(item)}" for name, item in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(toml_value(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)

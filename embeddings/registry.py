"""What every folder of encoders has: entries by name, made from their options."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from kg.errors import ConfigurationError

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Entry(Generic[Made]):
    """One thing that can be asked for by name.

    Attributes:
        doc: one line for help and docs.
        make: makes it from its options, all of them keywords.
    """

    doc: str
    make: Callable[..., Made]

    @property
    def options(self) -> dict[str, bool]:
        """Names of the options, and whether each has to be given."""
        parameters = inspect.signature(self.make).parameters
        return {name: parameter.default is inspect.Parameter.empty for name, parameter in parameters.items()}


def make(kind: str, entries: Mapping[str, Entry[Made]], name: str, options: Mapping[str, object] | None) -> Made:
    """Make what ``name`` stands for.

    Args:
        kind: of the entries, for messages: "text encoder".
        entries: by name.
        name: key of ``entries``.
        options: of its own, by name.

    Raises:
        ConfigurationError: there is no such entry or option, or an option is missing; and what making it raises.
    """
    entry = entries.get(name)
    if entry is None:
        raise ConfigurationError(f'There is no {kind} "{name}". There are: {", ".join(entries)}.')
    given = dict(options or {})
    if unknown := sorted(given.keys() - entry.options.keys()):
        takes = ", ".join(entry.options) or "none"
        raise ConfigurationError(f'The {kind} "{name}" has no option "{unknown[0]}". Its options: {takes}.')
    if missing := [option for option, needed in entry.options.items() if needed and option not in given]:
        raise ConfigurationError(f'The {kind} "{name}" needs the option "{missing[0]}".')
    return entry.make(**given)

"""Every captioner by its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.errors import ConfigurationError
from linking.captions.protocol import Captioner


@dataclass(frozen=True, slots=True)
class CaptionerEntry:
    """A captioner that can be asked for.

    Attributes:
        doc: one line for help and docs.
        options: names of the options it takes.
        make: makes it from its options.
    """

    doc: str
    options: tuple[str, ...]
    make: Callable[..., Captioner]


def _catalogue(*, folder: Path) -> Captioner:
    from linking.captions.catalogue import load_catalogue

    return load_catalogue(folder)


def _transformers(**options: Any) -> Captioner:
    from linking.captions.pretrained import PretrainedCaptioner

    return PretrainedCaptioner(**options)


def _ocr() -> Captioner:
    from linking.captions.ocr import OcrCaptioner

    return OcrCaptioner()


CAPTIONERS: dict[str, CaptionerEntry] = {
    "catalogue": CaptionerEntry("Learned from the shop's own photos, titles and attributes.", ("folder",), _catalogue),
    "transformers": CaptionerEntry(
        "A pretrained network (BLIP, GIT, ...) from a folder, or from a hub at a pinned revision.",
        ("model", "revision", "prompt", "device"),
        _transformers,
    ),
    "ocr": CaptionerEntry("Words printed on products and packaging.", (), _ocr),
}
"""Captioners that look at pixels. Ready captions of the input are ``linking.captions.column``."""


def captioner(name: str, options: Mapping[str, Any] | None = None) -> Captioner:
    """Give the captioner called ``name``.

    Args:
        name: key of ``CAPTIONERS``.
        options: of its own, as ``CAPTIONERS[name].options`` names them.

    Raises:
        ConfigurationError: there is no such captioner or option.
        MissingExtraError: it needs a package that is not installed.
        ModelError: its model cannot be read.
    """
    entry = CAPTIONERS.get(name)
    if entry is None:
        raise ConfigurationError(f'There is no captioner "{name}". Captioners: {", ".join(CAPTIONERS)}.')
    given = dict(options or {})
    if unknown := sorted(set(given) - set(entry.options)):
        takes = ", ".join(entry.options) or "none"
        raise ConfigurationError(f'The captioner "{name}" has no option "{unknown[0]}". Its options: {takes}.')
    try:
        return entry.make(**given)
    except TypeError as error:
        if "missing" not in str(error):
            raise
        raise ConfigurationError(f'The captioner "{name}" needs the option "{entry.options[0]}".') from error

"""What every captioner is: pictures in, words out, with a confidence for each word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from PIL import Image

from linking.mentions import NodeRef


@dataclass(frozen=True, slots=True)
class CaptionWords:
    """Words of a caption that say one thing.

    Attributes:
        start, end: first character in the caption, and the one after the last.
        confidence: calibrated probability that the words are right, 0 to 1.
        node: the node they mean, where the captioner knows; None leaves it to the linker.
    """

    start: int
    end: int
    confidence: float
    node: NodeRef | None = None


@dataclass(frozen=True, slots=True)
class Caption:
    """What a picture shows, in words; an empty text where the captioner sees nothing it knows."""

    text: str
    words: tuple[CaptionWords, ...]


class Captioner(Protocol):
    """Writes captions. A new one is a file in ``linking/captions`` and an entry in ``CAPTIONERS``."""

    name: str
    """With version or revision, such as ``catalogue-3f2a`` or ``blip@82a37760``; the property ``model`` of DEPICTS."""

    def caption(self, pictures: Sequence[Image.Image]) -> list[Caption]:
        """Give a caption for each picture, in order. Pictures are RGB, one frame, checked for their size."""
        ...

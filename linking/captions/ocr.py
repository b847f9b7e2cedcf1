"""Words printed on products and packaging, read by RapidOCR, whose package ships its models."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

import numpy as np
from PIL import Image

from kg.errors import MissingExtraError
from linking.captions.protocol import Caption, CaptionWords

_SURE = 0.5
"""Confidence from which on a line is taken to be writing."""


class OcrCaptioner:
    """Gives the lines of print on a picture, from the top, with the reader's own confidence for each line.

    Raises:
        MissingExtraError: RapidOCR is not installed.
    """

    def __init__(self) -> None:
        try:
            from rapidocr import RapidOCR
        except ImportError as error:
            raise MissingExtraError(package="rapidocr", extra="ocr", purpose="Reading print on photos") from error
        self._reader: Any = RapidOCR(params=_SETTINGS)
        self.name = f"ocr-{version('rapidocr')}"

    def caption(self, pictures: Sequence[Image.Image]) -> list[Caption]:
        """Give a caption for each picture, in order; an empty one where nothing is printed."""
        return [self._caption(picture) for picture in pictures]

    def _caption(self, picture: Image.Image) -> Caption:
        pixels = np.asarray(picture.convert("RGB"))[:, :, ::-1]  # the reader wants blue first
        found = self._reader(np.ascontiguousarray(pixels))
        lines = zip(found.txts or (), found.scores or (), strict=True)
        text, words = "", []
        for line, score in ((" ".join(str(line).split()), float(score)) for line, score in lines):
            if not line or score < _SURE:
                continue
            start = len(text) + 1 if text else 0
            text = f"{text} {line}" if text else line
            words.append(CaptionWords(start, len(text), min(max(score, 0.0), 1.0)))
        return Caption(text, tuple(words))


_SETTINGS = {
    "Global.log_level": "error",
    # One thread: a shop's photos are many, and the same picture gives the same answer.
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
}

"""Captions: photos to words. Each captioner is one file, and an entry in ``CAPTIONERS``."""

from __future__ import annotations

from linking.captions.cache import CaptionCache
from linking.captions.column import ColumnCaptions
from linking.captions.photos import PhotoCaption, caption_photos
from linking.captions.protocol import Caption, Captioner, CaptionWords
from linking.captions.registry import CAPTIONERS, captioner

__all__ = [
    "CAPTIONERS",
    "Caption",
    "CaptionCache",
    "CaptionWords",
    "Captioner",
    "ColumnCaptions",
    "PhotoCaption",
    "caption_photos",
    "captioner",
]

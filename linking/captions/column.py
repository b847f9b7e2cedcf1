"""Captions that the input brought: the column ``caption`` of the table of images."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from linking.captions.protocol import Caption, CaptionWords


class ColumnCaptions:
    """Ready captions by the id of the image. It looks at no pixels, so photos need not even be there.

    The whole caption is one piece of words of confidence 1 that mean nothing yet: the linker finds what they name.

    Attributes:
        name: ``column-`` and the first characters of the SHA-256 of all captions.
    """

    def __init__(self, captions: Mapping[str, str]) -> None:
        self._captions = {image_id: text for image_id, given in captions.items() if (text := " ".join(given.split()))}
        digest = hashlib.sha256()
        for image_id, text in sorted(self._captions.items()):
            digest.update(f"{len(image_id)} {image_id} {text}\n".encode())
        self.name = f"column-{digest.hexdigest()[:8]}"

    def caption_of(self, image_id: str) -> Caption:
        """Give the caption of an image; an empty one where the input has none."""
        text = self._captions.get(image_id, "")
        return Caption(text, (CaptionWords(0, len(text), 1.0),) if text else ())

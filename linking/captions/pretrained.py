"""Captions by a pretrained network (BLIP, BLIP-2, GIT and their like) through the library transformers.

Weights come from a local folder, or from a hub at a revision that is pinned; they are read as safetensors alone, and
no code that comes with a model is run.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from PIL import Image

from kg.errors import MissingExtraError, ModelError
from kg.pretrained import UNREADABLE, find_pretrained, quiet_loading
from linking.captions.protocol import Caption, CaptionWords

_PURPOSE = "Captioning with a pretrained network"
_BATCH = 8
_LONGEST = 40
"""Tokens of a caption at most."""
_WORD = re.compile(r"[\w'’-]+")


class PretrainedCaptioner:
    """Writes captions with a network of the kind image-text-to-text.

    The confidence of a word is the product of the probabilities of its tokens. It is the network's own and is not
    calibrated for the shop.

    Args:
        model: folder of the model, or its name on the hub.
        revision: commit of the hub's model, in hexadecimal; a branch or tag could change under the same name.
        prompt: words the caption begins with, where the model wants some.
        device: ``cpu``, ``cuda``, ...; by default a GPU where there is one.

    Raises:
        MissingExtraError: transformers is not installed.
        ConfigurationError: a hub name without revision, or a folder that is not there.
        ModelError: the model cannot be read, or has no weights in safetensors.
    """

    def __init__(
        self, model: str | Path, *, revision: str | None = None, prompt: str | None = None, device: str | None = None
    ) -> None:
        try:
            import torch
            from transformers import AutoModelForImageTextToText, AutoProcessor
        except ImportError as error:
            raise MissingExtraError(package="transformers", extra="vision", purpose=_PURPOSE) from error
        if find_spec("torchvision") is None:  # the library's processors of pictures need it, and say so too late
            raise MissingExtraError(package="torchvision", extra="vision", purpose=_PURPOSE)
        found = find_pretrained(model, revision=revision, what="captioning model")
        processors: Any = AutoProcessor
        try:
            with quiet_loading():
                self._processor: Any = processors.from_pretrained(
                    found.folder, local_files_only=True, trust_remote_code=False
                )
                network: Any = AutoModelForImageTextToText.from_pretrained(
                    found.folder, local_files_only=True, use_safetensors=True, trust_remote_code=False
                )
        except UNREADABLE as error:
            reason = " ".join(str(error).split())[:300]
            raise ModelError(f"The captioning model {model} cannot be read: {reason}") from error
        self._device = device or ("cuda" if torch.cuda.is_available() else "cpu")
        self._network = network.to(self._device).eval()
        self._prompt = prompt
        self.name = found.name

    def caption(self, pictures: Sequence[Image.Image]) -> list[Caption]:
        """Give a caption for each picture, in order."""
        captions: list[Caption] = []
        for start in range(0, len(pictures), _BATCH):
            captions += self._captions(pictures[start : start + _BATCH])
        return captions

    def _captions(self, pictures: Sequence[Image.Image]) -> list[Caption]:
        import torch

        texts = {} if self._prompt is None else {"text": [self._prompt] * len(pictures)}
        given = self._processor(images=list(pictures), return_tensors="pt", **texts).to(self._device)
        with torch.inference_mode():
            made = self._network.generate(
                **given,
                max_new_tokens=_LONGEST,
                do_sample=False,
                num_beams=1,
                output_scores=True,
                return_dict_in_generate=True,
            )
            steps = [torch.log_softmax(step.float(), dim=-1) for step in made.scores]
        tokens = made.sequences[:, made.sequences.shape[1] - len(steps) :]
        captions = []
        for row in range(len(pictures)):
            ids = tokens[row].tolist()
            chances = [float(steps[place][row, token].exp()) for place, token in enumerate(ids)]
            captions.append(self._caption(ids, chances))
        return captions

    def _caption(self, ids: Sequence[int], chances: Sequence[float]) -> Caption:
        """Put tokens together, and for each of its words the probabilities of the tokens that reach into it."""
        tokenizer = self._processor.tokenizer
        special = set(tokenizer.all_special_ids)
        kept = [(token, chance) for token, chance in zip(ids, chances, strict=True) if token not in special]
        text, ends = "", []
        for count in range(1, len(kept) + 1):
            text = tokenizer.decode([token for token, _ in kept[:count]], skip_special_tokens=True)
            ends.append(len(text))
        lead = len(text) - len(text.lstrip())
        text = text.strip()
        words = []
        for found in _WORD.finditer(text):
            begin, end = found.start() + lead, found.end() + lead
            parts = [
                chance
                for (_, chance), first, last in zip(kept, [0, *ends], ends, strict=False)
                if first < end and last > begin
            ]
            words.append(CaptionWords(found.start(), found.end(), math.prod(parts)))
        return Caption(text, tuple(words))

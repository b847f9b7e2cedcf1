"""Vectors of pictures and words in one space: CLIP, SigLIP, SigLIP 2 and Chinese-CLIP through transformers.

Radford et al., "Learning transferable visual models from natural language supervision", ICML 2021; Tschannen et al.,
"SigLIP 2", 2025; Yang et al., "Chinese CLIP", 2022. Weights come from a folder, or from a hub at a revision that is
pinned; they are read as safetensors alone, and no code that comes with a network is run.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from embeddings.threads import torch_threads
from embeddings.vectors import VectorArray
from kg.errors import ConfigurationError, MissingExtraError, ModelError
from kg.limits import limit
from kg.pretrained import UNREADABLE, find_pretrained, quiet_loading

_WHAT = "image-text model"
_PURPOSE = "Image vectors by a pretrained network"
_LONGEST_TO_SHORTEST = 4
"""Pictures up to this shape keep all the detail the network can see."""
_CHARACTERS_OF_A_TOKEN = 32


class VisionModel:
    """A network with a tower for pictures and one for words.

    Args:
        model: folder of the network, or its name on the hub.
        revision: commit of the hub's network, in hexadecimal.
        batch: pictures or texts computed at a time, default 16.
        device: ``cpu``, ``cuda``, ...; by default a GPU where there is one.
        threads: of the processor; by default PyTorch's own number, 8 at most.

    Attributes:
        name: of the network, and its revision.
        images: the tower for pictures.
        texts: the tower for words; its vectors lie in the same space.

    Raises:
        MissingExtraError: transformers or torchvision is not installed.
        ConfigurationError: a hub name without revision, or a folder that is not there.
        ModelError: it cannot be read, has no weights in safetensors, or is of another kind.
    """

    def __init__(
        self,
        model: str | Path,
        *,
        revision: str | None = None,
        batch: int = 16,
        device: str | None = None,
        threads: int | None = None,
    ) -> None:
        if batch < 1:
            raise ConfigurationError(f"batch of an image encoder is {batch}; give 1 or more.")
        try:
            import torch
            from transformers import AutoImageProcessor, AutoModel, AutoTokenizer
        except ImportError as error:
            raise MissingExtraError(package="transformers", extra="vision", purpose=_PURPOSE) from error
        if find_spec("torchvision") is None:  # the library's processors of pictures need it, and say so too late
            raise MissingExtraError(package="torchvision", extra="vision", purpose=_PURPOSE)
        found = find_pretrained(model, revision=revision, what=_WHAT)
        safely = {"local_files_only": True, "trust_remote_code": False}
        loaders: Any = (AutoImageProcessor, AutoTokenizer)  # which are typed as taking nothing
        try:
            with quiet_loading():
                self._processor, self._tokenizer = (one.from_pretrained(found.folder, **safely) for one in loaders)
                network: Any = AutoModel.from_pretrained(
                    found.folder, use_safetensors=True, local_files_only=True, trust_remote_code=False
                )
        except UNREADABLE as error:
            reason = " ".join(str(error).split())[:300]
            raise ModelError(f"The {_WHAT} {model} cannot be read: {reason}") from error
        if not (hasattr(network, "get_image_features") and hasattr(network, "get_text_features")):
            kind = getattr(network.config, "model_type", "unknown")
            raise ModelError(
                f"The network in {found.folder} is of the kind {kind}, which does not put pictures and words into one "
                "space. Give a CLIP, SigLIP, SigLIP 2 or Chinese-CLIP."
            )
        self._device = device or ("cuda" if torch.cuda.is_available() else "cpu")
        self._network = network.to(self._device).eval()
        self._batch = batch
        self._threads = threads
        # SigLIP has no mask for its words: it was trained on texts filled up to their full length.
        self._filled = str(network.config.model_type).startswith("siglip")
        positions = int(network.config.text_config.max_position_embeddings)
        self.tokens = min(positions, int(self._tokenizer.model_max_length))
        self.edge = min(limit("picture_edge"), _LONGEST_TO_SHORTEST * _seen_side(network.config.vision_config))
        self.name = found.name
        self.fingerprint = hashlib.sha256(
            json.dumps([1, found.fingerprint, self.tokens, self.edge]).encode()
        ).hexdigest()
        self.dim = self.of_texts([""]).shape[1]
        self.images = VisionImageEncoder(self)
        self.texts = VisionTextEncoder(self)

    def of_pictures(self, pictures: Sequence[Image.Image]) -> VectorArray:
        """Give vectors of pictures, RGB and upright, ``(n_pictures, dim)``, of length 1."""
        parts = []
        for start in range(0, len(pictures), self._batch):
            given = self._processor(images=list(pictures[start : start + self._batch]), return_tensors="pt")
            parts.append(self._computed(self._network.get_image_features, given))
        return np.concatenate(parts) if parts else np.zeros((0, self.dim), dtype=np.float32)

    def of_texts(self, texts: Sequence[str]) -> VectorArray:
        """Give vectors of texts, ``(n_texts, dim)``, of length 1; what goes beyond ``tokens`` is cut off."""
        parts = []
        for start in range(0, len(texts), self._batch):
            given = self._tokenizer(
                [text[: self.tokens * _CHARACTERS_OF_A_TOKEN] for text in texts[start : start + self._batch]],
                padding="max_length" if self._filled else True,
                truncation=True,
                max_length=self.tokens,
                return_tensors="pt",
            )
            if self._filled:
                given.pop("attention_mask", None)
            parts.append(self._computed(self._network.get_text_features, given))
        return np.concatenate(parts) if parts else np.zeros((0, self.dim), dtype=np.float32)

    def _computed(self, compute: Any, given: Mapping[str, Any]) -> VectorArray:
        import torch

        with torch_threads(self._threads), torch.inference_mode():
            found = compute(**{name: value.to(self._device) for name, value in given.items()})
            pooled = getattr(found, "pooler_output", found)
            made = torch.nn.functional.normalize(pooled.float(), dim=-1).cpu().numpy()
        return np.asarray(made, dtype=np.float32)


class VisionImageEncoder:
    """The tower for pictures of a ``VisionModel``, as an image encoder."""

    def __init__(self, model: VisionModel) -> None:
        self._model = model
        self.name, self.fingerprint = model.name, _tower(model, "image")
        self.dim, self.edge = model.dim, model.edge

    def encode(self, pictures: Sequence[Image.Image]) -> VectorArray:
        """Give the vectors, ``(n_pictures, dim)``, each of length 1."""
        return self._model.of_pictures(pictures)


class VisionTextEncoder:
    """The tower for words of a ``VisionModel``, as a text encoder."""

    def __init__(self, model: VisionModel) -> None:
        self._model = model
        self.name, self.fingerprint = model.name, _tower(model, "text")
        self.dim = model.dim

    def encode(self, texts: Sequence[str]) -> VectorArray:
        """Give the vectors, ``(n_texts, dim)``, each of length 1; zeros for a text of nothing but space."""
        vectors = np.zeros((len(texts), self.dim), dtype=np.float32)
        rows = [row for row, text in enumerate(texts) if text.strip()]
        vectors[rows] = self._model.of_texts([texts[row] for row in rows])
        return vectors


def _tower(model: VisionModel, kind: str) -> str:
    return hashlib.sha256(f"{kind} {model.fingerprint}".encode()).hexdigest()


def _seen_side(vision: Any) -> int:
    """Give the side in pixels of what the network sees; one that takes any shape sees about as many patches."""
    side = getattr(vision, "image_size", None)
    if side is None:
        side = round(int(vision.num_patches) ** 0.5) * int(vision.patch_size)
    return int(side)

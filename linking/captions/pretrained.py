"""Captions by a pretrained network (BLIP, BLIP-2, GIT and their like) through the library transformers.

Weights come from a local folder, or from a hub at a revision that is pinned; they are read as safetensors alone, and
no code that comes with a model is run.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from PIL import Image

from kg.errors import ConfigurationError, MissingExtraError, ModelError
from linking.captions.protocol import Caption, CaptionWords

_PURPOSE = "Captioning with a pretrained network"
_REVISION = re.compile(r"[0-9a-f]{7,64}")
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
        source, pinned = _source(str(model), revision)
        try:
            import torch
            from transformers import AutoModelForImageTextToText, AutoProcessor
        except ImportError as error:
            raise MissingExtraError(package="transformers", extra="vision", purpose=_PURPOSE) from error
        if find_spec("torchvision") is None:  # the library's processors of pictures need it, and say so too late
            raise MissingExtraError(package="torchvision", extra="vision", purpose=_PURPOSE)
        folder = Path(source)
        if folder.is_dir():
            _need_safetensors(folder)
        try:
            processors: Any = AutoProcessor
            self._processor: Any = processors.from_pretrained(source, revision=pinned, trust_remote_code=False)
            network: Any = AutoModelForImageTextToText.from_pretrained(
                source, revision=pinned, use_safetensors=True, trust_remote_code=False
            )
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            reason = " ".join(str(error).split())[:300]
            raise ModelError(f"The captioning model {model} cannot be read: {reason}") from error
        self._device = device or ("cuda" if torch.cuda.is_available() else "cpu")
        self._network = network.to(self._device).eval()
        self._prompt = prompt
        self.name = f"{folder.name if folder.is_dir() else source}@{pinned or _folder_hash(folder)}"

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


def _source(model: str, revision: str | None) -> tuple[str, str | None]:
    """Tell a folder from a hub's name, and insist on the revision of the latter."""
    if Path(model).is_dir():
        return model, None
    if Path(model).is_absolute() or model.startswith((".", "~")) or model.count("/") > 1:
        raise ConfigurationError(f"There is no folder {model} with a captioning model.")
    if revision is None or not _REVISION.fullmatch(revision):
        wrong = "" if revision is None else f" ({revision} is none)"
        raise ConfigurationError(
            f'The captioning model "{model}" is no folder, so it is taken for a name on the hub, and that needs a '
            f"revision: the commit in hexadecimal{wrong}. Give the revision, or the path of a folder."
        )
    return model, revision


def _need_safetensors(folder: Path) -> None:
    if any(folder.glob("*.safetensors")):
        return
    pickles = sorted(path.name for pattern in ("*.bin", "*.pt", "*.pth", "*.pkl") for path in folder.glob(pattern))
    found = (
        f"it holds {', '.join(pickles)}, a pickle, which can run code when it is read" if pickles else "it holds none"
    )
    raise ModelError(
        f"The captioning model in {folder} needs its weights as safetensors: {found}. "
        "Save it anew with save_pretrained(), which writes safetensors."
    )


def _folder_hash(folder: Path) -> str:
    """Give the first characters of the SHA-256 over a folder's files: what the model is, wherever it lies."""
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        if path.is_file() and path.suffix in (".json", ".safetensors", ".txt", ".model"):
            digest.update(path.name.encode())
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:8]

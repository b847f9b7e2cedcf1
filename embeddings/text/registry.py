"""Every text encoder by its name, and the one for a language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from embeddings.registry import Entry, make
from embeddings.text.protocol import TextEncoder


def _minilm(
    *, tokens: int | None = None, batch: int = 32, device: str | None = None, threads: int | None = None
) -> TextEncoder:
    from embeddings.text.minilm import minilm_encoder

    return minilm_encoder(tokens=tokens, batch=batch, device=device, threads=threads)


def _sentences(
    *,
    model: str | Path,
    revision: str | None = None,
    tokens: int | None = None,
    prompt: str = "",
    batch: int = 32,
    device: str | None = None,
    threads: int | None = None,
) -> TextEncoder:
    from embeddings.text.sentences import sentence_encoder

    return sentence_encoder(
        model=model, revision=revision, tokens=tokens, prompt=prompt, batch=batch, device=device, threads=threads
    )


def _ngrams(*, folder: Path | None = None, dim: int = 256, shortest: int = 1, longest: int = 4) -> TextEncoder:
    from embeddings.text.ngrams import NgramEncoder, NgramSettings

    return NgramEncoder.load(folder) if folder else NgramEncoder(NgramSettings(dim, shortest, longest))


def _vision(
    *,
    model: str | Path,
    revision: str | None = None,
    batch: int = 16,
    device: str | None = None,
    threads: int | None = None,
) -> TextEncoder:
    from embeddings.image.vision import VisionModel

    return VisionModel(model, revision=revision, batch=batch, device=device, threads=threads).texts


TEXT_ENCODERS: dict[str, Entry[TextEncoder]] = {
    "minilm": Entry("MiniLM from its package: English, no connection needed.", _minilm),
    "ngrams": Entry("Character n-grams learned from the shop's texts: any language, nothing to install.", _ngrams),
    "sentence-transformers": Entry("A network from a folder, or from a hub at a pinned revision.", _sentences),
    "transformers": Entry("The words' side of CLIP, SigLIP 2 or Chinese-CLIP, in one space with its photos.", _vision),
}


@dataclass(frozen=True, slots=True)
class TextSettings:
    """Which encoder is used for texts.

    Attributes:
        languages: encoder by language of the texts, as in ISO 639-1; default MiniLM for ``en``.
        others: encoder for every other language, default ``ngrams``.
        options: of an encoder, by its name.
    """

    languages: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({"en": "minilm"}))
    others: str = "ngrams"
    options: Mapping[str, Mapping[str, object]] = field(default_factory=dict)


def text_encoder(name: str, options: Mapping[str, object] | None = None) -> TextEncoder:
    """Give the text encoder called ``name``.

    Args:
        name: key of ``TEXT_ENCODERS``.
        options: of its own.

    Raises:
        ConfigurationError: there is no such encoder or option.
        MissingExtraError: it needs a package that is not installed.
        ModelError: its network, or what it had learned, cannot be read.
    """
    return make("text encoder", TEXT_ENCODERS, name, options)


def text_encoder_for(language: str, settings: TextSettings | None = None) -> TextEncoder:
    """Give the encoder for texts of a language: ``en``, or with a region, ``en-GB``.

    Raises:
        ConfigurationError, MissingExtraError, ModelError: as ``text_encoder``.
    """
    chosen = settings or TextSettings()
    plain = language.replace("_", "-").partition("-")[0].lower()
    name = chosen.languages.get(plain, chosen.others)
    return text_encoder(name, chosen.options.get(name))

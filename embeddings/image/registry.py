"""Every image encoder by its name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from embeddings.image.protocol import ImageEncoder
from embeddings.registry import Entry, make


def _looks(*, folder: Path | None = None, dim: int = 256, learn_from: int = 4_000, seed: int = 0) -> ImageEncoder:
    from embeddings.image.offline import LooksEncoder, LooksSettings

    return LooksEncoder.load(folder) if folder else LooksEncoder(LooksSettings(dim, learn_from, seed))


def _vision(
    *,
    model: str | Path,
    revision: str | None = None,
    batch: int = 16,
    device: str | None = None,
    threads: int | None = None,
) -> ImageEncoder:
    from embeddings.image.vision import VisionModel

    return VisionModel(model, revision=revision, batch=batch, device=device, threads=threads).images


IMAGE_ENCODERS: dict[str, Entry[ImageEncoder]] = {
    "looks": Entry("Colours, edges and texture, learned from the shop's photos: no connection needed.", _looks),
    "transformers": Entry("CLIP, SigLIP 2, Chinese-CLIP: from a folder, or from a hub at a pinned revision.", _vision),
}


def image_encoder(name: str = "looks", options: Mapping[str, object] | None = None) -> ImageEncoder:
    """Give the image encoder called ``name``.

    Args:
        name: key of ``IMAGE_ENCODERS``.
        options: of its own.

    Raises:
        ConfigurationError: there is no such encoder or option.
        MissingExtraError: it needs a package that is not installed.
        ModelError: its network, or what it had learned, cannot be read.
    """
    return make("image encoder", IMAGE_ENCODERS, name, options)

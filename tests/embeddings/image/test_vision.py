"""CLIP, SigLIP 2 and Chinese-CLIP with random weights, read by the real code."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from embeddings.image import LearningImageEncoder, image_encoder
from embeddings.image.vision import VisionModel
from embeddings.text import LearningTextEncoder, encode_texts, text_encoder
from kg.errors import ConfigurationError, ModelError

WORDS = {
    "clip": ["a red mug", "a blue shoe", "a red mug"],
    "siglip2": ["a red mug", "a blue shoe", "a red mug"],
    "chinese_clip": ["红色杯子", "蓝色鞋", "红色杯子"],
}


@pytest.mark.parametrize("kind", WORDS)
def test_pictures_and_words_in_one_space(
    network: Callable[[str], Path], drawings: list[Image.Image], kind: str
) -> None:
    model = VisionModel(network(kind), device="cpu", batch=2, threads=1)
    pictures = [drawings[0], drawings[7].resize((90, 40)), drawings[0], drawings[20]]
    seen = model.images.encode(pictures)
    read = encode_texts([*WORDS[kind], "   "], model.texts)
    assert seen.dtype == read.dtype == np.float32
    assert seen.shape[1] == read.shape[1] == model.images.dim == model.texts.dim
    np.testing.assert_allclose(np.linalg.norm(seen, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(seen[0], seen[2], atol=1e-5)
    assert np.abs(seen[0] - seen[1]).max() > 1e-3
    np.testing.assert_array_equal(read[0], read[2])
    assert np.abs(read[0] - read[1]).max() > 1e-4
    assert not read[3].any()
    # Whatever stands beside it in a batch, a text or picture has the same vector.
    np.testing.assert_allclose(model.images.encode(pictures[1:2])[0], seen[1], atol=1e-5)
    np.testing.assert_allclose(model.texts.encode(WORDS[kind][1:2])[0], read[1], atol=1e-5)
    assert model.images.encode([]).shape == (0, model.images.dim)


@pytest.mark.parametrize("kind", WORDS)
def test_vectors_are_those_of_the_network(
    network: Callable[[str], Path], drawings: list[Image.Image], kind: str
) -> None:
    """Against the library's own way: its forward pass over both towers, its embeddings."""
    import torch
    from transformers import AutoModel

    folder = network(kind)
    model = VisionModel(folder, device="cpu", threads=1)
    tower: object = AutoModel.from_pretrained(folder).eval()
    words = [model._tokenizer(text, padding="max_length", max_length=12, truncation=True) for text in WORDS[kind][:2]]
    given = {"input_ids": torch.tensor([one["input_ids"] for one in words])}
    if kind != "siglip2":
        given["attention_mask"] = torch.tensor([one["attention_mask"] for one in words])
    pixels = model._processor(images=drawings[:2], return_tensors="pt")
    with torch.inference_mode():
        out = tower(**given, **pixels)  # type: ignore[operator]
    np.testing.assert_allclose(model.texts.encode(WORDS[kind][:2]), out.text_embeds.numpy(), atol=1e-5)
    np.testing.assert_allclose(model.images.encode(drawings[:2]), out.image_embeds.numpy(), atol=1e-5)


def test_long_texts_are_cut(network: Callable[[str], Path]) -> None:
    model = VisionModel(network("clip"), device="cpu", threads=1)
    long, longer = model.texts.encode(["abc " * 40, "abc " * 100_000])
    np.testing.assert_allclose(long, longer, atol=1e-6)


def test_the_registries_know_both_towers(network: Callable[[str], Path], drawings: list[Image.Image]) -> None:
    options = {"model": network("clip"), "device": "cpu", "threads": 1}
    images, texts = image_encoder("transformers", options), text_encoder("transformers", options)
    assert images.name == texts.name
    assert not isinstance(images, LearningImageEncoder)
    assert not isinstance(texts, LearningTextEncoder)
    assert images.name.startswith("tiny-clip@")
    assert images.fingerprint != texts.fingerprint
    assert images.encode(drawings[:1]).shape == (1, texts.dim)
    assert images.fingerprint != image_encoder("transformers", {**options, "model": network("siglip2")}).fingerprint


def test_pickles_and_code_are_refused(network: Callable[[str], Path], tmp_path: Path) -> None:
    folder = tmp_path / "pickled"
    shutil.copytree(network("clip"), folder)
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(ModelError, match=r"pytorch_model\.bin, a pickle"):
        VisionModel(folder)
    (folder / "pytorch_model.bin").unlink()
    (folder / "model.safetensors").write_bytes(b"\xff" * 64)
    with pytest.raises(ModelError, match="cannot be read"):
        VisionModel(folder)
    own = tmp_path / "own"
    shutil.copytree(network("clip"), own)
    config = json.loads((own / "config.json").read_text())
    config |= {"model_type": "unheard-of", "auto_map": {"AutoModel": "code.Network", "AutoConfig": "code.Config"}}
    (own / "config.json").write_text(json.dumps(config))
    (own / "code.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    with pytest.raises(ModelError):
        VisionModel(own)
    assert not (tmp_path / "ran").exists()


def test_a_network_without_words_is_refused(network: Callable[[str], Path], tmp_path: Path) -> None:
    import transformers as hf

    folder = tmp_path / "vit"
    shutil.copytree(network("clip"), folder)
    tiny = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2}
    hf.ViTModel(hf.ViTConfig(**tiny, image_size=32, patch_size=16)).save_pretrained(folder)
    with pytest.raises(ModelError, match="of the kind vit"):
        VisionModel(folder)


def test_a_name_on_the_hub_needs_its_revision() -> None:
    with pytest.raises(ConfigurationError, match="revision"):
        image_encoder("transformers", {"model": "some/clip"})
    with pytest.raises(ConfigurationError, match='needs the option "model"'):
        image_encoder("transformers")
    with pytest.raises(ConfigurationError, match="no option"):
        image_encoder("transformers", {"model": "some/clip", "trust": True})
    with pytest.raises(ConfigurationError, match="There is no image encoder"):
        image_encoder("clipper")

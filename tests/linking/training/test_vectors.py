"""Word vectors: words that are used alike lie near each other, parts stand in for unknown words, files are checked."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from kg.errors import InputError, ModelError
from linking.training import LabelledSpan, LabelledText, judge_detector, train_detector
from linking.training.scores import total
from linking.training.vectors import WordVectors, learn_vectors, read_encoder_vectors, read_words

PARTS = ("strap", "zip", "sole", "hinge", "buckle", "lining")
SHOPS = ("amazon", "ebay", "walmart", "argos", "tesco", "lidl")


def plain(n_texts: int) -> list[list[str]]:
    """Give texts in which parts of a product and shops stand in other places."""
    draw = random.Random(0)
    texts = []
    for _ in range(n_texts):
        texts.append(["the", draw.choice(PARTS), draw.choice(("broke", "split", "tore")), "at", "once"])
        texts.append(["i", "bought", "it", "from", draw.choice(SHOPS), draw.choice(("today", "yesterday"))])
    return texts


def test_words_used_alike_lie_near_each_other() -> None:
    vectors = learn_vectors(plain(200), dimensions=8)
    rows = vectors.rows([*PARTS, *SHOPS])
    likeness = rows @ rows.T
    own = np.kron(np.eye(2), np.ones((6, 6))).astype(bool)
    assert likeness[own].min() > likeness[~own].max()
    assert np.array_equal(rows, learn_vectors(plain(200), dimensions=8).rows([*PARTS, *SHOPS]))


def test_a_detector_knows_a_word_from_texts_that_nobody_labelled(tmp_path: Path) -> None:
    labelled = []
    for number, (part, shop) in enumerate([(PARTS[k % 3], SHOPS[k % 3]) for k in range(24)]):
        word = part if number % 2 else shop
        text = f"see the {word} there no {number}"
        labelled.append(LabelledText(text, (LabelledSpan(8, 8 + len(word), "Aspect"),) if word == part else ()))
    new = [LabelledText(f"see the {w} there no 99", (LabelledSpan(8, 8 + len(w), "Aspect"),)) for w in PARTS[3:]]
    new += [LabelledText(f"see the {word} there no 99", ()) for word in SHOPS[3:]]
    vectors = learn_vectors(plain(200), dimensions=8)
    helped = train_detector(labelled, language="en", vectors=vectors)
    assert total(judge_detector(helped, new).values()).f1 == 1.0
    assert total(judge_detector(train_detector(labelled, language="en"), new).values()).f1 < 1.0
    helped.to_disk(tmp_path)
    again = train_detector(labelled[:4], language="en").from_disk(tmp_path)
    assert [[span.text for span in again(text.text).ents] for text in new] == [
        [span.text for span in helped(text.text).ents] for text in new
    ]


def test_an_unknown_word_is_the_mean_of_its_parts() -> None:
    vectors = WordVectors(["touch", "##pad", "pad"], np.array([[1, 0], [0, 1], [9, 9]], dtype=np.float32))
    assert vectors.rows(["touchpad", "pad", "touchx", ""]).tolist() == [[0.5, 0.5], [9, 9], [0, 0], [0, 0]]


def test_reduced_vectors_have_variance_one_and_no_empty_dimension() -> None:
    draw = np.random.default_rng(0)
    matrix = (draw.standard_normal((30, 2)) @ draw.standard_normal((2, 5))).astype(np.float32)
    words = [f"w{number}" for number in range(30)]
    small = WordVectors(words, matrix).reduced(words, dimensions=4)
    assert small.dimensions == 2
    assert np.cov(small.rows(words).T) == pytest.approx(np.eye(2), abs=1e-3)


def test_too_little_text_is_refused() -> None:
    with pytest.raises(ModelError, match="too little text"):
        learn_vectors([["a", "b"], ["a", "b"]])
    with pytest.raises(ModelError, match="do not fit"):
        WordVectors(["a"], np.zeros((2, 2), dtype=np.float32))


def test_an_encoder_gives_its_table(tmp_path: Path) -> None:
    table = np.arange(6, dtype=np.float32).reshape(3, 2)
    (tmp_path / "vocab.txt").write_text("[UNK]\nstrap\n##s\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"model\.safetensors does not exist"):
        read_encoder_vectors(tmp_path)
    save_file({"embeddings.word_embeddings.weight": table, "other": table}, tmp_path / "model.safetensors")
    assert read_encoder_vectors(tmp_path).rows(["straps"]).tolist() == [[3.0, 4.0]]
    (tmp_path / "vocab.txt").write_text("[UNK]\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"3 word embeddings for the 1 words"):
        read_encoder_vectors(tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"nothing")
    with pytest.raises(InputError, match="is damaged"):
        read_encoder_vectors(tmp_path)


def test_plain_text_is_read_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "reviews.txt"
    path.write_bytes("The Strap\n\xff\n好鞋".encode("latin-1", "ignore") + b"\xff\nZip!\n")
    assert ["the", "strap"] in list(read_words(path))
    assert ["zip", "!"] in list(read_words(path))

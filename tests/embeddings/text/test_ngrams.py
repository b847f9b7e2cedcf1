"""Text vectors from character n-grams: any language, the same every time, kept without a pickle."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from embeddings.text import LearningTextEncoder, NgramEncoder, NgramSettings, text_encoder
from kg.errors import ConfigurationError, InputError, ModelError

KINDS = ("running shoe", "leather boot", "cotton shirt", "wool scarf", "steel watch", "canvas bag")
COLOURS = ("red", "blue", "green", "black", "white", "brown", "purple", "orange", "silver", "pink")
TITLES = [f"{maker} {colour} {kind}" for kind in KINDS for colour in COLOURS for maker in ("Acme", "Orbit")]
CHINESE = [
    f"{maker}{colour}{kind}"
    for kind in ("跑步鞋", "皮靴", "棉衬衫", "羊毛围巾", "不锈钢手表", "帆布包")
    for colour in ("红色", "蓝色", "绿色", "黑色", "白色")
    for maker in ("安踏", "李宁")
]


@pytest.fixture(scope="module")
def encoder() -> NgramEncoder:
    made = NgramEncoder(NgramSettings(dim=24))
    made.fit(TITLES)
    return made


def nearest(encoder: NgramEncoder, word: str, texts: list[str], k: int) -> list[str]:
    order = np.argsort(-(encoder.encode(texts) @ encoder.encode([word])[0]), kind="stable")
    return [texts[row] for row in order[:k]]


def test_vectors_are_unit_float32(encoder: NgramEncoder) -> None:
    vectors = encoder.encode(TITLES)
    assert vectors.shape == (len(TITLES), encoder.dim)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_words_find_their_texts(encoder: NgramEncoder) -> None:
    assert all("scarf" in title for title in nearest(encoder, "scarf", TITLES, 10))
    assert all("purple" in title for title in nearest(encoder, "purple", TITLES, 8))
    assert all("shirt" in title for title in nearest(encoder, "COTTON shirrt", TITLES, 10)), "misspelt, in capitals"


def test_chinese_words_find_their_texts() -> None:
    made = NgramEncoder(NgramSettings(dim=24))
    made.fit(CHINESE)
    assert all("衬衫" in title for title in nearest(made, "衬衫", CHINESE, 8))
    assert all("红色" in title for title in nearest(made, "红色", CHINESE, 8))


def test_the_decomposition_is_that_of_scikit_learn(encoder: NgramEncoder) -> None:
    """A second way to the same numbers: TfidfVectorizer with a dictionary in place of hashes, and an exact SVD."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    first = TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 4), min_df=2).fit(TITLES)
    terms = sorted(term for term in first.vocabulary_ if term.strip())
    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 4), vocabulary=terms, sublinear_tf=True)
    dense = vectorizer.fit_transform(TITLES).toarray()
    left, spread, _ = np.linalg.svd(dense, full_matrices=False)
    wanted = left[:, :24] * spread[:24]
    wanted /= np.linalg.norm(wanted, axis=1, keepdims=True)
    found = encoder.encode(TITLES)
    np.testing.assert_allclose(found @ found.T, wanted @ wanted.T, atol=0.02)
    np.testing.assert_allclose(
        (encoder.features(TITLES) @ encoder.features(TITLES).T).toarray(), dense @ dense.T, atol=0.02
    )


def test_nothing_known_is_all_zeros(encoder: NgramEncoder) -> None:
    assert not encoder.encode(["", "  ", "!!! …", "鞋"]).any()
    assert encoder.encode([]).shape == (0, encoder.dim)


def test_whatever_stands_beside_it(encoder: NgramEncoder) -> None:
    np.testing.assert_array_equal(encoder.encode(TITLES)[7], encoder.encode([TITLES[7]])[0])


def test_the_same_texts_give_the_same_encoder(encoder: NgramEncoder) -> None:
    again, other, fewer = (NgramEncoder(NgramSettings(dim=dim)) for dim in (24, 24, 12))
    again.fit(TITLES)
    other.fit(TITLES[:-1])
    fewer.fit(TITLES)
    assert again.fingerprint == encoder.fingerprint
    assert (again.encode(TITLES) == encoder.encode(TITLES)).all()
    assert len({encoder.fingerprint, other.fingerprint, fewer.fingerprint}) == 3


def test_learning_is_bounded() -> None:
    settings = NgramSettings(dim=8, terms=100, characters=20, learn_from=30)
    long, short = NgramEncoder(settings), NgramEncoder(settings)
    long.fit([title.ljust(20)[:20] + " beyond" * 2_000 for title in TITLES])
    short.fit([title.ljust(20)[:20] for title in TITLES])
    assert long.fingerprint == short.fingerprint
    assert long.features(TITLES).shape == (len(TITLES), 100)


def test_small_and_odd_shops() -> None:
    for texts in (["one"], ["same"] * 40, ["a", "b"], ["x" * 100_000, "\ud800 lone", "\0"]):
        made = NgramEncoder()
        made.fit(texts)
        assert np.isfinite(made.encode(texts)).all()
        assert made.encode(texts)[0].any()
    for texts in ([], ["", " ", "?!"]):
        with pytest.raises(InputError, match="nothing to learn"):
            NgramEncoder().fit(texts)


def test_saved_and_read_again(encoder: NgramEncoder, tmp_path: Path) -> None:
    encoder.save(tmp_path / "encoder")
    found = text_encoder("ngrams", {"folder": tmp_path / "encoder"})
    assert found.fingerprint == encoder.fingerprint
    assert (found.encode(TITLES) == encoder.encode(TITLES)).all()
    assert {path.suffix for path in (tmp_path / "encoder").iterdir()} == {".json", ".safetensors"}


def test_damaged_and_foreign_folders(encoder: NgramEncoder, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="holds no text encoder"):
        NgramEncoder.load(tmp_path)
    encoder.save(tmp_path / "encoder")
    (tmp_path / "encoder" / "encoder.safetensors").write_bytes(b"\0" * 100)
    with pytest.raises(ModelError, match="contents have changed"):
        NgramEncoder.load(tmp_path / "encoder")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "manifest.json").write_text(
        json.dumps({"format": "shopgraph-vectors", "version": 1, "fingerprint": "", "files": {}})
    )
    with pytest.raises(ModelError, match="is a shopgraph-vectors"):
        NgramEncoder.load(tmp_path / "other")
    with pytest.raises(ModelError, match="is no text encoder"):
        encoder.save(tmp_path / "other")


def test_before_it_learned() -> None:
    assert isinstance(text_encoder("ngrams"), LearningTextEncoder)
    for ask in (lambda: NgramEncoder().encode(["a"]), lambda: NgramEncoder().dim, lambda: NgramEncoder().fingerprint):
        with pytest.raises(ModelError, match="learned nothing"):
            ask()


def test_settings_that_make_no_sense() -> None:
    for wrong in ({"dim": 0}, {"shortest": 3, "longest": 2}, {"longest": 40}, {"terms": 0}):
        with pytest.raises(ConfigurationError):
            NgramSettings(**wrong)

"""The offline text encoder, for any language: character n-grams, TF-IDF, truncated SVD.

Latent semantic analysis (Deerwester et al., "Indexing by latent semantic analysis", JASIS 1990) over pieces of words
instead of words: Chinese needs no segmenter, misspelt and inflected words share most of their pieces, and a word that
no text of the shop has still lies near those it resembles. An n-gram is known by its hash (Weinberger et al., "Feature
hashing for large scale multitask learning", ICML 2009), so no dictionary has to be held or written.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from embeddings.vectors import VectorArray
from kg.artefact import ArtefactKind
from kg.errors import ConfigurationError, InputError, ModelError

if TYPE_CHECKING:
    from sklearn.feature_extraction.text import HashingVectorizer

NGRAMS = ArtefactKind(
    "shopgraph-text-ngrams",
    1,
    "text encoder of n-grams",
    "Make the text vectors again; in a project: shopgraph run --from vectors",
    libraries=("numpy", "safetensors", "scikit-learn"),
)
_TENSORS = "encoder.safetensors"
_BUCKETS = 2**20
"""Hashes of n-grams there are; few enough to count in an array."""
_TOGETHER = 2_048
"""Texts turned into n-grams at a time."""
_NOISE = 1e-5
"""Directions whose singular value is a smaller share of the first one's are rounding errors."""

Csr = sp.csr_matrix[np.float32]


@dataclass(frozen=True, slots=True)
class NgramSettings:
    """How texts are looked at.

    Attributes:
        dim: numbers in a vector at most, default 256; a small shop gives fewer.
        shortest, longest: characters of an n-gram, default 1 to 4; a space stands at both ends of a word.
        terms: n-grams kept at most, the ones that most texts have, default 32,768.
        characters: looked at from the start of a text, default 2,000.
        learn_from: texts learned from at most, evenly over all of them, default 50,000; its time and memory grow with
            it.
        seed: of the decomposition, default 0.
    """

    dim: int = 256
    shortest: int = 1
    longest: int = 4
    terms: int = 2**15
    characters: int = 2_000
    learn_from: int = 50_000
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("dim", "shortest", "terms", "characters", "learn_from"):
            if getattr(self, name) < 1:
                raise ConfigurationError(f"{name} of the n-gram encoder is {getattr(self, name)}; give 1 or more.")
        if not self.shortest <= self.longest <= 8:
            raise ConfigurationError(
                f"The n-gram encoder's n-grams are of {self.shortest} to {self.longest} characters; give a range "
                "within 1 to 8."
            )


@dataclass(frozen=True, slots=True)
class _Learned:
    """What was learned: hashes of n-grams, ascending, and the rarity of each, ``(n_terms,)``; ``(dim, n_terms)``."""

    terms: npt.NDArray[np.int32]
    idf: VectorArray
    axes: VectorArray


class NgramEncoder:
    """Encodes texts by their character n-grams.

    Args:
        settings: how texts are looked at.
    """

    name = "ngrams"

    def __init__(self, settings: NgramSettings | None = None) -> None:
        self.settings = settings or NgramSettings()
        self._learned: _Learned | None = None
        self._fingerprint = ""

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the settings and what was learned.

        Raises:
            ModelError: nothing was learned yet.
        """
        if not self._fingerprint:
            learned = self._known()
            digest = hashlib.sha256(json.dumps([NGRAMS.version, asdict(self.settings)], sort_keys=True).encode())
            for array in (learned.terms, learned.idf, learned.axes):
                digest.update(np.ascontiguousarray(array).data)
            self._fingerprint = digest.hexdigest()
        return self._fingerprint

    @property
    def dim(self) -> int:
        """Numbers in one vector.

        Raises:
            ModelError: nothing was learned yet.
        """
        return len(self._known().axes)

    def fit(self, texts: Sequence[str]) -> None:
        """Learn which n-grams there are, how rare each is, and the directions in which texts differ most.

        Raises:
            InputError: no text has a letter or digit.
        """
        from sklearn.decomposition import TruncatedSVD

        wanted = self.settings
        rows = np.unique(np.linspace(0, len(texts) - 1, min(len(texts), wanted.learn_from)).astype(np.int64))
        counts = self._counts([texts[row] for row in rows])
        having = np.bincount(counts.indices, minlength=_BUCKETS)
        having[_blank()] = 0
        fewest = 2 if len(rows) > 50 else 1  # an n-gram of one text tells nothing about another
        common = np.flatnonzero(having >= fewest)
        if not len(common):
            raise InputError("There is nothing to learn text vectors from: no text has a letter or digit.")
        kept = common[np.argsort(-having[common], kind="stable")[: wanted.terms]]
        terms = np.sort(kept).astype(np.int32)
        idf = (np.log((1 + len(rows)) / (1 + having[terms])) + 1).astype(np.float32)
        weighted = _weighted(sp.csr_matrix(counts[:, terms]), idf)
        del counts
        dim = min(wanted.dim, *weighted.shape)
        # Components come with their signs fixed, so the same texts give the same vectors.
        svd = TruncatedSVD(dim, algorithm="randomized", n_iter=5, random_state=wanted.seed)
        with np.errstate(divide="ignore", invalid="ignore"):  # shares of the spread, where all texts are the same
            svd.fit(weighted)
        sound = svd.singular_values_ > _NOISE * svd.singular_values_[0]
        self._learned = _Learned(terms, idf, np.ascontiguousarray(svd.components_[sound], dtype=np.float32))
        self._fingerprint = ""

    def features(self, texts: Sequence[str]) -> Csr:
        """Give the TF-IDF weights of the n-grams that were learned, rows of length 1, ``(n_texts, n_terms)``.

        Raises:
            ModelError: nothing was learned yet.
        """
        learned = self._known()
        return _weighted(sp.csr_matrix(self._counts(texts)[:, learned.terms]), learned.idf)

    def encode(self, texts: Sequence[str]) -> VectorArray:
        """Give the vectors, ``(n_texts, dim)``, each of length 1, zeros where no n-gram is known.

        Raises:
            ModelError: nothing was learned yet.
        """
        vectors = np.zeros((len(texts), self.dim), dtype=np.float32)
        axes = self._known().axes.T
        for start in range(0, len(texts), _TOGETHER):
            part = np.asarray(self.features(texts[start : start + _TOGETHER]) @ axes)
            lengths = np.linalg.norm(part, axis=1, keepdims=True)
            vectors[start : start + _TOGETHER] = part / np.maximum(lengths, np.finfo(np.float32).tiny)
        return vectors

    def save(self, folder: Path) -> None:
        """Write what was learned, as an artefact.

        Raises:
            ModelError: nothing was learned yet, or something else lies in ``folder``.
        """
        from safetensors.numpy import save_file

        learned = self._known()
        with NGRAMS.writing(folder, {"settings": asdict(self.settings)}) as beside:
            save_file({"terms": learned.terms, "idf": learned.idf, "axes": learned.axes}, beside / _TENSORS)

    @classmethod
    def load(cls, folder: Path) -> NgramEncoder:
        """Read what ``save`` wrote.

        Raises:
            ModelError: there is none, it is of another format or version, or damaged.
        """
        from safetensors.numpy import load_file

        with NGRAMS.reading(folder) as manifest:
            encoder = cls(NgramSettings(**manifest["settings"]))
            encoder._learned = _Learned(**load_file(folder / _TENSORS))
        return encoder

    def _known(self) -> _Learned:
        if self._learned is None:
            raise ModelError("The n-gram encoder has learned nothing yet. Call fit with the shop's texts, or load one.")
        return self._learned

    def _counts(self, texts: Sequence[str]) -> Csr:
        """Count n-grams by hash, ``(n_texts, _BUCKETS)``."""
        vectorizer = _vectorizer("char_wb", self.settings.shortest, self.settings.longest)
        parts = [vectorizer.transform(part) for part in self._parts(texts)]
        empty = np.zeros((0, _BUCKETS), dtype=np.float32)
        return sp.csr_matrix(sp.vstack(parts, format="csr") if parts else empty)

    def _parts(self, texts: Sequence[str]) -> Iterator[list[str]]:
        for start in range(0, len(texts), _TOGETHER):
            cut = (text[: self.settings.characters] for text in texts[start : start + _TOGETHER])
            yield [unicodedata.normalize("NFKC", text).casefold().translate(_SIGNS) for text in cut]


def _vectorizer(analyzer: Literal["char", "char_wb"], shortest: int, longest: int) -> HashingVectorizer:
    from sklearn.feature_extraction.text import HashingVectorizer

    return HashingVectorizer(
        analyzer=analyzer,
        ngram_range=(shortest, longest),
        n_features=_BUCKETS,
        alternate_sign=False,
        norm=None,
        lowercase=False,
        dtype=np.float32,
    )


def _blank() -> int:
    """Give the hash of the space at both ends of a word, which every word has and which so says nothing."""
    return int(_vectorizer("char", 1, 1).transform([" "]).indices[0])


class _Signs(dict[int, int]):
    """Puts a space for whatever is neither letter, mark nor number: it would only make n-grams of its own."""

    def __missing__(self, sign: int) -> int:
        self[sign] = sign if unicodedata.category(chr(sign))[0] in "LMN" else ord(" ")
        return self[sign]


_SIGNS = _Signs()


def _weighted(counts: Csr, idf: VectorArray) -> Csr:
    """Turn counts into weights, ``(1 + log count) idf``, rows of length 1, ``(n_texts, n_terms)``."""
    from sklearn.preprocessing import normalize

    counts.data = (1 + np.log(counts.data)) * idf[counts.indices]
    return sp.csr_matrix(normalize(counts, copy=False))

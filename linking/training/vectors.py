"""Word vectors as features of a CRF: words that are used alike are told apart less, so a new word is known by others.

Two sources. ``learn_vectors`` makes them from plain text, such as a shop's reviews: positive pointwise mutual
information of a word with its neighbours, by their distance, reduced by a singular value decomposition (Levy and
Goldberg, "Neural Word Embedding as Implicit Matrix Factorization", NIPS 2014). ``read_encoder_vectors`` takes the
embedding table of a BERT-like encoder from its folder; the encoder itself is not run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.sparse.linalg import svds
from spacy.vocab import Vocab

from kg.errors import InputError, ModelError
from kg.records import Reject
from kg.sources.files import read_lines
from linking.pipeline.tokenizer import NameTokenizer
from linking.text import normalise

Matrix = npt.NDArray[np.float32]
_WINDOW = 2
"""Words to either side that are neighbours."""
_SMOOTHING = 0.75
"""Exponent of the neighbours' counts, as in word2vec: rare neighbours say less than they seem to."""
_PIECE = "##"


class WordVectors:
    """Vectors of words.

    Args:
        words: in the order of the rows; normalised, and parts of words begin with "##".
        matrix: ``(n_words, n_dimensions)``.
    """

    def __init__(self, words: Sequence[str], matrix: Matrix) -> None:
        if len(words) != len(matrix) or matrix.ndim != 2:
            raise ModelError(f"{len(words)} words do not fit vectors of the shape {matrix.shape}.")
        self.words = tuple(words)
        self.matrix = matrix
        self._row = {word: row for row, word in enumerate(self.words)}

    @property
    def dimensions(self) -> int:
        """Numbers in a vector."""
        return int(self.matrix.shape[1])

    def rows(self, words: Iterable[str]) -> Matrix:
        """Give the vectors of normalised words, ``(n_words, n_dimensions)``: of an unknown word the mean of its parts.

        It is zero where the parts are unknown too. The parts are the longest known, from the left (WordPiece).
        """
        found = [self._parts(word) for word in words]
        out = np.zeros((len(found), self.dimensions), dtype=np.float32)
        for place, parts in enumerate(found):
            if parts:
                out[place] = self.matrix[parts].mean(axis=0)
        return out

    def reduced(self, words: Sequence[str], *, dimensions: int) -> WordVectors:
        """Give vectors of fewer dimensions: the principal components of ``words``, each of variance 1 over them.

        Args:
            words: normalised words of a text, as often as they occur in it.
            dimensions: at most this many.
        """
        known = self.rows(words)
        mean = known.mean(axis=0)
        covariance = np.cov((known - mean).T.astype(np.float64))
        variances, directions = np.linalg.eigh(np.atleast_2d(covariance))
        kept = [place for place in np.argsort(-variances)[:dimensions] if variances[place] > 1e-9]
        projection = (directions[:, kept] / np.sqrt(variances[kept])).astype(np.float32)
        return WordVectors(self.words, (self.matrix - mean) @ projection)

    def _parts(self, word: str) -> list[int]:
        if word in self._row:
            return [self._row[word]]
        parts, start = [], 0
        while start < len(word):
            prefix = _PIECE if start else ""
            end = next((e for e in range(len(word), start, -1) if prefix + word[start:e] in self._row), None)
            if end is None:
                return []
            parts.append(self._row[prefix + word[start:end]])
            start = end
        return parts


def learn_vectors(texts: Iterable[Sequence[str]], *, dimensions: int = 64, least: int = 3) -> WordVectors:
    """Learn vectors from texts that nobody labelled.

    Args:
        texts: normalised words of each text, in order.
        dimensions: numbers in a vector, at most; fewer for a small vocabulary.
        least: occurrences that a word needs.

    Raises:
        ModelError: the texts have too few words that occur often enough.
    """
    kept = [tuple(text) for text in texts]
    counts = Counter(word for text in kept for word in text)
    words = sorted(word for word, count in counts.items() if count >= least)
    dimensions = min(dimensions, len(words) - 1)
    if dimensions < 2:
        raise ModelError(f"{len(words)} words occur {least} times or more; that is too little text for word vectors.")
    association = _ppmi(kept, {word: row for row, word in enumerate(words)})
    start = np.random.default_rng(0).standard_normal(min(association.shape))
    left, strength, _ = svds(association, k=dimensions, v0=start)
    matrix = left * np.sqrt(strength)
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True) + 1e-9
    return WordVectors(words, matrix.astype(np.float32))


def read_words(path: Path) -> Iterator[list[str]]:
    """Stream the normalised words of each line of a text file; lines that cannot be read are passed over.

    Raises:
        InputError: the file is missing or empty.
    """
    tokenizer = NameTokenizer(Vocab())
    for line in read_lines(path, name=path.name):
        if not isinstance(line, Reject):
            yield [normalise(token.text) for token in tokenizer(line.text) if not token.is_space]


def _ppmi(texts: Iterable[Sequence[str]], row: Mapping[str, int]) -> sp.csr_matrix:
    """Give the positive mutual information of words and neighbours, ``(n_words, 2 * window * n_words)``."""
    steps = [step for step in range(-_WINDOW, _WINDOW + 1) if step]
    pairs: Counter[tuple[int, int]] = Counter()
    for text in texts:
        places = [row.get(word, -1) for word in text]
        for place, word in enumerate(places):
            if word < 0:
                continue
            for number, step in enumerate(steps):
                other = place + step
                if 0 <= other < len(places) and places[other] >= 0:
                    pairs[word, places[other] + number * len(row)] += 1
    cells = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)
    together = np.array([pairs[word, other] for word, other in cells.tolist()], dtype=np.float64)
    shape = (len(row), len(steps) * len(row))
    by_word = np.bincount(cells[:, 0], weights=together, minlength=shape[0])
    by_other = np.bincount(cells[:, 1], weights=together, minlength=shape[1]) ** _SMOOTHING
    information = np.log(together * by_other.sum() / (by_word[cells[:, 0]] * by_other[cells[:, 1]]))
    positive = information > 0
    return sp.csr_matrix((information[positive], (cells[positive, 0], cells[positive, 1])), shape=shape)


def read_encoder_vectors(folder: Path) -> WordVectors:
    """Read the embedding table of an uncased BERT-like encoder: ``vocab.txt`` and ``model.safetensors``.

    Raises:
        InputError: a file is missing or holds no such table.
    """
    from safetensors import SafetensorError, safe_open

    vocabulary, weights = folder / "vocab.txt", folder / "model.safetensors"
    for path in (vocabulary, weights):
        if not path.is_file():
            raise InputError(
                f"{path} does not exist. Give the folder of an encoder with vocab.txt and model.safetensors."
            )
    words = vocabulary.read_text(encoding="utf-8").split("\n")
    words = words[:-1] if words[-1] == "" else words
    try:
        with safe_open(weights, framework="numpy") as tensors:
            names = [name for name in tensors.keys() if name.endswith("word_embeddings.weight")]  # noqa: SIM118
            matrix = tensors.get_tensor(names[0]).astype(np.float32) if names else np.zeros((0, 0), np.float32)
    except SafetensorError as error:
        raise InputError(f"{weights} is damaged: {error}. Fetch it again.") from error
    if len(matrix) != len(words):
        raise InputError(f"{weights} has {len(matrix):,} word embeddings for the {len(words):,} words of vocab.txt.")
    return WordVectors(words, matrix)

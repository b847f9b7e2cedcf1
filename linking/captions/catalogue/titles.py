"""Words of titles that can be seen but are no label: "printed", "striped", "polo"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from linking.captions.catalogue.examples import HeadReport
from linking.captions.catalogue.features import FloatArray
from linking.captions.catalogue.heads import logistic
from linking.captions.catalogue.kernel import Likeness, fit, left_out

_MIX, _RIDGE = "everything", 0.06
_WORD = re.compile(r"[^\W\d_]{3,}")
_SHARE, _FEWEST, _MOST = 0.01, 12, 200
"""A word stands in so large a share of the titles, in so many at least, and so many words are tried at most."""
_PRECISION, _RECALL = 0.75, 0.25


@dataclass(frozen=True, slots=True)
class TitleWord:
    """A word that a photo shows: ``P(shown) = 1 / (1 + exp(-slope score - offset))``, said from 0.5 on."""

    word: str
    slope: float
    offset: float


@dataclass(frozen=True, slots=True)
class TitleWords:
    """The words learned, their coefficients ``(n, n_words)``, and a report on each."""

    words: tuple[TitleWord, ...]
    coefficients: FloatArray
    reports: tuple[HeadReport, ...]


MIX = _MIX


def learn_words(
    titles: Sequence[str], said: Sequence[set[str]], likeness: Likeness, products: npt.NDArray[np.int64]
) -> TitleWords:
    """Learn the words that can be told with good precision from photos of products left out.

    Args:
        titles: of each photo's product.
        said: words that labels say of each photo; what they nearly always say is no news.
        likeness: of the photos among themselves.
        products: number of each photo's product, ``(n,)``.
    """
    tokens = [set(_WORD.findall(title.lower())) for title in titles]
    words = _candidates(tokens, said)
    nothing = TitleWords((), np.zeros((len(titles), 0), np.float32), ())
    if not words:
        return nothing
    targets = np.array([[word in title for word in words] for title in tokens], dtype=np.float64)
    coefficients, inverse = fit(likeness.kernel(_MIX), targets, _RIDGE)
    answers = left_out(coefficients, inverse, targets, products)
    kept, reports = [], []
    for column, word in enumerate(words):
        truth, score = targets[:, column] > 0, answers[:, column]
        slope, offset = logistic(score * 10, truth)
        shown = slope * score * 10 + offset >= 0
        hits = int((shown & truth).sum())
        precision, recall = hits / max(1, int(shown.sum())), hits / int(truth.sum())
        if precision >= _PRECISION and recall >= _RECALL:
            kept.append((column, TitleWord(word, slope * 10, offset)))
            why = f"said of {recall:.0%} of the products whose titles have it"
            reports.append(HeadReport(f"title: {word}", True, precision, float(truth.mean()), len(truth), 1, _MIX, why))
    columns = [column for column, _ in kept]
    return TitleWords(tuple(word for _, word in kept), coefficients[:, columns].astype(np.float32), tuple(reports))


def _candidates(tokens: Sequence[set[str]], said: Sequence[set[str]]) -> list[str]:
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    count = Counter(word for title in tokens for word in title)
    fewest = max(_FEWEST, _SHARE * len(tokens))
    labels = {word for words in said for word in words}
    frequent = [word for word, n in count.most_common() if fewest <= n <= len(tokens) / 2]
    return sorted(word for word in frequent if word not in ENGLISH_STOP_WORDS and not _is_label(word, labels))[:_MOST]


def _is_label(word: str, labels: set[str]) -> bool:
    """Tell whether a word is a label's, give or take a plural."""
    stems = {word, word + "s", word + "es", word.removesuffix("s"), word.removesuffix("es")}
    return bool(stems & labels) or any(word in label or label in word for label in labels if len(label) >= 4)

"""Teaching the clause model by stars: a review's stars say what share of its clauses is positive, not which.

This is learning from group labels (D. Kotzias et al., "From Group to Individual Labels Using Deep Features", KDD
2015; K. Ganchev et al., "Posterior Regularization for Structured Latent Variable Models", JMLR 2010), by rounds of two
steps. The first gives every clause ``i`` of review ``r`` the soft label ``q_i = s(x_i w + t_r)``, with the one ``t_r``
for which the mean of the review's labels is the share that its stars stand for; so in a review of three stars the
clauses that sound good become positive and those that sound bad negative. The second fits the weights to the labels,
around the seed lexicon (``linking.sentiment.weights``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

import numpy as np

from kg.errors import InputError
from linking.sentiment.features import OF_NODE, Features, clause_features, worth_a_weight
from linking.sentiment.grammar import grammar, guess_language
from linking.sentiment.model import ClauseWeights, SentimentModel
from linking.sentiment.reading import Reading, Spot
from linking.sentiment.weights import FloatArray, Prior, fit, group_starts, logistic, matrix

if TYPE_CHECKING:
    from linking.sentiment.weights import Csr

Progress = Callable[[str, int, int], None]

STARS = (1.0, 2.0, 3.0, 4.0, 5.0)
SHARES = (0.05, 0.2, 0.45, 0.75, 0.95)
"""The share of positive clauses that each number of stars stands for."""

_ROUNDS = 5
_MOST_PER_STAR = 20_000
_NODE_REVIEWS = 25
"""Reviews that have to mention a node for its words to count apart."""
_LEAST = {"word": 2, "pair": 3, "node": 4}
_PRECISION = {"listed": 3.0, "word": 1.5, "pair": 3.0, "turned": 3.0, "node": 6.0}
_SLOPES = (0.05, 3.0)


@dataclass(frozen=True, slots=True)
class ReviewText:
    """A review to learn from: its text, its stars (1 to 5), and its language, None to guess."""

    text: str
    rating: float
    language: str | None = None


@dataclass(frozen=True, slots=True)
class _Clauses:
    """All clauses of some reviews: features, and the number of each clause's review, both ``(n_clauses,)``."""

    rows: list[Features]
    review: list[int]
    shares: FloatArray


def train_sentiment(
    reviews: Iterable[ReviewText],
    *,
    seed: int = 0,
    progress: Progress | None = None,
    mentions: Sequence[Sequence[Spot]] | None = None,
) -> SentimentModel:
    """Learn the clause models of all languages that the reviews are written in.

    Args:
        reviews: with their stars; at most 20,000 of each number of stars and language are used.
        seed: draws those that are used, and the halves on which the models are calibrated.
        progress: called with what is done, how much of it, and how much there is.
        mentions: for each review, the mentions in it if they are known; their nodes' words are learnt apart too.

    Raises:
        InputError: a rating is not between 1 and 5, or there are not as many lists of mentions as reviews.
    """
    everything = list(reviews)
    if mentions is not None and len(mentions) != len(everything):
        raise InputError(
            f"{len(everything)} reviews came with {len(mentions)} lists of mentions; give one list for each review."
        )
    by_language: dict[str, list[int]] = {}
    for number, review in enumerate(everything):
        if not STARS[0] <= review.rating <= STARS[-1]:
            raise InputError(
                f"Review {number} has the rating {review.rating}; sentiment is learnt from stars between 1 and 5. "
                "Scale the ratings, or leave the review out."
            )
        code = grammar(review.language or guess_language(review.text)).language
        by_language.setdefault(code, []).append(number)
    models: dict[str, ClauseWeights] = {}
    counts: dict[str, int] = {}
    for code in sorted(by_language):
        rng = np.random.default_rng([seed, *code.encode()])
        chosen = _drawn([everything[number].rating for number in by_language[code]], rng)
        numbers = [by_language[code][row] for row in chosen]
        clauses = _read(
            [everything[number] for number in numbers],
            code,
            None if mentions is None else [mentions[number] for number in numbers],
            progress,
        )
        models[code] = _learn(clauses, code, rng, progress)
        counts[code] = len(numbers)
    return SentimentModel(models, counts)


def _drawn(ratings: list[float], rng: np.random.Generator) -> list[int]:
    """Draw at most so many reviews of each number of stars, in their order."""
    stars = np.round(ratings)
    kept = []
    for star in np.unique(stars):
        rows = np.flatnonzero(stars == star)
        kept.append(rows if len(rows) <= _MOST_PER_STAR else rng.choice(rows, _MOST_PER_STAR, replace=False))
    return sorted(int(row) for row in np.concatenate(kept))


def _read(
    reviews: list[ReviewText], code: str, mentions: list[Sequence[Spot]] | None, progress: Progress | None
) -> _Clauses:
    """Read the clauses of the reviews."""
    often = Counter(spot.node for spots in mentions or () for spot in {Spot(0, 0, node) for _, _, node in spots})
    nodes = {node for node, count in often.items() if node and count >= _NODE_REVIEWS}
    rows: list[Features] = []
    owner: list[int] = []
    for number, review in enumerate(reviews):
        reading = Reading(review.text, code)
        places: dict[tuple[int, int], set[str]] = {}
        for start, end, node in mentions[number] if mentions else ():
            if node in nodes:
                places.setdefault(reading.find(start, end), set()).add(node)
        for position in range(len(reading)):
            sentence = reading.sentence(position)
            for place, clause in enumerate(sentence.clauses):
                here = sorted(places.get((position, place), ()))
                features = clause_features(sentence.terms, clause, sentence.low, reading.words, here)
                if features[0]:
                    rows.append(features)
                    owner.append(number)
        if progress is not None and number % 500 == 499:
            progress(f"sentiment: reading reviews ({code})", number + 1, len(reviews))
    return _Clauses(rows, owner, np.interp([review.rating for review in reviews], STARS, SHARES))


def _learn(clauses: _Clauses, code: str, rng: np.random.Generator, progress: Progress | None) -> ClauseWeights:
    names = _vocabulary(clauses, code)
    columns = {name: column for column, name in enumerate(names)}
    X = matrix(clauses.rows, columns)
    prior = _prior(names, code)
    review = np.asarray(clauses.review, dtype=np.int64)
    half = rng.integers(0, 2, len(clauses.shares))
    logits = np.zeros(len(review))
    for side in (0, 1):
        held = half[review] == side
        if held.any() and not held.all():
            logits[held] = X[held] @ _rounds(X[~held], review[~held], clauses.shares, prior)
    slope = _slope(logits, review, clauses.shares)
    if progress is not None:
        progress(f"sentiment: learning ({code})", 1, 2)
    weights = _rounds(X, review, clauses.shares, prior)
    if progress is not None:
        progress(f"sentiment: learning ({code})", 2, 2)
    kept = {name: round(float(weight), 5) for name, weight in zip(names, weights, strict=True) if abs(weight) >= 0.005}
    nodes = frozenset(name.split(OF_NODE, 1)[0] for name in kept if OF_NODE in name)
    return ClauseWeights(kept, nodes, round(slope, 4), code)


def _kind(name: str, listed: frozenset[str] | set[str]) -> str:
    if OF_NODE in name:
        return "node"
    if name in listed:
        return "listed"
    if name[0] == "!":
        return "turned"
    return "pair" if " " in name or (len(name) > 1 and "\u4e00" <= name[0] <= "\u9fff") else "word"


def _vocabulary(clauses: _Clauses, code: str) -> list[str]:
    """Give the features worth a weight, in order: those of enough reviews, and the seed lexicon."""
    seen: Counter[str] = Counter()
    for _, group in groupby(zip(clauses.review, clauses.rows, strict=True), key=itemgetter(0)):
        seen.update({name for _, (names, _) in group for name in names})
    words = grammar(code)
    listed = frozenset(words.priors)
    return sorted(
        listed.union(
            name
            for name, count in seen.items()
            if count >= _LEAST.get(_kind(name, listed), 2) and worth_a_weight(name, words)
        )
    )


def _prior(names: list[str], code: str) -> Prior:
    priors = grammar(code).priors
    listed = frozenset(priors)
    return Prior(
        np.array([priors.get(name, 0.0) for name in names]),
        np.array([_PRECISION[_kind(name, listed)] for name in names]),
    )


def _rounds(X: Csr, review: np.ndarray, shares: FloatArray, prior: Prior) -> FloatArray:
    """Label and fit in turns; the first labels are those of the seed lexicon."""
    weights = prior.mean.copy()
    if not len(review):
        return weights
    starts = group_starts(review)
    sizes = np.diff(np.append(starts, len(review)))
    wanted = shares[review[starts]]
    counts = np.repeat(1.0 / np.sqrt(sizes), sizes)
    for _ in range(_ROUNDS):
        labels = posterior(X @ weights, starts, sizes, wanted)
        # The rarer side decides how much evidence there is: praise counts no more in all than complaint.
        good, bad = float(counts @ labels), float(counts @ (1.0 - labels))
        least = min(good, bad)
        up, down = 2.0 * least / good, 2.0 * least / bad
        mass = up * labels + down * (1.0 - labels)
        weights = fit(X, up * labels / mass, counts * mass, prior, weights)
    return weights


def posterior(logits: FloatArray, starts: np.ndarray, sizes: np.ndarray, wanted: FloatArray) -> FloatArray:
    """Give soft labels near the model's whose mean in each review is the share that is wanted, ``(n_clauses,)``.

    Args:
        logits: log-odds by the model, ``(n_clauses,)``.
        starts, sizes: first clause of each review and their number, ``(n_reviews,)``.
        wanted: mean of each review's labels, ``(n_reviews,)``, above 0 and below 1.
    """
    log_odds = np.log(wanted) - np.log1p(-wanted)
    high = log_odds - np.minimum.reduceat(logits, starts)
    low = log_odds - np.maximum.reduceat(logits, starts)
    for _ in range(30):
        middle = (low + high) / 2
        mean = np.add.reduceat(logistic(logits + np.repeat(middle, sizes)), starts) / sizes
        high = np.where(mean > wanted, middle, high)
        low = np.where(mean > wanted, low, middle)
    found: FloatArray = logistic(logits + np.repeat((low + high) / 2, sizes))
    return found


def _slope(logits: FloatArray, review: np.ndarray, shares: FloatArray) -> float:
    """Give the slope with which the mean probability of unseen reviews' clauses fits their shares best."""
    if not len(review):
        return 1.0
    starts = group_starts(review)
    sizes = np.diff(np.append(starts, len(review)))
    wanted = shares[review[starts]]
    weight = np.where(wanted > 0.5, 1.0 / max(1, (wanted > 0.5).sum()), 1.0 / max(1, (wanted <= 0.5).sum()))

    def loss(slope: float) -> float:
        mean = np.add.reduceat(logistic(slope * logits), starts) / sizes
        mean = np.clip(mean, 1e-6, 1 - 1e-6)
        return float(-weight @ (wanted * np.log(mean) + (1 - wanted) * np.log(1 - mean)))

    from scipy.optimize import minimize_scalar  # for training alone; processes that link start without it

    found = minimize_scalar(loss, bounds=_SLOPES, method="bounded")
    return float(found.x)

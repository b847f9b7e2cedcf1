"""Polarity of given aspect terms: five-fold by sentence, and without labels, taught by the stars of other reviews.

python -m benchmarks.linking.polarity --data FOLDER --format semeval --json FILE
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import xml.etree.ElementTree as ET
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from benchmarks.common import Arguments, Figures, main
from kg.errors import InputError
from linking.sentiment import (
    LabelledText,
    ReviewText,
    SentimentModel,
    Spot,
    train_polarity,
    train_sentiment,
)

FOLDS = 5
_MUSICAL = Path("amazon-musical-reviews/Musical_instruments_reviews.csv.zip")
_MAGAZINE = Path("amazon-magazine/Magazine_Subscriptions_5.json.gz")


def measure(arguments: Arguments) -> Figures:
    """Measure polarity on a folder in the format of SemEval-2014 task 4."""
    return polarity_figures(arguments.data, arguments.seed)


def polarity_figures(data: Path, seed: int) -> dict[str, float]:
    """Give the accuracy of polarity, four classes and three (without conflict), and of the models without labels.

    Args:
        data: folder with one XML file of the task; star ratings are looked for in folders beside it.
        seed: of the folds and of training.
    """
    rows = read_semeval(data)
    weak = train_sentiment(star_reviews(data.resolve().parent), seed=seed)
    plain = [_without(row, "conflict") for row in rows]
    two = [_without(_without(row, "conflict"), "neutral") for row in rows]
    figures = {
        "polarity accuracy": _five_fold(rows, weak, seed)["all"],
        "polarity accuracy, 3 classes": (three := _five_fold(plain, weak, seed))["all"],
    }
    figures |= {f"polarity recall, {label}": share for label, share in sorted(three.items()) if label != "all"}
    figures["polarity accuracy, most frequent class"] = _most_frequent(rows)
    figures["polarity accuracy, weak"] = _signs(two, weak)
    figures["polarity accuracy, seed lexicon"] = _signs(two, SentimentModel())
    figures["star reviews"] = float(sum(weak.reviews.values()))
    return figures


def read_semeval(data: Path) -> list[LabelledText]:
    """Read the sentences with aspect terms, in order.

    Raises:
        InputError: the folder holds no XML file, or the file no aspect term.
    """
    files = [data] if data.is_file() else sorted([*data.glob("*.xml"), *data.glob("*.xml.gz")])
    if not files:
        raise InputError(f"{data} holds no .xml or .xml.gz file of SemEval-2014 task 4.")
    with gzip.open(files[0]) if files[0].suffix == ".gz" else files[0].open("rb") as file:
        root = ET.parse(file).getroot()
    rows = []
    for sentence in root.iter("sentence"):
        terms = list(sentence.iter("aspectTerm"))
        if terms:
            spots = tuple(Spot(int(term.get("from", "0")), int(term.get("to", "0"))) for term in terms)
            polarities = tuple(term.get("polarity", "") for term in terms)
            rows.append(LabelledText(sentence.findtext("text") or "", spots, polarities, "en"))
    if not rows:
        raise InputError(f"{files[0]} holds no sentence with an aspect term.")
    return rows


def star_reviews(beside: Path) -> list[ReviewText]:
    """Read the reviews with stars that lie in a folder of research sets; none, if none lie there."""
    return [*_musical(beside / _MUSICAL), *_magazine(beside / _MAGAZINE)]


def _musical(path: Path) -> Iterator[ReviewText]:
    if not path.is_file():
        return
    with zipfile.ZipFile(path) as archive, archive.open(archive.namelist()[0]) as file:
        for row in csv.DictReader(io.TextIOWrapper(file, encoding="utf-8")):
            yield ReviewText(f"{row['summary']}. {row['reviewText']}", float(row["overall"]), "en")


def _magazine(path: Path) -> Iterator[ReviewText]:
    if not path.is_file():
        return
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            text = f"{row.get('summary', '')}. {row.get('reviewText', '')}"
            yield ReviewText(text, float(row["overall"]), "en")


def _five_fold(rows: Sequence[LabelledText], weak: SentimentModel, seed: int) -> dict[str, float]:
    """Give the share of right classes, of all and of each class; sentences of the same words share a fold."""
    texts: dict[str, int] = {}
    text = np.array([texts.setdefault(" ".join(row.text.lower().split()), len(texts)) for row in rows])
    fold = np.random.default_rng(seed).permutation(np.arange(len(texts)) % FOLDS)[text]
    right: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for number in range(FOLDS):
        model = train_polarity([row for row, f in zip(rows, fold, strict=True) if f != number], weak=weak, seed=seed)
        for row in (row for row, f in zip(rows, fold, strict=True) if f == number and row.spots):
            guesses = model.probabilities(row.text, row.spots, "en")
            for label, guess in zip(row.polarities, guesses, strict=True):
                hit = label == max(guess, key=guess.__getitem__)
                for key in ("all", label):
                    seen[key] += 1
                    right[key] += hit
    return {key: right[key] / count for key, count in seen.items()}


def _without(row: LabelledText, polarity: str) -> LabelledText:
    kept = [place for place, label in enumerate(row.polarities) if label != polarity]
    return LabelledText(
        row.text,
        tuple(row.spots[place] for place in kept),
        tuple(row.polarities[place] for place in kept),
        row.language,
    )


def _most_frequent(rows: Sequence[LabelledText]) -> float:
    counts = Counter(label for row in rows for label in row.polarities)
    return max(counts.values()) / sum(counts.values())


def _signs(rows: Sequence[LabelledText], model: SentimentModel) -> float:
    """Give the share of positive and negative mentions with a score of the right sign; a score of 0 is wrong."""
    right = total = 0
    for row in rows:
        for label, score in zip(row.polarities, model.score_many(row.text, row.spots, "en"), strict=True):
            right += score > 0 if label == "positive" else score < 0
            total += 1
    return right / total


if __name__ == "__main__":
    main("linking", measure)

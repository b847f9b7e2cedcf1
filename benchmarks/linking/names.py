"""Brands and products in Chinese titles: trained on ``train.txt``, judged on ``dev.txt``, exact spans.

The lists of brands and products that come with the data (``brand*.dic``, ``product*.dic``) serve as gazetteers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from benchmarks.common import Arguments, Figures, seconds
from benchmarks.linking.sure import sure_figures, sureness
from kg.records import Reject
from kg.sources.files import read_lines
from kg.sources.locate import bare_name, need
from linking.training.crf import CrfSettings
from linking.training.detector import judge_detector, train_detector
from linking.training.labelled import LabelledText
from linking.training.readers import read_labelled
from linking.training.scores import total

_PREFIXES = {"HP": "Brand", "PP": "Brand", "HC": "Product"}
"""Beginnings of the data's labels: HPPX is a brand, HCCX a product; series and specifications are not asked for."""
_LISTS = {"brand": "Brand", "product": "Product"}
_SETTINGS = CrfSettings(iterations=60)


def measure(arguments: Arguments) -> Figures:
    """Train on the train part and judge on the dev part."""
    train = read_labelled([need(arguments.data, "train.txt", format_name="conll")], format_name="conll")
    dev = read_labelled([need(arguments.data, "dev.txt", format_name="conll")], format_name="conll")
    names = tuple(_gazetteer(arguments.data))
    with seconds() as training:
        nlp = train_detector(
            [_renamed(text) for text in train.texts],
            language="zh",
            kind="crf",
            gazetteer=names,
            settings=_SETTINGS,
            seed=arguments.seed,
        )
    with seconds() as finding:
        scores = judge_detector(nlp, [_renamed(text) for text in dev.texts])
    asked = {label: scores[label] for label in ("Brand", "Product")}
    whole = total(asked.values())
    return {
        "titles learned from": len(train.texts),
        "titles judged on": len(dev.texts),
        "rejected": len(train.rejects) + len(dev.rejects),
        "names in the lists": len(names),
        "mention F1": whole.f1,
        "mention precision": whole.precision,
        "mention recall": whole.recall,
        "brand F1": asked["Brand"].f1,
        "product F1": asked["Product"].f1,
        **sure_figures(sureness(nlp, [_renamed(text) for text in dev.texts]), "mentions"),
        "training seconds": training.seconds,
        "titles per second": len(dev.texts) / finding.seconds,
    }


def _renamed(text: LabelledText) -> LabelledText:
    """Give the text with our labels; the data's other labels stay, for they say where a name ends."""
    spans = (replace(span, label=_PREFIXES.get(span.label[:2], span.label)) for span in text.spans)
    return replace(text, spans=tuple(spans))


def _gazetteer(data: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(data.iterdir()):
        name = bare_name(path)
        label = next((label for prefix, label in _LISTS.items() if name.startswith(prefix)), None)
        if label is not None and name.endswith(".dic"):
            for line in read_lines(path, name=path.name):
                if not isinstance(line, Reject) and line.text.strip():
                    yield line.text.strip(), label

"""Training of mention detection and entity linking on labelled text, as spaCy pipelines.

``train_linking`` trains on files and writes a folder, ``load_trained`` reads it; ``train_detector`` and
``train_entity_linker`` train one component on texts in memory; ``train_attributes`` learns to find attributes' values.
"""

from __future__ import annotations

from linking.training.attributes import AttributeFinder, train_attributes
from linking.training.detector import found_spans, judge_detector, train_detector
from linking.training.entity_linker import AliasRow, train_entity_linker
from linking.training.examples import Schedule
from linking.training.folder import load_trained
from linking.training.labelled import LabelledSpan, LabelledText
from linking.training.readers import read_labelled
from linking.training.train import TrainReport, train_linking

__all__ = [
    "AliasRow",
    "AttributeFinder",
    "LabelledSpan",
    "LabelledText",
    "Schedule",
    "TrainReport",
    "found_spans",
    "judge_detector",
    "load_trained",
    "read_labelled",
    "train_attributes",
    "train_detector",
    "train_entity_linker",
    "train_linking",
]

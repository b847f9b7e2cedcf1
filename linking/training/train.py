"""Training on labelled files, judged on a part of them that was kept apart: what ``shopgraph link-train`` does."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

from spacy.language import Language

from kg.errors import ConfigurationError, InputError
from kg.records import Reject
from kg.sources.locate import nearest
from linking.mentions import NodeRef
from linking.training.crf import FACTORY
from linking.training.detector import DETECTORS, Kind, add_detector, choose_kind, judge_detector
from linking.training.entity_linker import NAME as LINKER
from linking.training.entity_linker import AliasRow, judge_linker, train_entity_linker
from linking.training.examples import Progress, Schedule, blank_pipeline
from linking.training.folder import data_fingerprint, save_trained
from linking.training.folds import hold_out
from linking.training.labelled import LabelledText
from linking.training.readers import read_labelled
from linking.training.scores import total
from linking.training.vectors import WordVectors

COMPONENTS: tuple[str, ...] = (*DETECTORS, LINKER)


@dataclass(frozen=True, slots=True)
class TrainReport:
    """What training gave.

    Attributes:
        folder: where the pipeline lies.
        language: of the texts.
        learned: texts that were learned from.
        held_out: texts that were judged on.
        other_language: texts left out, for their file says that they are in another language.
        rejects: lines that are no labelled text.
        detector: kind of detector that the pipeline uses; the others in it are disabled. None where none was trained.
        detectors: kind -> label -> precision, recall, f1 and number of labelled spans of the held-out part; "all" is
            all labels together.
        entity_linker: ``right`` and ``by prior`` (shares of the held-out mentions that get the right node) and
            ``mentions``; None where none was trained.
        seconds: that it took.
    """

    folder: Path
    language: str
    learned: int
    held_out: int
    other_language: int
    rejects: tuple[Reject, ...]
    detector: str | None
    detectors: Mapping[str, Mapping[str, Mapping[str, float | int]]]
    entity_linker: Mapping[str, float | int] | None
    seconds: float

    def as_dict(self) -> dict[str, Any]:
        """Give the report as it stands in JSON."""
        return {
            **{name: getattr(self, name) for name in self.__dataclass_fields__ if name not in ("folder", "rejects")},
            "folder": str(self.folder),
            "rejects": [reject._asdict() for reject in self.rejects],
        }


def train_linking(
    labelled_files: Iterable[Path],
    out: Path,
    *,
    language: str,
    format_name: str | None = None,
    components: Sequence[str] | None = None,
    gazetteer: Iterable[tuple[str, str]] = (),
    vectors: WordVectors | None = None,
    aliases: Iterable[AliasRow] = (),
    descriptions: Mapping[NodeRef, str] | None = None,
    fraction: float = 0.2,
    schedule: Schedule | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> TrainReport:
    """Train on files of labelled text, judge on a part of them, and write the pipeline.

    The pipeline uses one detector: ``spancat`` where many labelled spans overlap, else ``crf``, else ``ner``, of those
    that were asked for. The held-out part has no say in that. The others lie in it disabled; ``nlp.enable_pipe`` and
    ``nlp.disable_pipe`` change it.

    Args:
        labelled_files: see ``linking.training.readers``.
        out: folder to write; see ``linking.training.folder``.
        language: of the texts to learn from; texts of which the file says another language are left out.
        format_name: of the files; None to find it out.
        components: of ``COMPONENTS``; None for all, the entity linker only if a mention names a node.
        gazetteer: (name, label) pairs, for ``crf``.
        vectors: of words, for ``crf``; see ``linking.training.vectors``.
        aliases: words that mean nodes, for the entity linker.
        descriptions: words about nodes, for the entity linker.
        fraction: share of the texts to judge on.
        schedule: of the neural components.
        seed: of every random choice.
        progress: is told how far training is.

    Raises:
        InputError: a file is missing or of no known format, or no text is in the language.
        ConfigurationError: an option is wrong.
        ModelError: there is nothing to learn from.
        MissingExtraError: python-crfsuite is not installed.
    """
    start = time.monotonic()
    chosen = _check(components)
    read = read_labelled(labelled_files, format_name=format_name)
    texts = [text for text in read.texts if text.language in (None, language)]
    if not texts:
        known = ", ".join(sorted({str(text.language) for text in read.texts}))
        raise InputError(f'No text is in the language "{language}"; the files have: {known}. See --language.')
    learn, judge = hold_out([text.text for text in texts], fraction=fraction, seed=seed)
    learned, held = [texts[place] for place in learn], [texts[place] for place in judge]
    if components is None and not any(span.node is not None for text in learned for span in text.spans):
        chosen = tuple(name for name in chosen if name != LINKER)
    nlp = blank_pipeline(language)
    kinds = [cast(Kind, name) for name in chosen if name in DETECTORS]
    detectors: dict[str, dict[str, dict[str, float | int]]] = {}
    for kind in kinds:
        name = add_detector(
            nlp,
            learned,
            kind=kind,
            gazetteer=gazetteer if kind == "crf" else (),
            vectors=vectors if kind == "crf" else None,
            schedule=schedule,
            seed=seed,
            progress=progress,
        )
        with nlp.select_pipes(enable=[name]):
            detectors[kind] = _figures(nlp, held)
    detector = _used(nlp, kinds, learned)
    linked = None
    if LINKER in chosen:
        train_entity_linker(
            learned,
            aliases,
            descriptions,
            language=language,
            nlp=nlp,
            schedule=schedule,
            seed=seed,
            progress=progress,
        )
        linked = judge_linker(nlp, held)
    report = TrainReport(
        out,
        language,
        len(learned),
        len(held),
        len(read.texts) - len(texts),
        read.rejects,
        detector,
        detectors,
        linked,
        round(time.monotonic() - start, 1),
    )
    manifest = {
        "data": data_fingerprint(texts),
        "settings": {"seed": seed, "fraction": fraction, "schedule": asdict(schedule or Schedule())},
        "metrics": {"detectors": detectors, "entity_linker": linked, "learned": len(learned), "held_out": len(held)},
        "detector": detector,
    }
    save_trained(nlp, out, manifest)
    return report


def _check(components: Sequence[str] | None) -> tuple[str, ...]:
    if components is None:
        return COMPONENTS
    for name in components:
        if name not in COMPONENTS:
            raise ConfigurationError(
                f'There is no component "{name}".{nearest(name, COMPONENTS)} Components: {", ".join(COMPONENTS)}.'
            )
    if not components:
        raise ConfigurationError(f"Name a component to train, of: {', '.join(COMPONENTS)}.")
    return tuple(name for name in COMPONENTS if name in components)


def _figures(nlp: Language, held: Sequence[LabelledText]) -> dict[str, dict[str, float | int]]:
    scores = judge_detector(nlp, held)
    return {**{label: score.as_dict() for label, score in scores.items()}, "all": total(scores.values()).as_dict()}


def _used(nlp: Language, kinds: Sequence[Kind], learned: Sequence[LabelledText]) -> str | None:
    """Choose the detector that the pipeline uses, and disable the others."""
    if not kinds:
        return None
    best = choose_kind(learned)
    used = best if best in kinds else kinds[0]
    for kind in kinds:
        if kind != used:
            nlp.disable_pipe(FACTORY if kind == "crf" else kind)
    return used

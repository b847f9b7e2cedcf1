"""The folder of a trained pipeline: what spaCy writes, and a manifest that says what it is and that it is whole.

spaCy writes JSON, MessagePack and plain numbers, and the CRF a table of its own: no pickle is written or read.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from spacy.language import Language
from spacy.util import load_model_from_path

import linking.training.crf
import linking.training.entity_linker
import linking.training.examples  # noqa: F401  # these register what a trained pipeline is made of
from kg.artefact import ArtefactKind
from linking.training.labelled import LabelledText

_PIPELINE = "pipeline"
_AGAIN = "Train again with: shopgraph link-train FILE --language en --out FOLDER"
TRAINED = ArtefactKind("shopgraph-link-training", 1, "trained pipeline", _AGAIN, ("spacy", "thinc", "numpy"))


def save_trained(nlp: Language, folder: Path, manifest: Mapping[str, object]) -> None:
    """Write a trained pipeline, replacing one that is there once the new one is whole.

    Args:
        nlp: the pipeline.
        folder: where to; made if missing.
        manifest: what more its manifest is to say: settings, metrics, fingerprint of the data.

    Raises:
        ModelError: something else stands in the folder already.
    """
    made_of = {"language": nlp.lang, "components": nlp.component_names, "disabled": nlp.disabled}
    with TRAINED.writing(folder, {**manifest, **made_of}) as beside:
        nlp.to_disk(beside / _PIPELINE)


def load_trained(folder: Path) -> Language:
    """Read a trained pipeline, after a check of every file against its manifest.

    Raises:
        ModelError: it is missing, damaged, of another version, or holds a file that its manifest does not name.
        MissingExtraError: a component needs a package that is not installed.
    """
    with TRAINED.reading(folder):
        return load_model_from_path(folder / _PIPELINE)


def data_fingerprint(texts: Iterable[LabelledText]) -> str:
    """Give the SHA-256 of labelled texts in their order."""
    digest = hashlib.sha256()
    for text in texts:
        spans = [
            (span.start, span.end, span.label, None if span.node is None else str(span.node), span.polarity)
            for span in text.spans
        ]
        digest.update(json.dumps([text.text, text.language, spans], ensure_ascii=False).encode())
        digest.update(b"\n")
    return digest.hexdigest()

"""The folder of a trained pipeline: what spaCy writes, and a manifest that says what it is and that it is whole.

``manifest.json`` holds the format, language, components, settings, fingerprint of the data, versions of the libraries,
metrics, and the SHA-256 of every file in ``pipeline/``, which spaCy writes as JSON, MessagePack and plain numbers: no
pickle is written or read.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.util import load_model_from_path

import linking.training.crf
import linking.training.entity_linker
import linking.training.examples  # noqa: F401  # these register what a trained pipeline is made of
from kg.errors import ModelError
from linking.training.labelled import LabelledText

FORMAT = 1
_MANIFEST, _PIPELINE = "manifest.json", "pipeline"
_LIBRARIES = ("spacy", "thinc", "numpy", "python-crfsuite")
_AGAIN = "Train again with: shopgraph link-train FILE --out FOLDER"


def save_trained(nlp: Language, folder: Path, manifest: Mapping[str, Any]) -> None:
    """Write a trained pipeline, replacing one that is there once the new one is whole.

    Args:
        nlp: the pipeline.
        folder: where to; made if missing.
        manifest: what more its manifest is to say: settings, metrics, fingerprint of the data.

    Raises:
        ModelError: something else stands in the folder already.
    """
    if folder.exists() and (not folder.is_dir() or (any(folder.iterdir()) and not (folder / _MANIFEST).is_file())):
        raise ModelError(f"{folder} holds something else than a trained pipeline. Name another place with --out.")
    beside = folder.with_name(f".{folder.name}.writing")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    nlp.to_disk(beside / _PIPELINE)
    whole = {
        **manifest,
        "format": FORMAT,
        "language": nlp.lang,
        "components": nlp.component_names,
        "disabled": nlp.disabled,
        "libraries": _versions(),
        "files": _hashes(beside / _PIPELINE),
    }
    whole["fingerprint"] = _fingerprint(whole)
    text = json.dumps(whole, indent=2, sort_keys=True, ensure_ascii=False)
    (beside / _MANIFEST).write_text(text + "\n", encoding="utf-8")
    old = folder.with_name(f".{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    beside.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def load_trained(folder: Path) -> Language:
    """Read a trained pipeline.

    Raises:
        ModelError: it is missing, damaged, of another format version, or holds a file that its manifest does not name.
        MissingExtraError: a component needs a package that is not installed.
    """
    manifest = read_manifest(folder)
    found = _hashes(folder / _PIPELINE)
    wanted = manifest["files"]
    for name in sorted(found.keys() | wanted.keys()):
        if found.get(name) != wanted.get(name):
            what = "is missing" if name not in found else "is damaged" if name in wanted else "does not belong there"
            raise ModelError(f"{folder / _PIPELINE / name} {what}. {_AGAIN}")
    try:
        return load_model_from_path(folder / _PIPELINE)
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"The pipeline in {folder} cannot be loaded: {error} {_AGAIN}") from error


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read and check the manifest of a trained pipeline.

    Raises:
        ModelError: it is missing, damaged, or of another format version.
    """
    path = folder / _MANIFEST
    try:
        manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ModelError(f"There is no trained pipeline in {folder}. {_AGAIN}") from error
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} is damaged: {error}. {_AGAIN}") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        format_found = manifest.get("format") if isinstance(manifest, dict) else None
        raise ModelError(f"{folder} has the format {format_found}, and this version reads {FORMAT}. {_AGAIN}")
    if manifest.get("fingerprint") != _fingerprint(manifest) or not isinstance(manifest.get("files"), dict):
        raise ModelError(f"{path} is damaged: its fingerprint does not match. {_AGAIN}")
    return manifest


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


def _hashes(folder: Path) -> dict[str, str]:
    """Give the SHA-256 of every file below a folder, by its path from there."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb") as stream:
                found[path.relative_to(folder).as_posix()] = hashlib.file_digest(stream, "sha256").hexdigest()
    return found


def _fingerprint(manifest: Mapping[str, Any]) -> str:
    content = {key: value for key, value in manifest.items() if key != "fingerprint"}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _versions() -> dict[str, str]:
    versions = {}
    for library in _LIBRARIES:
        try:
            versions[library] = version(library)
        except PackageNotFoundError:
            continue
    return versions

"""Sentiment models on disk: a folder with ``manifest.json``, ``features.json`` and ``weights.safetensors``.

Nothing in it can run code. It is written beside its place and renamed; the same model gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from kg.errors import ModelError
from linking.sentiment.model import ClauseWeights, Scorer, SentimentModel
from linking.sentiment.polarity import PolarityModel, PolarityWeights

FORMAT = 1
_FEATURES, _WEIGHTS, _MANIFEST = "features.json", "weights.safetensors", "manifest.json"
_AGAIN = "Train the sentiment model again."


def save_sentiment(model: SentimentModel | PolarityModel, folder: Path) -> None:
    """Write a model into ``folder``, replacing a model that is there once the new one is whole.

    Raises:
        ModelError: something that is no sentiment model lies in ``folder``.
    """
    from safetensors.numpy import save_file

    if folder.exists() and not (folder.is_dir() and ((folder / _MANIFEST).is_file() or not any(folder.iterdir()))):
        raise ModelError(f"{folder} exists and is no sentiment model. Name another folder, or remove it.")
    weak = model.weak if isinstance(model, PolarityModel) else model
    tensors: dict[str, np.ndarray] = {}
    features: dict[str, list[str]] = {}
    for code, clause in sorted(weak.languages.items()):
        names = sorted(clause.weights)
        features[f"weak.{code}"] = names
        tensors[f"weak.{code}"] = np.array([clause.weights[name] for name in names], dtype=np.float64)
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "kind": "sentiment",
        "weak": {
            code: {"nodes": sorted(clause.nodes), "slope": clause.slope, "reviews": weak.reviews.get(code, 0)}
            for code, clause in sorted(weak.languages.items())
        },
    }
    if isinstance(model, PolarityModel):
        manifest["polarity"] = {}
        for code, polarity in sorted(model.languages.items()):
            names = sorted(polarity.weights)
            features[f"polarity.{code}"] = names
            rows = [polarity.weights[name] for name in names]
            tensors[f"polarity.{code}"] = np.array(rows, dtype=np.float64).reshape(len(names), len(polarity.classes))
            manifest["polarity"][code] = {"classes": list(polarity.classes), "bias": list(polarity.bias)}
    beside = folder.with_name(f".{folder.name}.writing")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    (beside / _FEATURES).write_text(_json(features), encoding="utf-8")
    save_file(tensors, beside / _WEIGHTS)
    manifest["files"] = {name: _digest(beside / name) for name in (_FEATURES, _WEIGHTS)}
    (beside / _MANIFEST).write_text(_json(manifest), encoding="utf-8")
    old = folder.with_name(f".{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    beside.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def load_sentiment(folder: Path) -> Scorer:
    """Read a model: a ``SentimentModel``, or a ``PolarityModel`` where polarities were labelled.

    Raises:
        ModelError: it is missing, damaged, or of another version.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    manifest = _manifest(folder)
    try:
        for name, digest in manifest["files"].items():
            if _digest(folder / name) != digest:
                raise ModelError(f"{folder / name} is damaged: its checksum is not that of the manifest. {_AGAIN}")
        features: Mapping[str, list[str]] = json.loads((folder / _FEATURES).read_text(encoding="utf-8"))
        tensors = load_file(folder / _WEIGHTS)
        languages = {
            code: ClauseWeights(
                dict(zip(features[f"weak.{code}"], tensors[f"weak.{code}"].tolist(), strict=True)),
                frozenset(entry["nodes"]),
                float(entry["slope"]),
            )
            for code, entry in manifest["weak"].items()
        }
        weak = SentimentModel(languages, {code: int(entry["reviews"]) for code, entry in manifest["weak"].items()})
        if "polarity" not in manifest:
            return weak
        polarities = {}
        for code, entry in manifest["polarity"].items():
            rows = map(tuple, tensors[f"polarity.{code}"].tolist())
            weights = dict(zip(features[f"polarity.{code}"], rows, strict=True))
            polarities[code] = PolarityWeights(tuple(entry["classes"]), weights, tuple(entry["bias"]))
        return PolarityModel(weak, polarities)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, SafetensorError) as error:
        raise ModelError(f"{folder} is no whole sentiment model ({error}). {_AGAIN}") from error


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / _MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ModelError(f"There is no sentiment model in {folder}: {_MANIFEST} is missing. {_AGAIN}") from None
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} cannot be read ({error}). {_AGAIN}") from error
    if not isinstance(manifest, dict) or manifest.get("kind") != "sentiment":
        raise ModelError(f"{folder} holds no sentiment model. {_AGAIN}")
    if manifest.get("format") != FORMAT:
        raise ModelError(
            f"{folder} is a sentiment model of format {manifest.get('format')}; this version reads {FORMAT}. {_AGAIN}"
        )
    return manifest


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

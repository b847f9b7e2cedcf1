"""Sentiment models on disk: a folder with ``manifest.json``, ``features.json`` and ``weights.safetensors``.

Nothing in it can run code (``kg.artefact``); the same model gives the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from kg.artefact import ArtefactKind
from linking.sentiment.model import ClauseWeights, Scorer, SentimentModel
from linking.sentiment.polarity import PolarityModel, PolarityWeights

_FEATURES, _WEIGHTS = "features.json", "weights.safetensors"
SENTIMENT = ArtefactKind("shopgraph-sentiment", 1, "sentiment model", "Train the sentiment model again.")


def save_sentiment(model: SentimentModel | PolarityModel, folder: Path) -> None:
    """Write a model into ``folder``, replacing a model that is there once the new one is whole.

    Raises:
        ModelError: something that is no sentiment model lies in ``folder``.
    """
    from safetensors.numpy import save_file

    weak = model.weak if isinstance(model, PolarityModel) else model
    tensors: dict[str, np.ndarray] = {}
    features: dict[str, list[str]] = {}
    for code, clause in sorted(weak.languages.items()):
        names = sorted(clause.weights)
        features[f"weak.{code}"] = names
        tensors[f"weak.{code}"] = np.array([clause.weights[name] for name in names], dtype=np.float64)
    manifest: dict[str, Any] = {
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
    with SENTIMENT.writing(folder, manifest) as beside:
        text = json.dumps(features, ensure_ascii=False, indent=1, sort_keys=True)
        (beside / _FEATURES).write_text(f"{text}\n", encoding="utf-8")
        save_file(tensors, beside / _WEIGHTS)


def load_sentiment(folder: Path) -> Scorer:
    """Read a model: a ``SentimentModel``, or a ``PolarityModel`` where polarities were labelled.

    Raises:
        ModelError: it is missing, damaged, or of another version.
    """
    from safetensors.numpy import load_file

    with SENTIMENT.reading(folder) as manifest:
        features: Mapping[str, list[str]] = json.loads((folder / _FEATURES).read_text(encoding="utf-8"))
        tensors = load_file(folder / _WEIGHTS)
        languages = {
            code: ClauseWeights(
                dict(zip(features[f"weak.{code}"], tensors[f"weak.{code}"].tolist(), strict=True)),
                frozenset(entry["nodes"]),
                float(entry["slope"]),
                code,
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

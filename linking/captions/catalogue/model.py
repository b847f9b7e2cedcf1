"""The catalogue captioner as it lies on disk: ``manifest.json`` and ``weights.safetensors``, nothing that runs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from kg.artefact import ArtefactKind
from linking.captions.catalogue.features import FloatArray
from linking.captions.catalogue.heads import Calibration, Head
from linking.captions.catalogue.kernel import Space
from linking.captions.catalogue.titles import TitleWord
from linking.mentions import NodeRef

_WEIGHTS = "weights.safetensors"
CATALOGUE = ArtefactKind("shopgraph-catalogue-captioner", 3, "catalogue captioner", "Train the captioner again.")


@dataclass(frozen=True)
class Model:
    """All that captions need.

    Attributes:
        space: the photos learned from.
        patches: dictionary of patches.
        usual: colours that photos of each kind show anyway, ``(n_kinds, N_COLOURS)``.
        kind: head that tells the kind of product; None where no category can be seen.
        heads: what captions say.
        coefficients: of each head, ``(n_photos, n_values)``.
        words: of titles.
        word_coefficients: ``(n_photos, n_words)``.
        paths: category paths that occur, as ids from the root.
    """

    space: Space
    patches: dict[str, FloatArray]
    usual: FloatArray
    kind: str | None
    heads: tuple[Head, ...]
    coefficients: tuple[FloatArray, ...]
    words: tuple[TitleWord, ...]
    word_coefficients: FloatArray
    paths: tuple[tuple[str, ...], ...]

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over everything, in hexadecimal."""
        return _fingerprint(self._description(), self._tensors())

    def _description(self) -> dict[str, Any]:
        return {
            "version": CATALOGUE.version,
            "kind": self.kind,
            "heads": [asdict(head) for head in self.heads],
            "words": [asdict(word) for word in self.words],
            "paths": [list(path) for path in self.paths],
        }

    def _tensors(self) -> dict[str, np.ndarray]:
        tensors: dict[str, np.ndarray] = {"usual": self.usual, "words": self.word_coefficients}
        tensors |= {f"patches.{name}": array for name, array in self.patches.items()}
        tensors |= {f"scales.{name}": array for name, array in self.space.scales.items()}
        tensors |= {f"head.{row}": array for row, array in enumerate(self.coefficients)}
        wide: dict[str, np.ndarray] = {}
        for name, array in tensors.items():
            wide[name] = np.ascontiguousarray(array, dtype=np.float32)
        # By far the most of it; the points and axes were rounded to this before anything was learned from them.
        narrow: dict[str, np.ndarray] = {
            f"points.{name}": array.astype(np.float16) for name, array in self.space.points.items()
        }
        narrow |= {f"axes.{name}": array.astype(np.float16) for name, array in self.space.axes.items()}
        narrow |= {f"mirrored.{name}": array.astype(np.float16) for name, array in self.space.mirrored.items()}
        every = {**wide, **narrow}
        return {name: every[name] for name in sorted(every)}

    def save(self, folder: Path) -> None:
        """Write the model into ``folder``, replacing a captioner that is there once the new one is whole.

        Raises:
            ModelError: something else lies there.
        """
        from safetensors.numpy import save_file

        with CATALOGUE.writing(folder, self._description()) as beside:
            save_file(self._tensors(), beside / _WEIGHTS)

    @classmethod
    def load(cls, folder: Path) -> Model:
        """Read a model.

        Raises:
            ModelError: it is missing, damaged, or of another format version.
        """
        from safetensors.numpy import load_file

        with CATALOGUE.reading(folder) as manifest:
            return _model(manifest, load_file(folder / _WEIGHTS))


def _fingerprint(description: Mapping[str, Any], tensors: Mapping[str, np.ndarray]) -> str:
    digest = hashlib.sha256(json.dumps(description, sort_keys=True, ensure_ascii=False).encode())
    for name, array in tensors.items():
        digest.update(f"{name}{array.shape}".encode())
        digest.update(array.tobytes())
    return digest.hexdigest()


def _model(manifest: Mapping[str, Any], tensors: Mapping[str, np.ndarray]) -> Model:
    def named(prefix: str) -> dict[str, FloatArray]:
        return {
            name.removeprefix(prefix): array.astype(np.float32)
            for name, array in tensors.items()
            if name.startswith(prefix)
        }

    return Model(
        space=Space(named("points."), named("mirrored."), named("scales."), named("axes.")),
        patches=named("patches."),
        usual=tensors["usual"],
        kind=manifest["kind"],
        heads=tuple(_head(entry) for entry in manifest["heads"]),
        coefficients=tuple(tensors[f"head.{row}"] for row in range(len(manifest["heads"]))),
        words=tuple(TitleWord(**entry) for entry in manifest["words"]),
        word_coefficients=tensors["words"],
        paths=tuple(tuple(path) for path in manifest["paths"]),
    )


def _head(entry: Mapping[str, Any]) -> Head:
    return Head(
        **{
            **entry,
            "nodes": tuple(NodeRef(**node) for node in entry["nodes"]),
            "words": tuple(entry["words"]),
            "calibration": Calibration(**entry["calibration"]),
            "kinds": None if entry["kinds"] is None else tuple(entry["kinds"]),
        }
    )

"""The offline image encoder: colours, edges and texture, projected as the shop's own photos suggest.

The groups of numbers of ``embeddings.image.looks`` are weighed, and their principal components kept, each divided by
the square root of its spread: half-way to whitening, so that what most photos share does not drown the rest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from embeddings.image.looks import EDGE, describe
from embeddings.vectors import VectorArray
from kg.artefact import ArtefactKind
from kg.errors import ConfigurationError, InputError, ModelError

LOOKS = ArtefactKind(
    "shopgraph-image-looks",
    1,
    "image encoder of looks",
    "Make the image vectors again; in a project: shopgraph run --from vectors",
    libraries=("numpy", "pillow", "safetensors", "scikit-learn"),
)
WEIGHTS: Mapping[str, float] = {
    "outline": 1.0,
    "outline, coarse": 0.5,
    "silhouette": 0.5,
    "colours": 1.0,
    "colours by height": 0.5,
    "colours by place": 1.0,
    "texture": 0.5,
}
"""What each group adds to the squared distance of two photos, on average."""
_UNLIKE = frozenset({"texture"})
"""Groups whose numbers are of different kinds, so that each is measured by its own spread."""
_SMALL = 0.1
"""Share of a group's mean variance that is added to each number's: one that hardly ever changes would be all noise."""
_FEWEST = 2
_TOGETHER = 64
_TENSORS = "encoder.safetensors"


@dataclass(frozen=True, slots=True)
class LooksSettings:
    """How the projection is learned.

    Attributes:
        dim: numbers in a vector at most, default 256; fewer photos give fewer.
        learn_from: photos learned from at most, default 4,000: they take 21 kB of memory each while learning.
        seed: of the decomposition, default 0.
    """

    dim: int = 256
    learn_from: int = 4_000
    seed: int = 0

    def __post_init__(self) -> None:
        for name, least in (("dim", 1), ("learn_from", _FEWEST)):
            if getattr(self, name) < least:
                raise ConfigurationError(f"{name} of the image encoder is {getattr(self, name)}; give {least} or more.")


@dataclass(frozen=True, slots=True)
class _Learned:
    """What was learned: mean and scale of each number, ``(width,)``, and the axes, ``(dim, width)``."""

    mean: VectorArray
    scale: VectorArray
    axes: VectorArray


class LooksEncoder:
    """Encodes photos by what they look like; it knows nothing of what they show.

    Args:
        settings: how the projection is learned.
    """

    name = "looks"
    edge = EDGE

    def __init__(self, settings: LooksSettings | None = None) -> None:
        self.settings = settings or LooksSettings()
        self._learned: _Learned | None = None
        self._fingerprint = ""

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the settings and what was learned.

        Raises:
            ModelError: nothing was learned yet.
        """
        if not self._fingerprint:
            learned = self._known()
            digest = hashlib.sha256(json.dumps([LOOKS.version, asdict(self.settings)], sort_keys=True).encode())
            for array in (learned.mean, learned.scale, learned.axes):
                digest.update(np.ascontiguousarray(array).data)
            self._fingerprint = digest.hexdigest()
        return self._fingerprint

    @property
    def dim(self) -> int:
        """Numbers in one vector.

        Raises:
            ModelError: nothing was learned yet.
        """
        return len(self._known().axes)

    def fit(self, pictures: Iterable[Image.Image]) -> None:
        """Learn the spread of every number, and the directions in which photos differ most.

        Args:
            pictures: RGB and upright; of more than ``learn_from``, only the first ones are looked at, so give a sample.

        Raises:
            InputError: there are fewer than two, or they all look the same.
        """
        from sklearn.decomposition import PCA

        parts: list[dict[str, VectorArray]] = []
        seen = 0
        for some in _together(pictures):
            parts.append(describe(some[: self.settings.learn_from - seen]))
            seen += len(some)
            if seen >= self.settings.learn_from:
                break
        if seen < _FEWEST:
            raise InputError(f"There are {seen} photos to learn image vectors from; {_FEWEST} are needed at least.")
        groups = {name: np.concatenate([part[name] for part in parts]) for name in WEIGHTS}
        del parts
        scale = np.concatenate([_scale(name, rows) for name, rows in groups.items()])
        rows = np.concatenate(list(groups.values()), axis=1)
        del groups
        mean = rows.mean(axis=0, dtype=np.float64).astype(np.float32)
        rows = (rows - mean) * scale
        dim = min(self.settings.dim, len(rows) - 1, rows.shape[1])
        # Components come with their signs fixed, so the same photos give the same vectors.
        found = PCA(dim, svd_solver="randomized", random_state=self.settings.seed)
        with np.errstate(divide="ignore", invalid="ignore"):  # shares of the spread, where all photos are the same
            found.fit(rows)
        spread = np.sqrt(found.explained_variance_)
        sound = spread > 1e-4 * max(float(spread[0]), 1e-3)
        if not sound.any():
            raise InputError("There is nothing to learn image vectors from: all photos look the same.")
        axes = found.components_[sound] / np.sqrt(spread[sound, None])
        self._learned = _Learned(mean, scale, np.ascontiguousarray(axes, dtype=np.float32))
        self._fingerprint = ""

    def encode(self, pictures: Sequence[Image.Image]) -> VectorArray:
        """Give the vectors, ``(n_pictures, dim)``, each of length 1.

        Raises:
            ModelError: nothing was learned yet.
        """
        learned = self._known()
        vectors = np.zeros((len(pictures), self.dim), dtype=np.float32)
        for start in range(0, len(pictures), _TOGETHER):
            groups = describe(pictures[start : start + _TOGETHER])
            rows = np.concatenate([groups[name] for name in WEIGHTS], axis=1)
            part = ((rows - learned.mean) * learned.scale) @ learned.axes.T
            vectors[start : start + _TOGETHER] = part / np.maximum(np.linalg.norm(part, axis=1, keepdims=True), 1e-12)
        return vectors

    def save(self, folder: Path) -> None:
        """Write what was learned, as an artefact.

        Raises:
            ModelError: nothing was learned yet, or something else lies in ``folder``.
        """
        from safetensors.numpy import save_file

        learned = self._known()
        with LOOKS.writing(folder, {"settings": asdict(self.settings)}) as beside:
            save_file({"mean": learned.mean, "scale": learned.scale, "axes": learned.axes}, beside / _TENSORS)

    @classmethod
    def load(cls, folder: Path) -> LooksEncoder:
        """Read what ``save`` wrote.

        Raises:
            ModelError: there is none, it is of another format or version, or damaged.
        """
        from safetensors.numpy import load_file

        with LOOKS.reading(folder) as manifest:
            encoder = cls(LooksSettings(**manifest["settings"]))
            encoder._learned = _Learned(**load_file(folder / _TENSORS))
        return encoder

    def _known(self) -> _Learned:
        if self._learned is None:
            raise ModelError("The image encoder has learned nothing yet. Call fit with the shop's photos, or load one.")
        return self._learned


def _scale(name: str, rows: VectorArray) -> VectorArray:
    """Give what each number of a group is multiplied by, ``(width,)``."""
    variances = rows.var(axis=0, dtype=np.float64)
    if name in _UNLIKE:
        each = 1 / np.sqrt(variances + _SMALL * variances.mean() + 1e-12)
        total = float((variances * each**2).sum())
    else:
        each, total = np.ones(len(variances)), float(variances.sum())
    return np.asarray(each * np.sqrt(WEIGHTS[name] / (total + 1e-9)), dtype=np.float32)


def _together(pictures: Iterable[Image.Image]) -> Iterator[list[Image.Image]]:
    some: list[Image.Image] = []
    for picture in pictures:
        some.append(picture)
        if len(some) == _TOGETHER:
            yield some
            some = []
    if some:
        yield some

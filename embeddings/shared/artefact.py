"""A shared space on disk: ``manifest.json`` and ``space.safetensors``, mapped when it is read."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from embeddings.mapped import Tensor, map_tensors
from embeddings.shared.space import Bend, Projection, SharedSpace
from kg.artefact import ArtefactKind
from kg.errors import ModelError

_AGAIN = "Learn the shared space again; in a project: shopgraph run --from vectors"
SHARED = ArtefactKind(
    "shopgraph-shared-space",
    1,
    "shared space",
    _AGAIN,
    libraries=("numpy", "safetensors", "scikit-learn", "scipy", "torch"),
)
_TENSORS = "space.safetensors"
_BEND = ("inner", "bias", "outer")


def save_shared(space: SharedSpace, folder: Path) -> None:
    """Write a space, replacing one that is there once the new one is whole.

    Raises:
        ModelError: something else lies in ``folder``.
    """
    from safetensors.numpy import save_file

    tensors: dict[str, Tensor] = {"correlations": space.correlations}
    for number, way in enumerate(space.projections.values()):
        tensors |= {f"{number}.mean": way.mean, f"{number}.linear": way.linear}
        if way.bend is not None:
            tensors |= {f"{number}.{name}": getattr(way.bend, name) for name in _BEND}
    manifest = {
        "views": list(space.projections),
        "sources": dict(space.sources),
        "configuration": dict(space.configuration),
        "metrics": dict(space.metrics),
    }
    with SHARED.writing(folder, manifest) as beside:
        save_file({name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()}, beside / _TENSORS)


def load_shared(folder: Path, *, contents: bool = True) -> SharedSpace:
    """Read a space.

    Args:
        folder: to read.
        contents: check the SHA-256 of every file.

    Raises:
        ModelError: there is none, it is of another format or version, or damaged.
    """
    manifest = SHARED.read(folder, contents=contents)
    try:
        tensors = map_tensors(folder / _TENSORS)
        correlations = _checked(tensors, "correlations", None)
        projections = {
            str(view): _projection(tensors, number, len(correlations)) for number, view in enumerate(manifest["views"])
        }
        return SharedSpace(
            projections,
            correlations,
            dict(manifest["sources"]),
            dict(manifest["configuration"]),
            dict(manifest["metrics"]),
        )
    except ModelError as error:
        raise ModelError(f"{error} {_AGAIN}") from error
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{folder} holds no whole shared space: {error!r}. {_AGAIN}") from error


def _projection(tensors: dict[str, Tensor], number: int, dim: int) -> Projection:
    mean = _checked(tensors, f"{number}.mean", None)
    linear = _checked(tensors, f"{number}.linear", len(mean), dim)
    if f"{number}.bias" not in tensors:
        return Projection(mean, linear)
    bias = _checked(tensors, f"{number}.bias", None)
    inner = _checked(tensors, f"{number}.inner", len(mean), len(bias))
    return Projection(mean, linear, Bend(inner, bias, _checked(tensors, f"{number}.outer", len(bias), dim)))


def _checked(tensors: dict[str, Tensor], name: str, *shape: int | None) -> Tensor:
    tensor = tensors[name]
    fits = tensor.ndim == len(shape) and all(want in (None, has) for want, has in zip(shape, tensor.shape, strict=True))
    if tensor.dtype != np.float32 or not fits:
        raise ValueError(f"the tensor {name} has the type {tensor.dtype} and the shape {tensor.shape}")
    return tensor

"""The checkpoint of a training: one file, safetensors with the state as JSON in its header, written beside and renamed.

A process killed at any moment leaves the last whole checkpoint. Nothing in the file can run code.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import ModelError

if TYPE_CHECKING:
    from torch import Tensor

_FORMAT, _VERSION = "shopgraph-training", 1
_FORGET = "Remove the file to start again."


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Where a training stood.

    Attributes:
        tensors: by name.
        state: JSON values.
    """

    tensors: Mapping[str, Tensor]
    state: Mapping[str, Any]


def write_checkpoint(path: Path, checkpoint: Checkpoint, *, belongs_to: str) -> None:
    """Write a checkpoint in the place of the one before.

    Args:
        path: of the file; its folder is made where it is missing.
        checkpoint: to write.
        belongs_to: fingerprint of everything that the training depends on.
    """
    from safetensors.torch import save

    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    header = {"format": _FORMAT, "version": _VERSION, "belongs_to": belongs_to, "state": dict(checkpoint.state)}
    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in checkpoint.tensors.items()}
    whole = save(tensors, metadata={"shopgraph": json.dumps(header)})
    with beside.open("wb") as file:  # safetensors' own files have names by chance, which a killed process would leave
        file.write(whole)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def read_checkpoint(path: Path, *, belongs_to: str) -> Checkpoint | None:
    """Read the checkpoint, None where there is no file.

    Raises:
        ModelError: the file is damaged, or of a training with other triples or other settings.
    """
    from safetensors import SafetensorError, safe_open

    if not path.exists():
        return None
    try:
        with safe_open(path, framework="pt") as file:
            header = json.loads((file.metadata() or {})["shopgraph"])
            if (header["format"], header["version"]) != (_FORMAT, _VERSION):
                raise ModelError(f"{path} is no checkpoint that this shopgraph reads. {_FORGET}")
            if header["belongs_to"] != belongs_to:
                raise ModelError(
                    f"{path} is the checkpoint of a training with other triples, settings or library versions. "
                    f"Go back to those, or start again. {_FORGET}"
                )
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (no mapping)
            return Checkpoint(tensors, header["state"])
    except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
        raise ModelError(f"{path} is no whole checkpoint ({error}). {_FORGET}") from error

"""What a training has done, kept until its artefact is written: killed meanwhile, it is not done again."""

from __future__ import annotations

import glob
import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from recommender.arrays import Csr
from recommender.baskets import Baskets
from recommender.tuning import Tuning

_FORMAT = 1


def tuned_from(kinds: Sequence[Baskets], histories: Csr, seen: Csr, held: Csr, **settings: object) -> str:
    """Give the SHA-256 of everything that tuning depends on, but for the machine.

    Args:
        kinds: baskets that trials learn from.
        histories: what the users did, ``(n_users, n_items)``.
        seen: what is not recommended again, ``(n_users, n_items)``.
        held: the validation part, ``(n_users, n_items)``.
        settings: model, trials, memory, seed.
    """
    digest = hashlib.sha256(json.dumps([_FORMAT, settings], sort_keys=True, default=str).encode())
    named = [(kind.name, kind.members) for kind in kinds]
    for name, matrix in (*named, ("histories", histories), ("seen", seen), ("held", held)):
        for array in (matrix.indptr, matrix.indices, matrix.data):
            digest.update(f"{name} {array.dtype} {matrix.shape}".encode())
            digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def keep_tuning(path: Path, tuning: Tuning, *, of: str) -> None:
    """Write what tuning chose, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.new")
    with beside.open("w", encoding="utf-8") as file:
        json.dump({"of": of, "tuning": asdict(tuning)}, file)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def kept_tuning(path: Path, *, of: str) -> Tuning | None:
    """Give what tuning chose from the same; None where nothing is kept, or nothing that can be used."""
    try:
        found = json.loads(path.read_text("utf-8"))
        return Tuning(**found["tuning"]) if found["of"] == of else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def network_states(out: Path) -> Path:
    """Give the beginning of the names of the files that the network of an artefact keeps its state in."""
    return out.with_name(f".{out.name}.network")


def judged_states(out: Path) -> Path:
    """Give the same for the network of the model without the validation part."""
    return out.with_name(f".{out.name}.judged")


def drop_states(out: Path) -> None:
    """Remove the states of an artefact's networks, once it is written."""
    for kept in (network_states(out), judged_states(out)):
        for beside in ("", "."):  # those that were being written begin with a second dot
            for state in kept.parent.glob(f"{beside}{glob.escape(kept.name)}.*"):
                state.unlink(missing_ok=True)

"""Training of graph vectors, from triples to a model, or to a folder."""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version as library_version
from pathlib import Path

import numpy as np
import torch

from embeddings.artefact import save_vectors
from embeddings.graph.checkpoint import read_checkpoint
from embeddings.graph.model import GraphModel
from embeddings.graph.run import ProgressCallback, Run, parted
from embeddings.graph.settings import GraphSettings, start_settings
from embeddings.graph.triples import Triples
from embeddings.vectors import Vectors

_LIBRARIES = ("torch", "pykeen", "numpy")


def train_graph_model(
    triples: Triples,
    *,
    settings: GraphSettings,
    validation: Triples | None = None,
    start: Vectors | GraphModel | None = None,
    checkpoint: Path | None = None,
    checkpoint_seconds: float = 60.0,
    progress: ProgressCallback | None = None,
) -> GraphModel:
    """Learn vectors of entities and relations from triples.

    The same triples and settings give the same vectors, bit for bit, on the same machine with the same number of
    threads, however often the process was killed on the way.

    Args:
        triples: to learn.
        settings: how.
        validation: to stop early by, over the same entities and relations; None to hold a part of ``triples`` out as
            the settings say.
        start: a model, or vectors, to start from, such as TransE's for TransR; entities that it does not have start at
            random.
        checkpoint: file to keep the state in, taken up again where it is there; None for none. It stays when training
            is done, so that a process killed before it saved the model need not begin again: remove it then.
        checkpoint_seconds: between two checkpoints.
        progress: told how far the training is, about twice a second and after each epoch.

    Raises:
        ConfigurationError: the settings do not fit each other, or there is nothing to learn from.
        ModelError: the checkpoint is damaged or of another training, or the loss is no number any more.
    """
    triples, validation = parted(triples, validation, settings)
    run = Run(triples, validation, settings, start, progress)
    belongs_to = _fingerprint(triples, validation, settings, start)
    if checkpoint is not None:
        run.restore(read_checkpoint(checkpoint, belongs_to=belongs_to))
    with torch.random.fork_rng():
        run.train(checkpoint, belongs_to=belongs_to, checkpoint_seconds=checkpoint_seconds)
    return run.result()


def train_start(
    triples: Triples,
    *,
    settings: GraphSettings,
    validation: Triples | None = None,
    checkpoint: Path | None = None,
    progress: ProgressCallback | None = None,
) -> GraphModel | None:
    """Train the model that one of some settings starts from, for as many epochs: TransE for TransR, None for others.

    Args:
        triples: to learn; see ``train_graph_model`` for the others.
        settings: of the training that shall start from it.
        validation: to stop early by.
        checkpoint: file of its own. Keep it until that training is done, and what was killed need not begin again.
        progress: told how far the training is.

    Raises:
        ConfigurationError: see ``train_graph_model``.
        ModelError: see ``train_graph_model``.
    """
    before = start_settings(settings, epochs=settings.epochs)
    if before is None:
        return None
    return train_graph_model(triples, settings=before, validation=validation, checkpoint=checkpoint, progress=progress)


def make_graph_vectors(
    triples: Triples,
    out: Path,
    *,
    settings: GraphSettings,
    validation: Triples | None = None,
    start: Vectors | GraphModel | None = None,
    checkpoint_seconds: float = 60.0,
    progress: ProgressCallback | None = None,
) -> GraphModel:
    """Train a model and write its artefact; killed at any moment, the same call goes on where it was.

    The checkpoint lies beside ``out`` and goes when the artefact is written.

    Args:
        triples: to learn.
        out: folder to write; see ``train_graph_model`` for the others.
        settings: how.
        validation: to stop early by.
        start: to start from.
        checkpoint_seconds: between two checkpoints.
        progress: told how far the training is.

    Raises:
        ConfigurationError: the settings do not fit each other, or there is nothing to learn from.
        ModelError: something else lies in ``out``, or training is impossible; see ``train_graph_model``.
    """
    checkpoint = out.with_name(f".{out.name}.checkpoint")
    model = train_graph_model(
        triples,
        settings=settings,
        validation=validation,
        start=start,
        checkpoint=checkpoint,
        checkpoint_seconds=checkpoint_seconds,
        progress=progress,
    )
    save_vectors(model.artefact(), out)
    checkpoint.unlink(missing_ok=True)
    return model


def _fingerprint(
    triples: Triples, validation: Triples, settings: GraphSettings, start: Vectors | GraphModel | None
) -> str:
    """Give the SHA-256 of everything that a training's result depends on, but for the machine."""
    digest = hashlib.sha256(f"{triples.fingerprint}{validation.fingerprint}".encode())
    digest.update(json.dumps(settings.learned_with(), sort_keys=True).encode())
    digest.update(",".join(f"{name} {library_version(name)}" for name in _LIBRARIES).encode())
    if start is not None:
        vectors = start.vectors() if isinstance(start, GraphModel) else start
        digest.update(vectors.ids.fingerprint.encode())
        digest.update(np.ascontiguousarray(vectors.matrix).tobytes())
    return digest.hexdigest()

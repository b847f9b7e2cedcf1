"""Folders of pretrained networks: found, or fetched at a pinned revision, and never one that holds a pickle alone."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError

from kg.errors import ConfigurationError, MissingExtraError, ModelError

_REVISION = re.compile(r"[0-9a-f]{7,64}")
_PICKLES = ("*.bin", "*.pt", "*.pth", "*.pkl", "*.ckpt")
_PLAIN = ("*.json", "*.safetensors", "*.txt", "*.model", "*.jinja")
"""What a network may consist of; nothing in such files can run code."""

UNREADABLE = (OSError, ValueError, KeyError, TypeError, RuntimeError, ImportError, SafetensorError)
"""What the libraries raise when they read a network that is damaged, incomplete, or unknown to them."""


@dataclass(frozen=True, slots=True)
class Pretrained:
    """A network's folder.

    Attributes:
        folder: where its files lie.
        name: of the folder or on the hub, and what it is: ``clip@82a37760``. The part after the ``@`` is the pinned
            revision, or the beginning of the fingerprint.
        fingerprint: SHA-256 over its files, in hexadecimal: what the network is, wherever it lies.
    """

    folder: Path
    name: str
    fingerprint: str


def find_pretrained(model: str | Path, *, revision: str | None, what: str) -> Pretrained:
    """Find a network in a folder; one named on the hub is fetched first, its plain files and safetensors alone.

    Args:
        model: folder of the network, or its name on the hub.
        revision: commit of the hub's network, in hexadecimal; a branch or tag could change under the same name. A
            commit that was fetched before needs no connection.
        what: it is, for messages: "captioning model".

    Raises:
        ConfigurationError: a folder that is not there, or a hub name without revision.
        MissingExtraError: a hub name, and the package that fetches is not installed.
        ModelError: it cannot be fetched, or has no weights in safetensors.
    """
    source = str(model)
    if Path(source).is_dir():
        folder = Path(source)
        _need_safetensors(folder, what)
        fingerprint = _fingerprint(folder)
        return Pretrained(folder, f"{folder.resolve().name}@{fingerprint[:8]}", fingerprint)
    if Path(source).is_absolute() or source.startswith((".", "~")) or source.count("/") > 1:
        raise ConfigurationError(f"There is no folder {source} with a {what}.")
    if revision is None or not _REVISION.fullmatch(revision):
        wrong = "" if revision is None else f" ({revision} is none)"
        raise ConfigurationError(
            f'The {what} "{source}" is no folder, so it is taken for a name on the hub, and that needs a '
            f"revision: the commit in hexadecimal{wrong}. Give the revision, or the path of a folder."
        )
    folder = _fetch(source, revision, what)
    _need_safetensors(folder, what)
    return Pretrained(folder, f"{source}@{revision}", _fingerprint(folder))


def _fetch(name: str, revision: str, what: str) -> Path:
    try:
        from huggingface_hub import snapshot_download
    except ImportError as error:
        raise MissingExtraError(package="huggingface_hub", extra="vision", purpose=f"Fetching a {what}") from error
    try:
        return Path(snapshot_download(name, revision=revision, allow_patterns=list(_PLAIN)))
    except (OSError, ValueError) as error:
        reason = " ".join(str(error).split())[:300]
        raise ModelError(
            f'The {what} "{name}" at revision {revision} cannot be fetched: {reason}. '
            "Check both, or fetch it elsewhere and give its folder."
        ) from error


@contextmanager
def quiet_loading() -> Iterator[None]:
    """Keep transformers from drawing a bar of its own while a network is read."""
    from transformers.utils import logging as library

    logging: Any = library  # untyped
    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()


def _need_safetensors(folder: Path, what: str) -> None:
    """Refuse a network of which any part has its weights as a pickle and not as safetensors too."""
    pickles = sorted(path for pattern in _PICKLES for path in folder.rglob(pattern))
    bare = [path.relative_to(folder).as_posix() for path in pickles if not any(path.parent.glob("*.safetensors"))]
    if any(folder.rglob("*.safetensors")) and not bare:
        return
    found = f"it holds {', '.join(bare)}, a pickle, which can run code when it is read" if bare else "it holds none"
    raise ModelError(
        f"The {what} in {folder} needs its weights as safetensors: {found}. "
        "Save it anew with save_pretrained(), which writes safetensors."
    )


def _fingerprint(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted({path for pattern in _PLAIN for path in folder.rglob(pattern) if path.is_file()}):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()

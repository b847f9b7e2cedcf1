"""Folders that hold something learned: a manifest, and files that nothing can change unnoticed.

``manifest.json`` names the format, its version, what it was made with, and every file with its SHA-256; its own
fingerprint is taken over all of that. A folder is written beside its place and then renamed, so it is whole or not
there at all.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version as library_version
from pathlib import Path
from typing import Any

from kg.errors import ConfigurationError, ModelError

MANIFEST = "manifest.json"

Manifest = dict[str, Any]

_UNREADABLE = (OSError, ValueError, LookupError, TypeError, AttributeError, ConfigurationError)
"""What is raised where a file, a key or a value is not as it should be."""


@dataclass(frozen=True, slots=True)
class ArtefactKind:
    """One kind of artefact.

    Attributes:
        format: as in the manifest, such as ``shopgraph-linker``.
        version: raised when older folders can no longer be read.
        name: for people, such as "linker".
        remedy: the command, or what else to do, where there is none or it cannot be read.
        libraries: whose versions the manifest keeps.
    """

    format: str
    version: int
    name: str
    remedy: str
    libraries: Sequence[str] = ()

    @contextmanager
    def writing(self, folder: Path, manifest: Mapping[str, object]) -> Iterator[Path]:
        """Give an empty folder to write into; at the end it takes the place of ``folder``, after an error it vanishes.

        Raises:
            ModelError: something else lies there.
        """
        if folder.exists() and not self._ours(folder):
            raise ModelError(f"{folder} exists and is no {self.name}. Name another folder, or remove it.")
        beside = folder.with_name(f".{folder.name}.new-{os.getpid()}")
        old = folder.with_name(f".{folder.name}.old-{os.getpid()}")
        shutil.rmtree(beside, ignore_errors=True)
        try:
            beside.mkdir(parents=True)
            yield beside
            self._write_manifest(beside, manifest)
            shutil.rmtree(old, ignore_errors=True)
            if folder.exists():
                folder.rename(old)
            beside.rename(folder)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
            shutil.rmtree(old, ignore_errors=True)

    def read(self, folder: Path, *, contents: bool = True) -> Manifest:
        """Give the manifest, after a check of every file against it.

        Args:
            folder: to read.
            contents: check the SHA-256 of every file; else only that it is there.

        Raises:
            ModelError: there is none, it is of another format or version, or something in it was changed.
        """
        path = folder / MANIFEST
        if not path.is_file():
            raise ModelError(f"{folder} holds no {self.name}: {MANIFEST} is missing. {self.remedy}")
        try:
            manifest: Manifest = json.loads(path.read_text("utf-8"))
            found, version, fingerprint = manifest["format"], manifest["version"], manifest["fingerprint"]
            files = {str(name): str(digest) for name, digest in manifest["files"].items()}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise self._damaged(path, "it cannot be read as a manifest") from error
        if found != self.format:
            raise ModelError(f"{folder} is a {found}, not a {self.format}. Give the right folder. {self.remedy}")
        if version != self.version:
            raise ModelError(
                f"{folder} is a {self.name} of version {version}; this shopgraph reads {self.version}. {self.remedy}"
            )
        if fingerprint != _fingerprint(manifest):
            raise self._damaged(path, "its fingerprint does not match")
        for name, digest in files.items():
            file = folder / name
            if not file.is_file():
                raise self._damaged(file, "it is missing")
            if contents and file_digest(file) != digest:
                raise self._damaged(file, "its contents have changed")
        if strange := sorted(_names(folder) - files.keys()):
            raise self._damaged(folder / strange[0], "it does not belong there")
        return manifest

    @contextmanager
    def reading(self, folder: Path) -> Iterator[Manifest]:
        """Give the manifest after ``read``'s checks, and tell what goes wrong in the reading of the rest as damage.

        Args:
            folder: to read.

        Raises:
            ModelError: as ``read``, and where the files do not hold what they should.
        """
        from pyarrow import ArrowException
        from safetensors import SafetensorError

        manifest = self.read(folder)
        try:
            yield manifest
        except (*_UNREADABLE, ArrowException, SafetensorError) as error:
            why = f"{type(error).__name__}: {error}"
            raise ModelError(f"{folder} holds no whole {self.name} ({why}). {self.remedy}") from error

    def _write_manifest(self, folder: Path, manifest: Mapping[str, object]) -> None:
        whole: Manifest = {
            **manifest,
            "format": self.format,
            "version": self.version,
            "libraries": {name: library_version(name) for name in self.libraries},
            "files": {name: file_digest(folder / name) for name in sorted(_names(folder))},
        }
        whole["fingerprint"] = _fingerprint(whole)
        text = json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True)
        (folder / MANIFEST).write_text(f"{text}\n", encoding="utf-8")

    def _ours(self, folder: Path) -> bool:
        if not folder.is_dir():
            return False
        if not any(folder.iterdir()):
            return True
        try:
            found: object = json.loads((folder / MANIFEST).read_text("utf-8"))["format"]
        except (OSError, ValueError, KeyError, TypeError):
            return False
        return found == self.format

    def _damaged(self, path: Path, why: str) -> ModelError:
        return ModelError(f"{path} is damaged: {why}. {self.remedy}")


def damaged_file(folder: Path) -> Path | None:
    """Give the first file of a folder with a manifest that is not as the manifest says; None where all are.

    It holds for folders of every kind and version, for it compares checksums and reads nothing else.
    """
    try:
        files = json.loads((folder / MANIFEST).read_text("utf-8"))["files"]
        digests = {str(name): str(own if isinstance(own, str) else own["sha256"]) for name, own in files.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return folder / MANIFEST
    for name, digest in digests.items():
        file = folder / name
        if not file.is_file() or file_digest(file) != digest:
            return file
    return None


def _names(folder: Path) -> set[str]:
    files = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return {name for name in files if name != MANIFEST}


def file_digest(path: Path) -> str:
    """Give the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fingerprint(manifest: Mapping[str, object]) -> str:
    rest = {key: value for key, value in manifest.items() if key != "fingerprint"}
    return hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()

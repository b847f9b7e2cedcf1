"""API keys: what tells a right one from a wrong one, and what each may do.

A key is 256 random bits; the file holds its SHA-256, which is of no use to who reads it, and needs no slow hash because
nobody can guess 256 bits. Comparing takes the same time for every key, right or wrong.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import stat
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import IntEnum
from pathlib import Path

from kg.errors import ConfigurationError
from shopgraph.project import write_beside

_PREFIX = "sg_"
_OPEN_TO_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class Scope(IntEnum):
    """What a key may do; each may also do what those before it may."""

    SHOP = 1  # what a shop's application asks: recommendations, search, feedback, profiles
    ANALYST = 2  # queries, audiences, new products, figures
    ADMIN = 3  # loading another model

    @classmethod
    def of(cls, name: str) -> Scope:
        """Give the scope of a name.

        Raises:
            ConfigurationError: there is none.
        """
        try:
            return cls[name.upper()]
        except KeyError:
            told = ", ".join(scope.name.lower() for scope in cls)
            raise ConfigurationError(f'There is no scope "{name}"; give one of: {told}.') from None


_NEEDED: tuple[tuple[str, Scope | None], ...] = (
    ("/api/v1/admin", Scope.ADMIN),
    ("/api/v1/audience", Scope.ANALYST),
    ("/api/v1/cypher", Scope.ANALYST),
    ("/api/v1/new-products", Scope.ANALYST),
    ("/api/v1/queries", Scope.ANALYST),
    ("/api/v1/report", Scope.ANALYST),
    ("/api/", Scope.SHOP),
    ("/metrics", Scope.ANALYST),
    ("/", None),
)
"""The scope that addresses need, by how they begin; the first that fits counts. None for anybody."""


def needed_scope(path: str) -> Scope | None:
    """Give the scope that an address needs; None where anybody may ask."""
    return next(scope for start, scope in _NEEDED if path.startswith(start))


@dataclass(frozen=True, slots=True)
class Key:
    """What is kept of a key.

    Attributes:
        name: by which people know it.
        scope: what it may do.
        digest: SHA-256 of the key, hexadecimal.
        created: when it was made, ISO 8601.
    """

    name: str
    scope: str
    digest: str
    created: str


class Keys:
    """The keys in a file; a file that is not there holds none.

    Args:
        path: of the file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stamp: tuple[int, int] | None = None
        self._keys: tuple[Key, ...] = ()

    def all(self) -> tuple[Key, ...]:
        """Give what is kept of each key; the file is read again when it has changed.

        Raises:
            ConfigurationError: the file cannot be read, is damaged, or others than its owner may read it.
        """
        try:
            found = self.path.stat()
        except FileNotFoundError:
            self._stamp, self._keys = None, ()
            return ()
        stamp = (found.st_mtime_ns, found.st_ino)
        if stamp != self._stamp:
            if os.name == "posix" and found.st_mode & _OPEN_TO_OTHERS:
                raise ConfigurationError(f"{self.path} may be read by others. Run: chmod 600 {self.path}")
            try:
                self._keys = tuple(Key(**entry) for entry in json.loads(self.path.read_bytes())["keys"])
            except (OSError, ValueError, KeyError, TypeError) as error:
                raise ConfigurationError(
                    f"{self.path} cannot be read: {error}. Remove it and make new keys: shopgraph keys add"
                ) from error
            self._stamp = stamp
        return self._keys

    def find(self, given: str) -> Key | None:
        """Give the key that somebody showed; None where it is none of ours."""
        digest = _digest(given)
        found = None
        for key in self.all():  # all of them, always, so that time tells nothing
            if hmac.compare_digest(key.digest, digest):
                found = key
        return found

    def add(self, name: str, scope: Scope) -> str:
        """Make a key, and give it; it cannot be shown again.

        Raises:
            ConfigurationError: there is one of that name.
        """
        keys = self.all()
        if not name or any(key.name == name for key in keys):
            raise ConfigurationError(f'There is a key "{name}" already; remove it, or give another name.')
        made = _PREFIX + secrets.token_urlsafe(32)
        created = datetime.now(UTC).isoformat(timespec="seconds")
        self._save([*keys, Key(name, scope.name.lower(), _digest(made), created)])
        return made

    def remove(self, name: str) -> None:
        """Take a key away; a service that is running refuses it from the next request on.

        Raises:
            ConfigurationError: there is none of that name.
        """
        keys = self.all()
        if not any(key.name == name for key in keys):
            raise ConfigurationError(f'There is no key "{name}". See: shopgraph keys list')
        self._save([key for key in keys if key.name != name])

    def _save(self, keys: Sequence[Key]) -> None:
        content = json.dumps({"keys": [asdict(key) for key in keys]}, indent=1) + "\n"
        before = os.umask(0o077)
        try:
            write_beside(self.path, content.encode())
        finally:
            os.umask(before)
        self._stamp = None


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()

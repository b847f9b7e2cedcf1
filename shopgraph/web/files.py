"""The files of the web pages, read once into memory: what is not among them cannot be asked for."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from shopgraph.web import STATIC

PAGES: Mapping[str, str] = {"/": "guide", "/graph": "graph", "/query": "query", "/report": "report"}
"""Address -> page."""

SECURITY: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
        "form-action 'none'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
        "trusted-types 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
"""Headers of each page: it runs only our own files, asks only this service, and cannot turn text into markup."""

_KINDS: Mapping[str, str] = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    "": "text/plain; charset=utf-8",
}
_MAIN = "<!-- main -->"
_SMALL = 1_000
"""Bytes below which packing a file is not worth it."""


@dataclass(frozen=True, slots=True)
class WebFile:
    """A file as browsers get it.

    Attributes:
        kind: its media type.
        content: its bytes.
        packed: the same by gzip; None where that is no smaller.
        tag: changes with the content.
    """

    kind: str
    content: bytes
    packed: bytes | None
    tag: str


@cache
def static_files() -> dict[str, WebFile]:
    """Give the files by their path below ``/static/``."""
    found = {}
    for path in sorted(STATIC.rglob("*")):
        place = path.relative_to(STATIC)
        if path.is_file() and path.suffix in _KINDS and place.parts[0] != "pages":
            found[place.as_posix()] = _file(_KINDS[path.suffix], path.read_bytes())
    return found


@cache
def page_files() -> dict[str, WebFile]:
    """Give the pages by their name, each put into the frame that all share."""
    frame = (STATIC / "pages" / "frame.html").read_text(encoding="utf-8")
    found = {}
    for name in PAGES.values():
        main = (STATIC / "pages" / f"{name}.html").read_text(encoding="utf-8")
        page = frame.replace(_MAIN, main.rstrip()).replace("{page}", name)
        found[name] = _file(_KINDS[".html"], page.encode())
    return found


def _file(kind: str, content: bytes) -> WebFile:
    packed = gzip.compress(content, mtime=0) if len(content) > _SMALL else None
    if packed is not None and len(packed) >= len(content):
        packed = None
    return WebFile(kind, content, packed, f'"{hashlib.sha256(content).hexdigest()[:20]}"')

"""Reading a report as a browser would, and strictly."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

_VOID = {"meta", "link", "img", "br", "hr", "path", "rect", "circle"}
_ADDRESSES = {"href", "src", "srcset", "action", "xlink:href", "data", "poster"}


class Page(HTMLParser):
    """A page that was parsed; every element must be closed.

    Attributes:
        text: what a reader sees.
        tags: name -> how often.
        addresses: everything that an attribute or the style would fetch or lead to.
        photos: elements with a picture.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tags: dict[str, int] = {}
        self.addresses: list[str] = []
        self._open: list[str] = []
        self._text: list[str] = []
        html = path.read_text(encoding="utf-8")
        self.feed(html)
        self.close()
        assert self._open == [], f"left open: {self._open}"
        self.text = " ".join(" ".join(self._text).split())
        self.addresses += re.findall(r"url\(([^)]*)\)", html)
        self.photos = html.count('src="data:image/jpeg')

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] = self.tags.get(tag, 0) + 1
        self.addresses += [value or "" for name, value in attrs if name in _ADDRESSES]
        assert not [name for name, _ in attrs if name.startswith("on")], "an event handler"
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID:
            assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] not in ("style", "script"):
            self._text.append(data)

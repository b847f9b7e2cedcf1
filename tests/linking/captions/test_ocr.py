"""Print on a picture is read, offline."""

from __future__ import annotations

import socket

import pytest
from PIL import Image, ImageDraw, ImageFont

pytest.importorskip("rapidocr", reason='needs pip install "shopgraph[ocr]"')


def test_print_is_read_with_its_confidence(monkeypatch: pytest.MonkeyPatch) -> None:
    from linking.captions.ocr import OcrCaptioner

    def refuse(*_: object) -> None:
        raise AssertionError("it asked the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    picture = Image.new("RGB", (420, 200), (250, 250, 245))
    font = ImageFont.load_default(48)
    ImageDraw.Draw(picture).text((30, 30), "VALLEY", (20, 20, 20), font=font)
    ImageDraw.Draw(picture).text((30, 110), "Green Tea", (20, 90, 20), font=font)
    captioner = OcrCaptioner()
    read, blank = captioner.caption([picture, Image.new("RGB", (100, 100), (250, 250, 250))])
    assert read.text == "VALLEY Green Tea"
    assert [read.text[word.start : word.end] for word in read.words] == ["VALLEY", "Green Tea"]
    assert all(0.5 <= word.confidence <= 1 and word.node is None for word in read.words)
    assert blank.text == ""
    assert captioner.name.startswith("ocr-3")

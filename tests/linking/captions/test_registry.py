"""Captioners by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import ConfigurationError, MissingExtraError
from linking.captions import CAPTIONERS, captioner


def test_a_captioner_from_its_folder(model: Path) -> None:
    assert captioner("catalogue", {"folder": model}).name.startswith("catalogue-")


def test_wrong_names_and_options() -> None:
    with pytest.raises(ConfigurationError, match="Captioners: catalogue, transformers, ocr"):
        captioner("blip")
    with pytest.raises(ConfigurationError, match=r'has no option "path"\. Its options: folder'):
        captioner("catalogue", {"path": "x"})
    with pytest.raises(ConfigurationError, match='needs the option "folder"'):
        captioner("catalogue")
    assert all(entry.doc for entry in CAPTIONERS.values())


@pytest.mark.parametrize(
    ("name", "module", "options", "extra"),
    [("ocr", "rapidocr", {}, "ocr"), ("transformers", "transformers", {"model": "."}, "vision")],
)
def test_a_missing_extra_says_how_to_get_it(
    name: str, module: str, options: dict[str, str], extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, module, None)
    with pytest.raises(MissingExtraError) as caught:
        captioner(name, options)
    assert f'pip install "shopgraph[{extra}]"' in str(caught.value)

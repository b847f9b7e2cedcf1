"""The Python on the pages that explain vectors runs, on a small made shop, page by page."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from kg.snapshot import load_snapshot
from shopgraph.project import Project

_PAGES = {
    page.name: code
    for page in sorted((Path(__file__).parents[3] / "docs").rglob("*.md"))
    if (code := "\n".join(re.findall(r"```py\n(.*?)```", page.read_text("utf-8"), re.DOTALL)))
}


@pytest.mark.parametrize("page", _PAGES)
def test_the_python_of_a_page_runs(
    finished: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], page: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("myshop").symlink_to(finished.folder)
    ids = load_snapshot(finished.snapshot).ids.label_ids("Product").to_pylist()
    np.save("audio.npy", np.random.default_rng(0).normal(size=(len(ids), 8)).astype(np.float32))
    Path("ids.csv").write_text("\n".join(["asin", *ids, ""]))
    exec(compile(_PAGES[page], page, "exec"), {})
    assert capsys.readouterr().out.strip()

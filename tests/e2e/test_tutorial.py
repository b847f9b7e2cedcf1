"""The tutorial does what it says, from its files to its service, and its notebook runs on what it leaves."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import types
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorial"
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
NUMBER = re.compile(r"\d+([.,]\d+)*")
SECONDS = 120


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the tutorial is followed."""
    return tmp_path_factory.mktemp("tutorial")


@pytest.fixture(scope="module")
def followed(folder: Path) -> list[tuple[str, str, str]]:
    """Run the commands in order; give each command, what it printed, and what the page says it prints.

    Only what stands in a block ``text`` is the same everywhere; figures that are learned may differ in their digits.
    """
    page = (TUTORIAL / "first-recommendations.md").read_text("utf-8")
    steps: list[tuple[str, str, str]] = []
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    for kind, content in BLOCK.findall(page):
        if kind == "sh":
            steps.append((content, run(content.replace("8080", port), folder), ""))
        elif kind == "text":
            steps[-1] = (*steps[-1][:2], content)
    return steps


def run(commands: str, folder: Path) -> str:
    """Run commands as a reader's shell would, and stop what they leave running."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    process = subprocess.Popen(
        ["bash", "-euo", "pipefail", "-c", commands],
        cwd=folder,
        env={**os.environ, "PATH": path, "COLUMNS": "200"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        out, _ = process.communicate(timeout=SECONDS)
        assert process.returncode == 0, (commands, out)
        assert "Error" not in out, (commands, out)
        return out
    finally:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            process.wait()


def lines(text: str) -> Iterator[str]:
    """Give lines as they can be compared: numbers aside, spaces made one; what a page leaves out is left out."""
    for line in text.splitlines():
        if (words := " ".join(NUMBER.sub("#", line).split())) not in ("", "…"):
            yield words


def test_every_command_prints_what_the_page_says(followed: list[tuple[str, str, str]]) -> None:
    assert len(followed) >= 9
    for commands, printed, said in followed:
        assert printed.strip(), commands
        got = list(lines(printed))
        missing = [line for line in lines(said) if line not in got]
        assert not missing, (commands, missing, printed)


def test_what_is_not_wanted_goes(folder: Path, followed: list[tuple[str, str, str]]) -> None:
    first, second = (
        json.loads((folder / name).read_text("utf-8"))["items"][0]["product"]["id"]
        for name in ("first.json", "second.json")
    )
    assert first != second
    assert json.loads((folder / "stored.json").read_text("utf-8"))["stored"]


def test_the_notebook_runs(
    folder: Path,
    followed: list[tuple[str, str, str]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Without Jupyter: its cells are Python, and what it would display is kept."""
    shown: list[str] = []
    display = types.ModuleType("IPython.display")
    display.__dict__.update(SVG=str, display=shown.append)
    monkeypatch.setitem(sys.modules, "IPython", types.ModuleType("IPython"))
    monkeypatch.setitem(sys.modules, "IPython.display", display)
    monkeypatch.chdir(folder)
    cells = json.loads((TUTORIAL / "query-library.ipynb").read_text("utf-8"))["cells"]
    names: dict[str, object] = {}
    for cell in cells:
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), "query-library.ipynb", "exec"), names)
    assert [picture.startswith("<svg") for picture in shown] == [True]
    printed = capsys.readouterr().out
    assert "handle" in printed
    assert "Jadepot" in printed
    assert all(cell["execution_count"] is None and not cell["outputs"] for cell in cells if "outputs" in cell)

"""Every command and every line of Python in the README does what it says, on a small made shop."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from shopgraph.demo import make_demo

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
COMMANDS = [
    shlex.split(line, comments=True)[1:]
    for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    for line in block.splitlines()
    if line.startswith("shopgraph ")
]
QUICK = '[training]\ntrials = 4\n[vectors]\ngraph = "none"\nimages = "none"\ntexts = {}\n'
PYTHON = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
PAGES = [
    pytest.param(code, id=page.name)
    for page in sorted((ROOT / "docs").glob("*/*.md"))
    for code in re.findall(r"```python\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a shop's files in ``exports``, and the project ``myshop`` that the README's commands make of it."""
    folder = tmp_path_factory.mktemp("readme")
    make_demo(folder / "exports", n_products=96, n_users=120, n_interactions=2_400)
    (folder / "myshop").mkdir()
    (folder / "myshop" / "shopgraph.toml").write_text(QUICK)
    for words in COMMANDS:
        done = subprocess.run(
            [Path(sys.executable).with_name("shopgraph"), *words],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0 and "Error" not in done.stderr, (words, done.stderr)
        assert done.stdout.strip(), words
    return folder


def test_the_commands_leave_what_they_promise(folder: Path) -> None:
    assert {words[0] for words in COMMANDS} >= {"import", "run", "evaluate", "recommend", "explain", "export"}
    assert (folder / "myshop" / "report" / "index.html").stat().st_size > 10_000
    assert (folder / "graph.graphml").stat().st_size > 10_000


@pytest.mark.parametrize("code", PYTHON)
def test_the_python_runs(folder: Path, code: str) -> None:
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "%" in done.stdout


@pytest.mark.parametrize("code", PAGES)
def test_the_python_of_the_docs_runs(folder: Path, code: str) -> None:
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip()

"""The installed command, from nothing to recommendations, and on data and words that are wrong."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from shopgraph.demo import make_demo

pytestmark = pytest.mark.slow

COMMAND = Path(sys.executable).with_name("shopgraph")
WITHOUT_LINKS = '[linking]\nreviews = false\nphotos = false\nproducts = false\ncaptioner = "none"\n'
WITHOUT_VECTORS = '[vectors]\ngraph = "none"\ntexts = {}\nother_texts = "none"\nimages = "none"\n'


def _run(*words: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [str(COMMAND), *(str(word) for word in words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop of 60 products and 100 customers."""
    return make_demo(tmp_path_factory.mktemp("made") / "shop", n_products=60, n_users=100, n_interactions=2_000).folder


def test_from_files_to_recommendations(tmp_path: Path, shop: Path) -> None:
    project = tmp_path / "my shop"
    done = _run("init", project)
    assert (done.returncode, done.stderr) == (0, "")
    (project / "shopgraph.toml").write_text("[training]\ntrials = 2\n")
    done = _run("import", shop, "--format", "tables", "--project", project)
    assert (done.returncode, done.stderr) == (0, "")
    done = _run("run", "--project", project)
    assert (done.returncode, done.stderr) == (0, "")
    assert "train     done" in done.stdout
    found = json.loads(_run("evaluate", "--project", project, "--json").stdout)
    assert found["metrics"]["recall@10"] > 0
    user = (shop / "users.csv").read_text("utf-8").splitlines()[1].split(",")[0]
    done = _run("recommend", "--user", user, "--k", 5, "--reasons", "--json", cwd=project)
    assert len(json.loads(done.stdout)["items"]) == 5


def test_an_interrupted_run_leaves_with_130_and_goes_on(tmp_path: Path, shop: Path) -> None:
    project = tmp_path / "project"
    assert _run("import", shop, "--project", project).returncode == 0
    (project / "shopgraph.toml").write_text("[training]\ntrials = 2000\n" + WITHOUT_LINKS + WITHOUT_VECTORS)
    process = subprocess.Popen(
        [str(COMMAND), "run", "--project", str(project)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("snapshot"):
            break
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert "goes on where it stopped" in said
    assert "Traceback" not in said
    quick = "[training]\ntrials = 2\n[report]\nwrite = false\n"
    (project / "shopgraph.toml").write_text(quick + WITHOUT_LINKS + WITHOUT_VECTORS)
    again = _run("run", "--project", project)
    assert again.returncode == 0, again.stderr
    assert "snapshot  skipped" in again.stdout
    assert "train     done" in again.stdout


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ({}, 1),
        ({"notes.txt": b"hello\n"}, 1),
        ({"products.csv": b""}, 1),
        ({"products.csv": b"\x00\x01\x02\xff" * 500}, 1),
        ({"interactions.csv.gz": b"\x1f\x8b\x08\x00broken"}, 1),
        ({"interactions.csv": b"user_id,product_id\nu,a\n\xff\xfe,b\nu\n"}, 0),
    ],
)
def test_broken_data_never_shows_a_traceback(tmp_path: Path, content: dict[str, bytes], code: int) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for name, data in content.items():
        (source / name).write_bytes(data)
    done = _run("import", source, "--project", tmp_path / "p")
    assert "Traceback" not in done.stderr
    assert "error of shopgraph" not in done.stderr
    assert done.returncode == code, done.stdout + done.stderr
    if code:
        assert done.stderr.startswith("Error: ")


@pytest.mark.parametrize(("words", "code"), [(["--help"], 0), (["nonsense"], 2), (["run", "--project", "/nowhere"], 1)])
def test_exit_codes(words: list[str], code: int) -> None:
    done = _run(*words)
    assert done.returncode == code
    assert "Traceback" not in done.stderr


def test_nothing_heavy_is_imported_for_help() -> None:
    code = (
        "import sys, shopgraph.cli; sys.exit(any(m in sys.modules for m in ('numpy', 'pyarrow', 'torch', 'pydantic')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

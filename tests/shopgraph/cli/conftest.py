"""The command line in this process, and a project to ask."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from shopgraph.cli import app
from shopgraph.demo import make_demo

QUICK = """\
[training]
trials = 2
[network]
dim = 16
epochs = 2
batch = 32
[report]
customers = 1
[vectors]
graph_options = { dim = 16, epochs = 2, negatives = 50 }
texts = {}
"""
Call = Callable[..., Result]


def answer(result: Result) -> dict[str, Any]:
    """Give the JSON that a command printed; it has gone well."""
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def first(shop: Path, table: str) -> str:
    """Give the id in the first row of one of the shop's files."""
    return (shop / table).read_text("utf-8").splitlines()[1].split(",")[0]


@pytest.fixture(scope="session")
def call() -> Call:
    """Run the command line with the given words."""
    runner = CliRunner()

    def run(*words: object) -> Result:
        return runner.invoke(app, [str(word) for word in words])

    return run


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop of 48 products and 70 customers."""
    return make_demo(tmp_path_factory.mktemp("made") / "shop", n_products=48, n_users=70, n_interactions=1_400).folder


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory, shop: Path, call: Call) -> Path:
    """A project that was imported and run by the command line; tests only ask it."""
    folder = tmp_path_factory.mktemp("cli") / "project"
    assert call("init", folder).exit_code == 0
    (folder / "shopgraph.toml").write_text(QUICK)
    assert call("import", shop, "--project", folder).exit_code == 0
    assert call("run", "--project", folder).exit_code == 0
    return folder

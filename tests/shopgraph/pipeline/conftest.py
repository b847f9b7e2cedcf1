"""A small shop, and projects that are quick to run."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from shopgraph.demo import make_demo
from shopgraph.pipeline import import_into, run_pipeline
from shopgraph.project import Project

QUICK = """\
[training]
trials = 2
[network]
fusion = "none"
[evaluation]
ks = [10]
[report]
customers = 1
[vectors]
graph = "none"
texts = {}
other_texts = "none"
images = "none"
"""


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop of 48 products and 70 customers."""
    return make_demo(tmp_path_factory.mktemp("made") / "shop", n_products=48, n_users=70, n_interactions=1_400).folder


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory, shop: Path) -> Project:
    """A project that was run; tests only look at it."""
    project = Project.create(tmp_path_factory.mktemp("finished") / "project")
    project.settings_file.write_text(QUICK)
    import_into(project, shop)
    run_pipeline(project)
    return project


@pytest.fixture
def project(tmp_path: Path, finished: Project) -> Project:
    """A copy of the finished project, to change."""
    shutil.copytree(finished.folder, tmp_path / "project")
    return Project(tmp_path / "project")

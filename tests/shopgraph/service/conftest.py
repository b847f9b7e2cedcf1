"""A small shop that was run, and the service over it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from shopgraph.demo import make_demo
from shopgraph.pipeline import import_into, run_pipeline
from shopgraph.project import Project
from shopgraph.service import create_app
from shopgraph.settings.service import ServicePart

QUICK = """\
[linking]
reviews = false
photos = false
products = false
captioner = "none"
[training]
tune = false
[network]
fusion = "none"
[evaluation]
ks = [10]
[report]
write = false
[vectors]
graph = "none"
texts = {}
other_texts = "none"
images = "none"
"""


PATIENT = ServicePart(seconds=200)
"""What is made at the first search takes its time on a busy machine."""


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project of 48 products and 70 customers that was run; tests only copy it."""
    folder = tmp_path_factory.mktemp("service")
    shop = make_demo(folder / "shop", n_products=48, n_users=70, n_interactions=1_400).folder
    project = Project.create(folder / "project")
    project.settings_file.write_text(QUICK)
    import_into(project, shop)
    run_pipeline(project)
    return project


@pytest.fixture
def project(tmp_path: Path, finished: Project) -> Project:
    """A copy of the finished project, to change."""
    shutil.copytree(finished.folder, tmp_path / "project")
    return Project(tmp_path / "project")


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory, finished: Project) -> Iterator[TestClient]:
    """The service of a copy that tests only ask."""
    folder = tmp_path_factory.mktemp("shared") / "project"
    shutil.copytree(finished.folder, folder)
    with TestClient(create_app(folder, PATIENT), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def client(project: Project) -> Iterator[TestClient]:
    """The service of a project of the test's own."""
    with TestClient(create_app(project), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="session")
def user(finished: Project) -> str:
    """A customer whom the model knows."""
    from recommender import Recommender

    recommender = Recommender.load(finished.folder)
    histories = recommender.artefact.histories
    most = int((histories.indptr[1:] - histories.indptr[:-1]).argmax())
    return str(recommender.artefact.users[most])

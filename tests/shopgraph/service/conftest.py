"""A small shop that was run, and the service over it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from shopgraph.project import Project
from shopgraph.service import create_app
from shopgraph.settings.service import ServicePart
from tests.projects import BARE, run_shop

PATIENT = ServicePart(seconds=200)
"""A search that is being opened takes its time on a busy machine."""


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project of 48 products with photos and 70 customers that was run; tests only copy it."""
    return run_shop(tmp_path_factory.mktemp("service"), BARE.replace('images = "none"', 'images = "looks"'))


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

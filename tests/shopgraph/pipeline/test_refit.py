"""What is served knows everything; what is judged does not know the test part."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.snapshot import load_holdout
from recommender import Recommender
from recommender.artefact import read_manifest
from shopgraph.pipeline import State, import_into, run_pipeline
from shopgraph.project import Project
from tests.projects import BARE
from tests.shopgraph.pipeline.conftest import QUICK


def test_the_served_model_knows_the_test_part_and_the_judged_one_does_not(finished: Project) -> None:
    test = load_holdout(finished.holdout).test
    held = [(row["user_id"], row["product_id"]) for row in test.to_pylist() if row["target"]]
    assert held
    served, judged = Recommender.load(finished.folder), Recommender.load(finished.judged)
    for user, product in held[:40]:
        assert product in [node.id for node in served.history(user)]
        assert not judged.knows(user) or product not in [node.id for node in judged.history(user)]
        assert product not in [item.product.id for item in served.recommend(user=user, k=40).items]
    assert State.load(finished).stages["refit"].figures["interactions added"] == len(test)


def test_without_refit_the_judged_model_is_served(project: Project) -> None:
    before = read_manifest(project.model)
    project.settings_file.write_text(QUICK.replace("trials = 2", "trials = 2\nrefit = false"))
    run_pipeline(Project(project.folder))
    assert read_manifest(project.model) == read_manifest(project.judged) != before
    assert {path.name for path in project.model.iterdir()} == {path.name for path in project.judged.iterdir()}


@pytest.mark.parametrize("refit", ["true", "false"])
def test_where_nothing_is_kept_apart_there_is_nothing_to_add(tmp_path: Path, shop: Path, refit: str) -> None:
    project = Project.create(tmp_path / "project")
    project.settings_file.write_text(
        BARE.replace("tune = false", f"tune = false\nrefit = {refit}") + "[split]\nmethod = 'none'\n"
    )
    import_into(project, shop)
    state = run_pipeline(project)
    assert state.stages["refit"].figures["interactions added"] == 0
    assert read_manifest(project.model) == read_manifest(project.judged)

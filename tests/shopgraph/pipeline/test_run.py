"""The pipeline runs what something has changed for, and nothing else."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from kg.errors import ConfigurationError, InputError, StrictInputError
from kg.snapshot import load_snapshot
from shopgraph.pipeline import Happening, State, import_into, run_pipeline
from shopgraph.pipeline.judge import judge
from shopgraph.project import Project, ProjectError, ProjectLock
from tests.shopgraph.pipeline.conftest import QUICK

ALL = ["import", "build", "link", "snapshot", "train", "evaluate", "refit", "report"]


def _ran(project: Project, **options: object) -> list[str]:
    """Run, and give the stages that were not skipped."""
    done: list[str] = []
    run_pipeline(
        Project(project.folder),
        watch=lambda event: done.append(event.stage) if event.happening is Happening.DONE else None,
        **options,  # type: ignore[arg-type]
    )
    return done


def test_a_run_makes_everything_and_notes_it(finished: Project) -> None:
    state = State.load(finished)
    assert list(state.stages) == ALL
    assert all(stage.seconds > 0 and stage.peak_rss_mb > 10 for name, stage in state.stages.items() if name != "import")
    assert load_snapshot(finished.snapshot).fingerprint == state.stages["snapshot"].outcome
    assert finished.report_page.is_file()
    assert (finished.model / "manifest.json").is_file()
    assert json.loads(finished.tuned_file.read_text())["parameters"]


def test_nothing_changed_nothing_runs(project: Project) -> None:
    assert _ran(project) == []


@pytest.mark.parametrize(
    ("settings", "stages"),
    [
        (QUICK.replace("[report]", "[report]\ntitle = 'My shop'"), ["report"]),
        (QUICK.replace("[10]", "[5]"), ["evaluate", "report"]),
        (QUICK.replace("trials = 2", "trials = 2\nrefit = false"), ["train", "refit", "report"]),
        (QUICK + "[answers]\nk = 3", []),
        (QUICK.replace("trials = 2", "parameters = { ridge = 7 }"), ["train", "evaluate", "refit", "report"]),
        (QUICK + "[split]\nmethod = 'random'", ["link", "snapshot", "train", "evaluate", "refit", "report"]),
        (
            QUICK + "[linking]\ncaptioner = 'none'\nthreshold = 0.6",
            ["link", "snapshot", "train", "evaluate", "refit", "report"],
        ),
    ],
)
def test_a_changed_setting_runs_what_depends_on_it(project: Project, settings: str, stages: list[str]) -> None:
    project.settings_file.write_text(settings)
    assert _ran(project) == stages


def test_the_report_keeps_to_the_rules_and_is_made_again_where_they_change(project: Project) -> None:
    def nobody_is_shown_anything() -> bool:
        return "Nothing: the catalogue or the filters leave no product." in project.report_page.read_text("utf-8")

    assert not nobody_is_shown_anything()
    project.rules_file.write_text("[filters]\nprice_max = 0\n")
    assert _ran(project) == ["report"]
    assert nobody_is_shown_anything()
    assert _ran(project) == []


def test_no_tune_trains_again_with_the_parameters_of_the_last_tuning(project: Project) -> None:
    tuned = json.loads(project.tuned_file.read_text())["parameters"]
    assert _ran(project, tune=False)[0] == "train"
    training = State.load(project).stages["train"].figures
    assert training["tuned"] is False
    assert training["parameters"] == pytest.approx(tuned)
    assert _ran(project) == []


def test_from_and_force_run_what_has_not_changed(project: Project) -> None:
    assert _ran(project, start="evaluate") == ["evaluate", "refit", "report"]
    assert _ran(project, force=True, until="snapshot") == ["import", "build", "link", "snapshot"]


def test_an_unknown_stage_is_refused_with_the_nearest(project: Project) -> None:
    with pytest.raises(ConfigurationError, match='"snapshot"'):
        run_pipeline(project, start="snapshots")


@pytest.mark.parametrize(
    ("lost", "stages"),
    [
        ("graph", ["build"]),
        ("holdout", ["snapshot"]),
        ("judged", ["train"]),
        ("model", ["refit"]),
        ("report", ["report"]),
    ],
)
def test_what_was_removed_is_made_again_alike(project: Project, lost: str, stages: list[str]) -> None:
    shutil.rmtree(project.folder / lost)
    assert _ran(project) == stages
    assert _ran(project) == []


def test_a_touched_source_is_read_again_and_nothing_after_it(tmp_path: Path, shop: Path) -> None:
    copy = tmp_path / "shop"
    shutil.copytree(shop, copy)
    project = Project.create(tmp_path / "project")
    project.settings_file.write_text(QUICK)
    import_into(project, copy)
    assert _ran(project, until="build") == ["build"]
    (copy / "users.csv").touch()
    assert _ran(project, until="build") == ["import"]
    users = (copy / "users.csv").read_text("utf-8").splitlines()
    one_more = ",".join(["one-more", *users[-1].split(",")[1:]])
    (copy / "users.csv").write_text("\n".join([*users, one_more, ""]), "utf-8")
    assert _ran(project, until="build") == ["import", "build"]
    shutil.rmtree(copy)
    assert _ran(project, until="build") == []
    assert _ran(project, until="build", force=True) == ["import", "build"]
    assert "is gone" in State.load(project).stages["import"].notes[0]


def test_importing_again_replaces_the_source(project: Project, shop: Path) -> None:
    name, report = import_into(project, shop)
    assert name == "shop"
    assert report.kept
    assert list(State.load(project).sources) == ["shop"]
    assert State.load(project).sources["shop"].outcome
    assert _ran(project) == []


def test_a_failed_import_leaves_the_project_as_it_was(project: Project, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "products.csv").write_text("id,title,price\na,One,ten\n")
    with pytest.raises(StrictInputError):
        import_into(project, broken, strict=True)
    with pytest.raises(InputError):
        import_into(project, tmp_path / "nowhere")
    assert list(State.load(project).sources) == ["shop"]
    assert _ran(project) == []


def test_a_project_without_data_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="shopgraph import"):
        run_pipeline(Project.create(tmp_path / "empty"))


def test_two_runs_do_not_collide(project: Project) -> None:
    with ProjectLock(project), pytest.raises(ProjectError, match="being worked on by process"):
        run_pipeline(project)
    assert _ran(project) == []


@pytest.mark.parametrize("content", ["{", "[]", '{"version": 99}'])
def test_a_damaged_state_is_named(project: Project, content: str) -> None:
    project.state_file.write_text(content)
    with pytest.raises(ProjectError, match=r"state\.json"):
        run_pipeline(project)


def test_judging_gives_what_a_program_reads(finished: Project) -> None:
    found = judge(finished)
    assert {"recall@10", "ndcg@10"} <= set(found["metrics"])
    assert set(found["metrics"]) == set(found["baselines"]["popularity"])
    assert found["dataset"] == "shop"
    assert found["users"] == sum(group["users"] for group in found["groups"] if group["of"] == "customers")
    assert all(set(group["metrics"]) == {found["model"], "popularity"} for group in found["groups"])
    assert found["seconds"] == pytest.approx(found["timings"]["train"] + found["timings"]["evaluate"], abs=0.01)
    assert found["peak_rss_mb"] >= max(stage.peak_rss_mb for stage in State.load(finished).stages.values())


def test_a_model_older_than_its_settings_is_not_judged(project: Project) -> None:
    project.settings_file.write_text(QUICK + "[split]\nmethod = 'random'\nseed = 5\n")
    run_pipeline(project, until="snapshot")
    with pytest.raises(ProjectError, match="shopgraph run"):
        judge(Project(project.folder))


def test_without_a_test_part_there_is_a_model_and_no_metrics(project: Project) -> None:
    project.settings_file.write_text(QUICK + "[split]\nmethod = 'none'\n")
    state = run_pipeline(Project(project.folder))
    assert state.stages["evaluate"].notes
    assert judge(Project(project.folder))["metrics"] == {}

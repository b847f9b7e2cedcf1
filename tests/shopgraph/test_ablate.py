"""``shopgraph ablate``: what each part gives is kept beside the model, whole or not at all."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from recommender.artefact import read_manifest
from shopgraph.cli.app import app
from shopgraph.pipeline import run_pipeline
from shopgraph.pipeline.ablate import ablate_project
from shopgraph.pipeline.known import known_ablation
from shopgraph.project import Project, ProjectError
from tests.projects import BARE, run_shop


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project that was run; tests only look at it."""
    return run_shop(tmp_path_factory.mktemp("ablated"))


@pytest.fixture
def project(shop: Project, tmp_path: Path) -> Iterator[Project]:
    """A copy of it, to change; nothing is ever left of variants."""
    shutil.copytree(shop.folder, tmp_path / "project")
    yield Project(tmp_path / "project")
    assert not list((tmp_path / "project").glob(".ablation-*"))


def ablated(project: Project, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["ablate", "--project", str(project.folder), "--seeds", "2", *arguments])


def test_what_each_part_gives_is_kept_and_told(project: Project) -> None:
    result = ablated(project, "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    kept = known_ablation(project)
    assert kept is not None
    assert told == {**kept, "kept": str(project.ablation_file)}
    assert kept["model"] == read_manifest(project.judged)["fingerprint"]
    assert [own["name"] for own in kept["variants"]] == ["everything", "without_links", "random_graph"]
    evaluated = json.loads(project.evaluation_file.read_text("utf-8"))
    assert kept["users"] == evaluated["users"]
    for metric in ("recall@10", "ndcg@10"):
        figure = kept["variants"][0]["figures"][metric]
        assert figure["mean"] == pytest.approx(evaluated["metrics"][metric]), "the whole is the model that was judged"
        assert figure["ci95"] == pytest.approx(evaluated["intervals"][metric])
    lines = list(csv.DictReader(project.ablation_table.read_text("utf-8").splitlines()))
    assert [line["variant"] for line in lines if line["metric"] == "ndcg@10"] == [
        own["name"] for own in kept["variants"]
    ]
    assert float(lines[0]["mean"]) == kept["variants"][0]["figures"]["recall@10"]["mean"]
    assert lines[0]["deviation"] == ""


def test_the_report_shows_it_and_says_when_the_model_has_changed(project: Project) -> None:
    project.settings_file.write_text(BARE.replace("write = false", "customers = 1"))
    run_pipeline(Project(project.folder))
    pages = [project.report_in(language) for language in ("en", "zh")]
    assert not any('id="ablation"' in page.read_text("utf-8") for page in pages)
    assert ablated(project, "--only", "random_graph").exit_code == 0
    assert all('id="ablation"' in page.read_text("utf-8") for page in pages), "the report is renewed at once"
    told: list[str] = []
    run_pipeline(Project(project.folder), watch=lambda event: told.append(f"{event.stage} {event.happening}"))
    assert "report skipped" in told
    project.settings_file.write_text(
        BARE.replace("write = false", "customers = 1").replace(
            "tune = false", "tune = false\nparameters = { ridge = 7 }"
        )
    )
    run_pipeline(Project(project.folder))
    assert ["an earlier one" in pages[0].read_text("utf-8"), "较早的模型" in pages[1].read_text("utf-8")] == [
        True,
        True,
    ]


def test_the_table_for_people_says_what_the_test_part_is_for(project: Project) -> None:
    result = ablated(project, "--only", "random_graph")
    assert result.exit_code == 0, result.output
    assert "random_graph" in result.stdout
    assert "without_links" not in result.stdout
    assert "not there to choose by" in result.stdout


def test_an_unknown_variant_is_told_with_those_there_are(project: Project) -> None:
    result = ablated(project, "--only", "without_photos")
    assert result.exit_code == 1
    assert "random_graph" in result.output
    assert known_ablation(project) is None


def test_without_a_test_part_there_is_nothing_to_judge_by(project: Project) -> None:
    project.settings_file.write_text(BARE + "[split]\nmethod = 'none'\n")
    run_pipeline(Project(project.folder), until="snapshot")
    assert "not of its present data" in ablated(project).output
    run_pipeline(Project(project.folder))
    result = ablated(project)
    assert result.exit_code == 1
    assert "split.method" in result.output


def test_without_a_model_it_says_what_to_do(project: Project) -> None:
    shutil.rmtree(project.judged)
    result = ablated(project)
    assert result.exit_code == 1
    assert "shopgraph run" in result.output


def test_a_kill_leaves_what_was_there(project: Project) -> None:
    project.ablation_file.write_text("of before")

    def killed(what: str, done: int, total: int) -> None:
        if what.startswith("random_graph"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ablate_project(project, seeds=1, progress=killed)
    assert project.ablation_file.read_text() == "of before"
    assert not project.ablation_table.exists()
    told: list[str] = []
    ablate_project(project, seeds=1, progress=lambda what, done, total: told.append(what.partition(",")[0]))
    assert "random_graph" in told
    assert "everything" not in told, "it goes on where it was"
    assert not (project.folder / ".ablation").exists()


def test_what_another_model_reached_is_not_gone_on_with(project: Project) -> None:
    other = project.folder / ".ablation" / "0123456789abcdef-10-20"
    other.mkdir(parents=True)
    (other / "everything-0.safetensors").write_bytes(b"of another model")
    told: list[str] = []
    ablate_project(project, seeds=1, progress=lambda what, done, total: told.append(what.partition(",")[0]))
    assert "everything" in told


def test_leftovers_of_a_killed_one_go_with_the_next_run(project: Project) -> None:
    (project.folder / ".ablation-dead" / "everything-0").mkdir(parents=True)
    run_pipeline(project)


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"model": "x"}', '{"model": "", "users": 1, "ks": [], "seeds": 1, "variants": [{}]}']
)
def test_a_damaged_file_is_told(tmp_path: Path, text: str) -> None:
    project = Project.create(tmp_path / "shop")
    assert known_ablation(project) is None
    project.ablation_file.write_text(text, "utf-8")
    with pytest.raises(ProjectError, match="shopgraph ablate"):
        known_ablation(project)

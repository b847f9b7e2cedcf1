"""``shopgraph tune``: what it finds is kept, and taken by the next training where the settings leave room."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from recommender.network.search import Tried
from shopgraph.cli.app import app
from shopgraph.pipeline.tune import tune_network, tuned_changes
from shopgraph.project import Project, ProjectError
from tests.projects import BARE, run_shop

SETTINGS = BARE.replace('fusion = "none"', "epochs = 2\nmembers = 1\ndim = 16")


def test_the_best_is_kept_and_the_settings_have_the_last_word(tmp_path: Path) -> None:
    project = run_shop(tmp_path / "shop", SETTINGS)
    found = CliRunner().invoke(app, ["tune", "--project", str(project.folder), "--minutes", "0.01", "--json"])
    assert found.exit_code == 0, found.output
    attempts = json.loads(found.stdout)["attempts"]
    kept = json.loads(project.tuned_network_file.read_text("utf-8"))
    assert kept["changes"] == attempts[0]["changes"]
    assert max(own["worth"] for own in attempts) == attempts[0]["worth"]
    project.tuned_network_file.write_text('{"changes": {"dim": 64, "penalty": 0.0001}}', "utf-8")
    assert tuned_changes(project) == {"penalty": 0.0001}, "dim stands in shopgraph.toml"


def test_an_interruption_loses_one_attempt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = run_shop(tmp_path / "shop", SETTINGS)
    worth = [0.9, 1.2, 1.1]

    def interrupted(*_: object, found: Callable[[tuple[Tried, ...]], None], fixed: set[str], **__: object) -> None:
        assert {"dim", "epochs", "members"} <= fixed
        tried = [Tried({"penalty": own / 1000}, own, {}, 1, 1.0) for own in worth]
        for done in range(1, len(tried) + 1):
            found(tuple(sorted(tried[:done], key=lambda own: -own.worth)))
        raise KeyboardInterrupt

    monkeypatch.setattr("recommender.network.search.search", interrupted)
    with pytest.raises(KeyboardInterrupt):
        tune_network(project, minutes=1)
    assert tuned_changes(project) == {"penalty": 0.0012}
    worth = [1.0]
    with pytest.raises(KeyboardInterrupt):
        tune_network(project, minutes=1)
    assert tuned_changes(project) == {"penalty": 0.0012}, "the same search has found better ones before"
    (project.folder / "shopgraph.toml").write_text(SETTINGS.replace("dim = 16", "dim = 17"), "utf-8")
    with pytest.raises(KeyboardInterrupt):
        tune_network(Project.open(project.folder), minutes=1)
    assert tuned_changes(project) == {"penalty": 0.001}, "of other settings nothing was known"


@pytest.mark.parametrize("text", ["{", "[]", '{"changes": {"dimm": 3}}', '{"changes": {"dim": 0}}'])
def test_a_damaged_file_is_told(tmp_path: Path, text: str) -> None:
    project = Project.create(tmp_path / "shop")
    project.tuned_network_file.write_text(text, "utf-8")
    with pytest.raises(ProjectError, match="shopgraph tune"):
        tuned_changes(project)


def test_without_a_snapshot_it_says_what_to_do(tmp_path: Path) -> None:
    Project.create(tmp_path / "shop")
    found = CliRunner().invoke(app, ["tune", "--project", str(tmp_path / "shop")])
    assert found.exit_code != 0
    assert "shopgraph run" in found.output


def test_a_later_search_that_ends_keeps_the_better_settings_of_an_earlier_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = run_shop(tmp_path / "shop", SETTINGS)
    worth = 1.2

    def search(*_: object, found: Callable[[tuple[Tried, ...]], None], **__: object) -> tuple[Tried, ...]:
        tried = (Tried({"penalty": worth / 1000}, worth, {"recall@10": 0.1, "ndcg@10": 0.1}, 1, 1.0),)
        found(tried)
        return tried

    monkeypatch.setattr("recommender.network.search.search", search)
    first = CliRunner().invoke(app, ["tune", "--project", str(project.folder)])
    assert "earlier search" not in first.output
    worth = 1.0
    second = CliRunner().invoke(app, ["tune", "--project", str(project.folder)])
    assert (second.exit_code, tuned_changes(project)) == (0, {"penalty": 0.0012})
    assert "An earlier search found settings worth 1.2000; they stay." in second.output

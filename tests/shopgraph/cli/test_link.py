"""``shopgraph link``: what a text or a photo mentions, for people and for programs."""

from __future__ import annotations

import json
from pathlib import Path

from tests.shopgraph.cli.conftest import Call


def first_row(path: Path) -> dict[str, str]:
    head, row = path.read_text("utf-8").splitlines()[:2]
    return dict(zip(head.split(","), row.split(","), strict=False))


def test_a_text_with_its_candidates(call: Call, project: Path, shop: Path, tmp_path: Path) -> None:
    brand = next(iter(json.loads(line)["brand"] for line in (shop / "truth" / "products.jsonl").open()))
    page = tmp_path / "page.html"
    text = f"The new {brand} <b>bag</b> is orange."
    words = ("link", text, "--project", project, "--html", page)
    shown = call(*words)
    assert shown.exit_code == 0
    assert brand in shown.stdout
    found = json.loads(call(*words, "--json").stdout)
    mention = next(one for one in found["mentions"] if one["surface"] == brand)
    assert (mention["node"]["label"], mention["node"]["id"]) == ("Brand", brand)
    assert found["text"][mention["start"] : mention["end"]] == brand
    assert sum(one["score"] for one in mention["candidates"]) > 0.999
    assert mention["reason"]
    html = page.read_text("utf-8")
    assert "&lt;b&gt;" in html and "<b>bag" not in html
    assert "http" not in html.replace("http-equiv", "")


def test_a_text_that_mentions_nothing(call: Call, project: Path) -> None:
    assert "Nothing" in call("link", "zzz qqq", "--project", project).stdout
    assert json.loads(call("link", "zzz qqq", "--project", project, "--json").stdout)["mentions"] == []


def test_a_photo(call: Call, project: Path, shop: Path) -> None:
    row = first_row(shop / "images.csv")
    shown = call("link", "--image", shop / row["path"], "--project", project, "--json")
    assert shown.exit_code == 0
    found = json.loads(shown.stdout)
    labels = {one["node"]["label"] for one in found["mentions"] if one["node"]}
    assert found["text"]
    assert labels and labels <= {"Category", "Attribute"}


def test_what_cannot_be_linked_says_why(call: Call, project: Path, tmp_path: Path) -> None:
    assert call("link", "--project", project).exit_code == 2
    assert call("link", "x", "--image", tmp_path / "x.jpg", "--project", project).exit_code == 2
    (tmp_path / "text.jpg").write_text("no picture")
    broken = call("link", "--image", tmp_path / "text.jpg", "--project", project)
    assert broken.exit_code == 1
    assert "no picture" in broken.output


def test_a_project_that_was_not_run_yet(call: Call, tmp_path: Path) -> None:
    assert call("init", tmp_path / "new").exit_code == 0
    answer = call("link", "an orange bag", "--project", tmp_path / "new")
    assert answer.exit_code == 1
    assert "shopgraph run" in answer.output


def test_the_run_leaves_a_file_of_aspects_to_edit(project: Path) -> None:
    text = (project / "aspects.toml").read_text("utf-8")
    assert text.count("[[aspects]]") >= 5
    assert text.startswith("#")

"""What `recommend --reasons` and `explain` say: sentences, paths, and the chance of a purchase."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

from recommender import Recommender
from recommender.artefact import save
from tests.shopgraph.cli.conftest import Call, answer, first


def test_reasons_are_sentences_with_their_paths_under_them_in_either_language(
    call: Call, project: Path, shop: Path
) -> None:
    user = first(shop, "users.csv")
    asked = ("recommend", "--project", project, "--user", user, "--k", 2, "--reasons")
    reasons = [reason for item in answer(call(*asked, "--json"))["items"] for reason in item["reasons"][:3]]
    shown = call(*asked).stdout
    for reason in reasons:
        assert "->" not in reason["sentence"]
        assert f"%  {reason['sentence']}\n" in shown
        assert not reason["path"] or f" {reason['history']['name']} " in shown.partition(reason["sentence"])[2]
    chinese = answer(call(*asked, "--language", "zh", "--json"))["items"][0]
    assert all(re.search(r"[\u4e00-\u9fff]", reason["sentence"]) for reason in chinese["reasons"])
    whole = ("explain", "--project", project, "--user", user, "--product", chinese["id"], "--language", "zh")
    assert chinese["reasons"][0]["sentence"] in call(*whole).stdout
    items = Recommender.load(project).artefact.items
    own = {row["id"]: row["name_zh"] or row["name"] for row in items.select(["id", "name", "name_zh"]).to_pylist()}
    assert chinese["name"] == own[chinese["id"]]
    table = call("recommend", "--project", project, "--user", user, "--k", 2, "--language", "zh").stdout
    assert own[chinese["id"]] in table, "names are in the language asked for without reasons, too"
    assert re.search(r"[\u4e00-\u9fff]", table)
    assert call(*asked, "--language", "de").exit_code == 2


def test_explain_says_how_likely_a_purchase_is(call: Call, project: Path, shop: Path, tmp_path: Path) -> None:
    user = first(shop, "users.csv")
    product = answer(call("recommend", "--project", project, "--user", user, "--json"))["items"][0]["id"]
    asked = ("explain", "--user", user, "--product", product, "--project")
    chance = answer(call(*asked, project, "--json"))["chance"]
    assert 0 < chance < 1
    assert f"chance of a purchase: {100 * chance:.2g} %\n" in call(*asked, project).stdout
    shutil.copytree(project, tmp_path / "untaught")
    own = Recommender.load(project).artefact
    save(replace(own, chances=None), tmp_path / "untaught" / "model")
    assert answer(call(*asked, tmp_path / "untaught", "--json"))["chance"] is None
    assert "chance of a purchase: the model has learned none\n" in call(*asked, tmp_path / "untaught").stdout

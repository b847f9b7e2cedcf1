"""Each command: what it answers people and programs, and how it fails."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from shopgraph import __version__
from shopgraph.pipeline import STAGES
from shopgraph.project import Project
from tests.shopgraph.cli.conftest import Call

COMMANDS = [
    "init",
    "link",
    "link-train",
    "import",
    "run",
    "evaluate",
    "catalogue-check",
    "classify",
    "rate",
    "recommend",
    "similar",
    "search",
    "ask",
    "near",
    "explain",
    "export",
    "doctor",
    "demo",
]


def _json(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert isinstance(found, dict)
    return found


def _first(shop: Path, table: str) -> str:
    return (shop / table).read_text("utf-8").splitlines()[1].split(",")[0]


def test_version(call: Call) -> None:
    assert call("--version").stdout == f"shopgraph {__version__}\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_help_shows_an_example_that_names_only_options_there_are(call: Call, command: str) -> None:
    text = call(command, "--help").stdout
    example = re.search(rf"Example: shopgraph {command} (.*?)\n\n", text, re.DOTALL)
    assert example is not None
    usage = text.partition("Options:")[2]
    for option in re.findall(r"--[\w-]+", example[1]):
        assert option in usage


def test_init_names_the_store(call: Call, tmp_path: Path) -> None:
    assert call("init", tmp_path / "p", "--store", "bolt://neo4j:7687").exit_code == 0
    assert Project(tmp_path / "p").settings.store.url == "bolt://neo4j:7687"
    assert call("init", tmp_path / "q", "--store", "neo4j:7687").exit_code == 2
    assert not (tmp_path / "q").exists()


def test_init_twice_fails(call: Call, tmp_path: Path) -> None:
    assert call("init", tmp_path / "p").exit_code == 0
    again = call("init", tmp_path / "p")
    assert again.exit_code == 1
    assert "is a project already" in again.stderr


def test_import_says_what_was_set_aside_and_where(call: Call, tmp_path: Path) -> None:
    source = tmp_path / "broken"
    source.mkdir()
    (source / "products.csv").write_text("id,title,price\na,One,10\nb,Two,ten\nb2,Three,-1\n")
    result = call("import", source, "--project", tmp_path / "p")
    assert result.exit_code == 0
    for word in ("products", "NOT_A_NUMBER", "NEGATIVE_PRICE", "2 of 3 rows", "quarantine.jsonl"):
        assert word in result.stdout
    found = _json(call("import", source, "--project", tmp_path / "p", "--json"))
    assert (found["read"], found["kept"], found["quarantined"]) == (3, 1, 2)
    assert Path(found["quarantine"]).is_file()


def test_import_says_how_it_understood_the_files(call: Call, tmp_path: Path) -> None:
    source = tmp_path / "export"
    source.mkdir()
    (source / "products.csv").write_text("SKU,Price,Colour\na,$1,red\nb,2 €,\nc,?,\nd,!,\n")
    (source / "orders.csv").write_text("Name\n")
    said = call("import", source, "--project", tmp_path / "p").stdout
    for line in (
        'products.csv: read "SKU" as id, "Price" as price.',
        "products.csv: kept as attributes: Colour.",
        "Not read, for no table is called so: orders.csv.",
        "Prices come in several currencies: $ (1), € (1).",
        "Of 2 products 2 have no title, 2 have no brand, 2 have no categories.",
        'NOT_A_NUMBER, for example products.csv:4: "price": "?" is not a number',
        "Next: shopgraph run",
    ):
        assert line in said
    assert "products.csv:5" not in said, "one example is enough"


def test_an_import_that_keeps_nothing_fails(call: Call, tmp_path: Path) -> None:
    source = tmp_path / "export"
    source.mkdir()
    (source / "products.csv").write_text("id,price\na,?\n")
    result = call("import", source, "--project", tmp_path / "p")
    assert result.exit_code == 1
    assert "Nothing was kept" in result.stderr
    assert "Next:" not in result.stdout


def test_a_strict_import_stops_at_the_first_bad_row(call: Call, tmp_path: Path) -> None:
    source = tmp_path / "broken"
    source.mkdir()
    (source / "products.csv").write_text("id,title,price\na,One,10\nb,Two,ten\n")
    result = call("import", source, "--project", tmp_path / "p", "--strict")
    assert result.exit_code == 1
    assert "products.csv:3: NOT_A_NUMBER" in result.stderr


def test_a_source_that_is_not_there_makes_no_project(call: Call, tmp_path: Path) -> None:
    result = call("import", tmp_path / "nowhere", "--project", tmp_path / "p")
    assert result.exit_code == 1
    assert "does not exist" in result.stderr
    assert not (tmp_path / "p").exists()


def test_run_skips_what_has_not_changed(call: Call, project: Path) -> None:
    result = call("run", "--project", project)
    assert result.exit_code == 0
    assert result.stdout.count("skipped") == len(STAGES) - 1  # nobody asked for proposals
    assert set(_json(call("run", "--project", project, "--json"))) >= {"import", "train", "evaluate"}


def test_evaluate_prints_one_object(call: Call, project: Path) -> None:
    found = _json(call("evaluate", "--project", project, "--json"))
    assert {"recall@10", "ndcg@10", "recall@20"} <= set(found["metrics"])
    assert found["dataset"] == "shop"
    assert found["seconds"] > 0
    assert found["peak_rss_mb"] > 0
    assert "popularity" in found["baselines"]
    assert set(found["intervals"]) <= set(found["metrics"])
    assert {"customers", "products"} == {group["of"] for group in found["groups"]}
    shown = call("evaluate", "--project", project).stdout
    assert "recall@10" in shown
    for group in found["groups"]:
        assert f"{group['metrics'][found['model']]['recall@10']:.4f}" in shown, group["name"]


def test_recommend_to_a_customer_with_reasons(call: Call, project: Path, shop: Path) -> None:
    user = _first(shop, "users.csv")
    found = _json(call("recommend", "--project", project, "--user", user, "--k", 3, "--reasons", "--json"))
    assert [item["rank"] for item in found["items"]] == [1, 2, 3]
    assert found["items"][0]["reasons"][0]["sentence"]
    shown = call("recommend", "--project", project, "--user", user, "--k", 3, "--reasons").stdout
    assert found["items"][0]["name"] in shown
    assert "%" in shown


def test_recommend_by_history_and_filters(call: Call, project: Path, shop: Path) -> None:
    product = _first(shop, "products.csv")
    found = _json(call("recommend", "--project", project, "--history", f"{product},", "--in-stock", "--json"))
    assert product not in {item["id"] for item in found["items"]}
    nothing = call("recommend", "--project", project, "--history", product, "--price-max", 0)
    assert nothing.exit_code == 0
    assert "No product fits" in nothing.stdout


def test_recommend_to_nobody_shows_what_is_popular_and_a_history_adds_to_a_customers(
    call: Call, project: Path, shop: Path
) -> None:
    anybody = _json(call("recommend", "--project", project, "--k", 3, "--json"))
    assert (anybody["source"], len(anybody["items"])) == ("popularity", 3)
    shown = call("recommend", "--project", project, "--k", 3).stdout
    assert anybody["items"][0]["name"] in shown
    assert "score" not in shown
    user = _first(shop, "users.csv")
    alone = _json(call("recommend", "--project", project, "--user", user, "--k", 20, "--json"))
    seen = alone["items"][0]["id"]
    both = _json(call("recommend", "--project", project, "--user", user, "--history", seen, "--k", 20, "--json"))
    ids = [item["id"] for item in both["items"]]
    assert seen not in ids
    assert ids[:19] != [item["id"] for item in alone["items"][1:]]


def test_recommend_keeps_to_the_rules_of_the_project_or_of_a_file(
    call: Call, project: Path, shop: Path, tmp_path: Path
) -> None:
    user, product = _first(shop, "users.csv"), _first(shop, "products.csv")
    words = ("recommend", "--project", project, "--user", user, "--k", 3, "--json")
    first = _json(call(*words))["items"][0]["id"]
    rules = tmp_path / "other.toml"
    rules.write_text(f'[filters]\nexclude = ["{first}"]\n')
    assert first not in {item["id"] for item in _json(call(*words, "--rules", rules))["items"]}
    (project / "rules.toml").write_text(f'[[pins]]\nproduct = "{first}"\nposition = 3\n')
    try:
        found = _json(call(*words))["items"][2]
        assert (found["id"], found["rules"]) == (first, ["pinned at 3"])
        (project / "rules.toml").write_text("[filter]\n")
        failed = call(*words)
        assert (failed.exit_code, "rules.toml: there is no section [filter]" in failed.stderr) == (1, True)
    finally:
        (project / "rules.toml").unlink()
    name = _json(call("similar", product, "--project", project, "--json"))["items"][0]["name"]
    assert _json(call("recommend", "--project", project, "--words", name, "--json"))["source"] == "popularity"


def test_similar_search_and_explain(call: Call, project: Path, shop: Path) -> None:
    product, user = _first(shop, "products.csv"), _first(shop, "users.csv")
    assert len(_json(call("similar", product, "--project", project, "--k", 2, "--json"))["items"]) == 2
    title = (shop / "products.csv").read_text("utf-8").splitlines()[1].split(",")[1]
    assert _json(call("search", title, "--project", project, "--json"))["items"][0]["id"] == product
    assert _json(call("explain", "--project", project, "--user", user, "--product", product, "--json"))["id"] == product
    assert call("explain", "--project", project, "--user", user, "--product", product).exit_code == 0


@pytest.mark.parametrize(("format_name", "name"), [("pykeen", "t.tsv"), ("graphml", "g.graphml"), ("parquet", "p")])
def test_export(call: Call, project: Path, tmp_path: Path, format_name: str, name: str) -> None:
    result = call("export", "--project", project, "--format", format_name, "--out", tmp_path / name)
    assert result.exit_code == 0, result.output
    assert (tmp_path / name).exists()


def test_doctor_looks_at_machine_and_project(call: Call, project: Path, tmp_path: Path) -> None:
    found = _json(call("doctor", "--project", project, "--json"))
    assert found["healthy"]
    assert {"Python", "memory", "disk", "graph store", "train"} <= {check["name"] for check in found["checks"]}
    missing = call("doctor", "--project", tmp_path / "nowhere")
    assert missing.exit_code == 1
    assert "shopgraph init" in re.sub(r"\s+", " ", missing.stdout)


def test_doctor_names_what_is_damaged_and_what_makes_it_again(call: Call, project: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(project, copy)
    weights = copy / "model" / "weights.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1])
    (copy / "snapshot" / "nodes.arrow").unlink()
    (copy / "holdout" / "manifest.json").write_text("{")
    result = call("doctor", "--project", copy, "--json")
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    wrong = {check["name"]: check for check in found["checks"] if check["health"] == "wrong"}
    assert set(wrong) == {"model", "snapshot", "holdout"}
    assert "weights.safetensors" in wrong["model"]["found"]
    assert "shopgraph run --from train" in wrong["model"]["advice"]
    assert "nodes.arrow" in wrong["snapshot"]["found"]


def test_doctor_says_what_is_wrong_in_the_settings(call: Call, tmp_path: Path) -> None:
    call("init", tmp_path / "p")
    (tmp_path / "p" / "shopgraph.toml").write_text("[training]\ntrails = 3\n")
    result = call("doctor", "--project", tmp_path / "p", "--json")
    assert result.exit_code == 1
    assert "trials" in result.stdout


@pytest.mark.parametrize(
    "words",
    [
        ("frobnicate",),
        ("run", "--frobnicate"),
        ("run", "--from", "trian"),
        ("import",),
        ("import", ".", "--format", "amzon"),
        ("recommend", "--user", "a", "--k", "0"),
        ("recommend", "--user", "a", "--k", "many"),
        ("export", "--format", "exel", "--out", "x"),
        ("explain", "--product", "a"),
        ("search", " "),
    ],
)
def test_wrong_usage_is_2(call: Call, words: tuple[str, ...]) -> None:
    result = call(*words)
    assert result.exit_code == 2
    assert "Error" in result.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("run", "--project", "{empty}"), "is no project"),
        (("recommend", "--project", "{empty}", "--user", "u"), "is no project"),
        (("recommend", "--project", "{project}", "--user", "nobody-at-all"), "nobody-at-all"),
        (("similar", "no-such-thing", "--project", "{project}"), "no-such-thing"),
        (
            ("explain", "--project", "{project}", "--user", "nobody-at-all", "--product", "no-such-thing"),
            "no-such-thing",
        ),
    ],
)
def test_failures_are_1_with_one_line(
    call: Call, project: Path, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    result = call(*(word.format(empty=tmp_path, project=project) for word in words))
    assert result.exit_code == 1
    assert said in result.stderr
    assert "Traceback" not in result.output
    assert result.stderr.count("\n") == 1


def test_debug_shows_where_it_comes_from(call: Call, tmp_path: Path) -> None:
    assert "Traceback" in call("run", "--project", tmp_path, "--debug").stderr


def test_ctrl_c_says_that_a_run_goes_on(call: Call, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("shopgraph.pipeline.run_pipeline", interrupted)
    result = call("run", "--project", project)
    assert result.exit_code == 130
    assert "goes on where it stopped" in result.stderr


def test_an_error_of_ours_is_said_to_be_one(call: Call, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr("shopgraph.pipeline.run_pipeline", broken)
    result = call("run", "--project", project)
    assert result.exit_code == 1
    assert "ZeroDivisionError: oops" in result.stderr
    assert "Traceback" not in result.output


def test_a_rating_is_foretold_from_words_and_from_a_photo(call: Call, project: Path, shop: Path) -> None:
    product = _first(shop, "products.csv")
    words = ("rate", product, "--project", project, "--json")
    good = _json(call(*words, "--title", "Wonderful", "--review", "I love it"))
    bad = _json(call(*words, "--review", "It broke. Waste of money."))
    assert good["rating"] > bad["rating"]
    assert {"overall", "customer", "product", "text", "review"} <= set(good["parts"])
    photo = next(iter(sorted((shop / "images").rglob("*.jpg"))))
    plain, shown = _json(call(*words)), _json(call(*words, "--photo", photo))
    assert set(shown["parts"]) == set(plain["parts"])
    table = call(*words[:-1], "--user", "nobody").stdout
    assert "rating" in table
    unknown = call("rate", "none", "--project", project)
    assert unknown.exit_code == 1
    assert 'does not know the product "none"' in unknown.output

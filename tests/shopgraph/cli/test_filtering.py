"""Filters, exclusions and rules on the command line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from recommender import Recommender
from tests.shopgraph.cli.conftest import Call


def _json(call: Call, project: Path, *words: object) -> dict[str, Any]:
    result = call(*words, "--project", project, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_recommend_by_values_links_and_exclusions(call: Call, project: Path) -> None:
    rows = Recommender.load(project).artefact.items.to_pylist()
    first = next(row for row in rows if any(own.startswith("colour=") for own in row["attributes"]))
    colour = next(own for own in first["attributes"] if own.startswith("colour="))

    def shown(*words: object) -> set[str]:
        found = _json(call, project, "recommend", "--k", 48, *words)
        return {item["id"] for item in found["items"]}

    def having(value: str) -> set[str]:
        return {row["id"] for row in rows if value in row["attributes"]}

    assert shown("--attribute", colour) == shown("--link", f"HAS_ATTRIBUTE={colour}") == having(colour)
    assert shown("--attribute", colour, "--attribute", "colour=none") == having(colour)
    assert shown("--link", f"HAS_BRAND={first['brand']}") == shown("--brand", first["brand"])
    left = {row["id"] for row in rows if row["brand"] != first["brand"] and row["id"] != rows[1]["id"]}
    assert shown("--exclude-brand", first["brand"], "--exclude", rows[1]["id"]) == left
    category = first["categories"][0]
    others = {row["id"] for row in rows if not any(own.startswith(category) for own in row["categories"])}
    assert shown("--exclude-category", category) == others


def test_what_is_written_wrongly_among_filters_is_named(call: Call, project: Path) -> None:
    for option, value, example in (("--attribute", "red", "colour=red"), ("--link", "HAS_BRAND=", "HAS_BRAND=Acme")):
        wrong = call("recommend", "--project", project, option, value)
        assert wrong.exit_code == 2
        assert all(word in wrong.stderr for word in (value, option, example))
    unknown = call("recommend", "--project", project, "--link", "HAS_BRANDS=Acme")
    assert unknown.exit_code == 1
    assert 'Did you mean "HAS_BRAND"? They have: ' in " ".join(unknown.stderr.split())
    nothing = call("recommend", "--project", project, "--link", "HAS_BRAND=Nobody")
    assert 'No product is linked by HAS_BRAND to "Nobody".' in nothing.stderr


def test_similar_search_and_ask_keep_to_the_rules_of_the_project_or_of_a_file(
    call: Call, project: Path, tmp_path: Path
) -> None:
    asked = (("similar", "P0001"), ("search", "bags"), ("ask", "show me bags"))

    def shown(*words: object) -> list[str]:
        found = _json(call, project, *words)
        return [item["id"] for item in found.get("items", found.get("products"))]

    for words in asked:
        unwanted = shown(*words)[0]
        rules = tmp_path / "other.toml"
        rules.write_text(f'[filters]\nexclude = ["{unwanted}"]\n')
        assert unwanted not in shown(*words, "--rules", rules)
        shutil.copy(rules, project / "rules.toml")
        try:
            assert unwanted not in shown(*words)
        finally:
            (project / "rules.toml").unlink()
        assert shown(*words)[0] == unwanted


def test_search_and_similar_by_values_links_and_exclusions(call: Call, project: Path) -> None:
    rows = {row["id"]: row for row in Recommender.load(project).artefact.items.to_pylist()}

    def shown(*words: object) -> set[str]:
        return {item["id"] for item in _json(call, project, *words, "--k", 48)["items"]}

    for words in (("search", "bags"), ("similar", "P0001")):
        found = shown(*words)
        first = rows[min(found)]
        brand, category = first["brand"], first["categories"][0]
        assert shown(*words, "--exclude", first["id"]) == found - {first["id"]}
        same_brand = {own for own in found if rows[own]["brand"] == brand}
        assert (
            shown(*words, "--link", f"HAS_BRAND={brand}") == shown(*words, "--filters", f"brand={brand}") == same_brand
        )
        assert shown(*words, "--exclude-brand", brand) == found - same_brand
        kept = {own for own in found if not any(name.startswith(category) for name in rows[own]["categories"])}
        assert shown(*words, "--exclude-category", category) == kept
        colour, other = sorted(first["attributes"])[:2]
        assert colour.partition("=")[0] != other.partition("=")[0]
        both = {own for own in found if {colour, other} <= set(rows[own]["attributes"])}
        assert shown(*words, "--filters", colour, "--filters", other) == both, "values of two attributes are both asked"

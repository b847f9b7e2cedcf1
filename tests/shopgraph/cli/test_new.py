"""``--new``: products that came after training."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.shopgraph.cli.conftest import Call, answer, first


def test_products_that_came_after_training_take_part(call: Call, project: Path, shop: Path, tmp_path: Path) -> None:
    product = first(shop, "products.csv")
    shutil.copy(next((shop / "images").glob(f"{product}-*")), tmp_path / "fresh.jpg")
    (tmp_path / "products.csv").write_text("id,title\nN1,Fresh thing\n", "utf-8")
    (tmp_path / "images.csv").write_text("product_id,path\nN1,fresh.jpg\n", "utf-8")
    new = ("--project", project, "--new", tmp_path, "--json")
    assert product in {item["id"] for item in answer(call("similar", "N1", "--k", 5, *new))["items"]}
    listed = answer(call("recommend", "--history", product, "--k", 48, *new))["items"]
    assert next(item["score"] for item in listed if item["id"] == "N1") > 0
    assert answer(call("explain", "--history", product, "--product", "N1", *new))["name"] == "Fresh thing"
    own = project / "new"
    shutil.copytree(tmp_path, own)
    try:
        assert answer(call("explain", "--history", product, "--product", "N1", "--project", project, "--json"))["score"]
    finally:
        shutil.rmtree(own)
    (tmp_path / "products.csv").write_text(f"id,title\n{product},Old thing\n", "utf-8")
    failed = call("similar", product, *new)
    assert (failed.exit_code, f'"{product}" is in the catalogue already' in failed.stderr) == (1, True)

"""Several sources in one project."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq

from shopgraph.pipeline import State, import_into, run_pipeline
from shopgraph.pipeline.sources import source_name, whole_report
from shopgraph.project import Project


def _source(folder: Path, **tables: str) -> Path:
    folder.mkdir()
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text)
    return folder


def test_sources_are_joined_and_what_both_say_counts_once(tmp_path: Path) -> None:
    project = Project.create(tmp_path / "project")
    catalogue = _source(tmp_path / "zcatalogue", products="id,title,brand\na,Apple,Orchard\nb,Bread,Bakery\n")
    sales = _source(
        tmp_path / "sales",
        interactions="user_id,product_id,kind\nu,a,purchased\nu,b,purchased\nv,c,purchased\n",
    )
    more = _source(tmp_path / "more", interactions="user_id,product_id,kind\nu,a,purchased\nw,a,viewed\n")
    for folder in (catalogue, sales, more):
        import_into(project, folder)
    state = run_pipeline(project, until="build")
    with project.open_store() as store:
        rows = store.query("MATCH (p:Product) RETURN p.id AS id, p.name AS name ORDER BY id").to_pylist()
        bought = store.query("MATCH (u:User)-[r]->(p:Product) RETURN count(r) AS n").to_pylist()
    assert [(row["id"], row["name"]) for row in rows] == [("a", "Apple"), ("b", "Bread"), ("c", None)]
    assert bought == [{"n": 4}]
    assert any("several sources" in note for note in state.stages["build"].notes)
    assert state.dataset == "zcatalogue+sales+more"
    assert pq.read_metadata(project.data / "joined" / "products.parquet").num_rows == 3
    report = whole_report(project, ["more", "sales", "zcatalogue"])
    assert report.tables["interactions"].read == 5
    report.check()


def test_a_second_source_builds_again(tmp_path: Path) -> None:
    project = Project.create(tmp_path / "project")
    import_into(project, _source(tmp_path / "one", interactions="user_id,product_id\nu,a\n"))
    run_pipeline(project, until="build")
    before = State.load(project).stages["build"].outcome
    import_into(project, _source(tmp_path / "two", interactions="user_id,product_id\nu,b\n"), name="second one")
    state = run_pipeline(project, until="build")
    assert state.stages["build"].outcome != before
    assert list(state.sources) == ["one", "second-one"]


def test_names_of_sources_are_names_of_folders() -> None:
    assert source_name(Path("/data/Amazon Beauty (2018)")) == "Amazon-Beauty-2018"
    assert source_name(Path("/data/...")) == "source"
    assert source_name(Path("/data/商店.zip")) == "商店.zip"

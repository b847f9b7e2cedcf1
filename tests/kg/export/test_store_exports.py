"""Exports of the whole store: GraphML, Parquet, the CSV files of neo4j-admin."""

from __future__ import annotations

import gzip
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import networkx as nx
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import GraphStoreError, InputError
from kg.export import EXPORTERS
from kg.schema import EDGES, NODES, PropertyType
from kg.store.protocol import EdgeKey, GraphStore
from tests.kg.fake_store import FakeStore, shop

NASTY = 'a "b" \'c\',\n<d> & e\\ \t\r\n 中文 😀 "" ]]> #'


def nasty() -> FakeStore:
    return FakeStore(
        {
            "Product": [{"id": NASTY, "name": NASTY, "price": 1e-9, "in_stock": False, "released": 1_714_566_600_123}],
            "Brand": [{"id": "empty", "name": ""}, {"id": "none"}],
        },
        {EdgeKey("Product", "HAS_BRAND", "Brand"): [{"source": NASTY, "target": "none"}]},
    )


def write(name: str, store: FakeStore, out: Path) -> Path:
    return EXPORTERS[name].export(cast(GraphStore, store), out)


def test_networkx_reads_the_graphml(tmp_path: Path) -> None:
    store = shop()
    graph = nx.read_graphml(write("graphml", store, tmp_path / "graph.graphml"), force_multigraph=True)
    assert graph.number_of_nodes() == sum(store.node_counts().values())
    assert graph.number_of_edges() == sum(store.edge_counts().values())
    assert graph.nodes["Product:p1"]["price"] == 1.5
    assert graph.nodes["Product:p1"]["label"] == 'Product <1> & "co"'
    assert graph.nodes["Category:Gifts"] == {"kind": "Category", "label": "Gifts", "id": "Gifts"}
    assert graph.nodes["Review:r1"]["at"] == "1970-01-01T00:00:00.010Z"
    (mention,) = graph["Review:r1"]["Brand:acme"].values()
    assert mention["sentiment"] == -1.0
    assert mention["start"] == 0


def test_graphml_keeps_every_character_that_xml_can_hold(tmp_path: Path) -> None:
    graph = nx.read_graphml(write("graphml", nasty(), tmp_path / "graph.graphml"))
    product = graph.nodes[f"Product:{NASTY}"]
    assert product["name"] == NASTY
    assert product["in_stock"] is False
    assert product["price"] == 1e-9
    assert graph.has_edge(f"Product:{NASTY}", "Brand:none")
    bad = FakeStore({"Product": [{"id": "p", "name": "a\x00b\x1fc\uffff"}]}, {})
    graph = nx.read_graphml(write("graphml", bad, tmp_path / "graph.graphml"))
    assert graph.nodes["Product:p"]["name"] == "a\ufffdb\ufffdc\ufffd"


def test_one_attribute_has_one_type() -> None:
    for kinds in (NODES, EDGES):
        seen: dict[str, PropertyType] = {}
        for kind in kinds.values():
            for prop in kind.properties:
                assert seen.setdefault(prop.name, prop.type) is prop.type


def test_parquet_holds_everything(tmp_path: Path) -> None:
    store = shop()
    out = write("parquet", store, tmp_path / "out")
    counts = {f"nodes_{label}": count for label, count in store.node_counts().items()}
    counts |= {f"edges_{key.source}.{key.type}.{key.target}": count for key, count in store.edge_counts().items()}
    written = {path.stem: pq.read_metadata(path).num_rows for path in out.glob("*.parquet")}
    assert written == {name: count for name, count in counts.items() if count}
    reviews = pq.read_table(out / "nodes_Review.parquet").to_pylist()
    assert reviews[2]["text"] == 'line one\nline "two", 2'


def parse(path: Path) -> list[list[str | None]]:
    """Parse strictly, one character after the other; anything out of place fails."""
    text = gzip.decompress(path.read_bytes()).decode()
    rows: list[list[str | None]] = [[]]
    place = 0
    while place < len(text):
        if text[place] == '"':
            end = place + 1
            while text[end] != '"' or text[end + 1] == '"':
                end += 1 if text[end] != '"' else 2
            rows[-1].append(text[place + 1 : end].replace('""', '"'))
            place = end + 1
        else:
            end = min(text.index(",", place) if "," in text[place:] else len(text), text.index("\n", place))
            assert '"' not in text[place:end]
            rows[-1].append(text[place:end] or None)
            place = end
        assert text[place] in ",\n"
        if text[place] == "\n":
            rows.append([])
        place += 1
    assert rows.pop() == []
    return rows


def test_neo4j_admin_files_say_what_the_store_holds(tmp_path: Path) -> None:
    out = write("neo4j-admin", nasty(), tmp_path / "out")
    header, product = parse(out / "nodes_Product.csv.gz")
    assert header[:2] == ["id:ID(Product)", "name:string"]
    found = dict(zip((str(field).split(":")[0] for field in header), product, strict=True))
    assert found["id"] == found["name"] == NASTY
    assert found["name_zh"] is None
    assert float(str(found["price"])) == 1e-9
    assert found["in_stock"] == "false"
    assert found["released"] == "2024-05-01T12:30:00.123Z"
    assert parse(out / "nodes_Brand.csv.gz") == [["id:ID(Brand)", "name:string"], ["empty", ""], ["none", None]]
    assert parse(out / "edges_Product.HAS_BRAND.Brand.csv.gz") == [
        [":START_ID(Product)", ":END_ID(Brand)"],
        [NASTY, "none"],
    ]


def test_neo4j_admin_command_names_every_file(tmp_path: Path) -> None:
    out = write("neo4j-admin", shop(), tmp_path / "out")
    fake = tmp_path / "bin/neo4j-admin"
    fake.parent.mkdir()
    fake.write_text('#!/bin/sh\npwd\nfor a in "$@"; do echo "$a"; done\n')
    fake.chmod(0o755)
    path = f"{fake.parent}:/usr/bin:/bin"
    done = subprocess.run([out / "command.sh"], env={"PATH": path}, capture_output=True, text=True, check=True)
    where, *arguments = done.stdout.splitlines()
    assert Path(where) == out
    assert arguments[:6] == ["database", "import", "full", "neo4j", "--id-type=string", "--multiline-fields=true"]
    named = {argument.split("=")[2] for argument in arguments[6:]}
    assert named == {path.name for path in out.glob("*.csv.gz")}
    assert "--relationships=RELATED_TO=edges_Product.RELATED_TO.Entity.csv.gz" in arguments
    statements = (out / "constraints.cypher").read_text().splitlines()
    assert len(statements) == len(NODES)
    assert statements[1] == (
        "CREATE CONSTRAINT shopgraph_product_id IF NOT EXISTS FOR (n:Product) REQUIRE n.id IS UNIQUE;"
    )


@settings(max_examples=25)
@given(st.lists(st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=6), unique=True, max_size=5))
def test_any_text_comes_back_from_the_csv(tmp_path_factory: pytest.TempPathFactory, ids: list[str]) -> None:
    out = tmp_path_factory.mktemp("csv") / "out"
    write("neo4j-admin", FakeStore({"Entity": [{"id": id_, "name": id_ * 2} for id_ in ids]}, {}), out)
    if ids:
        assert [row[:2] for row in parse(out / "nodes_Entity.csv.gz")[1:]] == [[id_, id_ * 2] for id_ in sorted(ids)]


def test_nothing_is_overwritten_and_nothing_half_written_stays(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    for name in ("parquet", "neo4j-admin", "graphml"):
        with pytest.raises(InputError, match="folder"):
            write(name, shop(), tmp_path)

    class Broken(FakeStore):
        def edges(self, key: EdgeKey) -> Iterator[object]:  # type: ignore[override]
            raise GraphStoreError("gone")

    for name in ("parquet", "neo4j-admin", "graphml"):
        with pytest.raises(GraphStoreError):
            write(name, Broken({"User": [{"id": "u"}]}, {}), tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]

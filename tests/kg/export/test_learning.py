"""Exports of the training part: PyKEEN, PyTorch Geometric, NetworkX."""

from __future__ import annotations

import json
from pathlib import Path
from typing import cast

import networkx as nx
import numpy as np
import pyarrow.parquet as pq
import pytest

from kg.errors import ConfigurationError, InputError
from kg.export import EXPORTERS, Reads
from kg.export.networkx import to_networkx
from kg.export.pyg import load_hetero_data, to_hetero_data
from kg.export.pykeen import to_triples_factory
from kg.snapshot import Relation, Snapshot, SplitMethod, SplitSettings, take_snapshot
from kg.store.protocol import GraphStore
from tests.kg.fake_store import shop

LIKED = Relation("User", "PURCHASED", "Product")


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    store = cast(GraphStore, shop())
    split = SplitSettings(method=SplitMethod.NONE)
    return take_snapshot(store, tmp_path / "snapshot", holdout=tmp_path / "holdout", split=split)


def distinct(snapshot: Snapshot, relation: Relation) -> int:
    edges = snapshot.edges[relation]
    return len({*zip(edges.head.tolist(), edges.tail.tolist(), strict=True)})


def test_triples_factory_has_each_triple_once(snapshot: Snapshot) -> None:
    factory = to_triples_factory(snapshot)
    assert factory.num_triples == sum(distinct(snapshot, relation) for relation in snapshot.edges)
    triples = {tuple(triple) for triple in factory.label_triples(factory.mapped_triples).tolist()}
    assert ("Product:p1", "RELATED_TO:film.genre", "Entity:e0") in triples
    assert ("Product:p1", "HAS_BRAND", "Brand:acme") in triples
    some = to_triples_factory(snapshot, relations=[LIKED], create_inverse_triples=True)
    assert set(some.relation_to_id) == {"PURCHASED"}
    assert {label.split(":")[0] for label in some.entity_to_id} == {"User", "Product"}
    assert some.create_inverse_triples


def test_pykeen_reads_the_file(snapshot: Snapshot, tmp_path: Path) -> None:
    from pykeen.triples import TriplesFactory

    path = EXPORTERS["pykeen"].export(snapshot, tmp_path / "triples.tsv")
    read, made = TriplesFactory.from_path(path), to_triples_factory(snapshot)
    assert set(map(tuple, read.label_triples(read.mapped_triples))) == set(
        map(tuple, made.label_triples(made.mapped_triples))
    )


def test_hetero_data_is_valid_and_survives_the_disk(snapshot: Snapshot, tmp_path: Path) -> None:
    data = to_hetero_data(snapshot)
    assert data.validate()
    assert data["Product"].num_nodes == 6
    bought = data["User", "PURCHASED", "Product"]
    assert bought.edge_index.shape == (2, 12)
    assert bought.edge_time.max() == 23
    assert "edge_time" not in data["Product", "HAS_BRAND", "Brand"]
    assert data["Product", "ALSO_BOUGHT", "Product"].edge_weight.tolist() == [3.0]
    folder = EXPORTERS["pyg"].export(snapshot, tmp_path / "pyg")
    again = load_hetero_data(folder)
    assert again.metadata() == data.metadata()
    for edge_type in data.edge_types:
        for name, values in data[edge_type].items():
            assert np.array_equal(values, again[edge_type][name], equal_nan=True)
    assert (
        pq.read_table(folder / "ids.parquet")["id"].to_pylist()
        == snapshot.ids.ids(range(len(snapshot.ids))).to_pylist()
    )
    assert not [path for path in folder.iterdir() if path.suffix in (".pt", ".pkl")]
    with pytest.raises(InputError, match="Export the graph again"):
        load_hetero_data(tmp_path)


def test_networkx_carries_what_is_known(snapshot: Snapshot, tmp_path: Path) -> None:
    graph = to_networkx(snapshot)
    assert graph.number_of_nodes() == len(snapshot.ids)
    assert graph.number_of_edges() == sum(map(len, snapshot.edges.values()))
    product = graph.nodes["Product:p1"]
    assert (product["label"], product["brand"], product["categories"]) == ("Product", "Acme", ["Shoes > Running"])
    assert "description" not in product
    assert "in_stock" not in product
    related = {edge["relation"] for edge in graph["Product:p1"]["Entity:e0"].values()}
    assert related == {"film.genre", "film.director"}
    bought = [edge for edge in graph["User:u0"]["Product:p0"].values() if edge["type"] == "PURCHASED"]
    assert bought == [{"type": "PURCHASED", "at": 0, "value": 1.0}]
    path = EXPORTERS["networkx"].export(snapshot, tmp_path / "graph.json")
    again = nx.node_link_graph(json.loads(path.read_text("utf-8")), edges="edges")
    assert (set(again.nodes), again.number_of_edges()) == (set(graph.nodes), graph.number_of_edges())


def test_each_export_says_what_it_reads(snapshot: Snapshot, tmp_path: Path) -> None:
    for name, exporter in EXPORTERS.items():
        assert exporter.name == name
        assert exporter.doc.endswith(".")
        wrong = cast(GraphStore, shop()) if exporter.reads is Reads.SNAPSHOT else snapshot
        with pytest.raises(ConfigurationError, match=f'"{name}" is made from'):
            exporter.export(wrong, tmp_path / "out")
        assert not (tmp_path / "out").exists()

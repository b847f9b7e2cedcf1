"""A trained model goes into a folder and comes back the same; it scores as the contract says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from embeddings.artefact import load_vectors, save_vectors
from embeddings.graph.model import GraphModel, load_graph_model
from embeddings.graph.scorer import LinkScorer
from embeddings.graph.training import train_graph_model
from kg.errors import ModelError
from tests.embeddings.graph.worlds import planted, quick


def _trained(model: str, **changes: Any) -> GraphModel:
    return train_graph_model(planted(), settings=quick(model, epochs=1, **changes))


@pytest.mark.parametrize("inverse", [True, False])
@pytest.mark.parametrize("name", ["TransE", "TransR", "ComplEx", "TransH", "TuckER"])
def test_a_model_comes_back_from_its_folder_as_it_was(name: str, inverse: bool, tmp_path: Path) -> None:
    model = _trained(name, inverse=inverse)
    save_vectors(model.artefact(), tmp_path / "graph")
    loaded: LinkScorer = load_graph_model(load_vectors(tmp_path / "graph"))
    rows = np.array([0, 7, 119, 7])
    assert loaded.relations == model.relations
    assert loaded.entities == model.entities
    for relation in range(3):
        assert np.array_equal(loaded.tails(rows, relation), model.tails(rows, relation))
        assert np.array_equal(loaded.heads(rows, relation), model.heads(rows, relation))
    assert model.tails(rows, 0).shape == (4, 120)
    assert model.tails(rows, 0).dtype == np.float32
    assert np.array_equal(model.tails(rows, 0)[1], model.tails(rows, 0)[3])


def test_vectors_are_kept_once_and_named_graph() -> None:
    artefact = _trained("TransE").artefact()
    assert artefact.vectors.name == "graph"
    assert artefact.vectors.matrix.shape == (120, 16)
    assert sum(tensor.size for tensor in artefact.tensors.values()) == 2 * 3 * 16  # the relations, both ways


def test_without_inverse_relations_transe_asks_both_sides_by_one_vector() -> None:
    model = _trained("TransE", inverse=False)
    tails = model.tails(np.arange(120), 2)
    np.testing.assert_allclose(tails, model.heads(np.arange(120), 2).T, atol=1e-3)


def test_a_foreign_or_changed_artefact_is_refused() -> None:
    artefact = _trained("TransE").artefact()
    with pytest.raises(ModelError, match="not of a graph model"):
        load_graph_model(replace(artefact, configuration={}))
    settings = {**artefact.configuration["settings"], "dim": 8}
    with pytest.raises(ModelError, match="does not fit"):
        load_graph_model(replace(artefact, configuration={**artefact.configuration, "settings": settings}))
    with pytest.raises(ModelError, match="does not fit"):
        load_graph_model(replace(artefact, tensors={}))
    with pytest.raises(ModelError, match="no relation 3"):
        load_graph_model(artefact).tails(np.array([0]), 3)

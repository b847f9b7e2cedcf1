"""A trained graph model: scores links, gives its vectors, and is kept as an artefact without a pickle."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import numpy as np
import torch

from embeddings.artefact import VectorArtefact
from embeddings.graph.adapter import (
    build_model,
    entity_matrix,
    keeps_vectors_only,
    relation_projections,
    relation_vectors,
)
from embeddings.graph.ranking import block_rows
from embeddings.graph.scorer import ScoreArray
from embeddings.graph.settings import GraphSettings
from embeddings.vectors import Vectors
from kg.errors import ConfigurationError, ModelError
from kg.ids import IdMap, IntArray

GRAPH = "graph"
"""Name of the vectors."""
_KIND = "graph model"
_STATE = "model."
_AGAIN = "Train the graph vectors again; in a project: shopgraph run --from vectors"


class GraphModel:
    """A ``LinkScorer`` made by PyKEEN.

    Attributes:
        entities: of the graph.
        relations: labels of the relations.
        settings: that it was trained with.
        metrics: of the training; JSON values.
        source: fingerprint of the triples that it was trained on.
    """

    def __init__(
        self,
        network: torch.nn.Module,
        entities: IdMap,
        relations: tuple[str, ...],
        *,
        settings: GraphSettings,
        metrics: Mapping[str, Any] | None = None,
        source: str = "",
    ) -> None:
        self.network = network.eval()
        self.entities = entities
        self.relations = relations
        self.settings = settings
        self.metrics: Mapping[str, Any] = metrics or {}
        self.source = source

    def __repr__(self) -> str:
        return f"GraphModel({self.settings.model}, {self.entities!r}, relations={len(self.relations)})"

    def tails(self, heads: IntArray, relation: int) -> ScoreArray:
        """Give the score of every entity as tail of each head, ``(n_heads, n_entities)``; greater is likelier."""
        return self._scores(heads, relation, asks_tail=True)

    def heads(self, tails: IntArray, relation: int) -> ScoreArray:
        """Give the score of every entity as head of each tail, ``(n_tails, n_entities)``; greater is likelier."""
        return self._scores(tails, relation, asks_tail=False)

    def vectors(self) -> Vectors:
        """Give the vectors of the entities."""
        matrix = entity_matrix(self.network).cpu().numpy().copy()
        matrix.flags.writeable = False
        return Vectors(GRAPH, self.entities, matrix)

    def relation_vectors(self) -> torch.Tensor:
        """Give the vectors of the relations, ``(n_relations, dim)``; with inverse ones, ``2 r`` and ``2 r + 1``."""
        return relation_vectors(self.network)

    def projections(self) -> ScoreArray | None:
        """Give TransR's projections, ``(n_relations, dim, relation_dim)``; None for other models."""
        found = relation_projections(self.network)
        return None if found is None else found.cpu().numpy()

    def artefact(self) -> VectorArtefact:
        """Give all that is needed to keep the model; ``load_graph_model`` makes it again."""
        vectors = self.vectors()
        tensors = {name: tensor.detach().cpu().numpy() for name, tensor in self.network.state_dict().items()}
        # Where its vector is all that the model knows of an entity, the vectors are kept once.
        same = next(
            (name for name, tensor in tensors.items() if keeps_vectors_only(self.network) and _same(tensor, vectors)),
            None,
        )
        kept = {f"{_STATE}{name}": tensor for name, tensor in tensors.items() if name != same}
        configuration = {
            "kind": _KIND,
            "settings": self.settings.learned_with(),
            "relations": list(self.relations),
            "entity_tensor": same,
        }
        return VectorArtefact(vectors, kept, configuration, dict(self.metrics), self.source)

    @torch.no_grad()
    def _scores(self, entities: IntArray, relation: int, *, asks_tail: bool) -> ScoreArray:
        if not 0 <= relation < len(self.relations):
            raise ModelError(f"There is no relation {relation}: the model has {len(self.relations)}, from 0.")
        own = cast(Any, self.network)
        device = next(self.network.parameters()).device
        found = np.empty((len(entities), len(self.entities)), dtype=np.float32)
        size = block_rows(len(self.entities), memory_mib=self.settings.evaluation_mib)
        for start in range(0, len(entities), size):
            asked = np.asarray(entities[start : start + size], dtype=np.int64)
            same = np.full(len(asked), relation)
            columns = (asked, same) if asks_tail else (same, asked)
            pairs = torch.from_numpy(np.column_stack(columns)).to(device)
            scores = own.predict_t(pairs) if asks_tail else own.predict_h(pairs)
            found[start : start + size] = scores.float().cpu().numpy()
        return found


def _same(tensor: np.ndarray, vectors: Vectors) -> bool:
    return np.array_equal(tensor, vectors.matrix)


def load_graph_model(artefact: VectorArtefact) -> GraphModel:
    """Build a graph model again from its artefact.

    Raises:
        ModelError: the artefact is not of a graph model, or does not fit its configuration.
    """
    configuration = artefact.configuration
    if configuration.get("kind") != _KIND:
        raise ModelError(f'The vectors "{artefact.vectors.name}" are not of a graph model. {_AGAIN}')
    try:
        settings = GraphSettings(**configuration["settings"])
        relations = tuple(str(name) for name in configuration["relations"])
        network = build_model(settings, n_entities=len(artefact.vectors), n_relations=len(relations))
        state = {name.removeprefix(_STATE): tensor for name, tensor in artefact.tensors.items()}
        if configuration["entity_tensor"] is not None:
            state[configuration["entity_tensor"]] = artefact.vectors.matrix
        network.load_state_dict({name: torch.from_numpy(np.array(tensor)) for name, tensor in state.items()})
    except (KeyError, TypeError, ValueError, RuntimeError, ConfigurationError) as error:
        raise ModelError(f"The graph model does not fit its configuration ({error}). {_AGAIN}") from error
    return GraphModel(
        network, artefact.vectors.ids, relations, settings=settings, metrics=artefact.metrics, source=artefact.source
    )

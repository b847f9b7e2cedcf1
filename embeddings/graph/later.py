"""Entities that came after training: a vector from their links, no training; and entities that went.

For TransE the vector is where the links say that it should be, on average: a tail minus the relation, a head plus the
relation, and with inverse relations the same by them. For TransR it is the point whose projections lie nearest to
where the links say (ridge least squares). Any other model gives a new entity the mean of those entities that have the
same link: a new shoe of a brand gets the mean of the brand's products.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from embeddings.artefact import VectorArtefact
from embeddings.graph.model import GraphModel, load_graph_model
from embeddings.graph.questions import Questions, head_questions, tail_questions
from embeddings.graph.triples import Triples
from embeddings.vectors import VectorArray, Vectors
from kg.errors import ConfigurationError, InputError, ModelError, UnknownIdError
from kg.ids import IdMap
from kg.snapshot import FloatArray

Node = tuple[str, str]
"""Label and id."""
_RIDGE = 0.1
"""Weight of staying near the neighbours' mean in TransR's least squares, as a share of the projections' mean square."""
_DERIVED = "derived"


@dataclass(frozen=True, slots=True)
class NewLink:
    """A link of an entity that came after training.

    Attributes:
        entity: the new one, label and id.
        relation: label of the relation, ``Relation.label``.
        other: at the other end, label and id.
        outgoing: the link goes from the new entity, default true.
        weight: confidence, above 0, default 1.
    """

    entity: Node
    relation: str
    other: Node
    outgoing: bool = True
    weight: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Added:
    """What came of adding entities.

    Attributes:
        artefact: with a vector for every new entity that has a link to a known one.
        without: new entities that have none, in ascending order; they have no vector.
    """

    artefact: VectorArtefact
    without: tuple[Node, ...]


def add_entities(artefact: VectorArtefact, links: Sequence[NewLink], *, triples: Triples | None = None) -> Added:
    """Give new entities vectors from their links.

    A link to an entity that has no vector, such as another new one, or by a relation that the model does not know,
    says nothing and is passed over.

    Args:
        artefact: of a graph model; it stays as it is.
        links: of the new entities, in any order.
        triples: that the model was trained on; only models other than TransE and TransR need them.

    Raises:
        InputError: an entity has a vector already, or a weight is not above 0.
        ConfigurationError: the model needs the triples, or they are not those of its relations.
        ModelError: the artefact is not of a graph model, or the model keeps more than one vector for an entity.
    """
    model = load_graph_model(artefact)
    if artefact.configuration["entity_tensor"] is None:
        raise ModelError(
            f"{model.settings.model} keeps more about an entity than its vector, which links cannot give. "
            "Train the graph vectors again, or use TransE or TransR."
        )
    place = _places(model, triples)
    by_entity: dict[Node, list[NewLink]] = {}
    for link in links:
        if not link.weight > 0:
            raise InputError(f"A link of {_named(link.entity)} has the weight {link.weight}. Give one above 0.")
        by_entity.setdefault(link.entity, []).append(link)
    for entity in by_entity:
        if artefact.vectors.ids.find(entity[0], [entity[1]])[0] >= 0:
            raise InputError(f"{_named(entity)} has a vector already. Remove it first, or leave it out.")
    found: dict[Node, VectorArray] = {}
    for entity, own in sorted(by_entity.items()):
        vector = place(own)
        if vector is not None:
            found[entity] = vector
    grown = _grown(artefact.vectors, found)
    derived = sorted({*artefact.configuration.get(_DERIVED, ()), *map(_named, found)})
    changed = replace(artefact, vectors=grown, configuration={**artefact.configuration, _DERIVED: derived})
    return Added(changed, tuple(sorted(by_entity.keys() - found.keys())))


def remove_entities(artefact: VectorArtefact, nodes: Sequence[Node]) -> VectorArtefact:
    """Give the artefact without the vectors of some entities; those of the others stay as they are.

    Raises:
        UnknownIdError: an entity has no vector.
        ModelError: the artefact is not of a graph model, or the model keeps more than one vector for an entity.
    """
    vectors = artefact.vectors
    if artefact.configuration.get("entity_tensor") is None:
        raise ModelError(
            "Only a graph model with one vector for each entity can lose some. Train it again without them."
        )
    kept = np.ones(len(vectors), dtype=np.bool_)
    for label, own in nodes:
        row = vectors.ids.find(label, [own])[0]
        if row < 0:
            raise UnknownIdError(f"{_named((label, own))} has no graph vector. Look the ids up in the graph first.")
        kept[row] = False
    ids = IdMap(
        {
            label: vectors.ids.label_ids(label).filter(_mask(kept[vectors.ids.slice(label)]))
            for label in vectors.ids.labels
        }
    )
    matrix = np.ascontiguousarray(vectors.matrix[kept])
    matrix.flags.writeable = False
    gone = {_named(node) for node in nodes}
    configuration = dict(artefact.configuration)
    if _DERIVED in configuration:
        configuration[_DERIVED] = [name for name in configuration[_DERIVED] if name not in gone]
    return replace(artefact, vectors=Vectors(vectors.name, ids, matrix), configuration=configuration)


def _mask(kept: np.ndarray) -> Any:
    import pyarrow as pa

    return pa.array(kept)


def _named(node: Node) -> str:
    return f"{node[0]}:{node[1]}"


def _grown(vectors: Vectors, found: Mapping[Node, VectorArray]) -> Vectors:
    labels = {*vectors.ids.labels, *(label for label, _ in found)}
    ids = IdMap(
        {
            label: [*vectors.ids.label_ids(label).to_pylist(), *(own for of, own in found if of == label)]
            for label in sorted(labels)
        }
    )
    matrix = np.empty((len(ids), vectors.dim), dtype=np.float32)
    for label in vectors.ids.labels:
        matrix[ids.find(label, vectors.ids.label_ids(label))] = vectors.matrix[vectors.ids.slice(label)]
    for (label, own), vector in found.items():
        matrix[ids.find(label, [own])[0]] = vector
    matrix.flags.writeable = False
    return Vectors(vectors.name, ids, matrix)


def _places(model: GraphModel, triples: Triples | None) -> Any:
    """Give the function from an entity's links to its vector, None where no link says anything."""
    known = _Known(model)
    if model.settings.model == "TransE":
        return known.by_translation
    if model.settings.model == "TransR":
        return known.by_projection
    if triples is None:
        raise ConfigurationError(
            f"{model.settings.model} gives a new entity the mean of entities with the same link. "
            "Give the triples that it was trained on."
        )
    if triples.relations != model.relations:
        raise ConfigurationError("The triples are not of the model's relations. Give those that it was trained on.")
    return _Alike(known, triples).by_mean


class _Known:
    """What a model knows, in the form in which links ask for it."""

    def __init__(self, model: GraphModel) -> None:
        self.vectors = model.vectors()
        self.inverse = model.settings.inverse
        self.relations = model.relation_vectors().detach().cpu().numpy().astype(np.float64)
        self.projections = model.projections()
        self._number = {name: number for number, name in enumerate(model.relations)}

    def ends(self, links: Sequence[NewLink]) -> list[tuple[NewLink, int, int]]:
        """Give the links that say something, each with the numbers of its relation and of the other entity."""
        found = []
        for link in links:
            row = int(self.vectors.ids.find(link.other[0], [link.other[1]])[0])
            relation = self._number.get(link.relation, -1)
            if row >= 0 and relation >= 0:
                found.append((link, relation, row))
        return found

    def shifts(self, relation: int, *, outgoing: bool) -> list[tuple[int, float]]:
        """Give the model's relations to go along from the other entity to the new one, each with its sign."""
        if not self.inverse:
            return [(relation, -1.0 if outgoing else 1.0)]
        same, turned = 2 * relation, 2 * relation + 1
        return [(same, -1.0), (turned, 1.0)] if outgoing else [(same, 1.0), (turned, -1.0)]

    def by_translation(self, links: Sequence[NewLink]) -> VectorArray | None:
        """Give the weighted mean of where TransE's translations lead."""
        points, weights = [], []
        for link, relation, row in self.ends(links):
            for number, sign in self.shifts(relation, outgoing=link.outgoing):
                points.append(self.vectors.matrix[row] + sign * self.relations[number])
                weights.append(link.weight)
        return np.average(points, axis=0, weights=weights).astype(np.float32) if points else None

    def by_projection(self, links: Sequence[NewLink]) -> VectorArray | None:
        """Give the point that is nearest to what TransR's projections say.

        Minimises ``Σ w ‖x Mᵣ - (e Mᵣ ± r)‖² + λ ‖x - mean e‖²`` over ``x``, for neighbours ``e``.
        """
        assert self.projections is not None
        ends = self.ends(links)
        if not ends:
            return None
        weights = [link.weight for link, _, _ in ends]
        neighbours = self.vectors.matrix[[row for _, _, row in ends]].astype(np.float64)
        middle = np.average(neighbours, axis=0, weights=weights)
        square = np.zeros((len(middle), len(middle)))
        right = np.zeros(len(middle))
        for (link, relation, _), neighbour in zip(ends, neighbours, strict=True):
            for number, sign in self.shifts(relation, outgoing=link.outgoing):
                projection = self.projections[number].astype(np.float64)
                off = (neighbour - middle) @ projection + sign * self.relations[number]
                square += link.weight * projection @ projection.T
                right += link.weight * projection @ off
        ridge = _RIDGE * np.trace(square) / len(middle)
        moved: FloatArray = np.linalg.solve(square + max(ridge, 1e-12) * np.eye(len(middle)), right)
        return (middle + moved).astype(np.float32)


class _Alike:
    """Entities that have a link in common."""

    def __init__(self, known: _Known, triples: Triples) -> None:
        self._known = known
        self._triples = triples
        self._heads: Questions = head_questions(triples, inverse=False)
        self._tails: Questions = tail_questions(triples, inverse=False)

    def by_mean(self, links: Sequence[NewLink]) -> VectorArray | None:
        """Give the weighted mean, over the links, of the mean of the entities that have the same link."""
        points, weights = [], []
        vectors, entities = self._known.vectors, self._triples.entities
        for link, relation, _ in self._known.ends(links):
            questions = self._heads if link.outgoing else self._tails
            row = entities.find(link.other[0], [link.other[1]])
            number = questions.find(row, np.array([relation]))
            if row[0] < 0 or number[0] < 0:
                continue
            _, places = questions.answers_to(number)
            alike = questions.answers[places]
            labels, own = entities.labels_of(alike), entities.ids(alike).to_pylist()
            rows = np.array(
                [int(vectors.ids.find(str(label), [one])[0]) for label, one in zip(labels, own, strict=True)]
            )
            if (rows >= 0).any():
                points.append(vectors.matrix[rows[rows >= 0]].astype(np.float64).mean(axis=0))
                weights.append(link.weight)
        return np.average(points, axis=0, weights=weights).astype(np.float32) if points else None

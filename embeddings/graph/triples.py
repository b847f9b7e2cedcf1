"""Triples: what a graph model learns from, as numbers, with the confidence of each."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from kg.errors import ConfigurationError, InputError
from kg.ids import IdMap, IntArray
from kg.snapshot import FloatArray, Relation, Snapshot

_OTHER_SEED = 0x5EED


@dataclass(frozen=True, slots=False, eq=False)
class Triples:
    """Distinct triples of a graph, sorted by relation, head and tail.

    Attributes:
        entities: of the graph; heads and tails are rows of this map.
        relations: labels of the relations, ``Relation.label``, in ascending order.
        rows: head, relation, tail of each, ``(n_triples, 3)``.
        weight: confidence of each, above 0 and at most 1, ``(n_triples,)``.
    """

    entities: IdMap
    relations: tuple[str, ...]
    rows: IntArray
    weight: FloatArray

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over entities, relations, triples and weights, in hexadecimal."""
        digest = hashlib.sha256(self.entities.fingerprint.encode())
        digest.update("\0".join(self.relations).encode())
        digest.update(np.ascontiguousarray(self.rows, dtype="<i8").tobytes())
        digest.update(np.ascontiguousarray(self.weight, dtype="<f8").tobytes())
        return digest.hexdigest()

    @classmethod
    def of(
        cls, entities: IdMap, relations: Sequence[str], rows: IntArray, *, weight: FloatArray | None = None
    ) -> Triples:
        """Make triples of rows in any order; of one that stands more than once, the greatest weight counts.

        Args:
            entities: of the graph.
            relations: labels, in the order of their numbers in ``rows``; they are sorted here.
            rows: head, relation, tail, ``(n, 3)``.
            weight: confidence, ``(n,)``; None for 1 everywhere. What is above 1 is a strength and no confidence, and
                counts as 1.

        Raises:
            InputError: an entity or a relation is out of bounds, or a weight is not above 0.
        """
        weights = np.ones(len(rows)) if weight is None else np.asarray(weight, dtype=np.float64)
        if len(rows) and (
            rows.min() < 0 or rows[:, [0, 2]].max() >= len(entities) or rows[:, 1].max() >= len(relations)
        ):
            raise InputError(
                f"A triple names an entity or a relation that there is not: there are {len(entities)} entities and "
                f"{len(relations)} relations. Number both from 0."
            )
        if not (weights > 0).all():
            raise InputError("The confidence of a triple is 0, negative or no number. Leave such a triple out.")
        names = sorted(set(relations))
        number = np.array([names.index(name) for name in relations], dtype=np.int64)
        placed = np.column_stack((rows[:, 0], number[rows[:, 1]], rows[:, 2])) if len(rows) else rows.reshape(0, 3)
        order = np.lexsort((-weights, placed[:, 2], placed[:, 0], placed[:, 1]))
        placed = placed[order]
        first = np.ones(len(placed), dtype=np.bool_)
        first[1:] = (placed[1:] != placed[:-1]).any(axis=1)
        kept = np.ascontiguousarray(placed[first])
        confidence = np.minimum(weights[order][first], 1.0)
        kept.flags.writeable = False
        confidence.flags.writeable = False
        return cls(entities, tuple(names), kept, confidence)

    def taken(self, chosen: IntArray | np.ndarray) -> Triples:
        """Give some of the triples, over the same entities and relations; ``chosen`` is a mask or ascending numbers."""
        return Triples(self.entities, self.relations, self.rows[chosen], self.weight[chosen])


def snapshot_triples(snapshot: Snapshot, *, relations: Collection[Relation] | None = None) -> Triples:
    """Give the triples of a snapshot: of interactions, those of the training part are all that it holds.

    Entities are the nodes that stand in one of the triples: a node without links has nothing to learn from.

    Args:
        snapshot: to read.
        relations: the relations to take; None for all.

    Raises:
        ConfigurationError: a relation is not in the snapshot, or there is no triple at all.
    """
    chosen = tuple(snapshot.edges) if relations is None else tuple(dict.fromkeys(relations))
    for relation in chosen:
        if relation not in snapshot.edges:
            known = ", ".join(sorted({str(other) for other in snapshot.edges}))
            raise ConfigurationError(f"The snapshot has no relation {relation}. It has: {known}.")
    names = sorted({relation.label for relation in chosen})
    parts = [
        np.column_stack((edges.head, np.full(len(edges), names.index(relation.label)), edges.tail))
        for relation in chosen
        if len(edges := snapshot.edges[relation])
    ]
    if not parts:
        raise ConfigurationError("There is no triple to learn from. Choose more relations, or build the graph first.")
    rows = np.concatenate(parts)
    weight = np.concatenate([snapshot.edges[relation].weight for relation in chosen])
    known_weight = np.where(np.isfinite(weight), weight, 1.0)
    kept = known_weight > 0
    nodes, numbers = np.unique(rows[kept][:, [0, 2]], return_inverse=True)
    numbers = numbers.reshape(-1, 2)
    placed = np.column_stack((numbers[:, 0], rows[kept][:, 1], numbers[:, 1])).astype(np.int64)
    return Triples.of(part_of(snapshot.ids, nodes), names, placed, weight=known_weight[kept])


def part_of(ids: IdMap, rows: IntArray) -> IdMap:
    """Give the map over some rows, ascending, of another; the order stays."""
    found = {}
    for label in ids.labels:
        inside = ids.slice(label)
        found[label] = ids.ids(rows[(rows >= inside.start) & (rows < inside.stop)])
    return IdMap(found)


def hold_out(triples: Triples, *, share: float, most: int, seed: int) -> tuple[Triples, Triples]:
    """Part the triples into those to learn from and those to validate with.

    A triple is only held out where its head, its tail and its relation keep at least one other, so that nothing is
    judged of which nothing was learned. What is drawn depends on the seed and on the triples alone.

    Args:
        triples: to part.
        share: of the triples to hold out, from 0 to below 1.
        most: triples to hold out at most.
        seed: of the draw.
    """
    wanted = min(int(len(triples) * share), most)
    order = np.random.default_rng([seed, _OTHER_SEED]).permutation(len(triples))
    degree = np.bincount(triples.rows[:, [0, 2]].ravel(), minlength=len(triples.entities))
    of_relation = np.bincount(triples.rows[:, 1], minlength=len(triples.relations))
    held: list[int] = []
    for number in order.tolist():
        if len(held) >= wanted:
            break
        head, relation, tail = triples.rows[number].tolist()
        needed = 2 if head != tail else 3
        if degree[head] >= needed and degree[tail] >= needed and of_relation[relation] >= 2:
            degree[head] -= 1
            degree[tail] -= 1
            of_relation[relation] -= 1
            held.append(number)
    mask = np.zeros(len(triples), dtype=np.bool_)
    mask[held] = True
    return triples.taken(~mask), triples.taken(mask)

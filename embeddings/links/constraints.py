"""What a relation allows: tails of its label alone, and one tail where nearly every head has one.

A product has one brand, and one value for each attribute whose values exclude each other (one colour in most shops).
Which relations are of that kind is learned from the links that are known.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from embeddings.graph.triples import Triples
from kg.errors import ConfigurationError
from kg.ids import IdMap, IntArray
from kg.snapshot import Relation

BoolArray = npt.NDArray[np.bool_]

SINGLE_SHARE = 0.95
"""Share of heads with one tail from which a relation is taken to allow no second."""
_LEAST_HEADS = 20
"""With fewer heads nothing is concluded: a second tail is allowed."""


@dataclass(frozen=True, slots=True, eq=False)
class Constraints:
    """What one relation allows.

    Attributes:
        relation: with the labels of heads and tails.
        number: of the relation in the triples.
        first_tail: row of the first entity of the tails' label; tails are counted from it.
        slots: of each tail, ``(n_tails,)``: attributes of one name share a slot, all other tails are of slot 0.
        single: slots that hold one tail of a head, ``(n_slots,)``.
    """

    relation: Relation
    number: int
    first_tail: int
    slots: IntArray
    single: BoolArray

    @property
    def tails(self) -> slice:
        """Rows of the entities that can be a tail."""
        return slice(self.first_tail, self.first_tail + len(self.slots))

    def closed(self, heads: IntArray, links: IntArray) -> BoolArray:
        """Tell what may not be proposed: what is known, and other values where one is known and only one can be.

        Args:
            heads: rows of entities, distinct and ascending, ``(n,)``.
            links: known links as head and tail, ``(n_links, 2)``, of this relation.

        Returns:
            ``(n, n_tails)``.
        """
        place = np.searchsorted(heads, links[:, 0])
        place = np.minimum(place, len(heads) - 1)
        own = heads[place] == links[:, 0]
        rows, tails = place[own], links[own, 1] - self.first_tail
        found = np.zeros((len(heads), len(self.slots)), dtype=np.bool_)
        found[rows, tails] = True
        for slot in np.flatnonzero(self.single):
            inside = self.slots == slot
            filled = np.unique(rows[self.slots[tails] == slot])
            found[np.ix_(filled, inside)] = True
        # Nothing is its own neighbour.
        there = (heads >= self.first_tail) & (heads < self.tails.stop)
        found[there.nonzero()[0], heads[there] - self.first_tail] = True
        return found

    def single_tails(self, tails: IntArray) -> BoolArray:
        """Tell of which tails, rows of entities, a head has but one of the slot, ``(n,)``."""
        found: BoolArray = self.single[self.slots[tails - self.first_tail]]
        return found

    def judged(self, heads: IntArray, tails: IntArray, links: IntArray) -> BoolArray:
        """Tell of which pairs it can be said whether they are right, given all links known and hidden, ``(n,)``.

        Of a head of which no link of the relation is known, not even a hidden one, nothing can be said; nor of its
        colour, where colours exclude each other and none is known.

        Args:
            heads: rows of entities, ``(n,)``.
            tails: rows of entities, ``(n,)``.
            links: known and hidden ones, as head and tail, ``(n_links, 2)``.
        """
        n_slots = len(self.single)
        slots, own = self.slots[tails - self.first_tail], self.slots[links[:, 1] - self.first_tail]
        filled = np.isin(heads * n_slots + slots, links[:, 0] * n_slots + own)
        found: BoolArray = np.where(self.single[slots], filled, np.isin(heads, links[:, 0]))
        return found


def links_of(triples: Triples, relation: Relation) -> IntArray:
    """Give head and tail of the links of one relation between its labels, sorted, ``(n, 2)``."""
    return triples.rows[mask_of(triples, relation)][:, [0, 2]]


def mask_of(triples: Triples, relation: Relation) -> BoolArray:
    """Tell which triples are of one relation between its labels, ``(n_triples,)``."""
    if relation.label not in triples.relations:
        return np.zeros(len(triples), dtype=np.bool_)
    ids, (head, number, tail) = triples.entities, triples.rows.T
    found: BoolArray = number == triples.relations.index(relation.label)
    for rows, label in ((head, relation.source), (tail, relation.target)):
        inside = ids.slice(label)
        found &= (rows >= inside.start) & (rows < inside.stop)
    return found


def constraints_of(triples: Triples, relation: Relation, *, single_share: float = SINGLE_SHARE) -> Constraints:
    """Learn what a relation allows from its known links.

    Args:
        triples: that are known.
        relation: to look at.
        single_share: share of heads with one tail from which a second is not allowed.

    Raises:
        ConfigurationError: nothing is known of the relation.
    """
    links = links_of(triples, relation)
    if not len(links):
        raise ConfigurationError(
            f"No link {relation} is known, so none can be proposed. The relations are: {', '.join(triples.relations)}."
        )
    inside = triples.entities.slice(relation.target)
    slots = _slots(triples.entities, relation.target)
    n_slots = int(slots.max()) + 1
    pairs, counts = np.unique(links[:, 0] * n_slots + slots[links[:, 1] - inside.start], return_counts=True)
    heads = np.bincount(pairs % n_slots, minlength=n_slots)
    ones = np.bincount(pairs[counts == 1] % n_slots, minlength=n_slots)
    single = (heads >= _LEAST_HEADS) & (ones >= single_share * heads)
    return Constraints(relation, triples.relations.index(relation.label), inside.start, slots, single)


def _slots(ids: IdMap, label: str) -> IntArray:
    if label != "Attribute":
        return np.zeros(ids.count(label), dtype=np.int64)
    names = [text.partition("=")[0] for text in ids.label_ids(label).to_pylist()]
    return np.unique(names, return_inverse=True)[1].astype(np.int64)

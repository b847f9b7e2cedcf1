"""Hiding links, so that what is proposed can be judged: drawn at random, whole heads kept apart for a second look."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from embeddings.graph.triples import Triples
from embeddings.links.constraints import BoolArray, mask_of
from kg.ids import IntArray
from kg.snapshot import Relation


def hide_links(triples: Triples, relations: Sequence[Relation], *, share: float, seed: int) -> tuple[Triples, Triples]:
    """Part the triples into those that stay and those that are hidden.

    Every link of a relation is as likely to be hidden as any other, but that an entity keeps at least one link of any
    kind: of one of which nothing is left, nothing could be said. What is drawn depends on the seed and on the triples
    alone.

    Args:
        triples: to part.
        relations: whose links to hide.
        share: of the links of each relation, from 0 to below 1.
        seed: of the draw.

    Returns:
        What stays, and what is hidden.
    """
    rng = np.random.default_rng([seed, 0x41DE])
    degree = np.bincount(triples.rows[:, [0, 2]].ravel(), minlength=len(triples.entities))
    hidden = np.zeros(len(triples), dtype=np.bool_)
    for relation in relations:
        places = np.flatnonzero(mask_of(triples, relation))
        wanted = round(share * len(places))
        for place in rng.permutation(places).tolist():
            if wanted <= 0:
                break
            head, _, tail = triples.rows[place].tolist()
            if degree[head] > 1 and degree[tail] > 1 and head != tail:
                degree[head] -= 1
                degree[tail] -= 1
                hidden[place] = True
                wanted -= 1
    return triples.taken(~hidden), triples.taken(hidden)


def some_heads(heads: IntArray, *, share: float, seed: int) -> BoolArray:
    """Tell which heads to put apart; whether one is does not depend on which others there are, ``(n,)``.

    Args:
        heads: rows of entities, ``(n,)``.
        share: to put apart.
        seed: of the draw.
    """
    largest = int(heads.max(initial=0)) + 1
    drawn = np.random.default_rng([seed, 0xC4EC]).random(largest)
    chosen: BoolArray = drawn[heads] < share
    return chosen

"""Candidates for missing links, and what is known of each: the features from which its confidence is told.

Of each head, the tails that one of the scorers ranks highest are candidates; all others are too unlikely to be looked
at. What a scorer says of a candidate is its score, its rank, its lead over the best other candidate, and its share of
all. Beside them stand how frequent the tail is, how much is known of the head, and whether they are linked otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from embeddings.graph.scorer import LinkScorer, ScoreArray
from embeddings.graph.triples import Triples
from embeddings.links.constraints import BoolArray, Constraints, links_of
from kg.ids import IntArray

FeatureArray = npt.NDArray[np.float64]

RANKED = 256
"""Ranks are counted to this one; behind it a candidate is just far behind."""
_BLOCK_MIB = 128
_SCORED = ("score", "rank", "lead", "share")


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Candidates of some heads, sorted by head and tail.

    Attributes:
        heads: rows of entities, ``(n,)``.
        tails: rows of entities, ``(n,)``.
        features: ``(n, n_features)``, finite.
    """

    heads: IntArray
    tails: IntArray
    features: FeatureArray

    def __len__(self) -> int:
        return len(self.heads)

    def taken(self, chosen: IntArray | BoolArray) -> Candidates:
        """Give some of them."""
        return Candidates(self.heads[chosen], self.tails[chosen], self.features[chosen])

    def among(self, links: IntArray) -> BoolArray:
        """Tell which candidates are among links given as head and tail, ``(n_links, 2)``."""
        if not len(links):
            return np.zeros(len(self), dtype=np.bool_)
        width = max(int(links[:, 1].max()), int(self.tails.max(initial=0))) + 1
        found: BoolArray = np.isin(self.heads * width + self.tails, links[:, 0] * width + links[:, 1])
        return found


class CandidateFinder:
    """Finds the candidates of one relation.

    Args:
        scorers: by name, over the entities and relations of ``triples``.
        triples: that were learned from.
        constraints: of the relation.
        most: candidates taken of each scorer for one head.
    """

    def __init__(
        self, scorers: Mapping[str, LinkScorer], triples: Triples, constraints: Constraints, *, most: int = 50
    ) -> None:
        self.scorers = dict(scorers)
        self.constraints = constraints
        self.most = most
        self._links = links_of(triples, constraints.relation)
        size = len(triples.entities)
        head, relation, tail = triples.rows.T
        self._degree = np.log1p(np.bincount(np.concatenate([head, tail]), minlength=size))
        self._own = np.log1p(np.bincount(self._links[:, 0], minlength=size))
        self._frequency = np.log1p(np.bincount(self._links[:, 1], minlength=size))
        # Other links between the same two, one matrix for each relation and direction in which there can be any.
        self._direct: dict[str, sp.csr_matrix[np.float32]] = {}
        sources = triples.entities.slice(constraints.relation.source)
        targets = triples.entities.slice(constraints.relation.target)
        for number, name in enumerate(triples.relations):
            own = relation == number
            for way, (first, second) in {">": (head[own], tail[own]), "<": (tail[own], head[own])}.items():
                if way == ">" and number == constraints.number:
                    continue
                between = _inside(first, sources) & _inside(second, targets)
                if between.any():
                    pairs = first[between], second[between]
                    ones = np.ones(len(pairs[0]), dtype=np.float32)
                    self._direct[f"{way}{name}"] = sp.csr_matrix((ones, pairs), shape=(size, size))

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the features."""
        scored = [f"{name} {what}" for name in self.scorers for what in _SCORED]
        return (
            *scored,
            "tail frequency",
            "head degree",
            "head links",
            "one tail",
            *(f"linked {name}" for name in self._direct),
        )

    def find(self, heads: IntArray, *, known: IntArray) -> Candidates:
        """Give the candidates of some heads.

        Args:
            heads: rows of entities, distinct and ascending, ``(n,)``.
            known: links known by now, as head and tail, ``(n_links, 2)``: those that were learned from, and any that
                were hidden. No candidate is among them, nor what they rule out. They change no feature of the others,
                whose meaning was learned while links were hidden.
        """
        parts = list(self._blocks(heads, known))
        if not parts:
            empty = np.zeros(0, dtype=np.int64)
            return Candidates(empty, empty, np.zeros((0, len(self.names))))
        return Candidates(
            np.concatenate([part.heads for part in parts]),
            np.concatenate([part.tails for part in parts]),
            np.concatenate([part.features for part in parts]),
        )

    def _blocks(self, heads: IntArray, known: IntArray) -> Iterator[Candidates]:
        width = max(1, len(next(iter(self.scorers.values())).entities))
        size = max(1, int(_BLOCK_MIB * 2**20 / (4 * width)))
        for start in range(0, len(heads), size):
            block = heads[start : start + size]
            found = self._block(block, known)
            if len(found):
                yield found

    def _block(self, heads: IntArray, known: IntArray) -> Candidates:
        closed = self.constraints.closed(heads, self._links)
        chosen = np.zeros(closed.shape, dtype=np.bool_)
        scored: list[tuple[ScoreArray, ScoreArray]] = []
        for scorer in self.scorers.values():
            scores = scorer.tails(heads, self.constraints.number)[:, self.constraints.tails]
            scores = np.where(closed, -np.inf, scores)
            best = -np.partition(-scores, min(RANKED, scores.shape[1] - 1), axis=1)[:, : RANKED + 1]
            best = -np.sort(-best, axis=1)
            scored.append((scores, best))
            # Equal scores at the edge are all taken only where they are few: most entities share no neighbour at all.
            least = best[:, min(self.most, best.shape[1]) - 1]
            chosen |= scores > least[:, None]
            chosen[np.arange(len(heads)), np.argmax(scores, axis=1)] = True
        chosen &= ~closed
        chosen &= ~self.constraints.closed(heads, known)
        rows, tails = np.nonzero(chosen)
        columns = [column for scores, best in scored for column in _said(scores, best, rows, tails)]
        first, second = heads[rows], tails + self.constraints.first_tail
        columns += [self._frequency[second], self._degree[first], self._own[first]]
        columns += [self.constraints.single_tails(second).astype(np.float64)]
        columns += [np.asarray(links[first, second], dtype=np.float64).ravel() for links in self._direct.values()]
        return Candidates(first, second, np.column_stack(columns))


def _inside(rows: IntArray, part: slice) -> BoolArray:
    found: BoolArray = (rows >= part.start) & (rows < part.stop)
    return found


def _said(scores: ScoreArray, best: ScoreArray, rows: IntArray, tails: IntArray) -> tuple[FeatureArray, ...]:
    """Give score, logarithm of the rank, lead over the best other, and share of each candidate, ``(n,)`` each."""
    own = scores[rows, tails].astype(np.float64)
    above = np.array(
        [np.searchsorted(-row, -value) for row, value in zip(best[rows], own, strict=True)], dtype=np.float64
    )
    other = np.where(above == 0, best[rows, min(1, best.shape[1] - 1)], best[rows, 0])
    lead = np.where(np.isfinite(other), own - other, 0.0)
    finite = np.isfinite(scores)
    if (scores[finite] >= 0).all():  # counts and weights
        total = np.where(finite, scores, 0).sum(axis=1, dtype=np.float64)
        share = own / np.maximum(total[rows], 1e-12)
    else:  # logits
        top = np.where(np.isfinite(best[:, 0]), best[:, 0], 0.0).astype(np.float64)
        total = np.exp(np.where(finite, scores - top[:, None], -np.inf)).sum(axis=1, dtype=np.float64)
        share = own - top[rows] - np.log(total[rows])
    return own, np.log1p(above), lead, share

"""How high a scorer ranks hidden links: filtered, realistic ranks among the entities that the relation allows.

The rank is the mean of the best and the worst place among equal scores, as PyKEEN's evaluator has it; other links that
are known or hidden are left out of the ranking.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from embeddings.graph.scorer import LinkScorer, ScoreArray
from kg.ids import IntArray
from kg.snapshot import Relation

RankArray = npt.NDArray[np.float64]

_BLOCK_MIB = 64


@dataclass(frozen=True, slots=True)
class RankMetrics:
    """Of ranks.

    Attributes:
        mrr: mean of the reciprocals.
        hits_at_10: share of 10 and less.
        count: ranks taken.
    """

    mrr: float
    hits_at_10: float
    count: int


def rank_links(
    scorer: LinkScorer,
    links: IntArray,
    relation: Relation,
    *,
    known: IntArray,
    asks_tail: bool = True,
    typed: bool = True,
) -> RankArray:
    """Give the rank of each link among the candidates for its tail, or its head, ``(n_links,)``.

    Args:
        scorer: to judge.
        links: as head and tail, ``(n_links, 2)``.
        relation: of them.
        known: all true links of the relation; those to rank may be among them.
        asks_tail: what is asked for; otherwise it is the head.
        typed: rank among the entities of the label that the relation leads to; otherwise among all.
    """
    number = list(scorer.relations).index(relation.label)
    side = 0 if asks_tail else 1
    label = relation.target if asks_tail else relation.source
    inside = scorer.entities.slice(label) if typed else slice(0, len(scorer.entities))
    asked, answers = links[:, side], links[:, 1 - side]
    others = known[np.argsort(known[:, side], kind="stable")]
    ranks = np.empty(len(links))
    order = np.argsort(asked, kind="stable")
    questions, starts = np.unique(asked[order], return_index=True)
    ends = np.append(starts[1:], len(order))
    size = max(1, int(_BLOCK_MIB * 2**20 / (4 * max(1, len(scorer.entities)))))
    for start in range(0, len(questions), size):
        block = questions[start : start + size]
        scores = (scorer.tails(block, number) if asks_tail else scorer.heads(block, number))[:, inside]
        for place, row in enumerate(scores):
            own = order[starts[start + place] : ends[start + place]]
            low, high = np.searchsorted(others[:, side], [block[place], block[place] + 1])
            ranks[own] = _ranks(row, answers[own] - inside.start, others[low:high, 1 - side] - inside.start)
    return ranks


def rank_metrics(ranks: RankArray) -> RankMetrics:
    """Sum ranks up; of none, both metrics are 0."""
    if not len(ranks):
        return RankMetrics(0.0, 0.0, 0)
    return RankMetrics(float((1 / ranks).mean()), float((ranks <= 10).mean()), len(ranks))


def _ranks(scores: ScoreArray, answers: IntArray, true: IntArray) -> RankArray:
    rival = np.ones(len(scores), dtype=np.bool_)
    rival[true] = False
    rival[answers] = False
    rivals, own = np.sort(scores[rival]), scores[answers]
    above = len(rivals) - np.searchsorted(rivals, own, side="right")
    same = len(rivals) - np.searchsorted(rivals, own, side="left") - above
    ranks: RankArray = 1 + above + same / 2
    return ranks

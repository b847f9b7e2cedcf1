"""Filtered ranks in blocks: how high a model ranks the true answer among all entities.

Ranks and metrics are PyKEEN's (``RankBasedEvaluator``, realistic rank: the mean of the best and the worst place among
equal scores). Which rivals to leave out is looked up here, by question, where PyKEEN would compare every triple of a
block with every known triple.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import torch

from embeddings.graph.adapter import Ranker
from embeddings.graph.questions import Questions, head_questions, tail_questions
from embeddings.graph.triples import Triples
from kg.ids import IntArray

COPIES = 6
"""Matrices of a block's size that scoring and ranking hold at once."""
_FLOAT = 4


def rank(
    model: torch.nn.Module,
    triples: Triples,
    *,
    known: Sequence[Triples],
    inverse: bool,
    memory_mib: float = 256.0,
) -> dict[str, float]:
    """Give MRR and hits at 1, 3 and 10 over heads and tails, other true answers left out of the ranking.

    Args:
        model: a PyKEEN model, on any device.
        triples: to rank, at least one.
        known: all triples that are true, those to rank may be among them; over the same entities and relations.
        inverse: the model has inverse relations.
        memory_mib: for the scores of one block; where a GPU has less, blocks are halved until they fit.
    """
    own = cast(Any, model)
    ranker = Ranker()
    block = block_rows(int(own.num_entities), memory_mib=memory_mib)
    training = model.training
    model.eval()
    try:
        for questions in (tail_questions, head_questions):
            groups = [
                questions(part, inverse=inverse) for part in {id(part): part for part in (triples, *known)}.values()
            ]
            _rank_side(own, ranker, groups, asks_tail=questions is tail_questions, block=block)
    finally:
        model.train(training)
    return ranker.metrics()


def block_rows(n_entities: int, *, memory_mib: float) -> int:
    """Give how many questions to score at once: at least one, so that memory is bound by one row of scores."""
    return max(1, int(memory_mib * 2**20 / (COPIES * _FLOAT * max(1, n_entities))))


def _rank_side(own: Any, ranker: Ranker, groups: Sequence[Questions], *, asks_tail: bool, block: int) -> None:
    asked = groups[0]
    start = 0
    while start < len(asked):
        chosen = np.arange(start, min(start + block, len(asked)))
        try:
            _rank_block(own, ranker, groups, chosen, asks_tail=asks_tail)
        except torch.OutOfMemoryError:
            if block == 1:
                raise
            torch.cuda.empty_cache()
            block = max(1, block // 2)
            continue
        start += block


@torch.no_grad()
def _rank_block(own: Any, ranker: Ranker, groups: Sequence[Questions], chosen: IntArray, *, asks_tail: bool) -> None:
    asked = groups[0]
    device = next(own.parameters()).device
    entity, relation = asked.entity[chosen], asked.relation[chosen]
    if asked.asks_tail:
        scores = own.score_t(torch.from_numpy(np.column_stack((entity, relation))).to(device))
    else:
        scores = own.score_h(torch.from_numpy(np.column_stack((relation, entity))).to(device))
    scores = scores.float()
    positions, places = asked.answers_to(chosen)
    answers = asked.answers[places]
    true = scores[torch.from_numpy(positions), torch.from_numpy(answers)].unsqueeze(-1)
    for known in groups:
        rows, columns = _answers(known, entity, relation)
        scores[torch.from_numpy(rows), torch.from_numpy(columns)] = float("nan")
    size = len(chosen)
    for first in range(0, len(positions), size):
        part = slice(first, first + size)
        rivals = scores[torch.from_numpy(positions[part])]
        own_row = torch.arange(len(rivals))
        rivals[own_row, torch.from_numpy(answers[part])] = true[part, 0]
        ranked = torch.from_numpy(np.column_stack((entity[positions[part]], relation[positions[part]], answers[part])))
        ranker.add(ranked, rivals, true[part], asks_tail=asks_tail)


def _answers(known: Questions, entity: IntArray, relation: IntArray) -> tuple[IntArray, IntArray]:
    numbers = known.find(entity, relation)
    there = np.flatnonzero(numbers >= 0)
    positions, places = known.answers_to(numbers[there])
    return there[positions], known.answers[places]

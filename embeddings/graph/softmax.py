"""The loss of our own: a softmax over entities that are drawn once for a whole batch.

For a question ``(h, r, ?)`` with the answers ``A`` and the drawn entities ``N``, each answer ``a`` has the loss

    -log( exp s(a) / (exp s(a) + |E| / |N| * sum over n in N without A of exp s(n)) )

that is, an answer competes with wrong answers only, as in filtered ranking, and the sum over what was drawn stands
for the sum over all ``|E|`` entities.

Sampled softmax: Jean et al. 2015 (arXiv 1412.2007). The softmax over all entities for graph models: Lacroix et al. 2018
(arXiv 1806.07297), and Ruffinelli et al. 2020, "You CAN Teach an Old Dog New Tricks!".
"""

from __future__ import annotations

import math
from contextlib import nullcontext
from typing import Any, cast

import numpy as np
import torch
from torch.nn import functional

from embeddings.graph.adapter import gathered
from embeddings.graph.questions import Questions
from kg.ids import IntArray

_NO_RIVAL = -1e9


def softmax_loss(
    model: torch.nn.Module, questions: Questions, chosen: IntArray, *, negatives: int, generator: torch.Generator
) -> torch.Tensor:
    """Give the mean loss over the answers to some questions, weighted by their confidence.

    Args:
        model: a PyKEEN model.
        questions: of one side.
        chosen: numbers of those in the batch, ``(n,)``.
        negatives: entities to draw; 0, or at least as many as there are, for all of them.
        generator: of the draw, on the CPU.
    """
    own = cast(Any, model)
    device = next(model.parameters()).device
    n_entities = int(own.num_entities)
    sampled = 0 < negatives < n_entities
    drawn = torch.randint(n_entities, (negatives,), generator=generator) if sampled else torch.arange(n_entities)
    positions, places = questions.answers_to(chosen)
    entity, relation = questions.entity[chosen], questions.relation[chosen]
    answers = questions.answers[places]
    rows, columns = _rivals_that_are_none(positions, answers, drawn.numpy(), n_entities)
    drawn = drawn.to(device)
    needed = np.unique(np.concatenate((drawn.cpu().numpy(), entity, answers)))
    with gathered(model, _tensor(needed, device)) if sampled else nullcontext():
        if questions.asks_tail:
            asked, full = (entity, relation), (entity[positions], relation[positions], answers)
            scores = own.score_t(_columns(*asked, device=device), tails=drawn)
        else:
            asked, full = (relation, entity), (answers, relation[positions], entity[positions])
            scores = own.score_h(_columns(*asked, device=device), heads=drawn)
        right = own.score_hrt(_columns(*full, device=device)).squeeze(-1)
    kept = scores.index_put(
        (_tensor(rows, device), _tensor(columns, device)), torch.tensor(_NO_RIVAL, device=device, dtype=scores.dtype)
    )
    rivals = torch.logsumexp(kept.float(), dim=1) + math.log(n_entities / len(drawn))
    losses = functional.softplus(rivals[_tensor(positions, device)] - right.float())
    weight = torch.from_numpy(questions.weight[places]).to(device, torch.float32)
    loss = (losses * weight).sum() / weight.sum() + own.collect_regularization_term()
    return cast(torch.Tensor, loss)


def _rivals_that_are_none(
    positions: IntArray, answers: IntArray, drawn: IntArray, n_entities: int
) -> tuple[IntArray, IntArray]:
    """Give the cells, row by question and column by drawn entity, in which an answer was drawn as its own rival."""
    order = np.argsort(drawn, kind="stable")
    placed = drawn[order]
    low, high = np.searchsorted(placed, answers, side="left"), np.searchsorted(placed, answers, side="right")
    counts = high - low
    rows = np.repeat(positions, counts)
    within = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
    return rows, order[np.repeat(low, counts) + within]


def _columns(*columns: IntArray, device: torch.device) -> torch.Tensor:
    return _tensor(np.column_stack(columns), device)


def _tensor(array: IntArray, device: torch.device) -> torch.Tensor:
    return torch.from_numpy(np.ascontiguousarray(array)).to(device)

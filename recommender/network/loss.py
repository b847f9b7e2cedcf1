"""Losses: which item comes next among all, or among drawn ones; and what an item's modalities have in common."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional

from recommender.arrays import FloatArray, IntArray
from recommender.network.histories import Split
from recommender.network.rows import rows_of

_NONE = -1e4


@dataclass(frozen=True, slots=True, eq=False)
class Rivals:
    """Wrong items drawn for a batch.

    Attributes:
        items: drawn at least once, ascending, ``(n_drawn,)``.
        often: logarithm of each one's chance to be drawn at least once, ``(n_drawn,)``.
    """

    items: IntArray
    often: FloatArray


def draw_rivals(negatives: int, chances: FloatArray, rng: np.random.Generator) -> Rivals | None:
    """Draw wrong items with replacement; None where all items are rivals.

    Args:
        negatives: how many to draw; 0 for all items.
        chances: of each item to be drawn, ``(n_items,)``.
        rng: of the draw.
    """
    if not negatives:
        return None
    drawn = np.unique(rng.choice(len(chances), size=negatives, p=chances)).astype(np.int64)
    # an item drawn at least once in n draws: 1 - (1 - q) ** n
    often = np.log(-np.expm1(negatives * np.log1p(-chances[drawn])))
    return Rivals(drawn, often.astype(np.float32))


def softmax_loss(
    queries: torch.Tensor, outputs: torch.Tensor, split: Split, *, rivals: Rivals | None, half: bool = False
) -> torch.Tensor:
    """Give the sum of the weighted losses of a batch's items to predict.

    An item to predict competes with all items but those seen and the others to predict. With drawn rivals, it
    competes with these: ``-s_t + log(exp s_t + sum_j exp(s_j - log(n q_j)))``, the sampled softmax with its
    correction for popularity (Bengio and Senécal 2008; Yi et al., RecSys 2019).

    Args:
        queries: vectors of the histories, ``(n, dim)``.
        outputs: Q, ``(n_items, dim)``.
        split: the batch.
        rivals: drawn items; None for all.
        half: multiply queries and rivals in bfloat16; sums and gradients stay in float32.
    """
    device = queries.device
    rows, items = torch.from_numpy(split.rows).to(device), torch.from_numpy(split.items).to(device)
    weights = torch.from_numpy(split.weights).to(device)
    seen_rows = np.repeat(np.arange(split.seen.shape[0]), np.diff(split.seen.indptr))
    right = (queries.index_select(0, rows) * rows_of(outputs, items)).sum(1)
    hidden_rows = np.concatenate([seen_rows, split.rows])
    hidden = np.concatenate([split.seen.indices, split.items]).astype(np.int64)
    if rivals is not None:
        place = np.full(len(outputs), -1, dtype=np.int64)
        place[rivals.items] = np.arange(len(rivals.items))
        scores = _products(queries, rows_of(outputs, torch.from_numpy(rivals.items).to(device)), half=half)
        scores = scores - torch.from_numpy(rivals.often).to(device)
        hidden = place[hidden]
        hidden_rows, hidden = hidden_rows[hidden >= 0], hidden[hidden >= 0]
    else:
        scores = _products(queries, outputs, half=half)
    scores[torch.from_numpy(hidden_rows).to(device), torch.from_numpy(hidden).to(device)] = _NONE
    total = torch.logsumexp(scores, dim=1)
    return (functional.softplus(total.index_select(0, rows) - right) * weights).sum()


def _products(queries: torch.Tensor, items: torch.Tensor, *, half: bool) -> torch.Tensor:
    if half:
        return (queries.bfloat16() @ items.bfloat16().T).float()
    return queries @ items.T


def alignment_loss(parts: list[tuple[torch.Tensor, torch.Tensor]]) -> torch.Tensor:
    """Give the mean contrastive loss between all pairs of modalities of some items (InfoNCE; Radford et al. 2021).

    Args:
        parts: vectors ``(n, dim)`` and whether an item has them ``(n,)``, for each modality.
    """
    losses = []
    for number, (first, has_first) in enumerate(parts):
        for second, has_second in parts[number + 1 :]:
            both = torch.nonzero(has_first & has_second).squeeze(1)
            if len(both) < 2:
                continue
            left, right = (functional.normalize(vectors[both], dim=1) for vectors in (first, second))
            similar = left @ right.T / 0.1
            answer = torch.arange(len(both), device=similar.device)
            losses.append(functional.cross_entropy(similar, answer) + functional.cross_entropy(similar.T, answer))
    return torch.stack(losses).mean() if losses else torch.zeros((), device=parts[0][0].device)

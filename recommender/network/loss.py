"""Losses: which item comes next among all, or among drawn ones; and what an item's modalities have in common."""

from __future__ import annotations

import numpy as np
import torch
from torch.nn import functional

from recommender.arrays import FloatArray
from recommender.network.histories import Split
from recommender.network.rows import rows_of

_NONE = -1e4


def softmax_loss(
    queries: torch.Tensor,
    outputs: torch.Tensor,
    split: Split,
    *,
    negatives: int,
    chances: FloatArray,
    rng: np.random.Generator,
) -> torch.Tensor:
    """Give the sum of the weighted losses of a batch's items to predict.

    An item to predict competes with all items but those seen and the others to predict. With ``negatives``, it
    competes with drawn ones: ``-s_t + log(exp s_t + sum_j exp(s_j - log(n q_j)))``, the sampled softmax with its
    correction for popularity (Bengio and Senécal 2008; Yi et al., RecSys 2019).

    Args:
        queries: vectors of the histories, ``(n, dim)``.
        outputs: Q, ``(n_items, dim)``.
        split: the batch.
        negatives: how many to draw; 0 for all items.
        chances: of each item to be drawn, ``(n_items,)``; used with ``negatives``.
        rng: of the draw.
    """
    device = queries.device
    rows, items = torch.from_numpy(split.rows).to(device), torch.from_numpy(split.items).to(device)
    weights = torch.from_numpy(split.weights).to(device)
    seen_rows = np.repeat(np.arange(split.seen.shape[0]), np.diff(split.seen.indptr))
    right = (queries.index_select(0, rows) * rows_of(outputs, items)).sum(1)
    if negatives:
        drawn = np.unique(rng.choice(len(chances), size=negatives, p=chances))
        place = np.full(len(chances), -1, dtype=np.int64)
        place[drawn] = np.arange(len(drawn))
        # an item drawn at least once in n draws: 1 - (1 - q) ** n
        often = np.log(-np.expm1(negatives * np.log1p(-chances[drawn])))
        at = torch.from_numpy(drawn).to(device)
        scores = queries @ rows_of(outputs, at).T - torch.from_numpy(often.astype(np.float32)).to(device)
        hidden_rows = np.concatenate([seen_rows, split.rows])
        hidden = place[np.concatenate([split.seen.indices, split.items])]
        hidden_rows, hidden = hidden_rows[hidden >= 0], hidden[hidden >= 0]
    else:
        scores = queries @ outputs.T
        hidden_rows = np.concatenate([seen_rows, split.rows])
        hidden = np.concatenate([split.seen.indices, split.items]).astype(np.int64)
    scores[torch.from_numpy(hidden_rows).to(device), torch.from_numpy(hidden).to(device)] = _NONE
    rivals = torch.logsumexp(scores, dim=1)
    return (functional.softplus(rivals.index_select(0, rows) - right) * weights).sum()


def alignment_loss(parts: list[tuple[torch.Tensor, torch.Tensor]], items: torch.Tensor) -> torch.Tensor:
    """Give the mean contrastive loss between all pairs of modalities of some items (InfoNCE; Radford et al. 2021).

    Args:
        parts: vectors ``(n_items, dim)`` and whether an item has them ``(n_items,)``, for each modality.
        items: to look at, ``(n,)``.
    """
    losses = []
    for number, (first, has_first) in enumerate(parts):
        for second, has_second in parts[number + 1 :]:
            both = items[has_first[items] & has_second[items]]
            if len(both) < 2:
                continue
            left, right = (functional.normalize(vectors[both], dim=1) for vectors in (first, second))
            similar = left @ right.T / 0.1
            answer = torch.arange(len(both), device=similar.device)
            losses.append(functional.cross_entropy(similar, answer) + functional.cross_entropy(similar.T, answer))
    return torch.stack(losses).mean() if losses else torch.zeros((), device=items.device)

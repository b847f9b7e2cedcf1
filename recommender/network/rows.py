"""Rows of a large leaf, whose gradient is added where it belongs instead of making a matrix of the whole size."""

from __future__ import annotations

from typing import Any

import torch

LARGE = 32_000
"""Up to so many rows a gradient of the whole size costs less than finding out which rows are meant."""


def large(leaf: torch.Tensor) -> bool:
    """Say whether rows of it should be taken by ``rows_of``."""
    return len(leaf) > LARGE


def rows_of(leaf: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
    """Give ``leaf[rows]``; backwards, of a large leaf only the gradient of these rows is touched.

    Otherwise each chunk of histories would cost as much as the catalogue is large, and an epoch its square.

    Args:
        leaf: ``(n, dim)``.
        rows: ``(n_rows,)``; the same row may come several times.
    """
    if not large(leaf) or not (leaf.requires_grad and leaf.is_leaf):
        return leaf.index_select(0, rows)
    if leaf.grad is None:
        leaf.grad = torch.zeros_like(leaf)
    taken: torch.Tensor = _Rows.apply(leaf, rows)
    return taken


class _Rows(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, leaf: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
        ctx.leaf, ctx.rows = leaf, rows
        return leaf.detach().index_select(0, rows)

    @staticmethod
    def backward(ctx: Any, *gradients: torch.Tensor) -> Any:
        ctx.leaf.grad.index_add_(0, ctx.rows, gradients[0])
        return None, None

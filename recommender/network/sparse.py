"""Sparse matrices in PyTorch that are multiplied forwards and backwards at full speed."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import torch

from recommender.arrays import Csr


class Adjacency:
    """A constant sparse matrix with its transpose, so that no step has to turn it round.

    Args:
        matrix: ``(n_rows, n_columns)``.
        device: to keep it on.
    """

    def __init__(self, matrix: Csr, device: torch.device | str = "cpu") -> None:
        self.forward = _tensor(matrix, device)
        self.backward = _tensor(matrix.T.tocsr(), device)
        self.shape: tuple[int, int] = matrix.shape

    def __matmul__(self, x: torch.Tensor) -> torch.Tensor:
        """Give the product with a dense matrix, ``(n_rows, dim)``."""
        product: torch.Tensor = _Product.apply(x, self)
        return product


class _Product(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, adjacency: Adjacency) -> torch.Tensor:
        ctx.adjacency = adjacency
        return adjacency.forward @ x

    @staticmethod
    def backward(ctx: Any, *gradients: torch.Tensor) -> Any:
        return ctx.adjacency.backward @ gradients[0].contiguous(), None


def _tensor(matrix: Csr, device: torch.device | str) -> torch.Tensor:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # PyTorch says that the layout is young
        return torch.sparse_csr_tensor(
            torch.from_numpy(matrix.indptr.astype(np.int64)),
            torch.from_numpy(matrix.indices.astype(np.int64)),
            torch.from_numpy(matrix.data.astype(np.float32)),
            size=matrix.shape,
        ).to(device)

"""Layers: what PyTorch Geometric passes on is the product with the matrix of edges."""

from __future__ import annotations

from typing import Any

import pytest
import scipy.sparse as sp
import torch

from recommender.network.layers import Messages
from recommender.network.sparse import Adjacency


@pytest.mark.parametrize("shape", [(6, 6), (5, 8), (9, 3)])
def test_messages_are_passed_by_pytorch_geometric_and_are_the_dense_product(shape: tuple[int, int]) -> None:
    torch.manual_seed(0)
    matrix = sp.random(*shape, density=0.4, format="csr", dtype="float32", random_state=1)
    x = torch.randn(shape[1], 4, requires_grad=True)
    layer = Messages()
    passed: list[str] = []

    def propagated(*_: Any) -> None:
        passed.append("propagate")

    def joined(*_: Any) -> None:
        passed.append("message_and_aggregate")

    layer.register_propagate_forward_hook(propagated)
    layer.register_message_and_aggregate_forward_hook(joined)
    out = layer(x, Adjacency(matrix))
    out.square().sum().backward()
    y = x.detach().clone().requires_grad_()
    dense = torch.from_numpy(matrix.toarray()) @ y
    dense.square().sum().backward()  # type: ignore[no-untyped-call]
    assert passed == ["message_and_aggregate", "propagate"]
    assert torch.allclose(out, dense, atol=1e-6)
    assert x.grad is not None and y.grad is not None and torch.allclose(x.grad, y.grad, atol=1e-5)

"""The HTTP service: one application over a project's model and graph.

``create_app`` gives it for any ASGI server; ``shopgraph serve`` runs it with uvicorn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shopgraph.service.app import create_app

__all__ = ["create_app"]


def __getattr__(name: str) -> object:
    if name == "create_app":
        from shopgraph.service.app import create_app

        return create_app
    raise AttributeError(f"module 'shopgraph.service' has no attribute {name!r}")

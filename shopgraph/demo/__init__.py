"""The demo shop: data made by the project itself, with tastes planted that graph, reviews and photos each reveal."""

from __future__ import annotations

from shopgraph.demo.shop import DemoShop, make_demo

__all__ = ["DemoShop", "make_demo"]

"""Questions in plain English or Chinese, answered from the graph."""

from __future__ import annotations

from shopgraph.ask.answers import AskAnswer, AskedProduct, Quote, Ran
from shopgraph.ask.asker import Asker

__all__ = ["AskAnswer", "AskedProduct", "Asker", "Quote", "Ran"]

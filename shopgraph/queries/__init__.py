"""Answers of queries for people: a page of their own, with the picture that suits them."""

from __future__ import annotations

from shopgraph.queries.page import to_html
from shopgraph.queries.picture import draw

__all__ = ["draw", "to_html"]

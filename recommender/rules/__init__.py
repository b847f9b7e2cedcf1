"""Ranking rules as data: filters, boosts, pins, shares, diversity, novelty and freshness of a shop's answers."""

from __future__ import annotations

from recommender.rules.read import load_rules, parse_rules
from recommender.rules.rules import Boost, Diversity, Freshness, Novelty, Pin, PopularityCap, Rules, Share

__all__ = [
    "Boost",
    "Diversity",
    "Freshness",
    "Novelty",
    "Pin",
    "PopularityCap",
    "Rules",
    "Share",
    "load_rules",
    "parse_rules",
]

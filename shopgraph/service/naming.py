"""Names of nodes in the language of an answer.

Products have a name in each language. Categories, attributes and aspects have the Chinese names that the search knows
them by: those of the shop's file of aliases, else translations of common words. A node without one keeps its own name.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from kg.errors import ShopgraphError
from shopgraph.service.schemas.common import Language
from shopgraph.service.state import Loaded

if TYPE_CHECKING:
    from shopgraph.discovery.wording import Wording

Naming = Callable[[str, str, str], str]
"""Gives the name to show for a node: of its label, its id and the name that the graph has."""


def plain_names(label: str, identifier: str, name: str) -> str:
    """Give the name that the graph has."""
    return name


async def naming(loaded: Loaded, language: Language) -> Naming:
    """Give how nodes are named; in Chinese as the search names them, once it is open, or without where it cannot be."""
    if language is not Language.ZH:
        return plain_names
    with contextlib.suppress(ShopgraphError):
        return _chinese(loaded, (await loaded.searching.search()).wording)
    return _chinese(loaded, None)


def _chinese(loaded: Loaded, wording: Wording | None) -> Naming:
    def name_of(label: str, identifier: str, name: str) -> str:
        if label == "Product" and identifier in loaded.recommender.catalogue.row_of:
            shown: str = loaded.cards.card(identifier, chinese=True)["name"]
            return shown
        return (None if wording is None else wording.chinese(label, identifier)) or name

    return name_of

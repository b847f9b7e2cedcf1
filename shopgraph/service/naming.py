"""Names of nodes in the language of an answer.

Products have a name in each language. Categories, attributes and aspects have the Chinese names that the search knows
them by: those of the shop's file of aliases, else translations of common words. A node without one keeps its own name.
"""

from __future__ import annotations

from collections.abc import Callable

from linking.mentions import NodeRef
from shopgraph.service.schemas.common import Language
from shopgraph.service.state import Loaded

Naming = Callable[[str, str, str], str]
"""Gives the name to show for a node: of its label, its id and the name that the graph has."""

_WORDED = frozenset({"Category", "Attribute", "Aspect"})
_FLAGS = frozenset({"yes", "true", "no", "false"})


def plain_names(label: str, identifier: str, name: str) -> str:
    """Give the name that the graph has."""
    return name


def naming(loaded: Loaded, language: Language) -> Naming:
    """Give how nodes are named in a language."""
    if language is not Language.ZH:
        return plain_names

    def chinese(label: str, identifier: str, name: str) -> str:
        if label == "Product" and identifier in loaded.recommender.catalogue.row_of:
            shown: str = loaded.cards.card(identifier, chinese=True)["name"]
            return shown
        if label not in _WORDED or not identifier:
            return name
        wording = loaded.search.wording
        told = wording.node(NodeRef(label, identifier), Language.ZH)
        attribute, equals, value = identifier.partition("=")
        if label == "Attribute" and equals and value.lower() not in _FLAGS:
            return f"{wording.facet(attribute, Language.ZH)}：{told}"
        return told

    return chinese

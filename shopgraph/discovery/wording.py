"""Names and messages in the language of an answer."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from linking.lexicon import Lexicon
from linking.mentions import NodeRef
from shopgraph.discovery.lexicon import chinese_names
from shopgraph.discovery.reading import Name
from shopgraph.discovery.words import LANGUAGES, translations

_WORDED = frozenset({"Category", "Attribute", "Aspect"})
_FLAGS = frozenset({"yes", "true", "no", "false"})


@cache
def messages(language: str) -> Mapping[str, str]:
    """Give the messages of "en" or "zh"; of any other language, those of English."""
    data = tomllib.loads((resources.files(__package__) / "data" / "messages.toml").read_text(encoding="utf-8"))
    own: dict[str, str] = data[language if language in LANGUAGES else "en"]
    return own


class Wording:
    """Names nodes and facets.

    Args:
        lexicon: names of the nodes.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self._names = {entry.node: entry.name for entry in lexicon.entries}
        self._chinese = chinese_names(lexicon)
        self._words = {listed: other for other, listed in reversed(list(translations("zh").items()))}

    def node(self, node: NodeRef, language: str) -> str:
        """Give the name of a node; of an attribute that is only there or not, that of the attribute."""
        if language == "zh" and node.label != "Brand" and node in self._chinese:
            return self._chinese[node]
        if node.label == "Attribute":
            name, _, value = node.id.partition("=")
            if value.lower() in ("yes", "true"):
                return self.facet(name, language)
            if value.lower() in ("no", "false"):
                return ("非" if language == "zh" else "not ") + self.facet(name, language)
        return self._names.get(node, node.id.rpartition(" > ")[2])

    def name(self, name: Name, language: str) -> str:
        """Give the name of what words most likely mean; of each, where one of several is wanted."""
        return messages(language)["or"].join(self.node(node, language) for node in (name.senses[0].node, *name.others))

    def chinese(self, label: str, identifier: str) -> str | None:
        """Name a category, an aspect or an attribute with its value in Chinese; None for nodes of other labels."""
        if label not in _WORDED or not identifier:
            return None
        told = self.node(NodeRef(label, identifier), "zh")
        attribute, equals, value = identifier.partition("=")
        if label == "Attribute" and equals and value.lower() not in _FLAGS:
            return f"{self.facet(attribute, 'zh')}：{told}"
        return told

    def facet(self, name: str, language: str) -> str:
        """Give the name of an attribute or another facet."""
        known = messages(language).get(name)
        if known is not None:
            return known
        plain = name.replace("_", " ")
        return self._words.get(plain.lower(), plain) if language == "zh" else plain.capitalize()

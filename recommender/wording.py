"""Reasons in plain sentences: templates in English and Chinese, in ``words/LANGUAGE.toml``.

A template is filled with names that the graph has, and with nothing else. A relation without a template of its own,
such as one of the shop's own graph, is told by its name.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from kg.errors import ConfigurationError
from kg.schema import PRODUCT_RELATIONS
from recommender.baskets import INTERACTIONS

if TYPE_CHECKING:
    from recommender.answers import Node, Reason

LANGUAGES = ("en", "zh")
CHINESE = "zh"
DIRECT = ":direct"
"""End of the name of a relation that leads from one product to the other."""

Names = Callable[["Node"], str | None]
"""Gives the name of a node in the reader's language; None where there is none."""


@cache
def words_of(language: str) -> Mapping[str, str]:
    """Give the words of a language by their keys, such as ``reason.HAS_BRAND``.

    Raises:
        ConfigurationError: there are none of that language.
    """
    if language not in LANGUAGES:
        raise ConfigurationError(f'There are no sentences in "{language}". Choose one of: {", ".join(LANGUAGES)}.')
    text = (resources.files(__package__) / "words" / f"{language}.toml").read_text(encoding="utf-8")
    return {f"{part}.{key}": own for part, keys in tomllib.loads(text).items() for key, own in keys.items()}


def sentence(reason: Reason, *, language: str = "en", names: Names | None = None) -> str:
    """Say a reason in one sentence.

    Args:
        reason: to say.
        language: ``en`` or ``zh``.
        names: of nodes in that language; a node without one keeps its own.

    Raises:
        ConfigurationError: there are no sentences in the language.
    """
    words = words_of(language)
    told = _sentence(reason, language, names)
    return words["reason.against"].format(sentence=told[:1].lower() + told[1:]) if reason.share < 0 else told


def node_name(node: Node, *, language: str = "en", names: Names | None = None) -> str:
    """Name a node: by ``names`` where they have it, an attribute with its value, customers taken together counted.

    Raises:
        ConfigurationError: there are no words in the language.
    """
    words = words_of(language)
    if not node.id:  # several nodes taken together, such as "12 customers"
        number = node.name.partition(" ")[0]
        counted = node.name.count(" ") == 1 and number.isdecimal()
        if counted and f"evidence.{node.label}" in words and (language == CHINESE or number != "1"):
            return words[f"evidence.{node.label}"].format(n=f"{int(number):,}")
        return words.get(f"some.{node.label}", node.name)
    known = names(node) if names is not None else None
    if known:
        return known
    if node.label == "Attribute":  # its name alone, such as "colour", says too little; the id is "colour=red"
        return node.id.replace("=", ": ", 1)
    return node.name or node.id


def relation_name(name: str, *, language: str = "en") -> str:
    """Name a relation as people read it.

    Raises:
        ConfigurationError: there are no words in the language.
    """
    return words_of(language).get(f"edge.{name}", name.replace("_", " ").replace(".", " ").lower())


def _sentence(reason: Reason, language: str, names: Names | None) -> str:
    words = words_of(language)
    if reason.history is None:
        return words["reason.popularity" if reason.share < 0 else "reason.popular"]
    kind, _, own = reason.relation.removesuffix(DIRECT).partition(":")
    between = [step.node for step in reason.path[:-1] if step.node.id]  # without reviews and photos taken together
    told = [node_name(node, language=language, names=names) for node in between]
    middle = words["reason.comma"].join(dict.fromkeys(told))
    attribute, value = _parted(between[0].id, told[0], language) if between else ("", "")
    relation = f"{reason.relation}:one" if reason.evidence == 1 and kind == INTERACTIONS else reason.relation
    return _form(relation, kind, middle, words).format(
        history=node_name(reason.history, language=language, names=names),
        middle=middle,
        own=relation_name(own or kind, language=language),
        attribute=attribute,
        value=value,
    )


def _form(relation: str, kind: str, middle: str, words: Mapping[str, str]) -> str:
    """Give the template of a relation: its own, that of its kind, or the one for any, with what lies between or not."""
    form = words.get(f"reason.{relation}", words.get(f"reason.{kind}", ""))
    if middle:
        return words["reason.through"] if kind in PRODUCT_RELATIONS or not form else form
    return words["reason.other"] if not form or "{middle}" in form or "{value}" in form else form


def _parted(identifier: str, told: str, language: str) -> tuple[str, str]:
    """Give name and value of an attribute, in Chinese as it is named there."""
    named, mark, value = told.partition("：")
    if language == CHINESE and mark:
        return named, value
    attribute, _, own = identifier.partition("=")
    return attribute, own


__all__ = ["LANGUAGES", "Names", "node_name", "relation_name", "sentence", "words_of"]

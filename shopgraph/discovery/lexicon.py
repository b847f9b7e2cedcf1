"""The names that searching knows: those of linking where there are some, else those of the catalogue itself."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from itertools import chain

import pyarrow as pa

from linking.lexicon import AliasRule, Entry, Lexicon
from linking.lexicon.aliases import attribute_aliases, name_aliases
from linking.linker import Linker
from linking.mentions import NodeRef
from linking.text import normalise, unspaced
from shopgraph.discovery.words import LANGUAGES, translations

SEARCHED: tuple[str, ...] = ("Brand", "Category", "Attribute", "Aspect", "Product")
"""Labels of the nodes that words of a query may mean."""
_JOINT = " > "


def search_lexicon(items: pa.Table, linker: Linker | None) -> Lexicon:
    """Give the names of brands, categories, attributes, aspects and products.

    Where two languages have other words for a listed one (``data/translations.toml``), those are names too.

    Args:
        items: of the model.
        linker: of the project; None to know brands, categories and attributes by the catalogue alone.
    """
    base = None if linker is None else linker.lexicon
    entries = list(_catalogue(items)) if base is None else [(entry, ()) for entry in base.entries]
    surfaces: list[tuple[str, int, AliasRule]] = []
    known: defaultdict[str, set[int]] = defaultdict(set)
    if base is None:
        surfaces = [(form, place, rule) for place, (_, forms) in enumerate(entries) for form, rule in forms]
    else:
        surfaces.extend((alias.surface, sense.entry, sense.rule) for alias in base.listed() for sense in alias.senses)
    for surface, place, _ in surfaces:
        known[normalise(surface).strip()].add(place)
    own = [entry for entry, _ in entries]
    for other, listed in chain.from_iterable(translations(language).items() for language in LANGUAGES):
        if other in known:
            continue
        for place in known.get(listed, ()):
            if own[place].node.label in ("Attribute", "Category"):
                surfaces.append((other, place, AliasRule.SPELLING))
    return Lexicon(own, surfaces)


def chinese_names(lexicon: Lexicon) -> Mapping[NodeRef, str]:
    """Give the Chinese name of each node that has one in the lexicon.

    A listed one goes before a translation, a word before a single character, which is mostly short for one, and what is
    listed first before the others.
    """
    found: dict[NodeRef, tuple[tuple[bool, bool], str]] = {}
    for alias in lexicon.listed():
        if not unspaced(alias.surface):
            continue
        for sense in alias.senses:
            node = lexicon.entries[sense.entry].node
            rank = (sense.rule not in (AliasRule.NAME, AliasRule.FILE), len(alias.surface) == 1)
            if node not in found or rank < found[node][0]:
                found[node] = (rank, alias.surface)
    return {node: name for node, (_, name) in found.items()}


def _catalogue(items: pa.Table) -> Iterator[tuple[Entry, tuple[tuple[str, AliasRule], ...]]]:
    brands = Counter(brand for brand in items["brand"].to_pylist() if brand)
    for brand, uses in sorted(brands.items()):
        yield Entry(NodeRef("Brand", brand), brand, uses), tuple(name_aliases(brand, inflect=False))
    categories: Counter[str] = Counter()
    for paths in items["categories"].to_pylist():
        own = {
            _JOINT.join(path.split(_JOINT)[: depth + 1])
            for path in paths or ()
            for depth in range(path.count(_JOINT) + 1)
        }
        categories.update(own)
    for path, uses in sorted(categories.items()):
        name = path.split(_JOINT)[-1]
        yield Entry(NodeRef("Category", path), name, uses), tuple(name_aliases(name))
    if "attributes" not in items.schema.names:
        return
    attributes = Counter(id_ for own in items["attributes"].to_pylist() for id_ in own or ())
    for id_, uses in sorted(attributes.items()):
        name, _, value = id_.partition("=")
        yield Entry(NodeRef("Attribute", id_), value or id_, uses), tuple(attribute_aliases(name, value or id_))

"""Making the lexicon out of the graph, a file of aliases, and a file of aspects."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg.store.protocol import EdgeKey, GraphStore
from linking.aspects import Aspect
from linking.graph.reading import pairs, properties
from linking.lexicon.aliases import aspect_aliases, attribute_aliases, name_aliases, product_aliases
from linking.lexicon.lexicon import AliasRule, Entry, Lexicon
from linking.mentions import NodeRef

_USES: Mapping[str, EdgeKey] = {
    "Brand": EdgeKey("Product", "HAS_BRAND", "Brand"),
    "Category": EdgeKey("Product", "IN_CATEGORY", "Category"),
    "Attribute": EdgeKey("Product", "HAS_ATTRIBUTE", "Attribute"),
}
_MOST_FAMILY = 3
"""Products that a short alias, as brand and model, may mean; with more it names no product."""


@dataclass(frozen=True, slots=True)
class AliasRow:
    """One row of a file of aliases: another name of a node."""

    node: NodeRef
    alias: str


@dataclass(frozen=True, slots=True)
class LexiconReport:
    """What building the lexicon left out.

    Attributes:
        unknown: rows of the file of aliases whose node the graph does not hold.
        dropped: aliases that mean too many nodes to mean any.
    """

    unknown: tuple[AliasRow, ...]
    dropped: tuple[str, ...]


def build_lexicon(
    store: GraphStore,
    *,
    aliases: Iterable[AliasRow] = (),
    aspects: Sequence[Aspect] | None = None,
    products: bool = True,
) -> tuple[Lexicon, LexiconReport]:
    """Make the lexicon of a graph: its brands, categories, products' attributes, aspects and products.

    Args:
        store: to read.
        aliases: other names of nodes, as a person listed them.
        aspects: with their words, whether the graph holds them or not; None for those that the graph holds.
        products: take titles of products in; a very large catalogue may do without.

    Raises:
        GraphStoreError: the store cannot be read.
    """
    uses = {label: Counter[str](target for _, target in pairs(store, key)) for label, key in _USES.items()}
    entries: list[Entry] = []
    place: dict[NodeRef, int] = {}
    surfaces: list[tuple[str, int, AliasRule]] = []

    def add(node: NodeRef, name: str, forms: Iterable[tuple[str, AliasRule]]) -> None:
        if node not in place:
            place[node] = len(entries)
            entries.append(Entry(node, name, uses[node.label][node.id] if node.label in uses else 0))
        surfaces.extend((form, place[node], rule) for form, rule in forms if form.strip())

    for label in ("Brand", "Category"):
        for id_, name in properties(store, label, "name"):
            add(NodeRef(label, id_), name or id_, name_aliases(name or id_, inflect=label == "Category"))
    for id_, name, value in properties(store, "Attribute", "name", "value"):
        if uses["Attribute"].get(id_):  # others are attributes of customers
            add(NodeRef("Attribute", id_), value or id_, attribute_aliases(name or "", value or id_))
    for aspect in aspects or ():
        add(NodeRef("Aspect", aspect.name), aspect.name, aspect_aliases((aspect.name, *aspect.words)))
    if aspects is None:
        for id_, name in properties(store, "Aspect", "name"):
            add(NodeRef("Aspect", id_), name or id_, aspect_aliases((name or id_,)))
    if products:
        for id_, name, forms in _product_forms(store):
            add(NodeRef("Product", id_), name, forms)
    unknown = []
    for row in aliases:
        if row.node in place:
            inflect = row.node.label in ("Category", "Aspect")
            forms = [(form, AliasRule.FILE if rule is AliasRule.NAME else rule) for form, rule in
                     name_aliases(row.alias, inflect=inflect)]  # fmt: skip
            add(row.node, "", forms)
        else:
            unknown.append(row)
    lexicon = Lexicon(entries, surfaces)
    return lexicon, LexiconReport(tuple(unknown), lexicon.dropped)


def _product_forms(store: GraphStore) -> Iterator[tuple[str, str, list[tuple[str, AliasRule]]]]:
    brand = dict(pairs(store, _USES["Brand"]))
    found: list[tuple[str, str, list[tuple[str, AliasRule]]]] = []
    families: defaultdict[str, int] = defaultdict(int)
    for id_, name, name_zh in properties(store, "Product", "name", "name_zh"):
        titles = [title for title in (name, name_zh) if title]
        forms = [form for title in titles for form in dict.fromkeys(product_aliases(title, brand.get(id_)))]
        if forms:
            found.append((id_, titles[0], forms))
            for surface in {surface for surface, rule in forms if rule is AliasRule.SHORT}:
                families[surface] += 1
    for id_, name, forms in found:
        yield id_, name, [(s, rule) for s, rule in forms if rule is not AliasRule.SHORT or families[s] <= _MOST_FAMILY]


__all__ = ["AliasRow", "LexiconReport", "build_lexicon"]

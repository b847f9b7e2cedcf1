"""What the shop's people write down for linking: other names of the graph's nodes, and the aspects of its reviews.

Both are the same for every seed: they are about the words of the catalogue, not about one shop's products.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from shopgraph.demo.files import write_csv
from shopgraph.demo.vocabulary import vocabulary


def write_aliases(path: Path) -> None:
    """Write ``aliases.csv``: label and id of a node, and one other name of it, a row for each name.

    Categories, colours, materials and patterns get their Chinese names, kinds of products their synonyms too. A small
    shop's graph may lack some of the nodes.
    """
    rows = dict.fromkeys(_aliases())
    write_csv(path, [{"label": label, "id": node, "alias": alias} for label, node, alias in rows])


def write_aspects(path: Path) -> None:
    """Write ``aspects.toml``, the aspects as a person would list them, with the words that mean each."""
    path.write_bytes((resources.files("shopgraph.demo") / "data" / "aspects.toml").read_bytes())


def _aliases() -> Iterator[tuple[str, str, str]]:
    words = vocabulary()
    for kind in words.kinds:
        yield "Category", kind.category, kind.category_zh
        yield "Category", kind.path, kind.zh
        yield "Category", kind.path, kind.synonym
    for occasion, zh in words.occasions.items():
        yield "Category", occasion, zh
    for colour in words.colours:
        yield "Attribute", f"colour={colour.name}", colour.zh
    for name, meanings in (("material", words.materials), ("pattern", words.patterns)):
        for value, zh in meanings.items():
            yield "Attribute", f"{name}={value}", zh

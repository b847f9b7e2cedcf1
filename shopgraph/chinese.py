"""Chinese names of a project's nodes: those of products from the catalogue, others as the search knows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from recommender import Recommender
    from recommender.answers import Node
    from recommender.wording import Names
    from shopgraph.project import Project


def chinese_names(project: Project, recommender: Recommender) -> Names:
    """Give how nodes are named in Chinese, such as for the sentences of reasons.

    Raises:
        ModelError: what finds mentions in texts is damaged.
    """
    from linking.artefact import load_linker
    from shopgraph.discovery.lexicon import search_lexicon
    from shopgraph.discovery.wording import Wording

    items, row_of = recommender.artefact.items, recommender.catalogue.row_of
    linker = load_linker(project.linker) if (project.linker / "manifest.json").is_file() else None
    wording = Wording(search_lexicon(items, linker))

    def name(node: Node) -> str | None:
        if node.label == "Product":
            row = row_of.get(node.id)
            own: str | None = None if row is None else items["name_zh"][row].as_py()
            return own
        return wording.chinese(node.label, node.id)

    return name

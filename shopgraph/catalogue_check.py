"""Products of a project whose given category contradicts their title and photo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from recommender.heads.category import FEWEST
from shopgraph.heads import Heads, learn_from_catalogue, project_vectors, title_vectors
from shopgraph.project import Project, ProjectError

if TYPE_CHECKING:
    import pyarrow as pa

    from recommender.heads import CategoryReport
    from recommender.network import Modality


NO_CATEGORY = "they have no category"
FEW_PRODUCTS = f"their category had fewer than {FEWEST} products to learn it from"
NOTHING_KNOWN = "they have neither a text nor a photo that was looked at"
NOT_CHECKED = (NO_CATEGORY, FEW_PRODUCTS, NOTHING_KNOWN)
"""Why a product is not checked."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A product in a category that it does not look like."""

    id: str
    name: str | None
    given: str
    likelier: str
    probability: float
    reason: str


@dataclass(frozen=True, slots=True)
class CatalogueCheck:
    """What a check of the catalogue found.

    Attributes:
        doubts: the surest first.
        checked: how many products were.
        not_checked: why others were not -> how many.
    """

    doubts: tuple[Doubt, ...]
    checked: int
    not_checked: Mapping[str, int]


def check_catalogue(project: Project) -> CatalogueCheck:
    """List the products whose given category contradicts their title, description and photo, the surest first.

    The head that stage train has learned judges; where there is none, one is learned. Photos count where the stage
    ``vectors`` has made vectors of them.

    Raises:
        ProjectError: the project has no snapshot yet.
        InputError: there are too few categories, or no texts, to learn from.
    """
    from kg.snapshot import load_snapshot
    from recommender.heads import contradictions

    if not (project.snapshot / "manifest.json").is_file():
        raise ProjectError(f"{project.folder} has no snapshot yet. Make one: shopgraph run --project {project.folder}")
    products = load_snapshot(project.snapshot).products
    kept = products.filter(products["in_catalogue"])
    report, modalities = _report(project, products, kept)
    categories = [list(own or ()) for own in kept["categories"].to_pylist()]
    ids, names = kept["id"].to_pylist(), kept["name"].to_pylist()
    doubts = tuple(
        Doubt(ids[e.row], names[e.row], e.given, e.likelier, e.probability, e.reason())
        for e in contradictions(report, modalities, categories)
    )
    left = _not_checked(report, modalities, categories)
    return CatalogueCheck(doubts, len(ids) - sum(left.values()), left)


def _not_checked(
    report: CategoryReport, modalities: Sequence[Modality], categories: Sequence[Sequence[str]]
) -> dict[str, int]:
    """Count the products of which nothing can be said, by the first cause that holds."""
    learned = set(report.rows.tolist())
    seen = np.zeros(len(categories), dtype=np.bool_)
    for own in modalities:
        seen |= own.present
    counts = dict.fromkeys(NOT_CHECKED, 0)
    for row, given in enumerate(categories):
        if not given:
            counts[NO_CATEGORY] += 1
        elif row not in learned:
            counts[FEW_PRODUCTS] += 1
        elif not seen[row]:
            counts[NOTHING_KNOWN] += 1
    return {cause: number for cause, number in counts.items() if number}


def _report(project: Project, products: pa.Table, kept: pa.Table) -> tuple[CategoryReport, list[Modality]]:
    """Judge by the head that was kept, or by one that is learned now."""
    from recommender.network import Modality

    heads = Heads.load(project)
    images = [Modality.of(own, kept["id"]) for own in project_vectors(project, ["image"])]
    if heads.categories is not None and heads.titles is not None:
        titles = Modality.of(title_vectors(kept, heads.titles), kept["id"])
        have = [titles, *images]
        if set(heads.categories.head.sources) == {own.name for own in have}:
            first = [own[0] if own else None for own in kept["categories"].to_pylist()]
            return heads.categories.report(kept["id"].to_pylist(), have, first), have
    found = title_vectors(products)
    texts = [Modality.of(found, kept["id"])] if len(found.ids.label_ids("Product")) else []
    memory = project.settings.training.memory_gib
    return learn_from_catalogue(kept, [*texts, *images], memory_gib=memory), [*texts, *images]

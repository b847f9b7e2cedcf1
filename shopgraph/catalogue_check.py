"""Products of a project whose given category contradicts their title and photo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shopgraph.heads import Heads, learn_from_catalogue, project_vectors, title_vectors
from shopgraph.project import Project, ProjectError

if TYPE_CHECKING:
    import pyarrow as pa

    from recommender.heads import CategoryReport
    from recommender.network import Modality


@dataclass(frozen=True, slots=True)
class Doubt:
    """A product in a category that it does not look like."""

    id: str
    name: str | None
    given: str
    likelier: str
    probability: float
    reason: str


def check_catalogue(project: Project) -> list[Doubt]:
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
    return [
        Doubt(ids[e.row], names[e.row], e.given, e.likelier, e.probability, e.reason())
        for e in contradictions(report, modalities, categories)
    ]


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

"""Products of a project whose given category contradicts their title and photo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shopgraph.project import Project, ProjectError

if TYPE_CHECKING:
    from embeddings.vectors import Vectors
    from kg.snapshot import Snapshot


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

    Photos count where the stage ``vectors`` has made vectors of them.

    Raises:
        ProjectError: the project has no snapshot yet.
        InputError: there are too few categories, or no texts, to learn from.
    """
    from kg.snapshot import load_snapshot
    from recommender.heads import contradictions, learn_categories
    from recommender.network import Modality
    from shopgraph.nearest import ProjectVectors

    if not (project.snapshot / "manifest.json").is_file():
        raise ProjectError(f"{project.folder} has no snapshot yet. Make one: shopgraph run --project {project.folder}")
    snapshot = load_snapshot(project.snapshot)
    products = snapshot.products
    kept = products.filter(products["in_catalogue"])
    modalities = [Modality.of(title_vectors(snapshot), kept["id"])]
    if any(project.vectors.glob("image/manifest.json")):
        modalities.append(Modality.of(ProjectVectors(project).vectors("image"), kept["id"]))
    categories = [list(own or ()) for own in kept["categories"].to_pylist()]
    report = learn_categories(modalities, [own[0] if own else None for own in categories])
    ids, names = kept["id"].to_pylist(), kept["name"].to_pylist()
    return [
        Doubt(ids[e.row], names[e.row], e.given, e.likelier, e.probability, e.reason())
        for e in contradictions(report, modalities, categories)
    ]


def title_vectors(snapshot: Snapshot) -> Vectors:
    """Encode titles and descriptions by character n-grams; categories are left out, for they are what is checked."""
    from embeddings.text.ngrams import NgramEncoder
    from embeddings.vectors import Vectors

    rows = snapshot.products.select(["id", "name", "name_zh", "description"]).to_pylist()
    texts = [" ".join(filter(None, (row["name"], row["name_zh"], row["description"]))) for row in rows]
    encoder = NgramEncoder()
    encoder.fit([text for text in texts if text])
    told = [number for number, text in enumerate(texts) if text]
    matrix = encoder.encode([texts[number] for number in told])
    return Vectors.sorted("text", "Product", [rows[number]["id"] for number in told], matrix)

"""The heads of a project: learned by stage train, kept beside the model, and loaded with it.

``heads/titles`` encodes titles and descriptions, ``heads/category`` tells categories, ``heads/rating`` foretells
ratings. What cannot be learned from the shop's data is not there.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from pydantic import JsonValue

from kg.errors import InputError, UnknownIdError
from shopgraph.project import Project, ProjectError

if TYPE_CHECKING:
    from embeddings.text.ngrams import NgramEncoder
    from embeddings.vectors import Vectors
    from kg.snapshot import Snapshot
    from recommender.heads import CategoryReport
    from recommender.heads.kept import KeptCategories
    from recommender.heads.rating import Rating, RatingHead
    from recommender.heads.words import Text
    from recommender.network import Modality

TEXT, IMAGE = "text", "image"
_BESIDE = (IMAGE, "graph")
"""Vectors of the project that heads take in beside titles; only photos tell categories, for links would tell all."""
_COPIES = 6
"""Arrays of all products' vectors and categories, in double precision, that learning holds at once."""


@dataclass(frozen=True)
class Heads:
    """The heads of a project; what is None could not be learned.

    Attributes:
        folder: where they are kept.
        titles: encoder of titles and descriptions.
        categories: tells categories.
        ratings: foretells ratings.
    """

    folder: Path
    titles: NgramEncoder | None
    categories: KeptCategories | None
    ratings: RatingHead | None

    @classmethod
    def load(cls, project: Project) -> Heads:
        """Load what stage train learned.

        Raises:
            ModelError: something is damaged.
        """
        from embeddings.text.ngrams import NgramEncoder
        from recommender.heads.kept import KeptCategories
        from recommender.heads.rating import RatingHead

        folder = project.heads

        def there(name: str) -> bool:
            return (folder / name / "manifest.json").is_file()

        return cls(
            folder,
            NgramEncoder.load(folder / "titles") if there("titles") else None,
            KeptCategories.load(folder / "category") if there("category") else None,
            RatingHead.load(folder / "rating") if there("rating") else None,
        )


def learn_heads(project: Project, snapshot: Snapshot, *, memory_gib: float, seed: int) -> dict[str, JsonValue]:
    """Learn all heads and replace those that are there; give what each reached, or why it is not there.

    Args:
        project: to learn for.
        snapshot: to learn from.
        memory_gib: GiB that may be used.
        seed: of what is drawn.
    """
    from recommender.heads.kept import KeptCategories
    from recommender.heads.rated import ratings_of
    from recommender.heads.rating_learning import learn_ratings
    from recommender.network import Modality

    shutil.rmtree(project.heads, ignore_errors=True)
    products = snapshot.products
    kept = products.filter(products["in_catalogue"])
    encoder = title_encoder(products)
    vectors = [title_vectors(products, encoder)] if encoder is not None else []
    if encoder is not None:
        encoder.save(project.heads / "titles")
    beside = project_vectors(project, _BESIDE)
    told: dict[str, JsonValue] = {}
    try:
        shown = [Modality.of(own, kept["id"]) for own in (*vectors, *(own for own in beside if own.name == IMAGE))]
        report = learn_from_catalogue(kept, shown, memory_gib=memory_gib)
        KeptCategories.of(report, kept["id"].to_pylist()).save(project.heads / "category")
        told["category named right"] = report.accuracy
    except InputError as error:
        told["category"] = str(error)
    try:
        every = [Modality.of(own, products["id"]) for own in (*vectors, *beside)]
        found = learn_ratings(ratings_of(snapshot), every, products["id"].to_pylist(), seed=seed)
        found.head.save(project.heads / "rating")
        told |= {f"rating error, {name}": own for name, own in found.validation.items()}
    except InputError as error:
        told["rating"] = str(error)
    return told


def foretell(
    project: Project, product: str, *, user: str | None = None, review: Text | None = None, photo: Path | None = None
) -> Rating:
    """Foretell a rating by the head that stage train has learned.

    Args:
        project: with the head.
        product: its id.
        user: id of the customer; one without ratings adds nothing.
        review: title and text, where something was written.
        photo: file of a photo to look at in place of the product's own.

    Raises:
        ProjectError: there is no such head, or it has not learned from photos.
        UnknownIdError: the graph did not have the product when the head was learned.
        PictureError: the photo cannot be used.
    """
    from kg.pictures import open_picture
    from recommender.network import Modality
    from shopgraph.pipeline.vectors import open_image_encoder

    head = Heads.load(project).ratings
    if head is None:
        raise ProjectError(
            f"{project.folder} has no head for ratings; 50 ratings that differ are needed. Learn it with: shopgraph "
            f"run --project {project.folder}"
        )
    if not head.knows(product):
        raise UnknownIdError(f'The head for ratings does not know the product "{product}".')
    vectors = []
    if photo is not None:
        if IMAGE not in head.moments:
            raise ProjectError(
                f"The head for ratings of {project.folder} has not learned from photos: the stage vectors has made "
                "none of products that are rated."
            )
        encoder = open_image_encoder(project)
        matrix = encoder.encode([open_picture(photo, edge=encoder.edge)])
        vectors.append(Modality(IMAGE, matrix, np.ones(1, dtype=np.bool_)))
    return head.rate([product], users=[user], reviews=[review], vectors=vectors)[0]


def learn_from_catalogue(products: pa.Table, vectors: Sequence[Modality], *, memory_gib: float) -> CategoryReport:
    """Learn categories from the first that each product is given.

    Args:
        products: of the catalogue, with ``categories``.
        vectors: of the products.
        memory_gib: GiB that may be used.

    Raises:
        InputError: there are too few categories, no vectors, or more of both than the memory holds.
    """
    from recommender.heads import learn_categories

    given = [own[0] if own else None for own in products["categories"].to_pylist()]
    width = sum(own.matrix.shape[1] for own in vectors) + len(set(given))
    needed = 8 * _COPIES * len(given) * width / 2**30
    if needed > memory_gib:
        raise InputError(
            f"Categories would take about {needed:.1f} GiB to learn; training.memory_gib is {memory_gib:g}."
        )
    return learn_categories(vectors, given)


def project_vectors(project: Project, names: Sequence[str]) -> list[Vectors]:
    """Give those of some vectors of products that the project has."""
    from shopgraph.nearest import ProjectVectors

    if not project.has_vectors:
        return []
    there = ProjectVectors(project)
    return there.of_products(name for name in names if name in there.names)


def title_encoder(products: pa.Table) -> NgramEncoder | None:
    """Learn to encode titles and descriptions by character n-grams; None where no product has any."""
    from embeddings.text.ngrams import NgramEncoder

    texts = [text for text in title_texts(products) if text]
    if not any(character.isalnum() for text in texts for character in text):
        return None
    encoder = NgramEncoder()
    encoder.fit(texts)
    return encoder


def title_vectors(products: pa.Table, encoder: NgramEncoder | None = None) -> Vectors:
    """Encode titles and descriptions; categories are left out, for they are what is checked.

    Args:
        products: with ``id``, ``name``, ``name_zh`` and ``description``.
        encoder: that was learned before; by default one that learns from these very products.
    """
    from embeddings.vectors import Vectors

    encoder = encoder or title_encoder(products)
    texts, ids = title_texts(products), products["id"].to_pylist()
    told = [number for number, text in enumerate(texts) if text]
    if encoder is None:
        told = []
    matrix = np.zeros((0, 1), dtype=np.float32) if encoder is None else encoder.encode([texts[row] for row in told])
    return Vectors.sorted(TEXT, "Product", [ids[row] for row in told], matrix)


def title_texts(products: pa.Table) -> list[str]:
    """Give title, Chinese title and description of each product as one text."""
    rows = products.select(["name", "name_zh", "description"]).to_pylist()
    return [" ".join(filter(None, (row["name"], row["name_zh"], row["description"]))) for row in rows]

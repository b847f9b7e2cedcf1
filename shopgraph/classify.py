"""The category of a product by its title, its photo, or both: of one that is new, or that has none yet."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from kg.errors import InputError
from shopgraph.discovery.vectors import opened
from shopgraph.heads import IMAGE, TEXT, Heads
from shopgraph.pipeline.vectors import open_image_encoder
from shopgraph.project import Project, ProjectError

if TYPE_CHECKING:
    from recommender.network import Modality


@dataclass(frozen=True, slots=True)
class CategoryChance:
    """A category, and the chance that it is the right one; those of all categories add up to 1."""

    category: str
    chance: float


def classify(
    project: Project, text: str | None = None, *, photo: Path | bytes | None = None, k: int = 3
) -> list[CategoryChance]:
    """Give the likeliest categories of a product, by the head that stage train has learned.

    Args:
        project: with the head.
        text: title, and description if there is one, in any language of the catalogue.
        photo: file, or the bytes of a picture.
        k: categories wanted.

    Raises:
        InputError: there is neither text nor photo, or the text has nothing that titles of the catalogue have.
        ProjectError: the project has no head for categories, or it has not learned from photos or texts.
        PictureError: the photo cannot be used.
    """
    heads = Heads.load(project)
    if heads.categories is None:
        raise ProjectError(
            f"{project.folder} has no head for categories; two categories of three products are needed. Learn it with: "
            f"shopgraph run --project {project.folder}"
        )
    head = heads.categories.head
    given = {}
    if text and text.strip():
        given[TEXT] = None if heads.titles is None else heads.titles.encode([text])
    if photo is not None:
        given[IMAGE] = _photo(project, photo) if IMAGE in head.sources else None
    for name, own in given.items():
        if own is None or name not in head.sources:
            what = "photos: set [vectors] images, and" if name == IMAGE else "titles:"
            raise ProjectError(
                f"The head for categories of {project.folder} has not learned from {what} run: shopgraph run --project "
                f"{project.folder}"
            )
    if not any(own is not None and own.any() for own in given.values()):
        raise InputError("Give words that titles of the catalogue have, or a photo; nothing can be told from these.")
    chances = head.chances([_modality(name, given.get(name), len(head.sources[name][0])) for name in head.sources])[0]
    best = np.argsort(-chances, kind="stable")[:k]
    return [CategoryChance(head.categories[place], float(chances[place])) for place in best.tolist()]


def _photo(project: Project, photo: Path | bytes) -> np.ndarray:
    encoder = open_image_encoder(project)
    return encoder.encode([opened(photo, edge=encoder.edge)])


def _modality(name: str, matrix: np.ndarray | None, dim: int) -> Modality:
    """Give the vector of the one product; absent where nothing was given."""
    from recommender.network import Modality

    if matrix is None or not matrix.any():
        return Modality(name, np.zeros((1, dim), dtype=np.float32), np.zeros(1, dtype=np.bool_))
    return Modality(name, np.asarray(matrix, dtype=np.float32), np.ones(1, dtype=np.bool_))

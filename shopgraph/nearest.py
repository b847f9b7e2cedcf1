"""Products near words, a photo or a node, by a project's vectors."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from kg.errors import UnknownIdError
from shopgraph.pipeline.vectors import GRAPH, IMAGE, SHARED, open_image_encoder, open_text_encoder, text_name
from shopgraph.project import Project, ProjectError

if TYPE_CHECKING:
    from embeddings.nearest import NearestNeighbours
    from embeddings.shared import SharedSpace
    from embeddings.vectors import VectorArray, Vectors

_FIRST = 0x3400
"""Of the Chinese characters."""
_LAST = 0x9FFF


@dataclass(frozen=True, slots=True)
class Near:
    """A node that was found.

    Attributes:
        label: of the node.
        id: of the node.
        name: shown to people; its id where it has none.
        score: cosine, -1 to 1.
    """

    label: str
    id: str
    name: str
    score: float


class ProjectVectors:
    """The vectors of a project, each opened when it is first asked for.

    Args:
        project: whose stage ``vectors`` has run.

    Raises:
        ProjectError: it has no vectors yet.
    """

    def __init__(self, project: Project) -> None:
        if not project.has_vectors:
            raise ProjectError(
                f"{project.folder} has no vectors yet. Make them with: shopgraph run --project {project.folder}"
            )
        self.project = project
        self._opened: dict[str, Vectors] = {}
        self._indexes: dict[str, NearestNeighbours] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the vectors there are, without the shared space."""
        folders = (path.parent.name for path in self.project.vectors.glob("*/manifest.json"))
        return tuple(sorted(name for name in folders if name != SHARED and not name.endswith("-encoder")))

    def vectors(self, name: str) -> Vectors:
        """Give vectors by their name.

        Raises:
            ProjectError: there are none of that name.
            ModelError: they are damaged.
        """
        from embeddings.artefact import load_vectors

        if name not in self._opened:
            if name not in self.names:
                known = ", ".join(self.names) or "none"
                raise ProjectError(f'{self.project.folder} has no vectors "{name}". It has: {known}.')
            self._opened[name] = load_vectors(self.project.vectors / name).vectors
        return self._opened[name]

    def of_products(self, names: Iterable[str]) -> list[Vectors]:
        """Give vectors by their names, those that hold no product left out; ``shared`` is the shared space.

        Raises:
            ProjectError: there are none of a name.
            ModelError: they are damaged.
        """
        found = [self.places if name == SHARED and self.space is not None else self.vectors(name) for name in names]
        return [own for own in found if len(own.ids.label_ids("Product"))]

    @cached_property
    def space(self) -> SharedSpace | None:
        """The space in which words and photos lie together; None where there is none."""
        from embeddings.shared import load_shared

        folder = self.project.vectors / SHARED
        return load_shared(folder) if folder.is_dir() else None

    def of_words(self, words: str, *, k: int) -> list[Near]:
        """Give the products whose texts and photos are nearest to words."""
        view = self.view(words)
        encoder = open_text_encoder(self.project, self.language(view))
        matrix = encoder.encode([words])
        if self.space is None or view not in self.space.projections:
            return self._search(view, self.vectors(view), matrix, k)
        self.space.check_source(view, encoder.fingerprint)
        return self._search(SHARED, self.places, self.space.project(view, matrix), k)

    def of_photo(self, photo: Path, *, k: int) -> list[Near]:
        """Give the products whose photos are nearest to a photo.

        Raises:
            PictureError: the photo cannot be used.
        """
        from kg.pictures import open_picture

        encoder = open_image_encoder(self.project)
        picture = open_picture(photo, edge=encoder.edge)
        return self._search(IMAGE, self.vectors(IMAGE), encoder.encode([picture]), k)

    def of_node(self, label: str, id_: str, *, name: str = GRAPH, among: str | None = "Product", k: int) -> list[Near]:
        """Give the nodes nearest to a node.

        Args:
            label: of the node.
            id_: of the node.
            name: of the vectors to compare.
            among: label of the nodes to search among; None for all.
            k: nodes wanted.

        Raises:
            UnknownIdError: the node has no such vector.
        """
        vectors = self.vectors(name)
        if not len(vectors.ids.find(label, [id_])) or vectors.ids.find(label, [id_])[0] < 0:
            raise UnknownIdError(f'No vector "{name}" of the {label} {id_!r}. Look the id up, or choose other vectors.')
        return self._named(self._index(name, vectors).of(label, [id_], k, among=among)[0])

    @cached_property
    def places(self) -> Vectors:
        """The products in the shared space: the mean of where their texts and photos lie."""
        from embeddings.vectors import Vectors

        assert self.space is not None
        placed = [self.space.vectors(view, self.vectors(view)) for view in self.space.projections]
        ids = sorted({id_ for one in placed for id_ in one.ids.label_ids("Product").to_pylist()})
        total = np.zeros((len(ids), self.space.dim), dtype=np.float32)
        for one in placed:
            found, _ = one.of("Product", ids)
            total += found
        return Vectors.sorted(SHARED, "Product", ids, total)

    def _search(self, name: str, vectors: Vectors, matrix: VectorArray, k: int) -> list[Near]:
        if not matrix.any():
            return []
        return self._named(self._index(name, vectors).search(matrix, k, label="Product")[0])

    def _index(self, name: str, vectors: Vectors) -> NearestNeighbours:
        from embeddings.nearest import NearestNeighbours

        if name not in self._indexes:
            self._indexes[name] = NearestNeighbours(vectors)
        return self._indexes[name]

    def _named(self, found: list) -> list[Near]:  # type: ignore[type-arg]
        from kg.snapshot import load_snapshot

        snapshot = load_snapshot(self.project.snapshot)
        near = []
        for one in found:
            row = int(snapshot.ids.find(one.label, [one.id])[0])
            near.append(Near(one.label, one.id, snapshot.name(row) if row >= 0 else one.id, one.score))
        return near

    def view(self, words: str) -> str:
        """Choose the texts that words are compared with, by their script."""
        own = self.project.settings.linking.language
        chinese = any(_FIRST <= ord(character) <= _LAST for character in words)
        name = text_name("zh", own) if chinese else "text"
        return name if name in self.names else "text"

    def language(self, view: str) -> str:
        """Give the language of the texts that a view was made of."""
        return self.project.settings.linking.language if view == "text" else view.removeprefix("text_")

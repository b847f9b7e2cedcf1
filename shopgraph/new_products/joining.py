"""New products join a trained model by links, text and photo at once, encoded as the known ones were."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from kg.pictures import PictureError
from recommender import Recommender
from recommender.newcomers import NewProduct
from shopgraph.discovery.vectors import opened
from shopgraph.new_products.reading import Arrival, Aside, read_new_products
from shopgraph.pipeline.vectors import IMAGE, open_image_encoder, open_text_encoder
from shopgraph.project import Project

if TYPE_CHECKING:
    from PIL.Image import Image

    from embeddings.image import ImageEncoder
    from embeddings.text import TextEncoder
    from embeddings.vectors import VectorArray, Vectors
    from shopgraph.nearest import ProjectVectors

_CHINESE = "zh"
_TEXT = "text"


class NewProducts:
    """Joins new products to a model. It may be asked by several threads at once; encoders are opened when needed.

    Args:
        project: by whose vectors of texts and photos products are compared; it need not have any.
        recommender: of the model that was trained.
    """

    def __init__(self, project: Project, recommender: Recommender) -> None:
        self._project, self._recommender = project, recommender
        self._lock = threading.Lock()
        self._texts: dict[str, TextEncoder] = {}
        self._image: ImageEncoder | None = None
        self._known: ProjectVectors | None = None
        if project.has_vectors:
            from shopgraph.nearest import ProjectVectors

            self._known = ProjectVectors(project)

    @property
    def views(self) -> tuple[str, ...]:
        """Names of the vectors that new products get: of texts, in each language, and of photos."""
        names = () if self._known is None else self._known.names
        return tuple(name for name in names if name == IMAGE or name.partition("_")[0] == _TEXT)

    def joined(self, arrivals: Sequence[Arrival], *, aside: Aside | None = None) -> Recommender:
        """Give a recommender that also has the new products; the one it comes from stays as it is.

        Args:
            arrivals: the new products.
            aside: told of each photo that cannot be used, and the others go on; None to stop at the first.

        Raises:
            InputError: a product is in the catalogue already, or comes twice.
            PictureError: a photo cannot be used, and nobody wants to be told of it.
        """
        with self._lock:
            vectors = self._vectors(arrivals, aside)
            return self._recommender.with_products([own.product for own in arrivals], modalities=vectors)

    def _vectors(self, arrivals: Sequence[Arrival], aside: Aside | None) -> list[Vectors]:
        """Give the vectors of the products known with those of the new ones, one kind after the other."""
        from embeddings.vectors import Vectors

        found = []
        for view in self.views:
            assert self._known is not None
            known = self._known.vectors(view)
            matrix = self._photos(arrivals, aside) if view == IMAGE else self._words(view, arrivals)
            new = {arrivals[row].product.id: row for row in np.flatnonzero(matrix.any(axis=1)).tolist()}
            ids = [id_ for id_ in known.ids.label_ids("Product").to_pylist() if id_ not in new]
            whole = np.concatenate([known.of("Product", ids)[0], matrix[list(new.values())]])
            found.append(Vectors.sorted(view, "Product", [*ids, *new], whole))
        return found

    def notes(self, arrivals: Sequence[Arrival]) -> tuple[str, ...]:
        """Say what of the new products could not be looked at."""
        shown = sum(bool(own.photos) for own in arrivals)
        if not shown or IMAGE in self.views:
            return ()
        return (
            f"The photos of {shown:,} new products were passed over, for the project has no vectors of photos. Set "
            f"[vectors] images and run: shopgraph run --project {self._project.folder}",
        )

    def _words(self, view: str, arrivals: Sequence[Arrival]) -> VectorArray:
        from embeddings.text import encode_texts

        assert self._known is not None
        language = self._known.language(view)
        if view not in self._texts:
            self._texts[view] = open_text_encoder(self._project, language)
        encoder = self._texts[view]
        return encode_texts([_text(own.product, chinese=language == _CHINESE) for own in arrivals], encoder)

    def _photos(self, arrivals: Sequence[Arrival], aside: Aside | None) -> VectorArray:
        """Give each product the mean of its photos' vectors, of length 1; zeros for one without."""
        assert self._known is not None
        found = np.zeros((len(arrivals), self._known.vectors(IMAGE).dim), dtype=np.float32)
        for row, own in enumerate(arrivals):
            if own.photos:
                self._image = self._image or open_image_encoder(self._project)
                pictures = list(_pictures(own.photos, self._image.edge, aside))
                mean = self._image.encode(pictures).sum(axis=0) if pictures else found[row]
                found[row] = mean / max(float(np.linalg.norm(mean)), 1e-12)
        return found


def with_new_products(project: Project, recommender: Recommender, arrivals: Sequence[Arrival]) -> Recommender:
    """Give a recommender that also has new products, recommended by their links, texts and photos at once.

    Args:
        project: that the model is of; its own encoders make the vectors.
        recommender: of the model.
        arrivals: the new products, such as ``read_new_products`` gives.

    Raises:
        InputError: a product is in the catalogue already, or comes twice.
        PictureError: a photo cannot be used.
    """
    return NewProducts(project, recommender).joined(arrivals)


def with_waiting_products(project: Project, recommender: Recommender, *, aside: Aside) -> Recommender:
    """Give a recommender that also has the products in the project's folder ``new``; those it knows are passed over.

    Args:
        project: that the model is of.
        recommender: of the model.
        aside: told of each row and each photo that cannot be used, where and why; all others go on.

    Raises:
        InputError: the folder has no products.
    """
    if not project.has_new_products:
        return recommender
    known = recommender.catalogue.row_of
    waiting: dict[str, Arrival] = {}
    for own in read_new_products(project.new_products, aside=aside):
        if own.product.id in waiting:
            aside(f"{project.new_products}: the product {own.product.id} comes twice; its first row counts")
        elif own.product.id not in known:
            waiting[own.product.id] = own
    if not waiting:
        return recommender
    return NewProducts(project, recommender).joined(list(waiting.values()), aside=aside)


def _pictures(photos: Sequence[Path | bytes], edge: int, aside: Aside | None) -> Iterator[Image]:
    for photo in photos:
        try:
            yield opened(photo, edge=edge)
        except PictureError as error:
            if aside is None:
                raise
            aside(str(error))


def _text(product: NewProduct, *, chinese: bool) -> str:
    from embeddings.text import product_text

    name, description = product.name, product.description
    if chinese:
        name, description = product.name_zh or name, product.description_zh or description
    steps = dict.fromkeys(path.rpartition(" > ")[2] for path in product.categories)
    return product_text(name, product.brand, ", ".join(steps), description)

"""What the catalogue captioner learns from, and what it says of its training."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from linking.mentions import NodeRef


@dataclass(frozen=True, slots=True)
class PhotoExample:
    """A photo with what the shop says of its product.

    Attributes:
        image_id: id of the photo's node.
        path: the photo's file.
        product_id: photos of one product are never on both sides of a validation.
        title: the product's, for words that are no label but can be seen.
        labels: head -> the node and its words. A head is ``category 1``, ``category 2``, ... for the steps of the
            category path from the root, or the name of an attribute. What the shop does not say is not there.
    """

    image_id: str
    path: Path
    product_id: str
    title: str
    labels: Mapping[str, tuple[NodeRef, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HeadReport:
    """How well one thing can be seen on photos, by validation on products left out.

    Attributes:
        head: name of the category step or attribute; ``title: WORD`` for a word of titles.
        kept: captions speak of it.
        accuracy: share of the photos that were named rightly. Of a word, the share of its namings that were right.
        majority: what saying the most frequent value always would reach. Of a word, the share of titles with it.
        photos: it was validated on.
        values: kept of it.
        mix: features it goes by.
        why: it was kept or dropped.
    """

    head: str
    kept: bool
    accuracy: float
    majority: float
    photos: int
    values: int
    mix: str
    why: str

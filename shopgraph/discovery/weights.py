"""How much each part of a search's ranking counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from shopgraph.discovery.evidence import Trust


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights of the parts of a score, each part between 0 and 1; chosen on demo shops of the seeds 1 to 3.

    Attributes:
        names: of what the words mean, by label; the mean over the names of a query counts 1.
        words: of BM25, divided by the best product's.
        vectors: of the cosine of words with texts and photos, beside names.
        vectors_alone: the same where the words name nothing that is known.
        photo: of the cosine of a photo with photos.
        photo_kind: of what kind of thing the products nearest to a photo are.
        taste: of the recommender's score for the customer.
        cheap: of a low price, where one is wished for.
        popular: of popularity, which decides between equals.
        trust: in each kind of evidence.
    """

    names: Mapping[str, float] = field(
        default_factory=lambda: {"Product": 2.0, "Category": 1.0, "Brand": 1.0, "Attribute": 1.0, "Aspect": 0.7}
    )
    words: float = 0.3
    vectors: float = 0.1
    vectors_alone: float = 0.3
    photo: float = 1.0
    photo_kind: float = 1.0
    taste: float = 0.3
    cheap: float = 0.3
    popular: float = 0.01
    trust: Trust = field(default_factory=Trust)

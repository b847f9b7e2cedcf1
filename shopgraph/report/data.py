"""What a report shows, as plain data: no file is open and nothing is computed any more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from recommender.answers import Reason
from recommender.groups import Group

if TYPE_CHECKING:
    from recommender.ablation import Variant


@dataclass(frozen=True, slots=True)
class Count:
    """How many nodes of a label, or edges of a type, the graph holds.

    Attributes:
        name: label or relationship type.
        count: how many.
        doc: what it is, in one line.
        colors: of the labels it is or joins, ``#rrggbb``.
        ends: for edges, the pairs of labels that they join; empty for nodes.
    """

    name: str
    count: int
    doc: str
    colors: tuple[str, ...]
    ends: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class TableQuality:
    """What the import did with one table.

    Attributes:
        name: of the table; empty for lines that could not be read.
        read: records.
        kept: of these, let in.
        implied: rows added for what other tables name.
        reasons: (code, what is wrong, rows set aside), most first.
    """

    name: str
    read: int
    kept: int
    implied: int
    reasons: tuple[tuple[str, str, int], ...]

    @property
    def quarantined(self) -> int:
        """Rows set aside."""
        return sum(number for _, _, number in self.reasons)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How good the recommendations are on the part of the data that was kept from learning.

    Attributes:
        metrics: name, such as ``recall@10`` -> value of the model. Higher is better.
        intervals: metric -> lower and upper end of its confidence interval.
        baselines: name of a simpler method -> its metrics.
        model: name of the model.
        confidence: of the intervals.
        groups: the same for parts of customers and of test products.
    """

    metrics: Mapping[str, float] = field(default_factory=dict)
    intervals: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    baselines: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    model: str = "shopgraph"
    confidence: float = 0.95
    groups: tuple[Group, ...] = ()


@dataclass(frozen=True, slots=True)
class Ablation:
    """What each part of the model gives.

    Attributes:
        model: fingerprint of the model that was taken apart.
        stale: the project's model is another one by now.
        users: judged.
        metrics: shown, such as ``recall@10``.
        variants: the whole model first.
    """

    model: str
    stale: bool
    users: int
    metrics: tuple[str, ...]
    variants: tuple[Variant, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """A product as shown to people.

    Attributes:
        id: external id.
        name: its name, or its id where it has none.
        name_zh: Chinese name; empty where there is none.
        brand: name of the brand; empty where unknown.
        price: in the shop's currency; None where unknown.
        image: file of the photo; None where there is none.
    """

    id: str
    name: str
    name_zh: str = ""
    brand: str = ""
    price: float | None = None
    image: Path | None = None


@dataclass(frozen=True, slots=True)
class Recommended:
    """A recommended product, with why: ``reasons`` are the strongest, in order."""

    card: Card
    rank: int
    score: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """One customer: what they had, and what they are recommended.

    Attributes:
        user: external id.
        name: to show.
        history: products they had, as many as are shown.
        n_history: how many they had in all.
        recommended: best first.
        source: how the recommendations were found, as in ``Answer.source``.
        notes: what the recommender said besides.
    """

    user: str
    name: str
    history: tuple[Card, ...]
    n_history: int
    recommended: tuple[Recommended, ...]
    source: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VectorKind:
    """Vectors of one kind.

    Attributes:
        name: of the kind: ``graph``, ``text``, ``image``.
        made_by: model or views; empty where it is not told.
        labels: label -> nodes that have one.
        dim: numbers in a vector.
        metrics: name (``mrr``, ``hits@10``, ``views``: recall@10 from one view to another) -> value, on validation.
    """

    name: str
    made_by: str
    labels: Mapping[str, int]
    dim: int
    metrics: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReportData:
    """Everything a report shows.

    Attributes:
        title: of the page.
        nodes, edges: counts per label and per relationship type.
        quality: outcome of the import, per table.
        evaluation: metrics beside the baselines.
        parameters: name -> value, of what was chosen or set.
        stories: sample customers.
        ablation: what each part of the model gives; None where that was not tried.
        names_zh: label and id -> Chinese name of the nodes on the paths of reasons.
        vectors: there are.
        product_map: picture of the products by their vectors, an ``<svg>`` element; empty where there is none.
        fingerprint: of the snapshot; empty where unknown.
        source: what was imported; empty where unknown.
    """

    title: str
    nodes: tuple[Count, ...] = ()
    edges: tuple[Count, ...] = ()
    quality: tuple[TableQuality, ...] = ()
    evaluation: Evaluation = field(default_factory=Evaluation)
    parameters: Mapping[str, object] = field(default_factory=dict)
    stories: tuple[Story, ...] = ()
    ablation: Ablation | None = None
    names_zh: Mapping[tuple[str, str], str] = field(default_factory=dict)
    vectors: tuple[VectorKind, ...] = ()
    product_map: str = ""
    fingerprint: str = ""
    source: str = ""

"""What the recommender answers: products with scores, the way each was found, and the reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from recommender.wording import Names, sentence


@dataclass(frozen=True, slots=True)
class Node:
    """A node of the graph on the path of a reason.

    Attributes:
        label: such as ``Brand``; ``User``, ``Review`` or ``Image`` for customers, reviews or photos taken together.
        id: external id; empty where several nodes are taken together.
        name: shown to people.
    """

    label: str
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Step:
    """One edge of a path: its type, whether it is walked forwards, and the node it leads to."""

    relation: str
    forward: bool
    node: Node


@dataclass(frozen=True, slots=True)
class Reason:
    """A part of a score, and the path in the graph that it comes from.

    Attributes:
        history: the product of the customer's history that speaks for (or, if negative, against) the recommendation;
            None where the reason is popularity.
        relation: ``interactions``, a relation's name such as ``HAS_BRAND``, ``indirect`` where the products have no
            basket in common and the weight comes through others, or the name of a part made of vectors: ``network``.
        score: this reason's part; the parts of all reasons add up to the score.
        share: the part divided by the score.
        path: from the history product to the recommended one; of the network's reasons, through what the two have in
            common in the graph, or a step called as the reason is where they have nothing.
        evidence: how many nodes in between say the same (customers, categories, ...).
    """

    history: Node | None
    relation: str
    score: float
    share: float
    path: tuple[Step, ...]
    evidence: int

    def sentence(self, language: str = "en", *, names: Names | None = None) -> str:
        """Say it in a plain sentence, made from a template; ``recommender.wording`` has the templates.

        Args:
            language: ``en`` or ``zh``.
            names: of nodes in that language, such as ``shopgraph.chinese.chinese_names`` gives; a node without one
                keeps its own.

        Raises:
            ConfigurationError: there are no sentences in the language.
        """
        return sentence(self, language=language, names=names)

    def named_path(self) -> str:
        """Write the path: names of nodes with the relations between them; empty where there is none."""
        if self.history is None:
            return ""
        words = [self.history.name]
        for step in self.path:
            words.append(f"-[{step.relation}]->" if step.forward else f"<-[{step.relation}]-")
            words.append(step.node.name)
        return " ".join(words)


@dataclass(frozen=True, slots=True)
class Recommendation:
    """One recommended product.

    Attributes:
        rank: from 1.
        product: the product.
        score: the model's, higher is better; comparable within one answer only. Rules move a product's rank and leave
            its score as it is.
        reasons: strongest first; empty unless asked for.
        rules: pins and boosts that had a say in its rank.
        shares: of the score, by source (``behaviour``, ``graph``, ``text``, ...), adding up to 1; empty unless reasons
            are asked for and something is known of the customer.
    """

    rank: int
    product: Node
    score: float
    reasons: tuple[Reason, ...] = ()
    rules: tuple[str, ...] = ()
    shares: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one request.

    Attributes:
        items: best first; fewer than asked for where the catalogue or the filters leave no more.
        source: the way it was found: ``history``, ``popularity`` (nothing is known of the customer), ``similar``,
            ``content`` (no behaviour; by the products' words) or ``search``.
        model: name and fingerprint of the model.
        notes: what the caller should know, such as ids of the history that the model does not know.
    """

    items: tuple[Recommendation, ...]
    source: str
    model: str
    notes: tuple[str, ...] = field(default=())

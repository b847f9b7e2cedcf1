"""Settings of the network; what was tried is in ``docs/explanation/fusion.md``."""

from __future__ import annotations

from dataclasses import dataclass

from kg.errors import ConfigurationError

HYBRID, FEATURE, DECISION = "hybrid", "feature", "decision"
FUSIONS = (HYBRID, FEATURE, DECISION)
PRECISIONS = ("auto", "fp32", "bf16")


@dataclass(frozen=True, slots=True)
class NetworkSettings:
    """How the network is made and trained.

    Attributes:
        fusion: ``hybrid`` (default): gated vectors go into propagation, and the network's score is joined with the
            closed form by a weight chosen on validation; ``feature``: the network alone; ``decision``: the closed form
            and one score for each modality, joined by weights chosen on validation.
        dim: numbers in an item's vector, default 128.
        hops: steps of propagation over the graph of items, default 1; 0 for none.
        relations: messages from the nodes that items are linked to (brands, categories, linked pages), default true.
        neighbours: items that an item is joined to in the graph of items, default 20.
        epochs: passes over the customers at most, default 10.
        batch: histories in a batch; None (default): 128 up to 8,000 customers, 256 up to 16,000, else 1,024.
        learning_rate: at the start, default 0.008; it falls along half a cosine.
        history_dropout: share of the input vectors' numbers dropped, default 0.1.
        score_dropout: share of a history vector's numbers dropped, default 0.
        node_dropout: share of linked nodes that send no message in a step, default 0.5.
        penalty: of the squared length of all items' vectors in the loss, default 1e-5.
        knowledge: weight of baskets that are no customers' (a brand's products, the products that a page links to) in
            the loss, default 0.5; 0 for none.
        alignment: weight of the contrastive loss between an item's modalities, default 0.
        negatives: wrong items drawn for a batch, 0 for the whole catalogue; None (default): the whole catalogue up to
            4,000 items, else 2,048 drawn, 8,192 above 16,000 items, with the correction for how often each is drawn.
            Where ``sampled``, they are always drawn, 2,048 unless a number is given.
        sampled: compute the vectors of a batch's items alone, from ``fanout`` drawn neighbours of each, in place of all
            items' in every step; None (default): where the whole would not fit into the memory allowed.
        fanout: neighbours drawn of an item at each step of propagation where ``sampled``, default 5.
        precision: of the products of histories and rivals: ``bf16``, ``fp32``, or ``auto`` (default), which takes
            ``bf16`` on a GPU.
        members: networks trained from different seeds whose scores are added, default 2.
        validation_fraction: share of each customer's products that chooses epochs and weight, default 0.05, more where
            that is few; less than tuning takes, because the closed form gains by every product more than the network.
        patience: validations without gain after which training ends, default 3.
        checkpoint_seconds: between two checkpoints, default 60.
        device: ``auto`` (a GPU where there is one, default), ``cpu`` or ``cuda``.
        seed: of every random choice, default 0.
    """

    fusion: str = HYBRID
    dim: int = 128
    hops: int = 1
    relations: bool = True
    neighbours: int = 20
    epochs: int = 10
    batch: int | None = None
    learning_rate: float = 0.008
    history_dropout: float = 0.1
    score_dropout: float = 0.0
    node_dropout: float = 0.5
    penalty: float = 1e-5
    knowledge: float = 0.5
    alignment: float = 0.0
    negatives: int | None = None
    sampled: bool | None = None
    fanout: int = 5
    precision: str = "auto"
    members: int = 2
    validation_fraction: float = 0.05
    patience: int = 3
    checkpoint_seconds: float = 60.0
    device: str = "auto"
    seed: int = 0

    def __post_init__(self) -> None:
        if self.fusion not in FUSIONS:
            raise ConfigurationError(f'There is no fusion "{self.fusion}": {", ".join(FUSIONS)}.')
        for name in ("dim", "neighbours", "epochs", "fanout", "members", "patience"):
            if getattr(self, name) < 1:
                raise ConfigurationError(f"network.{name} is {getattr(self, name)}; give 1 or more.")
        if self.batch is not None and self.batch < 1:
            raise ConfigurationError(f"network.batch is {self.batch}; give 1 or more, or leave it out.")
        for name in ("history_dropout", "score_dropout", "node_dropout"):
            if not 0 <= getattr(self, name) < 1:
                raise ConfigurationError(f"network.{name} is {getattr(self, name)}; give a share from 0 to below 1.")
        if not 0 < self.validation_fraction < 1:
            raise ConfigurationError(
                f"network.validation_fraction is {self.validation_fraction}; give a number between 0 and 1."
            )
        for name in ("hops", "penalty", "knowledge", "alignment"):
            if getattr(self, name) < 0:
                raise ConfigurationError(f"network.{name} is {getattr(self, name)}; give 0 or more.")
        if self.precision not in PRECISIONS:
            raise ConfigurationError(f'There is no precision "{self.precision}": {", ".join(PRECISIONS)}.')
        if self.learning_rate <= 0:
            raise ConfigurationError(f"network.learning_rate is {self.learning_rate}; give a number above 0.")

    def histories(self, n_users: int) -> int:
        """Give how many histories a batch has: few where there are few, or they would teach in too few steps."""
        return self.batch or next(own for most, own in _BATCHES if n_users <= most)

    def wrong_items(self, n_items: int) -> int:
        """Give how many wrong items are drawn for a batch; 0 for all."""
        if self.sampled:  # of all items' vectors there are those that a batch needs, so its rivals are drawn
            return min(n_items, self.negatives or _DRAWN_SAMPLED)
        if self.negatives is not None:
            return 0 if self.negatives >= n_items else self.negatives
        return next(drawn for most, drawn in _DRAWN if n_items <= most)


_DRAWN = ((4_000, 0), (16_000, 2_048), (float("inf"), 8_192))
"""Wrong items drawn for a batch, by the most items of the catalogue."""
_DRAWN_SAMPLED = 2_048
_BATCHES = ((8_000, 128), (16_000, 256), (float("inf"), 1_024))
"""Histories in a batch, by the most customers to learn from."""

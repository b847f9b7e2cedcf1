"""What a validation part says of networks: the epochs and the weights that rank best beside the closed form."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from recommender.arrays import Csr, FloatArray
from recommender.baskets import all_baskets
from recommender.data import TrainingData
from recommender.models import model
from recommender.network.blend import choose_weights, worth
from recommender.network.estimate import extent_of, judges, planned, settled, told_memory
from recommender.network.graph import item_graph
from recommender.network.material import Material
from recommender.network.part import VectorPart
from recommender.network.settings import FEATURE, NetworkSettings
from recommender.network.training import Examples, Trainer, joined
from recommender.scoring import VectorScorer, on_one_scale
from recommender.tuning import Judge

NETWORK, CLOSED_FORM = "network", "closed_form"
WEIGHTS = (0.2, 0.35, 0.5, 0.7, 1.0, 1.4, 2.0)
"""Weights beside the closed form that are tried."""

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much is done, and of how much."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the validation part says of a network beside a closed form.

    Attributes:
        validation: by which it was judged.
        epochs: that are best.
        weights: of closed form and network.
        alone: metrics of the closed form alone.
        joined: metrics of both joined.
    """

    validation: Validation
    epochs: int
    weights: Mapping[str, float]
    alone: Mapping[str, float]
    joined: Mapping[str, float]

    @property
    def metrics(self) -> dict[str, float]:
        """Both in one, those of the closed form with its name before theirs."""
        return {f"{CLOSED_FORM} {name}": value for name, value in self.alone.items()} | dict(self.joined)


class Validation:
    """Customers of the validation part, and what the closed form scores for them.

    Args:
        material: with a validation part.
        settings: of the network.
        tell: told what is being done.
    """

    def __init__(self, material: Material, settings: NetworkSettings, tell: Progress) -> None:
        assert material.held is not None
        tell("closed form for validation", 0, 1)
        users = np.flatnonzero(np.diff(material.held.indptr))
        room = judges(material.held.shape[1])
        if len(users) > room:
            users = np.sort(np.random.default_rng(settings.seed).choice(users, room, replace=False))
        self.material = material
        self.histories = material.rest.interactions[users]
        self.judge = Judge(material.rest.seen[users], material.held[users])
        self.weights = model(material.model).fit(all_baskets(material.rest), material.parameters, material.resources)
        self.closed: FloatArray = on_one_scale((self.histories @ self.weights).toarray())
        self.parts: tuple[VectorPart, ...] = ()
        self.latest: VectorPart | None = None
        self.examples = examples_of(material.rest, self.weights, material, settings)
        self.settings = settled(extent_of(self.examples), settings, memory_gib=material.resources.memory_gib)

    def under(self, settings: NetworkSettings) -> Validation:
        """Give the same for other settings; what the closed form scores is kept."""
        other = copy.copy(self)
        other.parts = ()
        if settings.neighbours != self.settings.neighbours:
            other.examples = examples_of(self.material.rest, self.weights, self.material, settings)
        other.settings = settled(extent_of(other.examples), settings, memory_gib=self.material.resources.memory_gib)
        return other

    def choose_epochs(self, tell: Progress) -> Judgement:
        """Train on the rest and keep the epoch and the weights that rank best.

        Raises:
            MemoryEstimateError: the network would not fit into the memory allowed.
        """
        settings, needed = planned(
            extent_of(self.examples), self.settings, memory_gib=self.material.resources.memory_gib
        )
        alone = self.judge(lambda part: self.closed[part])
        best_epochs, best_weights, best = 1, {CLOSED_FORM: 1.0, NETWORK: WEIGHTS[0]}, dict.fromkeys(alone, 0.0)
        waited = 0
        trainers = [Trainer(self.examples, settings, member=member) for member in range(settings.members)]
        for epoch in range(1, settings.epochs + 1):
            for trainer in trainers:
                loss = trainer.run_epoch()
            tell(f"choosing epochs, {told_memory(settings, needed)} (loss {loss:.3f})", epoch, settings.epochs)
            if epoch % 2 and epoch != settings.epochs:
                continue
            weights, found = self.weigh(trainers)
            if worth(found, alone) > worth(best, alone):
                best_epochs, best_weights, best, waited = epoch, weights, found, 0
                assert self.latest is not None
                self.parts = (replace(self.latest, weight=weights.get(NETWORK, 0.0)),)
            else:
                waited += 1
                if waited >= settings.patience:
                    break
        return Judgement(self, best_epochs, best_weights, alone, best)

    def weigh(self, trainers: Sequence[Trainer]) -> tuple[dict[str, float], dict[str, float]]:
        """Choose the weights of closed form and network; give them and what they reach."""
        self.latest = None  # what is not the best goes before there is more
        inputs, outputs = joined([trainer.vectors() for trainer in trainers])
        self.latest = VectorPart(NETWORK, inputs, outputs, 1.0)
        own = on_one_scale(VectorScorer(inputs, self.latest.whole).block(self.histories))
        if self.settings.fusion == FEATURE:
            return {NETWORK: 1.0, CLOSED_FORM: 0.0}, self.judge(lambda part: own[part])
        return choose_weights(
            self.judge,
            {CLOSED_FORM: lambda part: self.closed[part], NETWORK: lambda part: own[part]},
            first=CLOSED_FORM,
            grid=WEIGHTS,
        )


def examples_of(data: TrainingData, weights: Csr, material: Material, settings: NetworkSettings) -> Examples:
    """Give what a network learns from data and from the item weights of the closed form that was fitted to them."""
    graph = item_graph(all_baskets(data), weights, neighbours=settings.neighbours)
    return Examples(data.interactions, data.target, graph, tuple(material.modalities))

"""From the closed form and the network to one model: what validation chooses, and the fit on everything."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from recommender.arrays import BoolArray, Csr, FloatArray
from recommender.network.blend import choose_weights, worth
from recommender.network.estimate import extent_of, planned, told_memory
from recommender.network.material import Material
from recommender.network.part import VectorPart
from recommender.network.settings import DECISION, FEATURE, NetworkSettings
from recommender.network.training import Examples, train_vectors
from recommender.network.validation import CLOSED_FORM, NETWORK, WEIGHTS, Judgement, Progress, Validation, examples_of
from recommender.scoring import HistoryScorer, VectorScorer, joined_scorer, on_one_scale

_USUAL_WEIGHT = 0.5
"""Of the network beside the closed form where nobody can judge."""


@dataclass(frozen=True, slots=True)
class Fusion:
    """A fused model.

    Attributes:
        parts: item vectors for serving.
        weight: of the closed form beside them.
        metrics: of validation: the closed form alone, and joined; empty where nothing could be judged.
        epochs: that the network was trained for.
        judged: scorer of the model without the validation part; None where nothing could be judged.
    """

    parts: tuple[VectorPart, ...]
    weight: float
    metrics: Mapping[str, float]
    epochs: int
    judged: HistoryScorer | None = None


def judge(material: Material, settings: NetworkSettings, tell: Progress) -> Judgement | None:
    """Choose epochs and weights on the validation part; None where there is none, or no network to train."""
    if material.held is None or settings.fusion == DECISION:
        return None
    return Validation(material, settings, tell).choose_epochs(tell)


def best_beside(
    material: Material, others: Sequence[Mapping[str, float]], settings: NetworkSettings, tell: Progress
) -> tuple[Material, Judgement | None]:
    """Choose the closed form's parameters by what it reaches with the network.

    Parameters that are best for the closed form alone may leave the network less to add than others do.

    Args:
        material: with the first parameters.
        others: further ones that are tried.
        settings: of the network.
        tell: told what is being done.

    Returns:
        The material with the best parameters, and what was found of them.
    """
    best = judge(material, settings, tell)
    if best is None:
        return material, None
    alone = best.alone
    for parameters in others:
        tried = replace(material, parameters=parameters)
        found = judge(tried, settings, tell)
        assert found is not None  # the same part judges
        if worth(found.joined, alone) > worth(best.joined, alone):
            material, best = tried, found
    return material, best


def fuse(
    material: Material,
    weights: Csr,
    settings: NetworkSettings,
    *,
    judgement: Judgement | None = None,
    checkpoint: Path | None,
    tell: Progress,
) -> Fusion:
    """Choose epochs and weights on the validation part, then train on all of train.

    Args:
        material: to learn from.
        weights: item weights of the closed form fitted to all of train, ``(n_items, n_items)``.
        settings: of the network.
        judgement: what ``judge`` said of this material, if it was asked before.
        checkpoint: file beside which the state of the training is kept; None for none.
        tell: told what is being done, how much is done, and of how much.

    Raises:
        ModelError: no customer has two products.
        MemoryEstimateError: it would not fit into the memory allowed.
    """
    if settings.fusion == DECISION:
        return _decision(material, Validation(material, settings, tell) if material.held is not None else None)
    judgement = judgement or judge(material, settings, tell)
    epochs = settings.epochs if judgement is None else judgement.epochs
    shares = {CLOSED_FORM: 1.0, NETWORK: _USUAL_WEIGHT} if judgement is None else judgement.weights
    closed = 0.0 if settings.fusion == FEATURE else shares[CLOSED_FORM]
    own = 1.0 if settings.fusion == FEATURE else shares.get(NETWORK, 0.0)
    part = network_part(material, weights, settings, epochs=epochs, weight=own, checkpoint=checkpoint, tell=tell)
    if judgement is None:
        return Fusion((part,), closed, {}, epochs)
    judged = judgement.validation
    scorer = joined_scorer(judged.weights, closed, judged.parts)
    return Fusion((part,), closed, judgement.metrics, epochs, scorer)


def parts_again(
    parts: Sequence[VectorPart],
    material: Material,
    weights: Csr,
    settings: NetworkSettings,
    *,
    epochs: int,
    checkpoint: Path | None,
    tell: Progress,
) -> tuple[VectorPart, ...]:
    """Make the parts of a fused model once more, from other data; nothing is chosen.

    Args:
        parts: of the model.
        material: whose ``whole`` is learned from.
        weights: item weights of the closed form fitted to it, ``(n_items, n_items)``.
        settings: that the model was trained with.
        epochs: that its network was trained for.
        checkpoint: as for ``fuse``.
        tell: told what is being done, how much is done, and of how much.
    """
    if settings.fusion == DECISION:
        return tuple(modality_parts(material, {part.name: part.weight for part in parts}))
    (part,) = parts
    own = network_part(material, weights, settings, epochs=epochs, weight=part.weight, checkpoint=checkpoint, tell=tell)
    return (own,)


def network_part(
    material: Material,
    weights: Csr,
    settings: NetworkSettings,
    *,
    epochs: int,
    weight: float,
    checkpoint: Path | None,
    tell: Progress,
) -> VectorPart:
    """Train the network on all of train.

    Args:
        material: to learn from.
        weights: item weights of the closed form fitted to all of train, ``(n_items, n_items)``.
        settings: of the network.
        epochs: to train for.
        weight: of its score beside the others.
        checkpoint: file beside which the state of the training is kept; None for none.
        tell: told what is being done, how much is done, and of how much.

    Raises:
        ModelError: no customer has two products.
        MemoryEstimateError: it would not fit into the memory allowed.
    """
    examples = examples_of(material.whole, weights, material, settings)
    settings, needed = planned(extent_of(examples), settings, memory_gib=material.resources.memory_gib)

    def told(done: int, of: int, loss: float) -> None:
        tell(f"training the network, {told_memory(settings, needed)} (loss {loss:.3f})", done, of)

    inputs, outputs = train_vectors(examples, settings, epochs=epochs, checkpoint=checkpoint, told=told)
    unknown = ~_known(examples)
    for vectors in (inputs, *outputs.values()):
        vectors[unknown] = 0.0  # of what nothing is known, the network keeps the numbers that it began with
    return VectorPart(NETWORK, inputs, outputs, weight)


def _decision(material: Material, judged: Validation | None) -> Fusion:
    """Join the closed form with one score for each modality: how like the history's vectors an item's vector is."""
    parts = modality_parts(material, {})
    if judged is None or not parts:
        return Fusion(tuple(parts), 1.0, {}, 0)
    own = {part.name: on_one_scale(VectorScorer(part.inputs, part.whole).block(judged.histories)) for part in parts}
    scores: dict[str, Callable[[slice], FloatArray]] = {CLOSED_FORM: lambda part: judged.closed[part]}
    scores |= {name: (lambda part, matrix=matrix: matrix[part]) for name, matrix in own.items()}  # type: ignore[misc]
    weights, metrics = choose_weights(judged.judge, scores, first=CLOSED_FORM, grid=(0.05, 0.1, *WEIGHTS))
    chosen = tuple(replace(part, weight=weights.get(part.name, 0.0)) for part in parts)
    return Fusion(chosen, weights[CLOSED_FORM], metrics, 0, joined_scorer(judged.weights, weights[CLOSED_FORM], chosen))


def modality_parts(material: Material, weights: Mapping[str, float]) -> list[VectorPart]:
    """Give a part for each modality that scores by itself, with the weights given by name, or the usual one."""
    parts = []
    for modality in material.modalities:
        vectors = modality.standardised()
        length = np.linalg.norm(vectors, axis=1, keepdims=True)
        unit = np.divide(vectors, length, out=np.zeros_like(vectors), where=length > 0)
        weight = weights.get(modality.source, _USUAL_WEIGHT / 2)
        parts.append(VectorPart(modality.source, unit, {modality.source: unit}, weight))
    return parts


def _known(examples: Examples) -> BoolArray:
    """Say of which items something is known: a customer, a link to a shared node, a neighbour or a vector."""
    known = np.bincount(examples.histories.indices, minlength=examples.n_items) > 0
    for matrix in (*examples.graph.links.values(), examples.graph.items):
        known |= np.diff(matrix.indptr) > 0
    for modality in examples.modalities:
        known |= modality.present
    return known

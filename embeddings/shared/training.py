"""Learning a shared space: ridges, dimension, powers and the network by validation, then all from every node."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from threadpoolctl import threadpool_limits

from embeddings.shared.canonical import Canonical, Covariances, canonical, covariances, place
from embeddings.shared.settings import Choice, SharedSettings
from embeddings.shared.space import Bend, Projection, SharedSpace, check_known
from embeddings.shared.validation import Fold, Score, folds, mean_score
from embeddings.shared.views import Joined, View, join
from embeddings.shared.words import Queries
from embeddings.vectors import VectorArray
from kg.ids import IntArray

if TYPE_CHECKING:
    from embeddings.shared.towers import TowerWeights

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Trial:
    """A choice and how it served validation."""

    choice: Choice
    score: Score


def train_shared(
    views: Sequence[View],
    *,
    queries: Sequence[Queries] = (),
    settings: SharedSettings | None = None,
    sources: Mapping[str, str] | None = None,
    threads: int = 1,
    report: Report = lambda _: None,
) -> SharedSpace:
    """Learn a shared space.

    Args:
        views: two or more, of the same nodes; a node need not be in all.
        queries: short ones that the space should serve too, judged on validation nodes alone.
        settings: what may be chosen.
        sources: fingerprint of what made each view's vectors, kept to be checked.
        threads: that may be used; the matrices are small, and more threads mostly wait for each other.
        report: is told what is being done.

    Raises:
        InputError: the views do not fit each other, or share too few nodes.
    """
    settings = settings or SharedSettings()
    joined = join(views)
    for one in queries:
        check_known({view.name: view for view in views}, one.view)
    with threadpool_limits(threads):
        parts = folds(joined, queries, settings)
        best = _search(parts, settings, report)
        linear = best
        for trial in _network_trials(joined, parts, best.choice, settings, report):
            if trial.score.whole > best.score.whole and trial.score.whole > linear.score.whole + settings.gain:
                best = trial
        every = np.arange(len(joined), dtype=np.int64)
        report(f"learning from all {len(joined):,} nodes")
        known = covariances(joined, every, most=settings.components, seed=settings.seed)
        found = canonical(known, best.choice.ridges, dim=best.choice.dim)
        towers = None
        if best.choice.epochs:
            epochs = [best.choice.epochs]
            towers = next(_trained(joined, known, every, found, best.choice, settings, epochs))
    return SharedSpace(
        {view.name: _projection(known, found, best.choice, number, towers) for number, view in enumerate(views)},
        found.correlations,
        dict(sources or {}),
        {"settings": asdict(settings), "chosen": asdict(best.choice), "nodes": len(joined)},
        {"validation": asdict(best.score), "linear": asdict(linear.score)},
    )


def _search(parts: Sequence[Fold], settings: SharedSettings, report: Report) -> Trial:
    """Try ridges, one view after the other, twice; dimensions and powers come with each try at hardly any cost."""
    tried: dict[tuple[float, ...], Trial] = {}

    def trial(ridges: tuple[float, ...]) -> Trial:
        if ridges not in tried:
            tried[ridges] = _linear_trial(parts, ridges, settings)
            report(f"ridges {ridges}: {tried[ridges].score.whole:.4f}")
        return tried[ridges]

    middle = sorted(settings.ridges)[len(settings.ridges) // 2]
    best = trial((middle,) * len(parts[0].held))
    for _ in range(2):
        before = best
        for view in range(len(parts[0].held)):
            others = [
                trial((*best.choice.ridges[:view], ridge, *best.choice.ridges[view + 1 :])) for ridge in settings.ridges
            ]
            best = max([best, *others], key=lambda one: one.score.whole)
        if best is before:
            break
    return best


def _linear_trial(parts: Sequence[Fold], ridges: tuple[float, ...], settings: SharedSettings) -> Trial:
    scores: dict[Choice, list[Score]] = {}
    for part in parts:
        found = canonical(part.known, ridges, dim=max(settings.dims))
        placed = [rows @ one for rows, one in zip(part.held, found.directions, strict=True)]
        asked = [one.coordinates @ found.directions[one.view] for one in part.asked]
        for power in settings.powers:
            scale = found.correlations**power
            for dim in settings.dims:
                score = part.score(
                    [one[:, :dim] * scale[:dim] for one in placed], [one[:, :dim] * scale[:dim] for one in asked]
                )
                scores.setdefault(Choice(ridges, dim, power), []).append(score)
    return max((Trial(choice, mean_score(own)) for choice, own in scores.items()), key=lambda one: one.score.whole)


def _network_trials(
    joined: Joined, parts: Sequence[Fold], choice: Choice, settings: SharedSettings, report: Report
) -> Iterator[Trial]:
    scores: dict[int, list[Score]] = {epochs: [] for epochs in settings.networks}
    for part in parts if settings.networks else ():
        found = canonical(part.known, choice.ridges, dim=choice.dim)
        trained = _trained(joined, part.known, part.fitted, found, choice, settings, settings.networks)
        for epochs, towers in zip(settings.networks, trained, strict=True):
            scores[epochs].append(_judge(part, towers, choice))
            report(f"network, {epochs} epochs: {scores[epochs][-1].whole:.4f}")
    for epochs, own in scores.items():
        yield Trial(replace(choice, epochs=epochs), mean_score(own))


def _judge(part: Fold, towers: Sequence[TowerWeights], choice: Choice) -> Score:
    factors = [one.whitening(ridge) for one, ridge in zip(part.known.components, choice.ridges, strict=True)]
    placed = [tower.of(rows * factor) for tower, rows, factor in zip(towers, part.held, factors, strict=True)]
    asked = [towers[one.view].of(one.coordinates * factors[one.view]) for one in part.asked]
    return part.score(placed, asked)


def _trained(
    joined: Joined,
    known: Covariances,
    nodes: IntArray,
    found: Canonical,
    choice: Choice,
    settings: SharedSettings,
    epochs: Sequence[int],
) -> Iterator[tuple[TowerWeights, ...]]:
    from embeddings.shared.towers import train_towers  # PyTorch: who only projects shall not wait for it

    placed = place(joined, known.components, nodes)
    factors = [one.whitening(ridge) for one, ridge in zip(known.components, choice.ridges, strict=True)]
    whitened = [rows * factor for (rows, _), factor in zip(placed, factors, strict=True)]
    return train_towers(
        whitened,
        [there for _, there in placed],
        _starts(known, found, choice),
        epochs=epochs,
        rate=settings.rate,
        seed=settings.seed,
    )


def _starts(known: Covariances, found: Canonical, choice: Choice) -> list[VectorArray]:
    """Give the linear space as towers start from it, of whitened coordinates."""
    scale = found.correlations**choice.power
    return [
        np.asarray(directions / components.whitening(ridge)[:, None] * scale, dtype=np.float32)
        for directions, components, ridge in zip(found.directions, known.components, choice.ridges, strict=True)
    ]


def _projection(
    known: Covariances, found: Canonical, choice: Choice, view: int, towers: Sequence[TowerWeights] | None
) -> Projection:
    components = known.components[view]
    if towers is None:
        directions = np.asarray(found.directions[view] * found.correlations**choice.power, dtype=np.float32)
        return Projection(components.mean, components.axes @ directions)
    tower = towers[view]
    whitened: VectorArray = components.axes * components.whitening(choice.ridges[view])
    return Projection(components.mean, whitened @ tower.linear, Bend(whitened @ tower.inner, tower.bias, tower.outer))

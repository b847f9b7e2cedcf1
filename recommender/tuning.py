"""Choosing a model's parameters on a validation part, within a number of trials."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from recommender import metrics
from recommender.arrays import BoolArray, Csr, IntArray
from recommender.baskets import Baskets
from recommender.models import Model, Resources
from recommender.models.model import Choice, Range, Space
from recommender.ranking import hide, top_k

KS = (10, 20)
"""Lengths of the lists that trials are judged by; the same as those ``recommender.evaluation`` reports."""

_FEWEST_TRIALS, _TRIALS_EACH = 24, 6
_SCORE_BYTES = 0.06
"""Share of the memory that one array of validation scores may take; it bounds the users judged in a trial."""


@dataclass(frozen=True, slots=True)
class Tuning:
    """What tuning found.

    Attributes:
        parameters: the best, complete.
        metrics: recall and ndcg at 10 and 20 on the validation part with them; trials are ranked by their sum.
        before: the same with the model's defaults.
        trials: how many were tried.
        users: how many validation users each trial was judged on.
    """

    parameters: Mapping[str, float]
    metrics: Mapping[str, float]
    before: Mapping[str, float]
    trials: int
    users: int


def usual_trials(space: Space) -> int:
    """Give how many settings to try: six for each parameter that has a range, at least 24.

    On Beauty, with 13 of them, 24 trials lift the validation's sum by .012 and 72 by .018.
    """
    return max(_FEWEST_TRIALS, _TRIALS_EACH * sum(isinstance(own, Range) for own in space.values()))


def tune(
    model: Model,
    kinds: Sequence[Baskets],
    histories: Csr,
    seen: Csr,
    held: Csr,
    *,
    resources: Resources,
    trials: int,
    seed: int,
    progress: Callable[[int, int], None] | None = None,
) -> Tuning:
    """Search the model's space, defaults first.

    The ranges are searched by tree-structured Parzen estimators (Bergstra et al. 2011; Optuna), then a parameter with a
    choice of values is settled, the others as they were best.

    Args:
        model: whose parameters to choose.
        kinds: baskets, without anything of the validation part.
        histories: what the users did, without the validation part, ``(n_users, n_items)``.
        seen: what is not recommended again, ``(n_users, n_items)``.
        held: the validation part, ``(n_users, n_items)``.
        resources: memory allowed.
        trials: how many settings of the ranges to try.
        seed: the same seed tries the same settings.
        progress: told trials done and to do.
    """
    import optuna

    users = _judges(held, resources, seed)
    score = model.scorer(kinds, histories[users], resources)
    own_seen, own_held = seen[users], held[users]
    defaults = model.defaults(kinds)
    space = model.space(kinds)
    choices = {name: choice.values for name, choice in space.items() if isinstance(choice, Choice)}
    ranges = {name: bounds for name, bounds in space.items() if isinstance(bounds, Range)}
    tried = trials if ranges else 1
    total = tried + sum(len(values) - 1 for values in choices.values())
    found: list[tuple[dict[str, float], dict[str, float]]] = []

    def attempt(parameters: dict[str, float]) -> float:
        scores = score(parameters)
        hide(scores, own_seen)
        found.append((parameters, judged(metrics.hits(top_k(scores, max(KS)), own_held), own_held)))
        if progress is not None:
            progress(len(found), total)
        return sum(found[-1][1].values())

    def objective(trial: optuna.Trial) -> float:
        chosen = {name: trial.suggest_float(name, own.low, own.high, log=own.log) for name, own in ranges.items()}
        return attempt({**defaults, **chosen})

    optuna.logging.set_verbosity(optuna.logging.ERROR)  # it logs an interruption with its traceback
    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=seed, n_startup_trials=8))
    start = {name: min(max(defaults[name], bounds.low), bounds.high) for name, bounds in ranges.items()}
    study.enqueue_trial(start)
    study.optimize(objective, n_trials=tried)
    for name, values in choices.items():
        best, _ = max(found, key=lambda one: sum(one[1].values()))
        for value in values:
            if value != best[name]:
                attempt({**best, name: value})
    best, reached = max(found, key=lambda one: sum(one[1].values()))
    return Tuning(best, reached, found[0][1], len(found), len(users))


def _judges(held: Csr, resources: Resources, seed: int) -> IntArray:
    users = np.flatnonzero(np.diff(held.indptr)).astype(np.int64)
    room = int(_SCORE_BYTES * resources.memory_bytes / (4 * held.shape[1]))
    if len(users) <= max(room, 100):
        return users
    return np.sort(np.random.default_rng(seed).choice(users, max(room, 100), replace=False))


def judged(hit: BoolArray, held: Csr) -> dict[str, float]:
    """Give the mean recall and NDCG at ``KS`` of the users' lists.

    Args:
        hit: which places of each list are held, ``(n_users, max(KS))``.
        held: the validation part, ``(n_users, n_items)``.
    """
    relevant = np.diff(held.indptr).astype(np.int64)
    found: dict[str, float] = {}
    for k in KS:
        found[f"recall@{k}"] = float(metrics.recall(hit[:, :k], relevant).mean())
        found[f"ndcg@{k}"] = float(metrics.ndcg(hit[:, :k], relevant).mean())
    return found

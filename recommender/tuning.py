"""Choosing a model's parameters on a validation part, within a number of trials."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from recommender import metrics
from recommender.arrays import BoolArray, Csr, FloatArray, IntArray
from recommender.baskets import Baskets
from recommender.blocks import in_blocks
from recommender.models import Model, Resources
from recommender.models.model import Choice, Range, Scorer, Space, fitted_scorer
from recommender.ranking import hide, top_k

KS = (10, 20)
"""Lengths of the lists that trials are judged by; the same as those ``recommender.evaluation`` reports."""

_FEWEST_TRIALS, _TRIALS_EACH = 24, 6
_FINALISTS = 4
"""Attempts that are fitted as the model will be, where trials are a stand-in; the defaults are one of them."""
_USERS = 256
"""Users whose lists are made at once."""
_SCORE_BYTES = 0.06
"""Share of the memory that one array of validation scores may take; it bounds the users judged in a trial."""


@dataclass(frozen=True, slots=True)
class Tuning:
    """What tuning found.

    Attributes:
        parameters: the best, complete.
        metrics: recall and ndcg at 10 and 20 on the validation part with them; trials are ranked by their sum.
        before: the same with the model's defaults.
        trials: how many settings of the ranges were tried.
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

    A parameter with a choice of values is settled step by step, the others at their defaults. Then the ranges are
    searched by tree-structured Parzen estimators (Bergstra et al. 2011; Optuna). Where trials are a stand-in for the
    fit, the defaults and the best are then fitted as they will be, for what is good for one is not always for the
    other. In the end the choice is settled once more, the others as they were best.

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
    users = _judges(held, resources, seed)
    defaults, space = model.defaults(kinds), model.space(kinds)
    choices = {name: choice.values for name, choice in space.items() if isinstance(choice, Choice)}
    ranges = {name: bounds for name, bounds in space.items() if isinstance(bounds, Range)}
    faithful = model.faithful(held.shape[1], resources)
    tried = trials if ranges else 1
    total = tried + (0 if faithful else _FINALISTS) + 2 * sum(len(values) - 1 for values in choices.values())
    done = 0

    def counted(count: int) -> None:
        nonlocal done
        done = count
        if progress is not None:
            progress(min(done, total), total)

    judge = Judge(seen[users], held[users])
    trial = _Attempts(model.scorer(kinds, histories[users], resources), judge)
    trial.attempt(dict(defaults))
    for name, values in choices.items():
        _climb(trial, name, sorted(values), told=lambda: counted(done + 1))
    settled, _ = trial.best
    _search(trial, settled, ranges, tried, seed, told=lambda: counted(done + 1))
    last = trial
    if not faithful:
        best = sorted(trial.found, key=lambda one: -sum(one[1].values()))
        finalists = list({tuple(own.items()): own for own, _ in [trial.found[0], *best]}.values())[:_FINALISTS]
        del trial  # what it has gathered takes memory that the fit needs
        last = _Attempts(fitted_scorer(model, kinds, histories[users], resources), judge)
        for own in finalists:
            last.attempt(own)
            counted(done + 1)
    for name, values in choices.items():
        _climb(last, name, sorted(values), told=lambda: counted(done + 1))
    counted(total)
    parameters, reached = last.best
    return Tuning(parameters, reached, last.found[0][1], tried, len(users))


class Judge:
    """Judges scores on a validation part by recall and NDCG at 10 and 20.

    Args:
        seen: what is not recommended, ``(n_users, n_items)``.
        held: what is to be found, ``(n_users, n_items)``.
    """

    def __init__(self, seen: Csr, held: Csr) -> None:
        self._seen, self._held = seen, held
        self.users = held.shape[0]

    def __call__(self, scores: Callable[[slice], FloatArray]) -> dict[str, float]:
        """Give recall and NDCG of scores that are asked for block by block, several blocks at once."""

        def hits(part: slice) -> BoolArray:
            own = np.array(scores(part), dtype=np.float32)
            hide(own, self._seen[part])
            return metrics.hits(top_k(own, max(KS)), self._held[part])

        return judged(np.concatenate(in_blocks(hits, self.users, _USERS)), self._held)


class _Attempts:
    """Parameters that were tried, and how they rank the validation part.

    Args:
        score: from parameters to scores.
        judge: of the validation part.
    """

    def __init__(self, score: Scorer, judge: Judge) -> None:
        self._score, self._judge = score, judge
        self.found: list[tuple[dict[str, float], dict[str, float]]] = []

    @property
    def best(self) -> tuple[dict[str, float], dict[str, float]]:
        """The best parameters and their metrics."""
        return max(self.found, key=lambda one: sum(one[1].values()))

    def attempt(self, parameters: dict[str, float]) -> float:
        """Try parameters; give the sum of their metrics."""
        scores = self._score(parameters)
        self.found.append((parameters, self._judge(lambda part: scores[part])))
        return sum(self.found[-1][1].values())


def _search(
    attempts: _Attempts,
    defaults: Mapping[str, float],
    ranges: Mapping[str, Range],
    trials: int,
    seed: int,
    told: Callable[[], None],
) -> None:
    """Search ranges, the others as they are in ``defaults``, which are tried first."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=seed, n_startup_trials=8))
    study.enqueue_trial({name: min(max(defaults[name], own.low), own.high) for name, own in ranges.items()})
    for _ in range(trials):  # not `optimize`, which turns an interruption at a bad moment into an error of its own
        trial = study.ask()
        chosen = {name: trial.suggest_float(name, own.low, own.high, log=own.log) for name, own in ranges.items()}
        study.tell(trial, attempts.attempt({**defaults, **chosen}))
        told()


def _climb(attempts: _Attempts, name: str, values: list[float], told: Callable[[], None]) -> None:
    """Walk up and then down from the best value of a parameter, as far as each step ranks better than all before."""
    start, _ = attempts.best
    at = values.index(start[name])
    for walk in (values[at + 1 :], values[:at][::-1]):
        moved = False
        for value in walk:
            best, reached = attempts.best
            better = attempts.attempt({**best, name: value}) > sum(reached.values())
            told()
            if not better:
                break
            moved = True
        if moved:
            return


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

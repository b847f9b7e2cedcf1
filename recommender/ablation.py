"""What each part of a model gives: the same training with one part taken away or changed, judged side by side.

The parameters are those of the whole model, so a variant is what is left when its part goes, not the best that could
be had without it. Variants are judged on the test part, by the same customers: what a part gives is the mean of the
differences customer by customer, whose interval is far narrower than that of either mean.
"""

from __future__ import annotations

import copy
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from safetensors.numpy import load_file, save_file

from kg.errors import ConfigurationError, InputError
from kg.snapshot import Edges, Holdout, Relation, Snapshot
from recommender.arrays import BoolArray, DoubleArray, IntArray
from recommender.baskets import all_baskets
from recommender.evaluation import user_metrics
from recommender.models import model
from recommender.network.modality import source_name
from recommender.network.settings import DECISION, FEATURE, HYBRID, NetworkSettings
from recommender.serving import Recommender
from recommender.settings import TrainSettings
from recommender.training import learned_from, train

if TYPE_CHECKING:
    from embeddings.vectors import Vectors

Progress = Callable[[str, int, int], None]

EVERYTHING = "everything"
CLOSED_FORM = "closed_form"
MESSAGES = "without_messages"
HOPS = "without_hops"
LINKS = "without_links"
RANDOM_GRAPH = "random_graph"
RECENCY = "without_recency"
WITHOUT = "without_"
"""Prefix of the variants that leave out the vectors of one modality, by its name among the model's sources."""
_SECONDS = "seconds"
_DEALS, _OFFERS = 200, 4_096
"""Rounds in which links that repeat or lead to their own source change their targets with others; offers in a round."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a training takes.

    Attributes:
        snapshot: to learn from.
        settings: of training, the parameters known.
        modalities: vectors of products.
        of_graph: names of the modalities that were themselves learned from the graph; they go when its links go.
    """

    snapshot: Snapshot
    settings: TrainSettings
    modalities: tuple[Vectors, ...] = ()
    of_graph: tuple[str, ...] = ()

    def without(self, *names: str) -> Inputs:
        """Leave out the vectors of some modalities."""
        return replace(self, modalities=tuple(own for own in self.modalities if own.name not in names))


@dataclass(frozen=True, slots=True)
class Figure:
    """A metric of a variant.

    Attributes:
        mean: over customers and seeds.
        ci95: half-width of its 95 % confidence interval over customers.
        deviation: standard deviation over seeds; None where there is one seed, or where it changes nothing.
        difference: mean over customers of what the variant has more than the whole model.
        difference_ci95: half-width of the 95 % confidence interval of the difference.
    """

    mean: float
    ci95: float
    deviation: float | None
    difference: float
    difference_ci95: float


@dataclass(frozen=True, slots=True)
class Variant:
    """A variant, judged: name, seeds it was trained with, customers judged, metrics, and the seconds it took in all."""

    name: str
    seeds: int
    users: int
    figures: Mapping[str, Figure]
    seconds: float


def variant_names(inputs: Inputs) -> tuple[str, ...]:
    """Give the variants that say something here, the whole model first."""
    network = inputs.settings.network
    names = [EVERYTHING]
    if network is not None:
        names += [WITHOUT + source_name(own.name) for own in inputs.modalities]
    linked = inputs.settings.relations != () and any(_between_products(relation) for relation in inputs.snapshot.edges)
    if linked:
        names += [MESSAGES] if network is not None and network.relations and network.fusion != DECISION else []
        names += [LINKS, RANDOM_GRAPH]
    names += [RECENCY] if inputs.settings.recency else []
    if network is not None:
        names.append(CLOSED_FORM)
        others = [own for own in (HYBRID, FEATURE, DECISION) if own != network.fusion]
        names += [own for own in others if own != DECISION or inputs.modalities]
    return tuple(names)


def varied(name: str, inputs: Inputs) -> Inputs:
    """Give what a variant is trained with.

    Args:
        name: ``everything``; ``closed_form`` (no network); ``without_NAME`` (no vectors of that modality);
            ``without_messages`` (the network passes none over the graph, and learns nothing from its baskets);
            ``without_hops`` (no steps over the graph of items); ``without_links`` (nothing at all from the graph);
            ``random_graph`` (each link leads to a random node, all degrees kept); ``without_recency`` (nothing
            fades with time); ``hybrid``, ``feature`` or ``decision`` (another level of fusion).
        inputs: of the whole model.

    Raises:
        ConfigurationError: there is no such variant here.
    """
    settings = inputs.settings
    network = settings.network or NetworkSettings(seed=settings.seed)
    names = {source_name(own.name): own.name for own in inputs.modalities}
    if name == EVERYTHING:
        return inputs
    if name == CLOSED_FORM:
        return replace(inputs.without(*names.values()), settings=replace(settings, network=None))
    if name == MESSAGES:
        network = replace(network, relations=False, knowledge=0.0)
    elif name == HOPS:
        network = replace(network, hops=0)
    elif name in (HYBRID, FEATURE, DECISION):
        network = replace(network, fusion=name)
    elif name == RECENCY:
        settings = replace(settings, recency=0.0)
    elif name == LINKS:
        bare = replace(settings, relations=())
        return replace(inputs.without(*inputs.of_graph), settings=_fitting(bare, inputs.snapshot))
    elif name == RANDOM_GRAPH:
        shuffled = with_random_links(inputs.snapshot, seed=settings.seed)
        return replace(inputs.without(*inputs.of_graph), snapshot=shuffled, settings=_fitting(settings, shuffled))
    elif name.removeprefix(WITHOUT) in names:
        return inputs.without(names[name.removeprefix(WITHOUT)])
    else:
        raise ConfigurationError(
            f'There is no variant "{name}" of this model. There are: {", ".join(variant_names(inputs))}.'
        )
    return replace(inputs, settings=replace(settings, network=network))


def seeded(inputs: Inputs, seed: int) -> Inputs:
    """Give the same with another seed, of the validation part, of the network and of random links."""
    network = inputs.settings.network
    own = None if network is None else replace(network, seed=seed)
    return replace(inputs, settings=replace(inputs.settings, seed=seed, network=own))


def ablate(
    inputs: Inputs,
    holdout: Holdout,
    work: Path,
    *,
    names: Sequence[str] | None = None,
    seeds: int = 1,
    ks: tuple[int, ...] = (10, 20),
    kept: Path | None = None,
    progress: Progress | None = None,
) -> tuple[Variant, ...]:
    """Train and judge variants; the whole model is always among them, and first.

    The test part is for judging, never for choosing: a variant that is better on it may be so by chance.

    Args:
        inputs: of the whole model, its parameters known.
        holdout: with the test part.
        work: folder for the models, each of which is removed when it was judged.
        names: of the variants; None for all that say something here.
        seeds: to train each with, from the seed of the settings upwards; what no seed changes is trained once.
        ks: lengths of the lists.
        kept: folder for what each training reached; another call with the same inputs and lengths goes on from it.
        progress: told which variant is being made and what is being done, how much is done, and of how much.

    Raises:
        ConfigurationError: an unknown variant.
        InputError: there is no test part.
    """
    if not holdout.manifest["counts"]["test"]["targets"]:
        raise InputError(
            f"{holdout.path} holds nothing to judge by. Set split.method in shopgraph.toml to "
            '"leave_last_out" or "random", and run again from the snapshot.'
        )
    chosen = dict.fromkeys([EVERYTHING, *(variant_names(inputs) if names is None else names)])
    for name in chosen:
        varied(name, inputs)  # an unknown one is told before anything is trained
    found: list[Variant] = []
    whole: Mapping[str, DoubleArray] = {}
    for name in chosen:
        changes = name == RANDOM_GRAPH or varied(name, inputs).settings.network is not None
        turns = [inputs.settings.seed + turn for turn in range(seeds if changes else 1)]
        runs = []
        for seed in turns:
            told = _telling(progress, f"{name}, seed {seed}")
            own = None if kept is None else kept / f"{name}-{seed}.safetensors"
            if own is not None and own.is_file():
                runs.append(load_file(own))
                continue
            began = time.perf_counter()
            run = _judged(varied(name, seeded(inputs, seed)), holdout, work / f"{name}-{seed}", ks, told)
            runs.append({**run, _SECONDS: np.array([time.perf_counter() - began])})
            if own is not None:
                _keep(runs[-1], own)
        seconds = sum(float(run.pop(_SECONDS)[0]) for run in runs)
        values = {metric: np.stack([run[metric] for run in runs]) for metric in runs[0]}
        means = {metric: own.mean(axis=0) for metric, own in values.items()}
        whole = whole or means
        figures = {metric: _figure(own, whole[metric]) for metric, own in values.items()}
        users = len(next(iter(means.values())))
        found.append(Variant(name, len(turns), users, figures, round(seconds, 3)))
    return tuple(found)


def with_random_links(snapshot: Snapshot, *, seed: int) -> Snapshot:
    """Give the snapshot with every link of products led to another's target: all degrees stay, what is said does not.

    Tails are dealt anew; then links that repeat another or lead to their own source change tails with others, so that
    the graph stays simple (the configuration model; Fosdick et al., SIAM Review 2018). Interactions stay as they are.
    """
    rng = np.random.default_rng(seed)
    changed = copy.copy(snapshot)
    changed.edges = {
        relation: Edges.sorted(
            edges.head, _dealt(edges.head, edges.tail, rng), value=np.array(edges.value), weight=np.array(edges.weight)
        )
        if _between_products(relation)
        else edges
        for relation, edges in ((relation, snapshot.edges[relation]) for relation in snapshot.edges)
    }
    return changed


def _dealt(head: IntArray, tail: IntArray, rng: np.random.Generator) -> IntArray:
    """Deal tails to heads at random, ``(n_edges,)``, with no more pairs twice, and loops, than there were before.

    Where nearly every head is linked to nearly every tail, some pairs may stay twice.
    """
    dealt: IntArray = rng.permutation(tail)
    width = int(max(head.max(initial=0), tail.max(initial=0))) + 1
    allowed = int(_spoilt(head, tail, width).sum())
    for _ in range(_DEALS):
        spoilt = _spoilt(head, dealt, width)
        wrong, right = np.flatnonzero(spoilt), np.flatnonzero(~spoilt)
        if len(wrong) <= allowed:
            break
        other = rng.choice(right, min(len(right), max(len(wrong), _OFFERS)), replace=False)
        one = np.resize(rng.permutation(wrong), len(other))
        swapped = np.concatenate([head[one] * width + dealt[other], head[other] * width + dealt[one]])
        new = ~np.isin(swapped, head * width + dealt) & (swapped // width != swapped % width)
        again = np.ones(len(swapped), dtype=np.bool_)
        again[np.unique(swapped, return_index=True)[1]] = False
        both = (new & ~again).reshape(2, -1).all(axis=0)
        one, first = np.unique(one[both], return_index=True)
        other = other[both][first]
        dealt[one], dealt[other] = dealt[other], dealt[one]
    return dealt


def _spoilt(head: IntArray, tail: IntArray, width: int) -> BoolArray:
    """Tell which links repeat one before them, or lead to their own source, ``(n_edges,)``."""
    again = np.ones(len(head), dtype=np.bool_)
    again[np.unique(head * width + tail, return_index=True)[1]] = False
    spoilt: BoolArray = again | (head == tail)
    return spoilt


def _fitting(settings: TrainSettings, snapshot: Snapshot) -> TrainSettings:
    """Leave out the parameters of what the snapshot does not have, such as an aspect that nobody praises any more."""
    if settings.parameters is None:
        return settings
    known = model(settings.model).defaults(all_baskets(learned_from(snapshot, settings)))
    return replace(settings, parameters={own: value for own, value in settings.parameters.items() if own in known})


def _between_products(relation: Relation) -> bool:
    return "User" not in (relation.source, relation.target)


def _judged(
    inputs: Inputs, holdout: Holdout, folder: Path, ks: tuple[int, ...], progress: Progress | None
) -> dict[str, DoubleArray]:
    try:
        train(
            inputs.snapshot,
            holdout,
            folder,
            settings=inputs.settings,
            modalities=inputs.modalities,
            progress=progress,
        )
        return user_metrics(Recommender.load(folder), holdout, ks=ks)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _keep(run: Mapping[str, DoubleArray], place: Path) -> None:
    """Write what a training reached, whole or not at all."""
    place.parent.mkdir(parents=True, exist_ok=True)
    beside = place.with_name(f".{place.name}")
    save_file({name: np.ascontiguousarray(own) for name, own in run.items()}, beside)
    beside.replace(place)


def _figure(values: DoubleArray, whole: DoubleArray) -> Figure:
    """Sum up the values of a metric, ``(n_seeds, n_users)``, beside the whole model's means, ``(n_users,)``."""
    own = values.mean(axis=0)
    deviation = float(values.mean(axis=1).std(ddof=1)) if len(values) > 1 else None
    return Figure(float(own.mean()), _half(own), deviation, float((own - whole).mean()), _half(own - whole))


def _half(values: DoubleArray) -> float:
    return float(1.96 * values.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else 0.0


def _telling(progress: Progress | None, variant: str) -> Progress | None:
    if progress is None:
        return None
    return lambda what, done, total: progress(f"{variant}: {what}", done, total)

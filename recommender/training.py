"""Training: from a snapshot to a model artefact, its parameters chosen on a part of train."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from embeddings.devices import chosen_device
from kg.errors import ConfigurationError
from kg.snapshot import Holdout, Snapshot, SplitMethod
from recommender.arrays import Csr
from recommender.artefact import Artefact, save
from recommender.attributes import attribute_ids
from recommender.baskets import INTERACTIONS, Baskets, all_baskets
from recommender.data import TrainingData, training_data
from recommender.given import held_matrix, joined
from recommender.heads.purchase import with_chances
from recommender.kept import drop_states, judged_states, keep_tuning, kept_tuning, network_states, tuned_from
from recommender.links import named_nodes, other_links
from recommender.models import Model, model
from recommender.models.propagation import plan
from recommender.network import Modality, NetworkSettings
from recommender.network.estimate import check_memory, extent_before
from recommender.network.material import Material
from recommender.network.modality import check_names
from recommender.network.settings import DECISION, HYBRID
from recommender.recency import half_life
from recommender.scoring import HistoryScorer, joined_scorer
from recommender.settings import TrainSettings
from recommender.splits import validation_split
from recommender.tuning import Tuning, tune, usual_trials

if TYPE_CHECKING:
    from embeddings.vectors import Vectors
    from recommender.network.validation import Judgement

Progress = Callable[[str, int, int], None]

_SOLVED = ("ease", "propagation")
"""Models that solve a system over the catalogue."""

_FEW = 50
"""Fewer validation users than this cannot choose anything."""

_ENOUGH = 6_000
"""Products to be found that choose the network's epochs and weight well enough."""


@dataclass(frozen=True, slots=True)
class TrainReport:
    """What training did.

    Attributes:
        model: name of the model.
        parameters: it was fitted with.
        validation: metrics of these parameters on the validation part; empty where nothing was tuned.
        defaults: the same for the model's defaults.
        estimate: how the catalogue was solved and the memory estimated for it; empty for models that solve nothing.
        seconds: taken in all.
        notes: what the user should know.
        recency: half-life of an interaction's weight, days; 0 for no fading.
    """

    model: str
    parameters: Mapping[str, float]
    validation: Mapping[str, float]
    defaults: Mapping[str, float]
    estimate: str
    seconds: float
    notes: tuple[str, ...]
    recency: float = 0.0


def train(
    snapshot: Snapshot,
    holdout: Holdout,
    out: Path,
    *,
    settings: TrainSettings,
    modalities: Sequence[Vectors] = (),
    progress: Progress | None = None,
) -> TrainReport:
    """Choose parameters on a part of train, fit on all of train and on a validation part that came with the data.

    The test part is not looked at. Same snapshot, settings and machine give the same artefact.

    Args:
        snapshot: to learn from.
        holdout: its validation part, where the data came with one.
        out: folder of the artefact.
        settings: of training.
        modalities: vectors of products that the network takes in, each by its name.
        progress: told what is being done, how much is done, and of how much.

    Raises:
        ConfigurationError: an unknown model, relation or parameter, or a device that is not here.
        InputError: two modalities have the same name.
        ModelError: nothing to learn from, or not enough memory.
    """
    began = time.perf_counter()
    tell = progress or (lambda stage, done, total: None)
    check_names([own.name for own in modalities])
    if settings.network is not None and settings.network.fusion != DECISION:
        chosen_device(settings.network.device)  # before hours of tuning
    tell("reading the snapshot", 0, 1)
    data, given, rest, held = parted(snapshot, holdout, settings)
    chosen = model(settings.model)
    resources = settings.resources
    whole = data if given is None else joined(data, given, holdout.validation)
    recency = _recency(chosen, rest, held, settings, tell)
    plain, (data, whole, rest) = data, (own.faded(recency) for own in (data, whole, rest))
    fuses = settings.network is not None and _longest(whole) > 1
    if settings.network is not None and fuses:
        extent = extent_before(whole, [own.dim for own in modalities])
        needed = check_memory(extent, settings.network, memory_gib=settings.memory_gib)
        if needed:
            tell(f"a network beside {chosen.name}, {needed}", 0, 1)
    kept = out.with_name(f".{out.name}.tuning")
    parameters, tuning, notes = _parameters(chosen, data, rest, held, settings, kept, tell)
    if recency:
        notes.append(f"What a customer did counts half for each {recency:g} days before the last thing that they did.")
    kinds = all_baskets(whole)
    material: Material | None = None
    judgement: Judgement | None = None
    if settings.network is not None and fuses:
        thin, asked = network_parted(plain, given, rest, held, snapshot.split_method, settings)
        known = rest if thin is rest else thin.faded(recency)
        material = Material(
            rest=known,
            held=asked if can_judge(asked) else None,
            whole=whole,
            modalities=[Modality.of(vectors, data.item_ids) for vectors in modalities],
            model=chosen.name,
            parameters=parameters,
            resources=resources,
        )
        defaults = chosen.defaults(kinds)
        if tuning is not None and defaults != dict(parameters) and settings.network.fusion == HYBRID:
            from recommender.network.fuse import best_beside

            material, judgement = best_beside(material, [defaults], settings.network, tell)
    metrics = {"validation": dict(tuning.metrics) if tuning else {}, "defaults": dict(tuning.before) if tuning else {}}
    if material is not None and material.parameters != parameters:
        parameters, metrics["validation"] = material.parameters, metrics["defaults"]
        notes.append(
            f"With the network beside it, {chosen.name} ranks better with its defaults than with tuned parameters."
        )
    estimate = plan(data.n_items, resources) if chosen.name in _SOLVED else ""
    tell(f"fitting {estimate}".strip(), 0, 1)
    weights = chosen.fit(kinds, parameters, resources)
    tell("writing the model", 0, 1)
    artefact = artefact_of(chosen.name, parameters, weights, kinds, whole, snapshot, metrics)
    del weights
    judged: HistoryScorer | None = None
    if settings.network is not None and material is not None:
        artefact, judged = _fused(artefact, material, judgement, settings.network, out, tell)
        if judged is not None and material.rest is not rest:
            del judged, judgement
            judged = _scorer_without(artefact, replace(material, whole=rest), settings.network, out, tell)
    tell("learning chances", 0, 1)

    def part(data: TrainingData) -> tuple[TrainingData, Csr]:
        return _parted(data, None, snapshot.split_method, replace(settings, seed=settings.seed + 1))

    artefact = with_chances(artefact, judged, rest, held, part=part, resources=resources, seed=settings.seed)
    last = whole.last if recency else None
    save(replace(artefact, kind_weights=settings.kind_weights, recency=recency, last=last), out)
    kept.unlink(missing_ok=True)
    drop_states(out)
    return TrainReport(
        model=chosen.name,
        parameters=parameters,
        validation=artefact.metrics.get("network") or metrics["validation"],
        defaults=metrics["defaults"],
        estimate=estimate,
        seconds=time.perf_counter() - began,
        notes=tuple(notes),
        recency=recency,
    )


def parted(
    snapshot: Snapshot, holdout: Holdout, settings: TrainSettings
) -> tuple[TrainingData, Csr | None, TrainingData, Csr]:
    """Give train, its validation part where one came with the data, what trials learn from, and what judges them.

    Nothing is faded yet.

    Raises:
        ConfigurationError: an unknown relation.
        ModelError: nothing to learn from.
    """
    data = learned_from(snapshot, settings)
    given = held_matrix(holdout.validation, data)
    return data, given, *_parted(data, given, snapshot.split_method, settings)


def network_parted(
    data: TrainingData, given: Csr | None, rest: TrainingData, held: Csr, split_method: str, settings: TrainSettings
) -> tuple[TrainingData, Csr]:
    """Give what the network's epochs and weight are chosen by: a thinner part than tuning takes, where it is enough.

    The closed form gains by every product that it knows of a customer, and more than the network does. Where much is
    kept from both, the network promises more than it gives in the end (docs/explanation/fusion.md).

    Args:
        data: train.
        given: validation part that came with the data.
        rest: what trials learn from.
        held: what judges them.
        split_method: of the snapshot.
        settings: of training.

    Returns:
        ``rest`` and ``held`` themselves where the part came with the data, is everyone's last product, or is small.
    """
    if settings.network is None or given is not None or split_method == SplitMethod.LEAVE_LAST_OUT:
        return rest, held
    fraction = max(settings.network.validation_fraction, _ENOUGH / max(int(data.target.sum()), 1))
    if fraction >= settings.validation_fraction:
        return rest, held
    return validation_split(data, fraction=fraction, method=split_method, target=data.target, seed=settings.seed)


def can_judge(held: Csr) -> bool:
    """Tell whether a validation part has enough customers to choose by."""
    return _judges(held) >= _FEW


def learned_from(snapshot: Snapshot, settings: TrainSettings) -> TrainingData:
    """Give the data of a snapshot with the relations that the settings name; nothing is faded yet.

    Raises:
        ConfigurationError: an unknown relation.
        ModelError: the catalogue is empty.
    """
    data = training_data(snapshot, kind_weights=settings.kind_weights)
    if settings.relations is None:
        return data
    names = {relation.name for relation in data.relations}
    for name in settings.relations:
        if name not in names:
            raise ConfigurationError(
                f'training.relations names "{name}", which the graph does not have between products. '
                f"It has: {', '.join(sorted(names)) or 'none'}."
            )
    return replace(data, relations=tuple(r for r in data.relations if r.name in settings.relations))


def _fused(
    artefact: Artefact,
    material: Material,
    judgement: Judgement | None,
    settings: NetworkSettings,
    out: Path,
    tell: Progress,
) -> tuple[Artefact, HistoryScorer | None]:
    """Let the network join the closed form; give also what the validation part was judged by."""
    from recommender.network.fuse import fuse

    kept = network_states(out)
    fusion = fuse(material, artefact.weights, settings, judgement=judgement, checkpoint=kept, tell=tell)
    metrics = {**artefact.metrics, "network": dict(fusion.metrics), "epochs": fusion.epochs}
    return replace(artefact, parts=fusion.parts, weight=fusion.weight, metrics=metrics), fusion.judged


def _longest(data: TrainingData) -> int:
    """Give the number of products of the customer who has most."""
    return int(np.diff(data.interactions.indptr).max(initial=0))


def _scorer_without(
    artefact: Artefact, material: Material, settings: NetworkSettings, out: Path, tell: Progress
) -> HistoryScorer:
    """Train the model that was chosen without the validation part of tuning, which chances are learned from."""
    from recommender.network.fuse import parts_again

    kinds = all_baskets(material.whole)
    weights = model(material.model).fit(kinds, material.parameters, material.resources)
    epochs = int(artefact.metrics["epochs"])
    kept = judged_states(out)
    parts = parts_again(artefact.parts, material, weights, settings, epochs=epochs, checkpoint=kept, tell=tell)
    return joined_scorer(weights, artefact.weight, parts)


def _parted(
    data: TrainingData, given: Csr | None, split_method: str, settings: TrainSettings
) -> tuple[TrainingData, Csr]:
    """Give what trials learn from and what they are judged by: the part that came with the data, or one of train."""
    if given is not None:
        return data, given
    return validation_split(
        data, fraction=settings.validation_fraction, method=split_method, target=data.target, seed=settings.seed
    )


def _recency(chosen: Model, rest: TrainingData, held: Csr, settings: TrainSettings, tell: Progress) -> float:
    """Give the half-life that is known, or that the validation part chooses; 0 for no fading."""
    if settings.recency is not None:
        return settings.recency
    if not settings.tune or settings.parameters is not None or not can_judge(held):
        return 0.0
    return half_life(chosen, rest, held, settings.resources, seed=settings.seed, tell=tell)


def _judges(held: Csr) -> int:
    return int((np.diff(held.indptr) > 0).sum())


def _parameters(
    chosen: Model,
    data: TrainingData,
    rest: TrainingData,
    held: Csr,
    settings: TrainSettings,
    kept: Path,
    tell: Progress,
) -> tuple[Mapping[str, float], Tuning | None, list[str]]:
    """Give the parameters to fit with: those known, those tuned, or the defaults where nothing can be tuned.

    What was tuned lies in ``kept``, for the same training to go on with if it is killed before it is done.
    """
    kinds = all_baskets(data)
    defaults = chosen.defaults(kinds)
    if settings.parameters is not None:
        unknown = sorted(set(settings.parameters) - set(defaults))
        if unknown:
            raise ConfigurationError(
                f'training.parameters has "{unknown[0]}", which {chosen.name} does not know here. '
                f"It knows: {', '.join(defaults)}."
            )
        return {**defaults, **settings.parameters}, None, []
    if not settings.tune or not chosen.space(kinds):
        return defaults, None, []
    judges = _judges(held)
    if judges < _FEW:
        return defaults, None, [f"Only {judges} customers could judge settings, so {chosen.name} keeps its defaults."]
    trials = settings.trials or usual_trials(chosen.space(kinds))
    material = (all_baskets(rest), rest.interactions, rest.seen, held)
    resources, seed = settings.resources, settings.seed
    of = tuned_from(*material, model=chosen.name, resources=resources, trials=trials, seed=seed)
    tuning = kept_tuning(kept, of=of)
    if tuning is None:
        tell("preparing trials", 0, trials)
        told = partial(tell, "choosing parameters")
        tuning = tune(chosen, *material, resources=resources, trials=trials, seed=seed, progress=told)
        keep_tuning(kept, tuning, of=of)
    return tuning.parameters, tuning, []


def artefact_of(
    name: str,
    parameters: Mapping[str, float],
    weights: Csr,
    kinds: Sequence[Baskets],
    data: TrainingData,
    snapshot: Snapshot,
    metrics: Mapping[str, object],
) -> Artefact:
    """Put together what was fitted and what serving needs to know of items, customers and baskets."""
    start = snapshot.ids.slice("Product").start
    items = snapshot.products.take(pa.array(data.item_rows - start)).drop_columns(["in_catalogue"])
    items = items.append_column("attributes", attribute_ids(snapshot, data.item_rows))
    return Artefact(
        model=name,
        parameters=parameters,
        weights=weights,
        kinds=tuple(kinds),
        target=data.target,
        popularity=np.asarray(data.interactions.sum(axis=0), dtype=np.float32).ravel(),
        items=items,
        users=data.user_ids,
        targets=_target_names(kinds, snapshot),
        target_kinds=snapshot.target_kinds,
        fingerprint=snapshot.fingerprint,
        metrics=metrics,
        links=other_links(snapshot, data.item_rows, kinds),
    )


def _target_names(kinds: Sequence[Baskets], snapshot: Snapshot) -> pa.Table:
    """Give label, id and name of every node that a basket stands for, kind after kind."""
    shared = [kind.targets for kind in kinds if kind.name != INTERACTIONS and not kind.direct]
    return named_nodes(snapshot, np.concatenate([np.zeros(0, dtype=np.int64), *shared]))

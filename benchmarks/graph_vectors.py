"""Graph vectors on a research set with its own split: filtered ranks on test, and training beside bare PyKEEN.

    python -m benchmarks.graph_vectors --data FOLDER --format openke --model TransE --minutes 30 --json FILE

The ranks are those of PyKEEN's ``RankBasedEvaluator`` (realistic). Nothing is chosen by the test part: training stops
by the validation part. TransR starts from TransE's vectors, which are trained first, within the same minutes.
``--compare no`` leaves bare PyKEEN out: (1) epochs of the same model with the same settings, taking turns, ``--rounds``
times, with wrong triples drawn (``SLCWATrainingLoop``) and against all entities (``LCWATrainingLoop``, on a small share
of the triples, for PyKEEN lays out every difference); (2) the MRR that PyKEEN's defaults reach in the time in which
ours reach .30. ``--threads`` is that of PyTorch (0: one for each core; take fewer on a busy machine, where threads wait
for each other). ``--changes`` holds settings as a JSON object.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from functools import partial
from typing import Any, cast

import numpy as np
import psutil  # type: ignore[import-untyped]
import torch
from pykeen.evaluation import RankBasedEvaluator
from pykeen.losses import CrossEntropyLoss, NSSALoss
from pykeen.models import TransE
from pykeen.training import LCWATrainingLoop, SLCWATrainingLoop
from pykeen.triples import CoreTriplesFactory

from benchmarks.common import Arguments, Figures, main, seconds
from embeddings.graph.estimate import estimate
from embeddings.graph.model import GraphModel
from embeddings.graph.openke import FORMAT, SplitTriples, read_openke
from embeddings.graph.ranking import rank
from embeddings.graph.run import Progress, Run, parted
from embeddings.graph.settings import GraphSettings, default_settings
from embeddings.graph.triples import Triples

OPTIONS = {
    "--model": "TransE",
    "--minutes": "30",
    "--rounds": "3",
    "--compare": "yes",
    "--changes": "{}",
    "--threads": "0",
}
GOAL = 0.30
_JUDGED = 1000
"""Validation triples by which to tell when the goal is reached."""
_SHARE_SAMPLED, _SHARE_ALL = 0.2, 0.006
_SHARE_BEFORE = 0.7
"""Of the time, for the TransE that TransR starts from: it must come to the end of its falling rate."""
_BATCH_ALL = 64
"""Questions in a batch against all entities: PyKEEN needs a gigabyte and more for these."""


class Watch:
    """Follows a training: its memory, and when validation came to the goal.

    The goal is of filtered ranks as papers give them, in which answers of the test part are no rivals either. Training
    itself never sees those: what it stops by is ranked with the test part as rivals, and lower.
    """

    def __init__(self, parts: SplitTriples) -> None:
        self.goal_seconds: float | None = None
        self.peak = psutil.Process().memory_info().rss
        self.run: Run | None = None
        self.ranking = 0.0
        self._parts = parts

    def __call__(self, progress: Progress) -> None:
        self.peak = max(self.peak, psutil.Process().memory_info().rss)
        if progress.batch == progress.batches and self.run is not None and self.goal_seconds is None:
            began = time.perf_counter()
            found = judged(self.run.model, self._parts, inverse=self.run.settings.inverse)
            if found >= GOAL:
                self.goal_seconds = progress.seconds - self.ranking
            self.ranking += time.perf_counter() - began


def judged(model: torch.nn.Module, parts: SplitTriples, *, inverse: bool) -> float:
    """Give the MRR of a fixed sample of the validation part, all known answers left out of the ranking."""
    part = parts.validation
    order = np.random.default_rng(0).permutation(len(part))[:_JUDGED]
    known = [parts.train, parts.validation, parts.test]
    return rank(model, part.taken(np.sort(order)), known=known, inverse=inverse)["mrr"]


def measure(arguments: Arguments) -> Figures:
    """Train, rank the test part, and run PyKEEN beside."""
    if arguments.format not in (None, FORMAT):
        raise SystemExit(f"This benchmark reads --format {FORMAT}.")
    torch.set_num_threads(int(arguments.options["threads"]) or os.cpu_count() or 1)
    parts = read_openke(arguments.data)
    name, left = arguments.options["model"], 60 * float(arguments.options["minutes"])
    changes = {"seed": arguments.seed, **json.loads(arguments.options["changes"])}
    figures: dict[str, float | int | str | None] = {
        "threads": torch.get_num_threads(),
        "load of the machine before": os.getloadavg()[0],
        "triples": len(parts.train),
    }
    start = None
    if name == "TransR":
        own_dim = default_settings(name, **changes).dim
        before = default_settings("TransE", **{"dim": own_dim, "max_seconds": _SHARE_BEFORE * left, **changes})
        start, simple, _ = _trained(parts, before, None)
        figures |= {
            f"TransE before, {key}": value
            for key, value in simple.items()
            if key.startswith(("training", "epochs", "validation"))
        }
        left -= float(cast(float, simple["training (s)"]))
    settings = default_settings(name, max_seconds=left, **changes)
    model, trained, watch = _trained(parts, settings, start)
    figures |= trained
    figures |= _test_ranks(model, parts)
    if arguments.options["compare"] == "yes":
        rounds = int(arguments.options["rounds"])
        figures |= _epochs_beside(parts.train, settings, rounds)
        reached = watch.goal_seconds
        figures[f"validation MRR {GOAL:.2f} reached after (s)"] = reached
        limit = reached if reached is not None else float(cast(float, trained["training (s)"]))
        figures |= _defaults_beside(parts, settings, limit)
    figures["load of the machine after"] = os.getloadavg()[0]
    return figures


def _trained(
    parts: SplitTriples, settings: GraphSettings, start: GraphModel | None
) -> tuple[GraphModel, dict[str, float | int | str | None], Watch]:
    expected = estimate(parts.train, settings=settings, validation=parts.validation)
    learned, held = parted(parts.train, parts.validation, settings)
    watch = Watch(parts)
    before, processor = watch.peak, _processor()
    with seconds() as training:
        run = watch.run = Run(learned, held, settings, start, watch)
        run.train(None, belongs_to="", checkpoint_seconds=0)
        model = run.result()
    epochs = model.metrics["epochs"]
    return (
        model,
        {
            "training (s)": training.seconds - watch.ranking,
            "training, processor (s)": _processor() - processor,
            "epochs": epochs,
            "best epoch": model.metrics["best_epoch"],
            "validation MRR": model.metrics["validation"]["mrr"],
            "estimated (s), for the epochs run": epochs * expected.seconds_per_epoch
            + epochs // settings.validation_every * expected.seconds_per_validation,
            "estimated memory (MB)": expected.memory_bytes / 2**20,
            "memory taken (MB)": (watch.peak - before) / 2**20,
        },
        watch,
    )


def _test_ranks(model: GraphModel, parts: SplitTriples) -> dict[str, float | int | str | None]:
    own = rank(model.network, parts.test, known=[parts.train, parts.validation], inverse=model.settings.inverse)
    evaluator = RankBasedEvaluator(filtered=True)
    # TransR projects all entities for each relation in a batch: batches of few relations.
    rows = parts.test.rows[np.argsort(parts.test.rows[:, 1], kind="stable")]
    with seconds() as theirs:
        found = evaluator.evaluate(
            cast(Any, model.network),
            torch.from_numpy(rows),
            batch_size=256,
            additional_filter_triples=[_long(parts.train), _long(parts.validation)],
            use_tqdm=False,
        )
    mrr, hits = (found.get_metric(f"both.realistic.{key}") for key in ("inverse_harmonic_mean_rank", "hits_at_10"))
    return {
        "test MRR": float(mrr),
        "test Hits@10": float(hits),
        "test Hits@1": own["hits@1"],
        "test MRR, difference of our ranking in blocks": abs(own["mrr"] - float(mrr)),
        "PyKEEN's evaluation (s)": theirs.seconds,
    }


def _epochs_beside(train: Triples, settings: GraphSettings, rounds: int) -> dict[str, float | int | str | None]:
    """Time epochs of the same TransE here and in bare PyKEEN, taking turns; processor seconds too."""
    rng = np.random.default_rng(settings.seed)
    figures: dict[str, float | int | str | None] = {}
    common = {"dim": settings.dim, "learning_rate": 1e-3, "final_rate": 1.0, "device": "cpu", "seed": settings.seed}
    sampled = default_settings("TransE", loss="NSSALoss", negatives=32, batch=1024, inverse=False, **common)
    against = default_settings("TransE", negatives=0, batch=_BATCH_ALL, inverse=True, **common)
    for title, own, share, bare in (
        ("wrong triples drawn", sampled, _SHARE_SAMPLED, _bare_sampled),
        ("against all entities", against, _SHARE_ALL, _bare_all),
    ):
        part = train.taken(np.sort(rng.permutation(len(train))[: int(share * len(train))]))
        run, theirs = Run(part, part.taken(np.zeros(0, np.int64)), own, None, None), bare(part, own)
        pairs: tuple[tuple[str, Callable[[], None]], ...] = (("ours", partial(_own_epoch, run)), ("theirs", theirs))
        times: dict[str, list[tuple[float, float]]] = {"ours": [], "theirs": []}
        for turn in range(rounds + 1):  # the first turn warms up
            for key, epoch in pairs:
                processor, began = _processor(), time.perf_counter()
                epoch()
                if turn:
                    times[key].append((time.perf_counter() - began, _processor() - processor))
        wall = {key: min(pair[0] for pair in taken) for key, taken in times.items()}
        work = {key: min(pair[1] for pair in taken) for key, taken in times.items()}
        figures |= {
            f"epoch, {title} (s)": wall["ours"],
            f"epoch, {title}, bare PyKEEN (s)": wall["theirs"],
            f"epoch, {title}, ours / bare PyKEEN": wall["ours"] / wall["theirs"],
            f"epoch, {title}, ours / bare PyKEEN, processor": work["ours"] / work["theirs"] if work["theirs"] else None,
        }
    return figures


def _own_epoch(run: Run) -> None:
    for number, batch in enumerate(run.objective.batches(run.epoch)):
        run.step(batch, number)
    run.epoch += 1


def _bare_sampled(part: Triples, settings: GraphSettings) -> Callable[[], None]:
    factory = _factory(part, inverse=False)
    model = TransE(
        triples_factory=factory,
        embedding_dim=settings.dim,
        scoring_fct_norm=2,
        entity_constrainer=None,
        loss=NSSALoss(),
    )
    loop = SLCWATrainingLoop(
        model=model,
        triples_factory=factory,
        optimizer="Adam",
        optimizer_kwargs={"lr": settings.learning_rate, "fused": True},
        negative_sampler_kwargs={"num_negs_per_pos": settings.negatives},
    )
    return _epoch_of(loop, factory, settings)


def _bare_all(part: Triples, settings: GraphSettings) -> Callable[[], None]:
    factory = _factory(part, inverse=True)
    model = TransE(
        triples_factory=factory,
        embedding_dim=settings.dim,
        scoring_fct_norm=2,
        entity_constrainer=None,
        loss=CrossEntropyLoss(),
    )
    loop = LCWATrainingLoop(
        model=model,
        triples_factory=factory,
        optimizer="Adam",
        optimizer_kwargs={"lr": settings.learning_rate, "fused": True},
    )
    return _epoch_of(loop, factory, settings)


def _epoch_of(loop: Any, factory: CoreTriplesFactory, settings: GraphSettings) -> Callable[[], None]:
    done = 0

    def epoch() -> None:
        nonlocal done
        done += 1
        loop.train(
            factory,
            num_epochs=done,
            batch_size=settings.batch,
            sub_batch_size=settings.batch,
            continue_training=done > 1,
            use_tqdm=False,
            pin_memory=False,
        )

    return epoch


def _defaults_beside(parts: SplitTriples, settings: GraphSettings, limit: float) -> dict[str, float | int | str | None]:
    """Train TransE with PyKEEN's defaults for as long as ours took to the goal, and rank the validation part."""
    factory = _factory(parts.train, inverse=False)
    model = TransE(triples_factory=factory, random_seed=settings.seed)
    loop = SLCWATrainingLoop(model=model, triples_factory=factory, optimizer="Adam")
    epoch = _epoch_of(loop, factory, default_settings("TransE", batch=256))
    began, epochs = time.perf_counter(), 0
    while time.perf_counter() - began < limit:
        epoch()
        epochs += 1
    took = time.perf_counter() - began
    return {
        "PyKEEN's defaults: seconds": took,
        "PyKEEN's defaults: epochs in them": epochs,
        "PyKEEN's defaults: validation MRR after them": judged(model, parts, inverse=False),
    }


def _factory(triples: Triples, *, inverse: bool) -> CoreTriplesFactory:
    return CoreTriplesFactory.create(
        _long(triples),
        num_entities=len(triples.entities),
        num_relations=len(triples.relations),
        create_inverse_triples=inverse,
    )


def _long(triples: Triples) -> torch.Tensor:
    return torch.from_numpy(triples.rows.copy())


def _processor() -> float:
    times = os.times()
    return times.user + times.system


if __name__ == "__main__":
    main("graph_vectors", measure, options=OPTIONS)

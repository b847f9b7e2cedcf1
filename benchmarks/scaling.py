"""How the cost of training the network grows: made graphs of 1, 2, 4 and 8 million interactions.

    python -m benchmarks.scaling --data ANY_FOLDER --sizes 1,2,4,8 --json FILE

The graphs are made, so ``--data`` is not read. A customer has 10 interactions on average (log-normal), products are
bought by a power law (exponent .8), there is a product for every 100 interactions and each is linked to 4 of a tenth as
many nodes. A size's figures: seconds of an epoch for each million edges that messages go over and interactions that are
learned, the estimate of memory before starting, and the process's memory after. ``--dim`` and ``--negatives`` make the
work small; they are the same for all sizes, so the ratio of the dearest edge to the cheapest tells the growth.

    python -m benchmarks.scaling --data ANY_FOLDER --whole yes --sizes 10 --dim 128 --negatives usual --epochs 2

trains one whole model instead, as stage train does with parameters known: closed form, validation, network; its figures
are the seconds of both parts and the peak of the process's memory beside the estimate.
"""

from __future__ import annotations

import gc
import os
import resource

import numpy as np
import psutil  # type: ignore[import-untyped]
import pyarrow as pa
import torch

from benchmarks.common import Arguments, Figures, main, seconds
from recommender.arrays import csr
from recommender.baskets import all_baskets
from recommender.data import TrainingData
from recommender.models import Resources, model
from recommender.models.graph_filter import GraphFilter
from recommender.network import NetworkSettings
from recommender.network.estimate import training_bytes
from recommender.network.fuse import fuse
from recommender.network.graph import item_graph
from recommender.network.material import Material
from recommender.network.training import Examples, Trainer
from recommender.network.validation import examples_of
from recommender.relations import ItemRelation
from recommender.splits import validation_split

OPTIONS = {
    "--sizes": "1,2,4,8",
    "--dim": "32",
    "--negatives": "512",
    "--epochs": "1",
    "--threads": "1",
    "--whole": "no",
}
_MEAN, _SPREAD, _EXPONENT, _LINKS = 10, 0.6, 0.8, 4


def measure(arguments: Arguments) -> Figures:
    """Train each size; give seconds for each edge and their ratio."""
    options = arguments.options
    torch.set_num_threads(int(options["threads"]))
    negatives = options["negatives"]
    settings = NetworkSettings(
        dim=int(options["dim"]),
        negatives=None if negatives == "usual" else int(negatives),
        epochs=int(options["epochs"]),
        device="cpu",
        seed=arguments.seed,
    )
    sizes = [float(own) for own in options["sizes"].split(",")]
    if options["whole"] == "yes":
        return _whole(sizes[0], settings)
    figures: dict[str, float] = {}
    costs = []
    for size in sizes:
        with seconds() as making:
            examples = made_examples(round(size * 1e6), seed=arguments.seed)
            graph = examples.graph
        edges = examples.histories.nnz + graph.items.nnz + sum(own.nnz for own in graph.links.values())
        trainer = Trainer(examples, settings)
        with seconds() as training:
            for _ in range(settings.epochs):
                trainer.run_epoch()
        costs.append(training.seconds / settings.epochs / edges * 1e6)
        figures |= {
            f"{size:g} million: edges": edges,
            f"{size:g} million: making the graph (s)": making.seconds,
            f"{size:g} million: an epoch (s)": training.seconds / settings.epochs,
            f"{size:g} million: an epoch, for a million edges (s)": costs[-1],
            f"{size:g} million: memory estimated before (GiB)": training_bytes(examples, settings) / 2**30,
            f"{size:g} million: memory in use after (GiB)": psutil.Process(os.getpid()).memory_info().rss / 2**30,
        }
        del examples, trainer, graph
        gc.collect()
    figures["dearest edge against the cheapest"] = max(costs) / min(costs)
    return figures


def _whole(size: float, settings: NetworkSettings) -> Figures:
    """Train a whole model of some million interactions."""
    data = made(round(size * 1e6), seed=settings.seed)
    rest, held = validation_split(data, fraction=0.15, method="random", target=data.target, seed=settings.seed)
    chosen, resources = model("propagation"), Resources(memory_gib=24)
    parameters = chosen.defaults(all_baskets(data))
    before = psutil.Process(os.getpid()).memory_info().rss / 2**30
    with seconds() as fitting:
        weights = chosen.fit(all_baskets(data), parameters, resources)
    material = Material(rest, held, data, (), chosen.name, parameters, resources)
    with seconds() as training:
        fusion = fuse(material, weights, settings, checkpoint=None, tell=lambda stage, done, total: None)
    examples = examples_of(data, weights, material, settings)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return {
        "interactions": data.interactions.nnz,
        "products": data.n_items,
        "item weights": weights.nnz,
        "closed form (s)": fitting.seconds,
        "validation and network (s)": training.seconds,
        "epochs chosen": fusion.epochs,
        "memory of the data (GiB)": before,
        "memory of the network estimated before (GiB)": training_bytes(examples, settings) / 2**30,
        "memory at most (GiB)": peak,
    }


def made_examples(interactions: int, *, seed: int) -> Examples:
    """Make what a network learns from, of about so many interactions."""
    data = made(interactions, seed=seed)
    kinds = all_baskets(data)
    weights = GraphFilter().fit(kinds, GraphFilter().defaults(kinds), Resources(neighbours=20))
    graph = item_graph(kinds, weights, neighbours=20)
    return Examples(data.interactions, data.target, graph)


def made(interactions: int, *, seed: int) -> TrainingData:
    """Make data of about so many interactions."""
    rng = np.random.default_rng(seed)
    users, items = interactions // _MEAN, interactions // 100
    counts = np.maximum(2, rng.lognormal(np.log(_MEAN) - _SPREAD**2 / 2, _SPREAD, users)).astype(np.int64)
    chance = np.arange(1, items + 1, dtype=np.float64) ** -_EXPONENT
    bought = np.searchsorted(np.cumsum(chance / chance.sum()), rng.random(counts.sum())).clip(max=items - 1)
    histories = csr(np.repeat(np.arange(users), counts), rng.permutation(items)[bought], 1.0, (users, items))
    nodes = rng.integers(items // 10, size=_LINKS * items)
    links = csr(np.repeat(np.arange(items), _LINKS), nodes, 1.0, (items, items // 10))
    return TrainingData(
        user_ids=pa.array(np.arange(users).astype(str)),
        item_ids=pa.array(np.arange(items).astype(str)),
        item_rows=np.arange(items),
        interactions=histories,
        at=np.full(histories.nnz, -1, dtype=np.int64),
        target=np.ones(histories.nnz, dtype=np.bool_),
        relations=(ItemRelation("HAS_ATTRIBUTE", links, np.arange(items // 10), None, True),),
    )


if __name__ == "__main__":
    main("scaling", measure, options=OPTIONS)

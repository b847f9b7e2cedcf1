"""How fast answers come at ranking time, and what vectors stored small or searched by a graph lose.

    python -m benchmarks.serving --data ../shared/data/amazon-beauty-kg --format pgpr --json serving.json

A model is trained with its defaults, the network among them (``--network no``: without), and asked for the top 10 of
known customers drawn at random, in one thread: the median and the 99th percentile of single requests, without and with
filters (half of the catalogue, by category or brand) and reasons. Then all customers' lists are made, in blocks. Last,
the item weights of the closed form are taken apart into vectors by a truncated singular value decomposition, and
customers' top 10 by these is compared: how many of the exact ones in full precision are found when vectors take a half
or a quarter of the memory, or are searched by FAISS's graph.
``--model FOLDER`` takes a model that is trained already.
"""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from sklearn.utils.extmath import randomized_svd
from threadpoolctl import threadpool_limits

from benchmarks.common import Arguments, Figures, main, seconds
from benchmarks.served import model_at
from recommender import Recommender
from recommender.arrays import Csr
from recommender.artefact import Artefact
from recommender.filters import Filters
from recommender.ranking import ranked_lists
from recommender.rules import Boost, Diversity, Novelty, Rules, Share
from recommender.topk import Search, Storage, VectorIndex, recall

_K = 10
OPTIONS = {
    "--model": "",
    "--network": "yes",
    "--requests": "2000",
    "--threads": "2",
    "--dim": "64",
    "--queries": "2000",
}


def measure(arguments: Arguments) -> Figures:
    """Train or load, then time single requests and all lists, and compare storages and searches."""
    options = arguments.options
    with tempfile.TemporaryDirectory() as folder:
        recommender = Recommender.load(model_at(arguments, Path(folder)))
    artefact = recommender.artefact
    figures: dict[str, float | int | str] = {"users": recommender.users, "products": recommender.products}
    rng = np.random.default_rng(arguments.seed)
    users = artefact.users.take(rng.integers(0, recommender.users, int(options["requests"]))).to_pylist()
    with threadpool_limits(1):
        figures |= _requests(recommender, users)
    with seconds() as listing, threadpool_limits(1):
        lists = ranked_lists(
            artefact.histories,
            recommender.scorer,
            artefact.seen,
            artefact.popularity,
            k=_K,
            threads=int(options["threads"]),
        )
        figures["all users' lists"] = sum(len(part) for _, part in lists)
    figures["all users' lists (s)"] = listing.seconds
    return figures | _losses(artefact, int(options["dim"]), int(options["queries"]), arguments.seed)


def _requests(recommender: Recommender, users: Sequence[str]) -> dict[str, float]:
    half = _half(recommender.artefact)
    rules = Rules(
        boosts=(Boost(half, multiply=1.2),),
        shares=(Share("brand", 0.3),),  # type: ignore[arg-type]
        diversity=Diversity(),
        novelty=Novelty(0.1),
    )
    ways: dict[str, Callable[[str], object]] = {
        "plain": lambda user: recommender.recommend(user=user, k=_K),
        "filters": lambda user: recommender.recommend(user=user, k=_K, filters=half),
        "filters and three reasons": lambda user: recommender.recommend(user=user, k=_K, filters=half, reasons=3),
        "filters and all reasons": lambda user: recommender.recommend(user=user, k=_K, filters=half, reasons=True),
        "rules of five kinds": lambda user: recommender.recommend(user=user, k=_K, filters=half, rules=rules),
        "nothing known": lambda user: recommender.recommend(k=_K),
    }
    figures = {}
    for name, ask in ways.items():
        ask(users[0])
        took = []
        for user in users:
            start = time.perf_counter()
            ask(user)
            took.append(1000 * (time.perf_counter() - start))
        figures[f"{name}: median (ms)"] = float(np.median(took))
        figures[f"{name}: 99th percentile (ms)"] = float(np.percentile(took, 99))
    return figures


def _half(artefact: Artefact) -> Filters:
    """Give the filter that lets the share of products nearest to a half through, by one category or some brands."""
    n_items = len(artefact.items)
    found = Counter(path for paths in artefact.items["categories"].to_pylist() for path in paths or ())
    if found:
        return Filters(categories=(min(found, key=lambda path: abs(found[path] - n_items / 2)),))
    brands = [brand for brand in artefact.items["brand"].to_pylist() if brand]
    return Filters(brands=tuple(brand for brand, _ in Counter(brands).most_common(len(set(brands)) // 2)))


def _losses(artefact: Artefact, dim: int, n_queries: int, seed: int) -> dict[str, float]:
    """Give the losses of vectors that stand for the item weights, and of those of the network where there is one."""
    dim = min(dim, artefact.weights.shape[0] - 1)
    left, strength, right = randomized_svd(artefact.weights, dim, n_iter=3, random_state=seed)
    rows = np.random.default_rng(seed).permutation(artefact.histories.shape[0])[:n_queries]
    histories, seen = artefact.histories[rows], artefact.seen[rows]
    figures: dict[str, float] = {"vector dimensions": dim}
    figures |= _losses_of("vectors", right.T, histories @ (left * strength), seen)
    for part in artefact.parts:
        figures |= _losses_of(f"{part.name}'s vectors", part.whole, histories @ part.inputs, seen)
    return figures


def _losses_of(what: str, vectors: np.ndarray, queries: np.ndarray, seen: Csr) -> dict[str, float]:
    """Give recall against the exact search in full precision, bytes, and milliseconds of a query."""
    vectors, queries = np.ascontiguousarray(vectors, dtype=np.float32), np.asarray(queries, dtype=np.float32)
    exact = VectorIndex(vectors).search(queries, _K, seen=seen)
    figures = {}
    for search in Search:
        for storage in Storage:
            with seconds() as building, threadpool_limits(1):
                index = VectorIndex(vectors, storage=storage, search=search)
            with seconds() as searching, threadpool_limits(1):
                found = index.search(queries, _K, seen=seen)
            name = f"{what} {search} {storage}"
            figures[f"{name}: recall of the exact top 10"] = recall(found, exact)
            figures[f"{name}: memory (MB)"] = index.nbytes / 1e6
            figures[f"{name}: a query (ms)"] = 1000 * searching.seconds / max(len(queries), 1)
            if search is not Search.EXACT:
                figures[f"{name}: building (s)"] = building.seconds
    return figures


if __name__ == "__main__":
    main("serving", measure, options=OPTIONS)

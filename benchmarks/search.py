"""Whether searching a demo shop finds what was planted: by words in two languages, misspelt ones too, and by photo.

    python -m benchmarks.search --data FOLDER --format demo --json FILE

Makes the shop of ``--seed`` (0 by default), its graph, links and vectors in a temporary folder, and asks what was
planted (``shopgraph.demo.searches``). The weights of the ranking were chosen
on the seeds 1 to 3 (``--choose``), never on the one that is measured.

nDCG@10 with the planted grades as gains; a query that finds nothing counts 0. Times are of single queries in one
thread, without the start of a text network, which words that are understood do not need.
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.common import Arguments, Figures, main, seconds
from benchmarks.demo_project import demo_project, kept_folder
from shopgraph.discovery import ProductSearch
from shopgraph.project import Project

K = 10


def ndcg(found: Sequence[str], relevant: Mapping[str, int], *, k: int = K) -> float:
    """Give nDCG@k, the grades as gains (Järvelin and Kekäläinen 2002)."""
    discount = 1 / np.log2(np.arange(2, k + 2))
    gains = np.array([relevant.get(id_, 0) for id_ in found[:k]], dtype=np.float64)
    best = np.array(sorted(relevant.values(), reverse=True)[:k], dtype=np.float64)
    return float(gains @ discount[: len(gains)] / (best @ discount[: len(best)]))


def read(path: Path) -> Iterator[dict[str, Any]]:
    """Read JSON lines."""
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def by_words(search: ProductSearch, truth: Path) -> tuple[dict[tuple[str, str], list[float]], list[float]]:
    """Ask every planted query.

    Returns:
        nDCG@10 of each query by language, or language and "misspelt", and by form; and the seconds each took.
    """
    values: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    took = []
    for row in read(truth / "searches.jsonl"):
        start = time.perf_counter()
        answer = search.search(row["query"], k=K)
        took.append(time.perf_counter() - start)
        value = ndcg([hit.product.id for hit in answer.items], row["relevant"])
        spelt = "misspelt" if row["misspelt"] else "well spelt"
        values[row["language"], spelt].append(value)
        values[row["language"], f"{spelt}, {row['form']}"].append(value)
    return values, took


def by_photo(search: ProductSearch, truth: Path) -> Mapping[str, float]:
    """Ask by every planted photo."""
    first, ten, kinds, with_words = [], [], [], []
    kind = {row["product_id"]: row["kind"] for row in read(truth / "products.jsonl")}
    for row in read(truth / "photo_searches.jsonl"):
        for words in (row["words"], row["words_zh"]) if row["words"] else ("",):
            answer = search.search(words, photo=truth / row["photo"], k=K)
            found = [hit.product.id for hit in answer.items]
            if words:
                with_words.append(ndcg(found, row["relevant"]))
                continue
            first.append(found[:1] == [row["product_id"]])
            ten.append(row["product_id"] in found)
            kinds.append(float(np.mean([kind[id_] == kind[row["product_id"]] for id_ in found])))
    return {
        "photo: same product first": float(np.mean(first)),
        "photo: same product in 10": float(np.mean(ten)),
        "photo: share of the same kind in 10": float(np.mean(kinds)),
        "photo and another colour: nDCG@10": float(np.mean(with_words)),
    }


def figures_of(values: Mapping[tuple[str, str], Iterable[float]]) -> Mapping[str, float]:
    """Give the mean of each group of queries."""
    return {f"nDCG@10, {language}, {group}": float(np.mean(list(own))) for (language, group), own in values.items()}


def measure(arguments: Arguments) -> Figures:
    """Make the shop and ask."""
    with kept_folder(arguments.options["keep"]) as folder:
        return searched(demo_project(folder, seed=arguments.seed, photos=True))


def searched(project: Project) -> Figures:
    """Ask all that was planted in a project's shop."""
    truth = project.folder / "shop" / "truth"
    with seconds() as loading:
        search = _opened(project)
    values, took = by_words(search, truth)
    means = figures_of(values)
    photos = by_photo(search, truth)
    overall = {name: value for name, value in means.items() if name.endswith("spelt")}
    return {
        **overall,
        **photos,
        **{name: value for name, value in means.items() if name not in overall},
        "queries": len(took),
        "loading, s": loading.seconds,
        "median of a query, ms": 1000 * float(np.median(took)),
        "95 % of queries within, ms": 1000 * float(np.quantile(took, 0.95)),
    }


def _opened(project: Project) -> ProductSearch:
    return ProductSearch.open(project)


if __name__ == "__main__":
    main("search", measure, options={"--keep": ""})

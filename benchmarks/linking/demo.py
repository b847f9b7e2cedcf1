"""The demo shop against what was planted in it: mentions, their sentiment, depictions, and what they are worth.

    python -m benchmarks.linking --data FOLDER --format demo --seed 0

``FOLDER`` is one that ``shopgraph.demo.make_demo`` made, with its folder ``truth``; with any other, a shop is made from
the seed. The pipeline runs twice: without linking, and with it; what is planted is looked at only afterwards.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from benchmarks.common import Arguments, Figures, seconds
from kg.store import EdgeKey, GraphStore
from linking.disambiguation.calibration import expected_calibration_error

_LABELS = ("Product", "Brand", "Category", "Attribute", "Aspect")
_SURE = 0.9
_PLAIN = '[network]\nfusion = "none"\n[vectors]\ngraph = "none"\ntexts = {}\nother_texts = "none"\nimages = "none"\n'
"""What is measured is what linking is worth to the closed form."""


def measure(arguments: Arguments) -> Figures:
    """Run the pipeline with linking and without it."""
    from shopgraph.demo import make_demo
    from shopgraph.pipeline import import_into, run_pipeline
    from shopgraph.project import Project

    with tempfile.TemporaryDirectory() as scratch:
        shop = arguments.data
        if not (shop / "truth").is_dir():
            shop = make_demo(Path(scratch) / "shop", seed=arguments.seed).folder
        project = Project.create(Path(scratch) / "project")
        for file in ("aliases.csv", "aspects.toml"):
            shutil.copyfile(shop / file, project.folder / file)
        figures: dict[str, float] = {}
        project.settings_file.write_text(f"[linking]\nreviews = false\nphotos = false\n{_PLAIN}")
        import_into(project, shop, format_name="tables")
        run_pipeline(project, until="evaluate")
        figures.update(_metrics(project, "without"))
        project.settings_file.write_text(_PLAIN)
        with seconds() as linking:
            run_pipeline(Project(project.folder), until="link")
        run_pipeline(Project(project.folder), until="evaluate")
        figures.update(_metrics(project, "with"))
        figures["recall@10, with against without"] = figures["recall@10, with"] / figures["recall@10, without"]
        with Project(project.folder).open_store() as store:
            return {**_mentions(store, shop), **_depictions(store, shop), **figures, "linking seconds": linking.seconds}


def _metrics(project: object, name: str) -> dict[str, float]:
    folder: Path = project.folder  # type: ignore[attr-defined]
    found = json.loads((folder / "evaluation.json").read_text())["metrics"]
    return {f"{key}, {name}": float(found[key]) for key in ("recall@10", "ndcg@10")}


def _rows(path: Path) -> Iterator[dict[str, object]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _mentions(store: GraphStore, shop: Path) -> dict[str, float]:
    """Give precision, recall and F1 of span and node together, by language, and what confidence is worth."""
    found: dict[str, dict[tuple[object, ...], tuple[float, float]]] = {}
    for label in _LABELS:
        for batch in store.edges(EdgeKey("Review", "MENTIONS", label)):
            for row in batch.to_pylist():
                key = (row["start"], row["end"], label, row["target"])
                found.setdefault(row["source"], {})[key] = (row["confidence"], row["sentiment"])
    counts: Counter[tuple[str, str]] = Counter()
    sure: list[tuple[float, bool]] = []
    for row in _rows(shop / "truth" / "mentions.jsonl"):
        language = str(row["language"])
        planted = {
            (one["start"], one["end"], one["label"], one["node"]): one["sentiment"]
            for one in row["mentions"]  # type: ignore[attr-defined]
        }
        own = found.get(str(row["review_id"]), {})
        for key, (confidence, sentiment) in own.items():
            right = key in planted
            sure.append((confidence, right))
            counts[language, "right" if right else "wrong"] += 1
            if right and planted[key]:
                counts[language, "felt"] += 1
                counts[language, "felt right"] += sentiment * planted[key] > 0
        counts[language, "missed"] += len(planted.keys() - own.keys())
    figures = {}
    for language in ("en", "zh"):
        right, wrong, missed = (counts[language, what] for what in ("right", "wrong", "missed"))
        figures[f"mention precision, {language}"] = right / max(1, right + wrong)
        figures[f"mention recall, {language}"] = right / max(1, right + missed)
        figures[f"mention F1, {language}"] = 2 * right / max(1, 2 * right + wrong + missed)
        figures[f"sentiment accuracy, {language}"] = counts[language, "felt right"] / max(1, counts[language, "felt"])
    best = [right for confidence, right in sure if confidence >= _SURE]
    figures["right among mentions of confidence .9 and more"] = sum(best) / max(1, len(best))
    figures["mention calibration error"] = expected_calibration_error(*map(list, zip(*sure, strict=True)))
    return figures


def _depictions(store: GraphStore, shop: Path) -> dict[str, float]:
    """Give F1 of what photos show, together and apart; and recall on products of which the shop does not say it."""
    planted = {
        str(row["image_id"]): {(one["label"], one["node"]) for one in row["depicts"]}  # type: ignore[attr-defined]
        for row in _rows(shop / "truth" / "photos.jsonl")
    }
    kinds = {_kind(label, node) for own in planted.values() for label, node in own}
    leaves = {node for own in planted.values() for label, node in own if label == "Category"}
    found: dict[str, set[tuple[str, str]]] = {}
    for label in ("Category", "Attribute"):
        for batch in store.edges(EdgeKey("Image", "DEPICTS", label)):
            for row in batch.select(["source", "target"]).to_pylist():
                node = row["target"]
                # wider categories and other attributes are neither planted nor denied
                if _kind(label, node) in kinds and (label != "Category" or node in leaves):
                    found.setdefault(row["source"], set()).add((label, node))
    counts: Counter[tuple[str, str]] = Counter()
    for image, own in planted.items():
        for what, rows in (
            ("planted", own),
            ("found", found.get(image, set())),
            ("right", own & found.get(image, set())),
        ):
            for label, node in rows:
                counts[_kind(label, node), what] += 1
                counts["all", what] += 1
    return {
        f"depiction F1, {kind}": 2 * counts[kind, "right"] / max(1, counts[kind, "planted"] + counts[kind, "found"])
        for kind in ("all", *sorted(kinds))
    }


def _kind(label: str, node: str) -> str:
    return "category" if label == "Category" else node.partition("=")[0]

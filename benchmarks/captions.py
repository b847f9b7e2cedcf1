"""How well and how fast photos become captions whose words are nodes of the graph.

    python -m benchmarks.captions --data FOLDER --format FORMAT --json FILE

``fashion``, and any other format whose reader gives photos: a fifth of the products, by a hash of their ids, is held
out; the rest trains the catalogue captioner. Each photo held out is captioned, the caption's words are followed to
their nodes, and a head counts as right where the node is the product's. Nothing said is wrong. With ``--splits N`` the
same is done for N splits, by the seeds from ``--seed`` on; beside the first one's figures stand the mean and standard
error of every accuracy, as one split of a few hundred photos says little about the second decimal.

``demo``: a folder that ``shopgraph demo`` or ``make_demo`` wrote. The captioner learns from what the shop lists and
captions every photo; category, colour and pattern are held against ``truth/photos.jsonl``.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.common import Arguments, Figures, main, seconds
from kg.pictures import Photo, Picture, read_pictures
from kg.records import Record
from kg.sources import reader
from linking.captions.catalogue import CatalogueCaptioner, PhotoExample, train_catalogue
from linking.captions.protocol import Caption
from linking.mentions import NodeRef

HELD_OUT = 0.2
_STEP_NAMES = {"fashion": {"category 1": "masterCategory", "category 2": "subCategory", "category 3": "articleType"}}
_BATCH = 128


@dataclass(frozen=True, slots=True)
class Answer:
    """What a captioner said of a photo."""

    example: PhotoExample
    caption: Caption

    def says(self, node: NodeRef) -> bool:
        """Tell whether words of the caption mean the node."""
        return any(word.node == node for word in self.caption.words)


def examples_of(folder: Path, format_name: str) -> list[PhotoExample]:
    """Read the photos of a folder with what the shop says of their products.

    Raises:
        InputError: the folder is not of the format.
    """
    products: dict[str, Record] = {}
    photos: list[PhotoExample] = []
    for record in reader(format_name).read(folder):
        if not isinstance(record, Record):
            continue
        if record.table == "products":
            products[record.values["id"]] = record
        elif record.table == "images" and record.values["product_id"] in products:
            product = products[record.values["product_id"]]
            path = folder / record.values["path"]
            title = str(product.values.get("title") or "")
            photos.append(
                PhotoExample(record.values["id"], path, record.values["product_id"], title, labels_of(product.values))
            )
    return photos


def labels_of(product: Mapping[str, object]) -> dict[str, tuple[NodeRef, str]]:
    """Give what the shop says of a product: the steps of its first category path, brand apart, and its attributes."""
    labels: dict[str, tuple[NodeRef, str]] = {}
    categories, attributes = product.get("categories"), product.get("attributes")
    if isinstance(categories, list) and categories:
        steps = str(categories[0]).split(" > ")
        for depth, step in enumerate(steps, start=1):
            labels[f"category {depth}"] = (NodeRef("Category", " > ".join(steps[:depth])), step)
    if isinstance(attributes, list):
        for name, value in attributes:
            if str(value or "").strip():
                labels[str(name)] = (NodeRef("Attribute", f"{name}={value}"), str(value))
    return labels


def is_held_out(product_id: str, *, seed: int) -> bool:
    """Draw by the id alone, so that the same products are held out whatever else there is."""
    digest = hashlib.sha256(f"{seed} {product_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64 < HELD_OUT


def measure(arguments: Arguments) -> Figures:
    """Train, caption, count."""
    if arguments.format == "demo":
        return _demo(arguments)
    if arguments.format is None:
        raise SystemExit(
            "Name the format of the data with --format: fashion, demo, or another whose reader gives photos"
        )
    splits = int(arguments.options.get("splits", "1"))
    if splits < 1:
        raise SystemExit(f"--splits is {splits}; it has to be 1 or more")
    photos = examples_of(arguments.data, arguments.format)
    names = _STEP_NAMES.get(arguments.format, {})
    answers, speed = _held_out(photos, seed=arguments.seed)
    accuracies = [_accuracies(answers, names)]
    figures: dict[str, float | int | str | bool | None] = {"photos": len(photos), "photos held out": len(answers)}
    figures |= accuracies[0] | dict(_calibration(answers)) | dict(speed) | {"an example": answers[0].caption.text}
    for seed in range(arguments.seed + 1, arguments.seed + splits):
        accuracies += [_accuracies(_held_out(photos, seed=seed)[0], names)]
    return {**figures, **_over_splits(accuracies)} if splits > 1 else figures


def _held_out(photos: Sequence[PhotoExample], *, seed: int) -> tuple[list[Answer], Figures]:
    held = [one for one in photos if is_held_out(one.product_id, seed=seed)]
    kept = [one for one in photos if not is_held_out(one.product_id, seed=seed)]
    return _trained_and_timed(kept, held, seed=seed)


def _trained_and_timed(
    examples: Sequence[PhotoExample], asked: Sequence[PhotoExample], *, seed: int
) -> tuple[list[Answer], Figures]:
    """Train on some photos and caption others; give the captions, and how long all of it took."""
    with seconds() as training:
        trained = train_catalogue(examples, seed=seed)
    before = time.process_time()
    with seconds() as captioning:
        answers = _captions(trained.captioner, asked)
    processor = time.process_time() - before
    words = [one.head for one in trained.heads if one.head.startswith("title: ")]
    return answers, {
        "heads": ", ".join(one.head for one in trained.heads if one.kept and one.head not in words),
        "words of titles": ", ".join(word.removeprefix("title: ") for word in words),
        "seconds of training": training.seconds,
        "photos per second": len(answers) / captioning.seconds,
        "processor ms per photo": 1000 * processor / max(1, len(answers)),
        "MB of the captioner": _megabytes(trained.captioner),
        "captioner": trained.captioner.name,
    }


def _megabytes(captioner: CatalogueCaptioner) -> float:
    with tempfile.TemporaryDirectory() as folder:
        captioner.save(Path(folder) / "captioner")
        return sum(path.stat().st_size for path in (Path(folder) / "captioner").iterdir()) / 1e6


def _accuracies(answers: Sequence[Answer], names: Mapping[str, str]) -> dict[str, float | None]:
    """Give, for each head, the share of the photos whose caption says what the shop says."""
    heads = sorted({head for one in answers for head in one.example.labels})
    return {
        f"accuracy of {names.get(head, head)}": _share(
            one.says(one.example.labels[head][0]) for one in answers if head in one.example.labels
        )
        for head in heads
    }


def _over_splits(accuracies: Sequence[Mapping[str, float | None]]) -> Figures:
    """Give mean and standard error of each accuracy over splits.

    The splits draw from the same products, so that the standard error is a little too small.
    """
    figures: dict[str, float] = {}
    for name in accuracies[0]:
        given = np.array([one[name] for one in accuracies if one.get(name) is not None], dtype=float)
        figures[f"{name}, mean of {len(given)} splits"] = float(given.mean())
        figures[f"{name}, its standard error"] = float(given.std(ddof=1) / np.sqrt(len(given)))
    return figures


def _demo(arguments: Arguments) -> Figures:
    photos = examples_of(arguments.data, "tables")
    lines = (arguments.data / "truth" / "photos.jsonl").read_text(encoding="utf-8").splitlines()
    truth = {row["image_id"]: row for row in map(json.loads, lines)}
    answers, speed = _trained_and_timed(photos, photos, seed=arguments.seed)
    figures: dict[str, float | int | str | bool | None] = {"photos": len(answers)}
    for name, key, prefix in (
        ("category", "kind", ""),
        ("colour", "colour", "colour="),
        ("pattern", "finish", "pattern="),
    ):
        label = "Category" if name == "category" else "Attribute"
        right = [one.says(NodeRef(label, f"{prefix}{truth[one.example.image_id][key]}")) for one in answers]
        said = sum(_speaks(one, label, prefix or " > ") for one in answers)
        figures[f"F1 of {name}"] = 2 * sum(right) / max(1, said + len(answers))
        head = "category 2" if name == "category" else name
        unlisted = [hit for hit, one in zip(right, answers, strict=True) if head not in one.example.labels]
        figures[f"right of {name} where unlisted"] = _share(unlisted)
    return {
        **figures,
        **speed,
        "an example": answers[0].caption.text,
    }


def _speaks(answer: Answer, label: str, part: str) -> bool:
    nodes = [word.node for word in answer.caption.words if word.node is not None]
    return any(node.label == label and part in node.id for node in nodes)


def _captions(captioner: CatalogueCaptioner, examples: Sequence[PhotoExample]) -> list[Answer]:
    """Decode from disk and caption, a batch at a time."""
    answers: list[Answer] = []
    waiting: list[tuple[PhotoExample, Image.Image]] = []

    def flush() -> None:
        captions = captioner.caption([image for _, image in waiting])
        answers.extend(Answer(example, caption) for (example, _), caption in zip(waiting, captions, strict=True))
        waiting.clear()

    photos = (Photo(one.image_id, one.path) for one in examples)
    for example, read in zip(examples, read_pictures(photos, edge=256), strict=True):
        if isinstance(read, Picture) and read.image is not None:
            waiting.append((example, read.image))
        if len(waiting) == _BATCH:
            flush()
    if waiting:
        flush()
    return answers


def _share(hits: Iterable[bool]) -> float | None:
    given = list(hits)
    return sum(given) / len(given) if given else None


def _calibration(answers: Sequence[Answer]) -> Figures:
    """Compare confidence with truth over all words that mean a node of a head the product has a label for."""
    sure: list[float] = []
    right: list[bool] = []
    for one in answers:
        truth = dict(one.example.labels.values())
        heads = {_kind_of(node) for node in truth}
        for word in one.caption.words:
            if word.node is not None and _kind_of(word.node) in heads:
                sure.append(word.confidence)
                right.append(word.node in truth)
    confidence, correct = np.array(sure), np.array(right, dtype=float)
    bins = np.minimum((confidence * 10).astype(int), 9)
    gaps = [
        abs(confidence[bins == number].mean() - correct[bins == number].mean()) * (bins == number).mean()
        for number in np.unique(bins)
    ]
    certain = confidence >= 0.9
    return {
        "words with a node": len(sure),
        "accuracy of words": float(correct.mean()) if len(sure) else None,
        "expected calibration error": float(sum(gaps)) if len(sure) else None,
        "words of confidence 0.9 and more": int(certain.sum()),
        "their accuracy": float(correct[certain].mean()) if certain.any() else None,
    }


def _kind_of(node: NodeRef) -> str:
    """Tell heads apart by their nodes: steps of the category path by depth, attributes by name."""
    return str(node.id.count(" > ")) if node.label == "Category" else node.id.partition("=")[0]


if __name__ == "__main__":
    main("captions", measure, options={"--splits": "1"})

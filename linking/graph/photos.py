"""Photos into the graph: ``(Image)-[:DEPICTS]->()``, by captions that were given, and by captions that are written."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from kg.pictures import Photo, PictureReject
from kg.store.protocol import EdgeKey, GraphStore
from linking.captions import Caption, CaptionCache, Captioner, CaptionWords, caption_photos
from linking.captions.catalogue import PhotoExample
from linking.graph.reading import pairs, properties
from linking.graph.tables import apply_edges
from linking.linker import Linker
from linking.mentions import Candidate, Mention, NodeRef

LABELS: tuple[str, ...] = ("Product", "Brand", "Category", "Attribute", "Aspect")
GIVEN = "column"
"""Name of the model where the caption came with the input."""

Progress = Callable[[str, int, int], None]
_HAS_IMAGE = EdgeKey("Product", "HAS_IMAGE", "Image")
_ROWS = pa.schema(
    [("source", pa.string()), ("label", pa.string()), ("target", pa.string()), ("caption", pa.string()),
     ("confidence", pa.float64()), ("model", pa.string())]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PhotoReport:
    """What linking photos did.

    Attributes:
        photos: images in the graph.
        captioned: of these, captioned now; the others had a caption from before.
        rejected: set aside, with the reason in the file of the quarantine.
        depicts: edges DEPICTS in the graph.
        removed: edges DEPICTS removed.
    """

    photos: int
    captioned: int
    rejected: int
    depicts: int
    removed: int


def link_photos(
    store: GraphStore,
    linker: Linker,
    captioner: Captioner | None,
    *,
    cache: Path,
    quarantine: Path,
    threshold: float = 0.5,
    progress: Progress | None = None,
) -> PhotoReport:
    """Make the graph hold what its photos show; repeating it changes nothing, and captions no photo twice.

    Args:
        store: open for writing.
        linker: links what a caption's words name where the captioner does not know.
        captioner: writes captions; None to go by those that came with the input alone.
        cache: file of captions made before.
        quarantine: JSON lines of photos that cannot be used, each with its reason; written anew.
        threshold: confidence below which words of a caption are left out.
        progress: called with what is done, how many photos are, and how many there are.

    Raises:
        GraphStoreError: the store refused.
    """
    images, captions = _images(store)
    product = _products(store)
    rows: list[tuple[str, str, str, str, float, str]] = []
    rejects: list[PictureReject] = []
    captioned = 0
    for image, text in captions.items():
        caption = Caption(text, (CaptionWords(0, len(text), 1.0),))
        rows.extend(_rows(linker, image, caption, GIVEN, product.get(image), threshold))
    if captioner is not None:
        with CaptionCache(cache) as made:
            for number, one in enumerate(caption_photos(images, captioner, cache=made), start=1):
                if progress is not None:
                    progress("captioning photos", number, len(images))
                if isinstance(one, PictureReject):
                    rejects.append(one)
                    continue
                captioned += not one.cached
                rows.extend(_rows(linker, one.image_id, one.caption, one.model, product.get(one.image_id), threshold))
    write_quarantine(quarantine, rejects)
    written, removed = _write(store, rows)
    return PhotoReport(len(images), captioned, len(rejects), written, removed)


def caption_mentions(linker: Linker, caption: Caption, *, product: str | None = None) -> list[Mention]:
    """Give what the words of a caption mean: what the captioner knows, and for the rest what the linker finds."""
    found: list[Mention] = []
    for words in caption.words:
        surface = caption.text[words.start : words.end]
        if words.node is None:
            found.extend(_moved(mention, words) for mention in linker.link(surface, product=product))
        elif linker.knows(words.node):
            reason = "the captioner sees it"
            candidate = Candidate(words.node, linker.name(words.node), 1.0, words.confidence, reason)
            found.append(
                Mention(words.start, words.end, surface, words.node, words.confidence, 0.0, (candidate,), reason)
            )
        else:
            reason = f"the captioner sees {words.node}, and the graph has no such node"
            found.append(Mention(words.start, words.end, surface, None, words.confidence, 0.0, (), reason))
    return found


def _moved(mention: Mention, words: CaptionWords) -> Mention:
    """Give a mention found in words of a caption as one in the caption, as sure as both together."""
    return Mention(
        mention.start + words.start,
        mention.end + words.start,
        mention.surface,
        mention.node,
        mention.confidence * words.confidence,
        0.0,
        mention.candidates,
        mention.reason,
    )


def photo_examples(store: GraphStore) -> list[PhotoExample]:
    """Read the photos with what the shop says of their products, for a captioner to learn from.

    Raises:
        GraphStoreError: the store cannot be read.
    """
    images, _ = _images(store)
    product = _products(store)
    labels: dict[str, dict[str, tuple[NodeRef, str]]] = {}
    names = dict(properties(store, "Category", "name"))
    for source, target in pairs(store, EdgeKey("Product", "IN_CATEGORY", "Category")):
        steps = target.split(" > ")
        own = labels.setdefault(source, {})
        for depth in range(1, len(steps) + 1):
            id_ = " > ".join(steps[:depth])
            own.setdefault(f"category {depth}", (NodeRef("Category", id_), names.get(id_) or steps[depth - 1]))
    values = {id_: (name, value) for id_, name, value in properties(store, "Attribute", "name", "value")}
    for source, target in pairs(store, EdgeKey("Product", "HAS_ATTRIBUTE", "Attribute")):
        name, value = values.get(target, (None, None))
        if name and value:
            labels.setdefault(source, {}).setdefault(name, (NodeRef("Attribute", target), value))
    titles = dict(properties(store, "Product", "name"))
    return [
        PhotoExample(photo.image_id, photo.path, owner, titles.get(owner) or "", labels.get(owner, {}))
        for photo in images
        if (owner := product.get(photo.image_id)) is not None
    ]


def write_quarantine(path: Path, rejects: Sequence[PictureReject]) -> None:
    """Write the photos that cannot be used, whole or not at all; no file where all can."""
    if not rejects:
        path.unlink(missing_ok=True)
        return
    lines = [
        json.dumps({"image_id": one.image_id, "path": str(one.path), "code": one.code, "reason": one.reason},
                   ensure_ascii=False)
        for one in rejects
    ]  # fmt: skip
    beside = path.with_name(f".{path.name}.new-{os.getpid()}")
    beside.write_text("\n".join(lines) + "\n", encoding="utf-8")
    beside.replace(path)


def _images(store: GraphStore) -> tuple[list[Photo], dict[str, str]]:
    """Give the photos that have a file, and the captions that came with the input, by the image's id."""
    photos: list[Photo] = []
    captions: dict[str, str] = {}
    for batch in store.nodes("Image"):
        for row in batch.select(["id", "path", "caption"]).to_pylist():
            if row["path"]:
                photos.append(Photo(row["id"], Path(row["path"])))
            if row["caption"] and (text := " ".join(row["caption"].split())):
                captions[row["id"]] = text
    return photos, captions


def _products(store: GraphStore) -> dict[str, str]:
    return {image: product for product, image in pairs(store, _HAS_IMAGE)}


def _rows(
    linker: Linker, image: str, caption: Caption, model: str, product: str | None, threshold: float
) -> Iterable[tuple[str, str, str, str, float, str]]:
    best: dict[NodeRef, Mention] = {}
    for mention in caption_mentions(linker, caption, product=product):
        node = mention.node
        if node is not None and mention.confidence >= threshold:
            known = best.get(node)
            if known is None or mention.confidence > known.confidence:
                best[node] = mention
    return [(image, node.label, node.id, mention.surface, mention.confidence, model) for node, mention in best.items()]


def _write(store: GraphStore, rows: Sequence[tuple[str, str, str, str, float, str]]) -> tuple[int, int]:
    columns = list(zip(*rows, strict=True)) or [()] * len(_ROWS)
    table = pa.table([pa.array(column, field.type) for column, field in zip(columns, _ROWS, strict=True)], schema=_ROWS)
    written = removed = 0
    with duckdb.connect() as connection:
        connection.register("depicted", table)
        for label in LABELS:
            wanted = f"SELECT * EXCLUDE (label) FROM depicted WHERE label = '{label}'"
            counts = apply_edges(store, connection, EdgeKey("Image", "DEPICTS", label), wanted, ours="true")
            written, removed = written + counts[0], removed + counts[1]
    return written, removed

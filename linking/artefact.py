"""The linker on disk: names, what the shop's texts taught, what the graph says of products, and sentiment.

A folder of Parquet tables and safetensors, with a manifest (``kg.artefact``). Nothing in it could run code.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from safetensors.numpy import load_file, save_file

from kg.artefact import ArtefactKind
from linking.disambiguation.calibration import Calibration
from linking.disambiguation.context import LABELS, ContextModel
from linking.disambiguation.profiles import Profiles
from linking.disambiguation.scoring import Disambiguator
from linking.disambiguation.shop import ShopContext, SparseRows
from linking.lexicon import AliasRule, Entry, Lexicon
from linking.linker import Linker
from linking.mentions import NodeRef
from linking.sentiment import load_sentiment

LINKER = ArtefactKind(
    format="shopgraph-linker",
    version=1,
    name="linker",
    remedy="Make it with: shopgraph run --from link",
    libraries=("spacy", "symspellpy", "numpy", "pyarrow"),
)


def save_linker(linker: Linker, folder: Path, *, manifest: Mapping[str, object] | None = None) -> None:
    """Write a linker; ``manifest`` is kept with it.

    Raises:
        ModelError: something that is no linker lies in ``folder``.
    """
    weigher = linker.disambiguator
    settings = {
        "threshold": linker.threshold,
        "fuzzy": linker.fuzzy,
        "language": linker.language,
        "calibration": [linker.calibration.slope, linker.calibration.shift],
        "weights": weigher.weights,
        "has_shop": weigher.shop is not None,
        "has_sentiment": linker.sentiment is not None,
    }
    with LINKER.writing(folder, {**(manifest or {}), "linker": settings}) as beside:
        entries = linker.lexicon.entries
        _write(
            beside / "entries.parquet",
            label=[entry.node.label for entry in entries],
            id=[entry.node.id for entry in entries],
            name=[entry.name for entry in entries],
            uses=[entry.uses for entry in entries],
        )
        senses = [(alias.surface, sense) for alias in linker.lexicon.listed() for sense in alias.senses]
        _write(
            beside / "aliases.parquet",
            surface=[surface for surface, _ in senses],
            entry=[sense.entry for _, sense in senses],
            rule=[str(sense.rule) for _, sense in senses],
        )
        _write(beside / "known.parquet", word=sorted(linker.known))
        _write_map(beside / "cohesion.parquet", linker.cohesion)
        _write_map(beside / "settled.parquet", linker.settled)
        trust = sorted(weigher.trust.items())
        _write(
            beside / "trust.parquet",
            alias=[alias for (alias, _), _ in trust],
            entry=[entry for (_, entry), _ in trust],
            share=[share for _, share in trust],
        )
        context = sorted(weigher.context.weights.items())
        columns = {label or "NIL": [row[place] for _, row in context] for place, label in enumerate(LABELS)}
        _write(beside / "context.parquet", feature=[feature for feature, _ in context], **columns)
        profiles = [
            (entry, word, weight)
            for entry, words in sorted(weigher.profiles.weights.items())
            for word, weight in sorted(words.items())
        ]
        _write(
            beside / "profiles.parquet",
            entry=[row[0] for row in profiles],
            word=[row[1] for row in profiles],
            weight=[row[2] for row in profiles],
        )
        if weigher.shop is not None:
            _save_shop(weigher.shop, beside)
        if linker.sentiment is not None:
            linker.sentiment.save(beside / "sentiment")


def load_linker(folder: Path) -> Linker:
    """Read a linker.

    Raises:
        ModelError: there is none, it is of another version, or damaged.
    """
    with LINKER.reading(folder) as manifest:
        return _linker(folder, manifest["linker"])


def _linker(folder: Path, settings: Mapping[str, Any]) -> Linker:
    rows = _read(folder / "entries.parquet")
    entries = [
        Entry(NodeRef(label, id_), name, uses)
        for label, id_, name, uses in zip(rows["label"], rows["id"], rows["name"], rows["uses"], strict=True)
    ]
    rows = _read(folder / "aliases.parquet")
    surfaces = zip(rows["surface"], rows["entry"], map(AliasRule, rows["rule"]), strict=True)
    rows = _read(folder / "trust.parquet")
    trust = dict(zip(zip(rows["alias"], rows["entry"], strict=True), rows["share"], strict=True))
    rows = _read(folder / "context.parquet")
    columns = zip(*(rows[label or "NIL"] for label in LABELS), strict=True)
    context = ContextModel(dict(zip(rows["feature"], columns, strict=True)))
    rows = _read(folder / "profiles.parquet")
    profiles: dict[int, dict[str, float]] = {}
    for entry, word, weight in zip(rows["entry"], rows["word"], rows["weight"], strict=True):
        profiles.setdefault(entry, {})[word] = weight
    weigher = Disambiguator(
        entries,
        shop=_load_shop(folder) if settings["has_shop"] else None,
        context=context,
        profiles=Profiles(profiles),
        trust=trust,
        weights=settings["weights"],
    )
    return Linker(
        Lexicon(entries, surfaces),
        weigher,
        sentiment=load_sentiment(folder / "sentiment") if settings["has_sentiment"] else None,
        calibration=Calibration(*settings["calibration"]),
        known=frozenset(_read(folder / "known.parquet")["word"]),
        cohesion=_read_map(folder / "cohesion.parquet"),
        settled=_read_map(folder / "settled.parquet"),
        threshold=settings["threshold"],
        fuzzy=settings["fuzzy"],
        language=settings["language"],
    )


def _save_shop(shop: ShopContext, folder: Path) -> None:
    _write(folder / "products.parquet", id=list(shop.products))
    _write(folder / "slots.parquet", slot=list(shop.slots))
    tensors = {"overall": shop.overall, "categories": shop.categories}
    for name, matrix in (("links", shop.links), ("shares", shop.shares)):
        tensors[f"{name}.data"] = matrix.data.astype(np.float64)
        tensors[f"{name}.indices"] = matrix.indices.astype(np.int64)
        tensors[f"{name}.indptr"] = matrix.indptr.astype(np.int64)
    save_file(tensors, folder / "shop.safetensors")


def _load_shop(folder: Path) -> ShopContext:
    tensors = load_file(folder / "shop.safetensors")

    def matrix(name: str) -> SparseRows:
        return SparseRows(tensors[f"{name}.data"], tensors[f"{name}.indices"], tensors[f"{name}.indptr"])

    return ShopContext(
        tuple(_read(folder / "products.parquet")["id"]),
        matrix("links"),
        matrix("shares"),
        tensors["overall"],
        tuple(_read(folder / "slots.parquet")["slot"]),
        tensors["categories"],
    )


_EMPTY: Mapping[str, pa.DataType] = {
    "entry": pa.int64(),
    "uses": pa.int64(),
    "share": pa.float64(),
    "value": pa.float64(),
}


def _write(path: Path, **columns: list[Any]) -> None:
    arrays = {name: pa.array(values, None if values else _EMPTY.get(name, pa.string())) for name, values in
              columns.items()}  # fmt: skip
    pq.write_table(pa.table(arrays), path)


def _write_map(path: Path, values: Mapping[str, float]) -> None:
    rows = sorted(values.items())
    _write(path, key=[key for key, _ in rows], value=[value for _, value in rows])


def _read(path: Path) -> dict[str, list[Any]]:
    table = pq.ParquetFile(path).read()  # read_table would import pandas, which a linking process does without
    return {name: table[name].to_pylist() for name in table.column_names}


def _read_map(path: Path) -> dict[str, float]:
    rows = _read(path)
    return dict(zip(rows["key"], rows["value"], strict=True))

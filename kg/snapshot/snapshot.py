"""The snapshot itself: what is read when learning starts, each part when it is first asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

import pyarrow as pa

from kg.ids import IdMap
from kg.schema import INTERACTION_KINDS
from kg.snapshot.edges import Edges, Relation
from kg.snapshot.files import SNAPSHOT_FORMAT, Manifest, check_file, damaged, map_arrow, read_manifest


class Snapshot:
    """The graph as frozen columns; made by ``take_snapshot``, opened by ``load_snapshot``.

    Columns are mapped from their files when first asked for, and each file's SHA-256 is checked then.

    Attributes:
        path: the folder.
        edges: relation -> its edges; relations without edges are left out. Reading one may raise ``ModelError``.
        fingerprint: SHA-256 over all that the snapshot holds, in hexadecimal.
    """

    def __init__(self, path: Path, manifest: Manifest) -> None:
        self.path = path
        self.edges: Mapping[Relation, Edges] = _EdgeFiles(path, manifest)
        self.fingerprint: str = manifest["fingerprint"]
        self._manifest = manifest

    def __repr__(self) -> str:
        return f"Snapshot({str(self.path)!r}, nodes={len(self.ids)}, relations={len(self.edges)})"

    @cached_property
    def ids(self) -> IdMap:
        """Id map over all nodes.

        Raises:
            ModelError: the ids are not those that the snapshot was taken with.
        """
        labels = [entry["label"] for entry in self._manifest["nodes"]]
        found = IdMap(dict(zip(labels, self._nodes["id"].chunks, strict=True)))
        if found.fingerprint != self._manifest["ids"]:
            raise damaged(self.path / "nodes.arrow", "its ids do not match the manifest")
        return found

    @cached_property
    def names(self) -> pa.ChunkedArray:
        """Name of each row as shown to people, null where there is none, ``(n_nodes,)``."""
        return self._nodes["name"]

    def name(self, row: int) -> str:
        """Give the name of a row, or its id where it has none."""
        found: str | None = self.names[int(row)].as_py()
        return found if found is not None else str(self.ids.ids([row])[0].as_py())

    @cached_property
    def products(self) -> pa.Table:
        """What filters, reasons and text encoders need to know of each product, in the order of the product rows.

        Columns: ``id``, ``name``, ``name_zh``, ``description``, ``description_zh``, ``price``, ``brand`` (name),
        ``categories`` (list of the ids of those that no other of its categories is part of), ``in_stock`` (null where
        unknown), ``in_catalogue``, ``released`` and ``image`` (path of the first).
        """
        return self._table("products.arrow")

    @cached_property
    def reviews(self) -> pa.Table:
        """Reviews of the training part: ``id``, ``text``, ``rating``, ``at``, ``language``, in the order of rows."""
        return self._table("reviews.arrow")

    @cached_property
    def images(self) -> pa.Table:
        """Pictures: ``id``, ``path``, ``caption``, in the order of rows."""
        return self._table("images.arrow")

    @property
    def interactions(self) -> Mapping[str, Edges]:
        """Relationship type -> the training part's edges from users to products; types without edges are left out."""
        found = {relation.type: relation for relation in self.edges if relation.type in INTERACTION_KINDS}
        return {kind: self.edges[found[kind]] for kind in INTERACTION_KINDS if kind in found}

    def relations(self, *types: str) -> tuple[Relation, ...]:
        """Give the relations of the given relationship types, or all, in the order of the schema."""
        return tuple(relation for relation in self.edges if not types or relation.type in types)

    @property
    def split_method(self) -> str:
        """Method that parted train from test, a value of ``SplitMethod``."""
        return str(self._manifest["split"]["method"])

    @property
    def target_kinds(self) -> tuple[str, ...]:
        """Kinds of interaction to predict, as in ``kg.tables.KINDS``."""
        return tuple(self._manifest["split"]["target_kinds"])

    @cached_property
    def _nodes(self) -> pa.Table:
        return self._table("nodes.arrow")

    def _table(self, name: str) -> pa.Table:
        return map_arrow(check_file(self.path, name, self._manifest))


class _EdgeFiles(Mapping[Relation, Edges]):
    """The edges of a snapshot, each relation mapped from its file when first asked for."""

    def __init__(self, path: Path, manifest: Manifest) -> None:
        self._path = path
        self._manifest = manifest
        self._files: dict[Relation, str] = {
            Relation(entry["source"], entry["type"], entry["target"], entry["name"]): entry["file"]
            for entry in manifest["relations"]
        }
        self._open: dict[Relation, Edges] = {}

    def __getitem__(self, relation: Relation) -> Edges:
        if relation not in self._open:
            path = check_file(self._path, self._files[relation], self._manifest)
            table = map_arrow(path)
            columns = {name: table[name].chunk(0).to_numpy() for name in table.column_names}
            self._open[relation] = Edges.of(columns.pop("head"), columns.pop("tail"), **columns)
        return self._open[relation]

    def __iter__(self) -> Iterator[Relation]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)

    def __repr__(self) -> str:
        return f"<edges of {len(self)} relations>"


def load_snapshot(path: Path) -> Snapshot:
    """Open a snapshot; its columns are read when they are first asked for.

    Raises:
        ModelError: the folder is missing, of another version, or damaged.
    """
    return Snapshot(path, read_manifest(path, SNAPSHOT_FORMAT))

"""What reviews say and photos show goes into the graph, and out again with the review; the contract runs some of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pytest
from PIL import Image

from kg.store import EdgeKey, GraphStore, open_store
from linking.artefact import save_linker
from linking.captions import Caption, CaptionWords
from linking.graph.inferred import infer_attributes
from linking.graph.nodes import write_aspects_into
from linking.graph.photos import link_photos
from linking.graph.reviews import ReviewReport, link_reviews
from linking.linker import Linker
from linking.mentions import NodeRef
from tests.linking.shops import ASPECTS, small_linker, small_shop

REVIEWS = {
    "r1": ("My Apple works, the battery lasts.", "phone"),
    "r2": ("苹果充电器很好，续航不错", "charger"),
    "r3": ("Nothing to say.", "cable"),
    "r4": ("An orange cabel? A navy one, and the strap slips.", "cable"),
}
HAS = EdgeKey("Product", "HAS_ATTRIBUTE", "Attribute")


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[GraphStore]:
    """The small shop with its reviews."""
    with open_store(tmp_path / "graph.lbug") as store:
        store.create_schema()
        fill(store)
        yield store


def fill(store: GraphStore) -> None:
    """Write the small shop with its reviews."""
    small = small_shop()
    for label in ("Product", "Brand", "Category", "Attribute"):
        store.load_nodes(label, small.nodes(label))
    for key, count in small.edge_counts().items():
        if count:
            store.load_edges(key, small.edges(key))
    write_aspects_into(store, ASPECTS)
    put(store, REVIEWS)


def put(store: GraphStore, reviews: dict[str, tuple[str, str]]) -> None:
    """Write reviews as the build does."""
    ids, texts = sorted(reviews), [reviews[id_][0] for id_ in sorted(reviews)]
    store.load_nodes("Review", [pa.record_batch({"id": pa.array(ids), "text": pa.array(texts)})])
    products = pa.array([reviews[id_][1] for id_ in ids])
    store.load_edges(
        EdgeKey("Review", "ABOUT", "Product"), [pa.record_batch({"source": pa.array(ids), "target": products})]
    )


@pytest.fixture
def linker(tmp_path: Path) -> Linker:
    """A linker, also as an artefact."""
    made = small_linker()
    save_linker(made, tmp_path / "linker")
    return made


def link(store: GraphStore, linker: Linker, place: Path, *, mark: str = "a", workers: int = 1) -> ReviewReport:
    return link_reviews(
        store, linker, place / "linker", linked=place / "linked.parquet", fingerprint=mark, workers=workers
    )


def mentions(store: GraphStore) -> list[tuple[object, ...]]:
    """Every mention: review, node, and what stands on the edge."""
    rows = store.query(
        """MATCH (r:Review)-[m:MENTIONS]->(n) RETURN r.id AS review, n.id AS node, m.start AS first, m.`end` AS last,
           m.surface AS surface, m.confidence AS confidence ORDER BY review, first, node"""
    )
    return [tuple(row.values()) for row in rows.to_pylist()]


def test_mentions_with_where_they_stand(shop: GraphStore, linker: Linker, tmp_path: Path) -> None:
    report = link(shop, linker, tmp_path)
    assert (report.reviews, report.linked, report.removed) == (4, 4, 0)
    found = mentions(shop)
    assert report.mentions == len(found)
    for review, _, start, end, surface, confidence in found:
        assert REVIEWS[str(review)][0][start:end] == surface  # type: ignore[misc]
        assert 0.5 <= confidence <= 1  # type: ignore[operator]
    assert {(row[0], row[1], row[4]) for row in found} >= {
        ("r1", "Apple", "Apple"),
        ("r1", "battery", "battery"),
        ("r2", "Apple", "苹果"),
        ("r2", "battery", "续航"),
        ("r4", "Electronics > Cables", "cabel"),
        ("r4", "grip", "slips"),
    }


def test_again_changes_nothing_and_reads_nothing(shop: GraphStore, linker: Linker, tmp_path: Path) -> None:
    link(shop, linker, tmp_path)
    before = mentions(shop)
    report = link(shop, linker, tmp_path)
    assert (report.linked, report.mentions, report.removed) == (0, 0, 0)
    assert mentions(shop) == before


def test_only_what_is_new_or_changed_is_linked(shop: GraphStore, linker: Linker, tmp_path: Path) -> None:
    link(shop, linker, tmp_path)
    before = mentions(shop)
    put(shop, {"r1": ("The sound of it.", "phone"), "r5": ("The strap.", "cable")})
    report = link(shop, linker, tmp_path)
    assert report.linked == 2
    assert report.removed == 2  # of Apple and the battery
    after = mentions(shop)
    assert [row for row in after if row[0] not in ("r1", "r5")] == [row for row in before if row[0] != "r1"]
    assert {(row[0], row[1]) for row in after if row[0] in ("r1", "r5")} == {("r1", "sound"), ("r5", "strap")}


def test_another_linker_reads_all_again(shop: GraphStore, linker: Linker, tmp_path: Path) -> None:
    link(shop, linker, tmp_path)
    before = mentions(shop)
    report = link(shop, linker, tmp_path, mark="b")
    assert report.linked == 4
    assert mentions(shop) == before


def test_mentions_go_with_their_review(shop: GraphStore, linker: Linker, tmp_path: Path) -> None:
    link(shop, linker, tmp_path)
    shop.delete_nodes("Review", ["r1", "r4"])
    report = link(shop, linker, tmp_path)
    assert report.linked == 0
    assert {row[0] for row in mentions(shop)} == {"r2"}
    put(shop, {"r1": REVIEWS["r1"]})
    assert link(shop, linker, tmp_path).linked == 1
    assert {row[0] for row in mentions(shop)} == {"r1", "r2"}


def test_a_graph_that_lost_its_mentions_gets_them_again(shop: GraphStore, linker: Linker, tmp_path: Path) -> None:
    link(shop, linker, tmp_path)
    before = mentions(shop)
    shop.delete_nodes("Aspect", ["battery"])
    write_aspects_into(shop, ASPECTS)
    assert link(shop, linker, tmp_path).linked == 4
    assert mentions(shop) == before


def test_aspects_taken_from_the_file_leave_the_graph(shop: GraphStore, linker: Linker, tmp_path: Path) -> None:
    link(shop, linker, tmp_path)
    assert write_aspects_into(shop, [aspect for aspect in ASPECTS if aspect.name != "battery"]) == 1
    assert "battery" not in {row[1] for row in mentions(shop)}


class Colours:
    """A captioner that says the colour of the first pixel."""

    name = "colours-1"

    def __init__(self) -> None:
        self.seen = 0

    def caption(self, pictures: Sequence[Image.Image]) -> list[Caption]:
        self.seen += len(pictures)
        return [self._caption(picture) for picture in pictures]

    def _caption(self, picture: Image.Image) -> Caption:
        pixel = picture.getpixel((0, 0))
        assert isinstance(pixel, tuple)
        word = "orange" if pixel[0] > 200 > pixel[2] else "black"
        words = (CaptionWords(0, len(word), 0.9, NodeRef("Attribute", f"colour={word}")),)
        return Caption(f"{word} thing", words)


def photos(store: GraphStore, folder: Path) -> None:
    """Two photos, one that is broken, and one with a caption of the input."""
    Image.new("RGB", (32, 32), (250, 140, 20)).save(folder / "basket.png")
    Image.new("RGB", (32, 32), (0, 0, 0)).save(folder / "shirt.png")
    (folder / "juice.png").write_bytes(b"no picture")
    names = ["basket", "juice", "shirt"]
    captions = ["A Hillside basket", None, None]
    paths = [str(folder / f"{name}.png") for name in names]
    batch = pa.record_batch({"id": pa.array(names), "path": pa.array(paths), "caption": pa.array(captions)})
    store.load_nodes("Image", [batch])
    store.load_edges(
        EdgeKey("Product", "HAS_IMAGE", "Image"),
        [pa.record_batch({"source": pa.array(names), "target": pa.array(names)})],
    )


def depicted(store: GraphStore) -> set[tuple[str, str, str]]:
    rows = store.query("MATCH (i:Image)-[d:DEPICTS]->(n) RETURN i.id AS image, n.id AS node, d.model AS model")
    return {(row["image"], row["node"], row["model"]) for row in rows.to_pylist()}


def test_photos_and_what_only_they_reveal(shop: GraphStore, linker: Linker, tmp_path: Path) -> None:
    photos(shop, tmp_path)
    colours = Colours()
    quarantine = tmp_path / "set-aside.jsonl"

    def run() -> tuple[int, int]:
        report = link_photos(shop, linker, colours, cache=tmp_path / "captions", quarantine=quarantine)
        return report.captioned, report.rejected

    assert run() == (2, 1)
    assert "juice" in quarantine.read_text()
    first = depicted(shop)
    assert first == {
        ("basket", "colour=orange", "colours-1"),
        ("basket", "Hillside", "column"),
        ("shirt", "colour=black", "colours-1"),
    }
    assert run() == (0, 1)
    assert depicted(shop) == first
    assert colours.seen == 2

    infer_attributes(shop)
    inferred = "MATCH (p:Product)-[h:HAS_ATTRIBUTE]->(a) WHERE h.origin <> 'input' RETURN p.id AS p, a.id AS a"
    gained = {(row["p"], row["a"]) for row in shop.query(inferred).to_pylist()}
    assert gained == {("basket", "colour=orange")}  # the shop itself says that the shirt is navy
    infer_attributes(shop)
    assert {(row["p"], row["a"]) for row in shop.query(inferred).to_pylist()} == gained

    shop.delete_nodes("Image", ["basket"])
    infer_attributes(shop)
    assert shop.query(inferred).num_rows == 0


def test_what_several_reviews_say_alike_is_gained_and_what_the_shop_says_stays(
    shop: GraphStore, linker: Linker, tmp_path: Path
) -> None:
    put(shop, {f"b{n}": ("It is orange.", "basket") for n in range(3)})
    put(shop, {f"s{n}": ("The navy one I wanted was orange.", "shirt") for n in range(3)})
    link(shop, linker, tmp_path)
    before = shop.edge_counts()[HAS]
    infer_attributes(shop)
    rows = shop.query(
        "MATCH (p:Product)-[h:HAS_ATTRIBUTE]->(a) WHERE h.origin = 'review' RETURN p.id AS p, a.name AS a"
    )
    assert {(row["p"], row["a"]) for row in rows.to_pylist()} <= {("basket", "colour"), ("basket", "flavour")}
    assert rows.num_rows == shop.edge_counts()[HAS] - before

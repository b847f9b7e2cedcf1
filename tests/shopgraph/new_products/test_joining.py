"""New products: read from the shop's files, and recommended by their photo, their text or their links alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kg.errors import InputError
from recommender import Recommender
from recommender.newcomers import NewProduct
from shopgraph.new_products import Arrival, NewProducts, read_new_products, with_new_products
from shopgraph.project import Project
from tests.projects import BARE, run_shop

SEEING = BARE.replace('images = "none"', 'images = "looks"').replace('other_texts = "none"', 'other_texts = "ngrams"')


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A shop with vectors of its texts and photos."""
    return run_shop(tmp_path_factory.mktemp("newcomers"), SEEING, products=96, users=120, interactions=2_600)


@pytest.fixture(scope="module")
def recommender(project: Project) -> Recommender:
    return Recommender.load(project.folder)


def twin(recommender: Recommender, what: str) -> tuple[Arrival, dict[str, object]]:
    """Give a new product that shares one thing with a known one, which many have bought, and that one."""
    row = recommender.artefact.items.to_pylist()[int(recommender.artefact.popularity.argmax())]
    match what:
        case "photo":
            return Arrival(NewProduct("N1"), (Path(row["image"]),)), row
        case "bytes of a photo":
            return Arrival(NewProduct("N1"), (Path(row["image"]).read_bytes(),)), row
        case "text":
            return Arrival(NewProduct("N1", name=row["name"], description=row["description"])), row
        case "chinese text":
            return Arrival(NewProduct("N1", name_zh=row["name_zh"])), row
        case _:
            return Arrival(NewProduct("N1", links={"ALSO_BOUGHT": [row["id"]]})), row


@pytest.mark.parametrize("what", ["photo", "bytes of a photo", "text", "chinese text", "links"])
def test_one_thing_known_of_a_new_product_is_enough(project: Project, recommender: Recommender, what: str) -> None:
    new, known = twin(recommender, what)
    more = with_new_products(project, recommender, [new])
    assert (more.products, recommender.products) == (97, 96)
    best = [item.product.id for item in more.similar("N1", k=5).items]
    assert known["id"] in best
    (item,) = (item for item in more.recommend(history=[str(known["id"])], k=20).items if item.product.id == "N1")
    assert item.score > 0
    assert more.audience(product="N1").members[0].rank <= 10


def test_photo_text_and_links_join(project: Project, recommender: Recommender) -> None:
    (photo, known), (text, _) = twin(recommender, "photo"), twin(recommender, "text")
    whole = Arrival(
        NewProduct("N1", name=text.product.name, brand=str(known["brand"]), categories=tuple(known["categories"])),  # type: ignore[arg-type]
        photo.photos,
    )
    assert NewProducts(project, recommender).views == ("image", "text", "text_zh")
    more = with_new_products(project, recommender, [whole])
    assert more.similar("N1", k=1).items[0].product.id == known["id"]


def test_a_folder_is_read_as_an_import_is(project: Project, recommender: Recommender, tmp_path: Path) -> None:
    known = twin(recommender, "photo")[1]
    shutil.copy(str(known["image"]), tmp_path / "new.png")
    (tmp_path / "products.csv").write_text("sku,title,price,colour\nN1,Brand new thing,$9.99,red\n", "utf-8")
    (tmp_path / "images.csv").write_text("product_id,path\nN1,new.png\n", "utf-8")
    (tmp_path / "links.csv").write_text(f"product_id,relation,other_id\n{known['id']},also_bought,N1\n", "utf-8")
    (own,) = read_new_products(tmp_path)
    assert (own.product.name, own.product.price, own.product.attributes) == ("Brand new thing", 9.99, ("colour=red",))
    assert own.photos == (tmp_path / "new.png",)
    assert own.product.links == {"ALSO_BOUGHT": {known["id"]: 1.0}}
    assert with_new_products(project, recommender, [own]).search("brand new thing").items[0].product.id == "N1"


def test_what_cannot_be_used_is_said_with_its_place(project: Project, recommender: Recommender, tmp_path: Path) -> None:
    (tmp_path / "products.csv").write_text("id,title,price\nN1,Thing,5\nN2,Other,-5\n", "utf-8")
    with pytest.raises(InputError, match=r'products\.csv:3: "price" is -5'):
        read_new_products(tmp_path)
    (tmp_path / "products.csv").write_text("id,title\n", "utf-8")
    with pytest.raises(InputError, match="no new products"):
        read_new_products(tmp_path)
    known = str(twin(recommender, "photo")[1]["id"])
    for ids in (["N1", "N1"], [known]):
        with pytest.raises(InputError, match="in the catalogue already"):
            with_new_products(project, recommender, [Arrival(NewProduct(one, name="Thing")) for one in ids])


def test_photos_that_cannot_be_compared_are_told(tmp_path: Path) -> None:
    blind = run_shop(tmp_path)
    recommender = Recommender.load(blind.folder)
    joining = NewProducts(blind, recommender)
    (note,) = joining.notes([twin(recommender, "photo")[0]])
    assert note.startswith("The photos of 1 new products were passed over")
    assert joining.joined([twin(recommender, "links")[0]]).similar("N1").items

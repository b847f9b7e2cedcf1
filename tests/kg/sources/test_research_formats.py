"""The formats of research sets, on small made files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kg.errors import InputError
from kg.sources import READERS, detect, reader

Folder = Callable[..., Path]

_PGPR = {
    "product__txt": "P0\nP1\n",
    "related_product__txt": "X0\nP0\n",
    "users__txt": "U0\nU1\n",
    "brand__txt": "Acme\n\n",
    "brand_p_b__txt": "0\n1\n",
    "category__txt": "Hair\nHair\n",
    "category_p_c__txt": "0 1\n\n",
    "product_tags__txt": "P0 soft brush\n",
    "also_bought_p_p__txt": "\n0 1\n",
    "train__txt": "0 0 1\n1 1\n",
    "test__txt": "1 0\n",
}


def test_pgpr(read: Any, folder: Folder) -> None:
    source = folder(**_PGPR)
    assert detect(source) == "pgpr"
    found = read("pgpr", source)
    first, second, related = found.rows("products")
    assert (first["title"], first["brand"], first["categories"]) == ("soft brush", "Acme", ["Hair", "Hair (1)"])
    assert second["brand"] == "brand 1"
    assert related == {"id": "X0", "in_catalogue": False}
    links = [(link["product_id"], link["other_id"], link["weight"]) for link in found.rows("links")]
    assert links == [("P1", "X0", 1.0), ("P1", "P0", 0.7071)], "the first of a page's list is the closest"
    assert found.rows("interactions")[-1] == {
        "user_id": "U1",
        "product_id": "P0",
        "kind": "purchased",
        "split": "test",
    }
    assert found.rejects == []


def test_pgpr_names_are_read_without_the_entities_of_their_pages(read: Any, folder: Folder) -> None:
    escaped = {"brand__txt": "L&#39;Oreal\nClean &amp;amp; Clear\n", "category__txt": "Tea &amp; Bath\nTea & Bath\n"}
    first, second, _ = read("pgpr", folder(**(_PGPR | escaped))).rows("products")
    assert (first["brand"], second["brand"]) == ("L'Oreal", "Clean & Clear")
    assert first["categories"] == ["Tea & Bath", "Tea & Bath (1)"]


def test_pgpr_numbers_that_name_nothing(read: Any, folder: Folder) -> None:
    broken = {"also_bought_p_p__txt": "0 9 x\n\n1\n", "train__txt": "7 0\n0 8 1\nx 1\n"}
    found = read("pgpr", folder(**(_PGPR | broken)))
    assert len(found.rows("links")) == 1
    assert sorted(found.codes) == ["NOT_A_NUMBER"] * 2 + ["UNKNOWN_REFERENCE"] * 4
    with pytest.raises(InputError, match=r"has no users\.txt"):
        (folder() / "users.txt").unlink()
        read("pgpr", folder())


def test_rechorus(read: Any, folder: Folder) -> None:
    source = folder(
        item_meta__csv='item_id,i_category,i_price,r_complement,r_substitute\n1,12,5,"[2, 3]",[]\n2,0,,[],oops\n',
        train__csv="user_id,item_id,time\n7,1,965779200\n",
        dev__csv="user_id,item_id,time\n7,2,1068249600\n",
        test__csv="user_id,item_id,time,neg_items\n7,3,1068249600,[]\n",
    )
    assert detect(source) == "rechorus"
    found = read("rechorus", source)
    assert found.rows("products")[0] == {"id": "1", "categories": ["category 12"], "attributes": [("price", "5")]}
    assert [(link["relation"], link["other_id"]) for link in found.rows("links")] == [
        ("complements", "2"),
        ("complements", "3"),
    ]
    assert [row["split"] for row in found.rows("interactions")] == ["train", "validation", "test"]
    assert found.codes == ["MALFORMED"]


def test_kgat(read: Any, folder: Folder) -> None:
    source = folder(train__txt="0 0 1\n1 1\n", test__txt="0 2\n")
    assert detect(source) == "kgat"
    assert read("kgat", source).counts == {"interactions": 4}
    with_graph = folder(
        kg_final__txt="0 1 3\n3 0 4\n1 2\n",
        relation_list__txt="org_id remap_id\nauthor 0\ngenre 1\n",
        item_list__txt="org_id remap_id freebase_id\nB001 0 m.1\nB002 1 m.2\nB003 2 m.3\n",
    )
    found = read("kgat", with_graph)
    assert found.rows("triples") == [
        {"head": "0", "relation": "genre", "tail": "3", "head_type": "product", "tail_type": "entity"},
        {"head": "3", "relation": "author", "tail": "4", "head_type": "entity", "tail_type": "entity"},
    ]
    assert found.rows("products")[0] == {"id": "0", "attributes": [("original id", "B001")]}
    assert found.codes == ["MALFORMED"]


def _movielens(folder: Folder, users: str) -> Path:
    return folder(
        movies__dat="10::Caf\xe9 (1995)::Comedy|Drama\n20::Heat (1995)::Crime\n30::Unseen::Drama\nbad\n".encode(
            "latin-1"
        ),
        item_index2entity_id__txt="10\t0\n20\t1\n",
        train__txt="0 0 1\n",
        test__txt="1 0\n",
        users__txt=users,
        kg__txt="5\tfilm.film.genre\t7\n0\tfilm.film.writer\t2\n1\tfilm.film.genre\t3\n",
        kg_final__txt="0 0 2\n1\t1\t3\n0\t5\t2\n",
        entity_type_list__txt="entity_id type\n0 1\n1 1\n2 2\n",
    )


def test_movielens(read: Any, folder: Folder) -> None:
    source = _movielens(folder, "1::F::1::10::48067\n2::M::56::16::70072\n")
    (source / "posters").mkdir()
    (source / "posters" / "10.jpg").write_bytes(b"")
    assert detect(source) == "movielens"
    found = read("movielens", source)
    cafe, _, unseen = found.rows("products")
    assert (cafe["title"], cafe["categories"], cafe["attributes"]) == ("Café", ["Comedy", "Drama"], [("year", "1995")])
    assert (cafe["in_catalogue"], unseen["in_catalogue"]) == (True, False)
    assert [row["product_id"] for row in found.rows("interactions")] == ["10", "20", "10"]
    assert found.rows("triples") == [
        {
            "relation": "film.film.writer",
            "head": "10",
            "head_type": "product",
            "tail": "entity 2",
            "tail_type": "writer",
        },
        {
            "relation": "film.film.genre",
            "head": "20",
            "head_type": "product",
            "tail": "entity 3",
            "tail_type": "entity",
        },
    ]
    assert found.rows("images") == [{"id": "posters/10.jpg", "product_id": "10", "path": "posters/10.jpg"}]
    assert found.rows("users")[0] == {
        "id": "0",
        "attributes": [("gender", "female"), ("age", "1"), ("occupation", "10")],
    }
    assert found.codes == ["MALFORMED", "UNKNOWN_REFERENCE"]


def test_movielens_users_that_cannot_be_matched_are_left_out(read: Any, folder: Folder) -> None:
    source = _movielens(folder, "1::F::1::10::48067\n2::M::56::16::70072\n3::M::25::15::55117\n")
    assert read("movielens", source).rows("users") == []


def test_fashion(read: Any, folder: Folder) -> None:
    header = "id,gender,masterCategory,subCategory,articleType,productDisplayName"
    source = folder(products__csv=f"{header}\n1,Women,Footwear,Shoes,Flats,Green Flats\n")
    (source / "images").mkdir()
    (source / "images" / "1.jpg").write_bytes(b"")
    assert detect(source) == "fashion"
    found = read("fashion", source)
    assert found.rows("products") == [
        {
            "id": "1",
            "title": "Green Flats",
            "categories": ["Footwear > Shoes > Flats"],
            "attributes": [("gender", "Women")],
        }
    ]
    assert found.counts == {"products": 1, "images": 1}


def test_registry() -> None:
    assert all(name == known.name and known.doc for name, known in READERS.items())
    with pytest.raises(InputError, match='mean "movielens"'):
        reader("movielense")


@pytest.mark.parametrize("name", sorted(READERS))
def test_a_folder_of_another_format_is_refused(name: str, read: Any, folder: Folder) -> None:
    with pytest.raises(InputError):
        read(name, folder(readme__txt="nothing of use\n"))
    with pytest.raises(InputError, match="does not exist"):
        read(name, folder() / "none")

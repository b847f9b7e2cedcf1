from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from kg.errors import ConfigurationError, InputError
from shopgraph.demo import make_demo

SMALL = {"n_products": 48, "n_users": 40, "n_interactions": 800}


def _fingerprint(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_same_seed_gives_the_same_bytes_and_another_seed_another_shop(tmp_path: Path) -> None:
    first, again, other = (
        _fingerprint(make_demo(tmp_path / name, seed=seed, **SMALL).folder)
        for name, seed in (("a", 3), ("b", 3), ("c", 4))
    )
    assert first == again
    assert first["products.csv"] != other["products.csv"]
    assert first["interactions.csv.gz"] != other["interactions.csv.gz"]
    assert [first[name] for name in ("aliases.csv", "aspects.toml")] == [
        other[name] for name in ("aliases.csv", "aspects.toml")
    ], "what people wrote about the words of the shop does not change with its products"


def test_links_do_not_depend_on_what_customers_did(tmp_path: Path) -> None:
    few = make_demo(tmp_path / "few", n_products=48, n_users=10, n_interactions=200)
    many = make_demo(tmp_path / "many", n_products=48, n_users=60, n_interactions=1500)
    assert (few.folder / "links.csv").read_bytes() == (many.folder / "links.csv").read_bytes()


def test_a_folder_with_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep me")
    with pytest.raises(InputError, match="not empty"):
        make_demo(tmp_path, **SMALL)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    made = make_demo(tmp_path, **SMALL)
    assert (made.folder / "products.csv").is_file()
    assert (made.truth / "customers.jsonl").is_file()


@pytest.mark.parametrize(
    "numbers",
    [{"n_products": 10}, {"n_users": 0}, {"n_interactions": 10}, {"n_users": 5, "n_interactions": 30_000}],
)
def test_numbers_that_do_not_fit_are_refused(tmp_path: Path, numbers: dict[str, int]) -> None:
    with pytest.raises(ConfigurationError):
        make_demo(tmp_path / "shop", **{**SMALL, **numbers})
    assert not (tmp_path / "shop").exists()


@pytest.mark.slow
def test_the_usual_shop_has_its_usual_size(tmp_path: Path) -> None:
    made = make_demo(tmp_path / "shop")
    assert (made.products, made.users, made.interactions) == (600, 1500, 30_000)
    assert 600 <= made.images <= 1200
    assert 4000 <= made.reviews <= 8000

"""Makes the demo shop: catalogue, customers, behaviour, reviews, links and photos, all from one seed."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kg.errors import ConfigurationError, InputError
from shopgraph.demo.aliases import write_aliases, write_aspects
from shopgraph.demo.catalogue import make_catalogue
from shopgraph.demo.customers import make_customers
from shopgraph.demo.files import write_photos, write_tables
from shopgraph.demo.interactions import make_interactions
from shopgraph.demo.links import make_links
from shopgraph.demo.photos import plan_photos
from shopgraph.demo.reviews import make_reviews
from shopgraph.demo.searches import make_photo_searches, make_searches
from shopgraph.demo.tastes import make_tastes, match_matrix
from shopgraph.demo.truth import write_truth
from shopgraph.demo.vocabulary import vocabulary

TRUTH = "truth"
"""Folder, inside the shop's, of what was planted; no reader of the format ``tables`` opens it."""

_STAGES = ("catalogue", "tastes", "customers", "interactions", "reviews", "links", "photos", "searches", "listing",
           "photo searches")  # fmt: skip


@dataclass(frozen=True, slots=True)
class DemoShop:
    """What was written.

    Attributes:
        folder: the shop's tables, ready for the format ``tables``, and beside them ``aliases.csv`` (other names of
            the graph's nodes) and ``aspects.toml`` (what its reviews talk about), which linking reads.
        truth: what was planted, for tests and benchmarks.
        seed: that it was made from.
        products, users, interactions, reviews, images, links, searches: how many there are.
    """

    folder: Path
    truth: Path
    seed: int
    products: int
    users: int
    interactions: int
    reviews: int
    images: int
    links: int
    searches: int


def _check(folder: Path, n_products: int, n_users: int, n_interactions: int) -> None:
    fewest = 2 * len(vocabulary().kinds)
    if n_products < fewest:
        raise ConfigurationError(f"a demo shop of {n_products} products is too small: ask for {fewest} or more")
    if n_users < 1:
        raise ConfigurationError(f"a demo shop of {n_users} users is too small: ask for 1 or more")
    if not 6 * n_users <= n_interactions <= 20 * n_users * max(1, n_products // 24):
        raise ConfigurationError(
            f"{n_interactions} interactions do not fit {n_users} users and {n_products} products: "
            f"ask for about {20 * n_users}"
        )
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"{folder} is there already and not empty: name a new folder, or remove it first")


def make_demo(
    folder: Path, *, seed: int = 7, n_products: int = 600, n_users: int = 1500, n_interactions: int = 30_000
) -> DemoShop:
    """Make the demo shop in ``folder``: the same bytes for the same arguments.

    Args:
        folder: new or empty; it gets the tables, ``aliases.csv``, ``aspects.toml``, ``images/`` and ``truth/``.
        seed: of all chance.
        n_products: of the shop, at least 48.
        n_users: customers.
        n_interactions: of all kinds together; about 20 for each customer.

    Raises:
        ConfigurationError: the numbers do not fit each other.
        InputError: the folder is there and not empty.

    """
    _check(folder, n_products, n_users, n_interactions)
    chance = {stage: np.random.default_rng([seed, number]) for number, stage in enumerate(_STAGES)}
    products = make_catalogue(n_products, rng=chance["catalogue"], listing=chance["listing"])
    tastes = make_tastes(products, n_users, rng=chance["tastes"])
    customers = make_customers(tastes, rng=chance["customers"])
    matches = match_matrix(products, tastes)
    events = make_interactions(products, matches, n_interactions, rng=chance["interactions"])
    reviews = make_reviews(products, customers, events, rng=chance["reviews"])
    links = make_links(products, rng=chance["links"])
    photos = plan_photos(products, rng=chance["photos"])
    searches = make_searches(products, rng=chance["searches"])
    photo_searches = make_photo_searches(products, rng=chance["photo searches"])

    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        write_tables(
            beside, products=products, customers=customers, events=events, reviews=reviews, photos=photos, links=links
        )
        write_aliases(beside / "aliases.csv")
        write_aspects(beside / "aspects.toml")
        write_photos(beside / "images", products=products, photos=photos)
        write_truth(
            beside / TRUTH, products=products, customers=customers, reviews=reviews, photos=photos, searches=searches,
            photo_searches=photo_searches,
        )  # fmt: skip
        write_photos(beside / TRUTH / "photos", products=products, photos=[one.photo for one in photo_searches])
        beside.chmod(0o777 & ~_umask())
        if folder.exists():
            folder.rmdir()
        beside.rename(folder)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    return DemoShop(
        folder=folder,
        truth=folder / TRUTH,
        seed=seed,
        products=len(products),
        users=len(customers),
        interactions=len(events),
        reviews=len(reviews),
        images=len(photos),
        links=len(links),
        searches=len(searches),
    )


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask

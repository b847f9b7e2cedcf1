"""A demo shop of a third of the usual size, made once for all these tests."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from shopgraph.demo import DemoShop, make_demo

Rows = list[dict[str, Any]]


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> DemoShop:
    return make_demo(tmp_path_factory.mktemp("demo") / "shop", n_products=240, n_users=500, n_interactions=10_000)


@pytest.fixture(scope="session")
def read(shop: DemoShop) -> Callable[[str], Rows]:
    """Read a file of the shop with the standard library alone."""

    def rows(name: str) -> Rows:
        path: Path = shop.folder / name
        raw = path.read_bytes()
        text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8")
        if ".jsonl" in name:
            return [json.loads(line) for line in text.splitlines()]
        return list(csv.DictReader(text.splitlines()))

    return rows


def milliseconds(iso: str) -> int:
    """Read an ISO 8601 time; a date without time is its midnight in UTC."""
    text = f"{iso}T00:00:00+00:00" if len(iso) == 10 else iso.replace("Z", "+00:00")
    return round(datetime.fromisoformat(text).timestamp() * 1000)

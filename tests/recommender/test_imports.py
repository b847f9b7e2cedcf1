"""Importing the recommender, and answering with it, loads nothing heavy."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Set as AbstractSet
from pathlib import Path

HEAVY = {"torch", "sklearn", "pandas", "optuna", "pykeen", "torch_geometric", "spacy"}


def run(code: str, *arguments: str, without: AbstractSet[str] = frozenset(HEAVY)) -> None:
    check = f"; import sys; found = {set(without)!r} & sys.modules.keys(); sys.exit(', '.join(found) or 0)"
    done = subprocess.run([sys.executable, "-c", code + check, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"loaded: {done.stderr}"


def test_import_is_light() -> None:
    run("import recommender")


def test_recommending_with_reasons_is_light(tuned: Path) -> None:
    run(
        "import sys; from recommender import Recommender; found = Recommender.load(sys.argv[1]); "
        "assert found.recommend(user='u001', reasons=True).items[0].reasons; found.similar('p001')",
        str(tuned),
        without=HEAVY - {"pandas"},  # which pyarrow itself loads where it is installed
    )

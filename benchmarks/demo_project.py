"""A project of a demo shop, for benchmarks of what is asked of it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shopgraph.demo import make_demo
from shopgraph.pipeline import import_into, run_pipeline
from shopgraph.project import Project

USERS, INTERACTIONS = 400, 8_000
"""Fewer customers than ``shopgraph demo`` makes: as many products and photos, in half the time."""


def demo_project(folder: Path, *, seed: int, photos: bool) -> Project:
    """Make the demo shop of a seed, its graph with links of reviews and photos, and its model, untuned.

    Args:
        folder: of the project; one that lies there is taken as it is. The shop lies in ``shop``.
        seed: of the shop.
        photos: make vectors of texts and photos too.
    """
    if (folder / "model" / "manifest.json").is_file():
        return Project.open(folder)
    project = Project.create(folder)
    settings = project.settings_file.read_text(encoding="utf-8")
    changed = {'#graph = "TransE"': 'graph = "none"', '#fusion = "hybrid"': 'fusion = "none"'}
    if not photos:
        changed['#images = "looks"'] = 'images = "none"'
    for old, new in changed.items():
        assert old in settings
        settings = settings.replace(old, new)
    project.settings_file.write_text(settings, encoding="utf-8")
    project = Project.open(folder)
    shop = folder / "shop"
    make_demo(shop, seed=seed, n_users=USERS, n_interactions=INTERACTIONS)
    for file in ("aliases.csv", "aspects.toml"):
        shutil.copyfile(shop / file, folder / file)
    import_into(project, shop, format_name="tables")
    run_pipeline(project, until="refit", tune=False)
    return project


@contextmanager
def kept_folder(keep: str) -> Iterator[Path]:
    """Give the folder of this name, or one that goes when it is done with."""
    if keep:
        Path(keep).mkdir(parents=True, exist_ok=True)
        yield Path(keep)
        return
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)

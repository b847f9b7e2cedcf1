"""Small shops that were run, for tests of what is made on top of a project."""

from __future__ import annotations

import shutil
from pathlib import Path

from shopgraph.demo import make_demo
from shopgraph.pipeline import import_into, run_pipeline
from shopgraph.project import Project

BARE = """\
[linking]
reviews = false
photos = false
products = false
captioner = "none"
[training]
tune = false
[network]
fusion = "none"
[evaluation]
ks = [10]
[report]
write = false
[vectors]
graph = "none"
texts = {}
other_texts = "none"
images = "none"
"""
"""Settings of a project that holds a graph and a model, and nothing else."""


def run_shop(
    folder: Path,
    settings: str = BARE,
    *,
    products: int = 48,
    users: int = 70,
    interactions: int = 1_400,
    names: bool = False,
) -> Project:
    """Make a demo shop in ``folder / "shop"``, and run a project of it in ``folder / "project"``.

    With ``names``, linking gets the shop's own files of other names and of aspects.
    """
    shop = make_demo(folder / "shop", n_products=products, n_users=users, n_interactions=interactions).folder
    project = Project.create(folder / "project")
    project.settings_file.write_text(settings)
    for name in ("aliases.csv", "aspects.toml") if names else ():
        shutil.copy(shop / name, project.folder / name)
    import_into(project, shop)
    run_pipeline(project)
    return project

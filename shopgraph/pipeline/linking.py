"""What the stage ``link`` does, step by step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from kg.artefact import MANIFEST, Manifest
from kg.errors import ModelError
from shopgraph.pipeline.fingerprint import fingerprint
from shopgraph.project import Project

if TYPE_CHECKING:
    from kg.store.protocol import GraphStore
    from linking.aspects import Aspect
    from linking.lexicon import AliasRow
    from linking.linker import Linker
    from linking.making import RatedText
    from linking.pipeline.detectors import Detectors

Progress = Callable[[str, int, int], None]
_SHOWN = 8
_GROWTH = 1.2
"""How many times as many reviews as were learned from call for learning anew."""


@dataclass
class Linked:
    """What was done.

    Attributes:
        linker: fingerprint of the linker.
        figures: counts.
        notes: what people should know.
    """

    linker: str
    figures: dict[str, float | int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def link_project(project: Project, *, forced: bool, workers: int, progress: Progress) -> Linked:
    """Make the project's graph hold what its reviews say and its photos show.

    Raises:
        ShopgraphError: a file is wrong, or the store refused.
    """
    from linking.artefact import LINKER
    from linking.graph.inferred import infer_attributes
    from linking.graph.reviews import link_reviews

    linking = project.settings.linking
    notes: list[str] = []
    figures: dict[str, float | int] = {}
    with project.open_store(read_only=False) as store:
        linker, learned = _linker(project, store, notes, forced=forced, progress=progress)
        if linking.pipelines:
            linker.detectors = _detectors(project)
            workers = 1  # a trained pipeline uses the cores itself
        if linking.reviews:
            report = link_reviews(
                store,
                linker,
                project.linker,
                linked=project.linked,
                fingerprint=learned,
                workers=workers,
                progress=progress,
            )
            figures.update(reviews=report.reviews, linked=report.linked, mentions=_count(store, "MENTIONS"))
            if linker.unlinked:
                names = ", ".join(f'"{name}" ({count:,})' for name, count in linker.unlinked.most_common(_SHOWN))
                notes.append(f"the trained pipelines find names that the graph has not: {names}")
        if linking.photos:
            from shopgraph.pipeline.photos import link_photos_of

            figures.update(link_photos_of(project, store, linker, notes, forced=forced, progress=progress))
        if linking.infer_attributes:
            infer_attributes(store)
            figures["inferred_attributes"] = _inferred(store)
    return Linked(str(LINKER.read(project.linker)["fingerprint"]), figures, tuple(notes))


def open_linker(project: Project) -> Linker:
    """Give the project's linker, with the trained pipelines that the settings name.

    Raises:
        ModelError: there is none yet, or it is damaged.
        ConfigurationError: a trained pipeline is not there.
    """
    from linking.artefact import load_linker

    linker = load_linker(project.linker)
    if project.settings.linking.pipelines:
        linker.detectors = _detectors(project)
    return linker


def _detectors(project: Project) -> Detectors:
    """Load the trained pipelines that the settings name; folders are looked for in the project first."""
    from linking.pipeline.detectors import Detectors

    folders = {
        language: str(project.folder / name) if (project.folder / name).is_dir() else name
        for language, name in project.settings.linking.pipelines.items()
    }
    return Detectors(folders)


def _count(store: GraphStore, edge: str) -> int:
    return sum(count for key, count in store.edge_counts().items() if key.type == edge)


def _inferred(store: GraphStore) -> int:
    rows = store.query(
        "MATCH (:Product)-[h:HAS_ATTRIBUTE]->(:Attribute) WHERE h.origin <> 'input' RETURN count(*) AS n"
    )
    return int(rows["n"][0].as_py())


def _linker(
    project: Project, store: GraphStore, notes: list[str], *, forced: bool, progress: Progress
) -> tuple[Linker, str]:
    """Give the linker, learned anew where names or settings changed or reviews grew, and the mark of what it knows."""
    from kg.snapshot import training_reviews
    from linking.artefact import load_linker, save_linker
    from linking.disambiguation.shop import shop_context
    from linking.graph.nodes import write_aspects_into
    from linking.lexicon import build_lexicon
    from linking.making import lexicon_fingerprint, make_linker, refreshed, training_texts

    linking = project.settings.linking
    progress("reading reviews", 0, 0)
    allowed = training_reviews(store, split=project.settings.split.as_split())
    aliases = _aliases(project, notes)
    texts = cache(lambda: training_texts(store, allowed))
    aspects = _aspects(project, store, texts, notes, progress=progress)
    write_aspects_into(store, aspects)
    lexicon, report = build_lexicon(store, aliases=aliases, aspects=aspects, products=linking.products)
    notes.extend(f"{project.folder / linking.aliases}: the graph has no {row.node}" for row in report.unknown[:5])
    settings = linking.model_dump(exclude={"workers", "photos", "captioner", "caption_model", "caption_revision",
                                           "caption_threshold", "infer_attributes"})  # fmt: skip
    inputs = fingerprint({"lexicon": lexicon_fingerprint(lexicon), "settings": settings})
    shop = shop_context(store, lexicon)
    kept = None if forced else _manifest(project.linker)
    if kept is not None and kept["inputs"] == inputs and len(allowed) <= _GROWTH * kept["reviews"]:
        progress("refreshing the linker", 0, 0)
        linker = refreshed(load_linker(project.linker), lexicon, shop)
        reviews = int(kept["reviews"])
    else:
        progress("learning from reviews", 0, 0)
        linker = make_linker(
            store,
            lexicon,
            shop,
            texts(),
            threshold=linking.threshold,
            fuzzy=linking.fuzzy,
            language=linking.language,
            seed=linking.seed,
        )
        reviews = len(allowed)
        other = [one.rating for one in texts() if one.rating is not None and not one.teaches]
        if other:
            notes.append(
                f"{len(other):,} reviews have ratings that are no stars from 1 to 5, such as {other[0]:g}: they teach "
                "no sentiment. Scale the ratings in the shop's files if they are of another scale"
            )
    save_linker(linker, project.linker, manifest={"inputs": inputs, "reviews": reviews})
    return linker, fingerprint({"inputs": inputs, "reviews": reviews})


def _manifest(folder: Path) -> Manifest | None:
    from linking.artefact import LINKER

    if not (folder / MANIFEST).is_file():
        return None
    try:
        return LINKER.read(folder)
    except ModelError:
        return None  # damaged or of another version: it is made anew


def _aliases(project: Project, notes: list[str]) -> tuple[AliasRow, ...]:
    from linking.lexicon import read_aliases

    path = project.folder / project.settings.linking.aliases
    if not path.is_file():
        return ()
    rows, bad = read_aliases(path)
    notes.extend(f"{path}, line {row.line} is left out: {row.reason}" for row in bad[:5])
    if len(bad) > 5:
        notes.append(f"{path}: {len(bad) - 5:,} more lines are left out")
    return rows


def _aspects(
    project: Project,
    store: GraphStore,
    reviews: Callable[[], Sequence[RatedText]],
    notes: list[str],
    *,
    progress: Progress,
) -> tuple[Aspect, ...]:
    """Read the file of aspects; where there is none, mine them and write it."""
    from linking.aspects import mine_aspects, read_aspects, write_aspects
    from linking.lexicon import build_lexicon
    from linking.text import script_language

    linking = project.settings.linking
    path = project.folder / linking.aspects
    if not path.is_file() and linking.mined_aspects and linking.reviews:
        progress("mining aspects", 0, 0)
        known = frozenset(build_lexicon(store, aspects=(), products=False)[0])
        texts = (
            (one.link.text, one.link.language or script_language(one.link.text) or linking.language)
            for one in reviews()
        )
        mined = mine_aspects(texts, known=known, top=linking.mined_aspects)
        write_aspects(path, mined)
        notes.append(f"{len(mined)} aspects were mined from the reviews: look at {path}, and edit it")
    return read_aspects(path) if path.is_file() else ()

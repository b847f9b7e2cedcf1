"""What the stage ``link`` does with photos, and the captioner of a project."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import ConfigurationError, InputError
from shopgraph.pipeline.fingerprint import fingerprint
from shopgraph.project import Project, ProjectError, write_beside

if TYPE_CHECKING:
    from kg.store.protocol import GraphStore
    from linking.captions import Captioner
    from linking.captions.catalogue import PhotoExample
    from linking.linker import Linker
    from linking.mentions import Mention

Progress = Callable[[str, int, int], None]
_GROWTH = 1.2
"""How many times as many photos as were learned from call for learning anew."""


def link_photos_of(
    project: Project, store: GraphStore, linker: Linker, notes: list[str], *, forced: bool, progress: Progress
) -> dict[str, float | int]:
    """Caption the project's photos and link what they show; give the counts.

    Raises:
        ShopgraphError: the captioner cannot be made, or the store refused.
    """
    from linking.graph.photos import link_photos

    linking = project.settings.linking
    if not store.node_counts()["Image"]:
        return {}
    captioner = _captioner(project, store, notes, forced=forced, progress=progress)
    report = link_photos(
        store,
        linker,
        captioner,
        cache=project.captions,
        quarantine=project.pictures_quarantine,
        threshold=linking.caption_threshold,
        progress=progress,
    )
    if report.rejected:
        notes.append(f"{report.rejected:,} photos were set aside, with the reason, in {project.pictures_quarantine}")
    return {"photos": report.photos, "captioned": report.captioned, "depicts": report.depicts}


def link_one_photo(project: Project, image: Path) -> tuple[str, list[Mention], str]:
    """Caption one photo and link the words; give the caption, its mentions, and the photo as a data address.

    Raises:
        ShopgraphError: the photo cannot be used, or the project has no captioner yet.
    """
    from kg.pictures import open_picture
    from linking.artefact import load_linker
    from linking.captions import captioner
    from linking.graph.photos import caption_mentions

    linking = project.settings.linking
    name = linking.captioner
    if name == "none":
        raise ConfigurationError(f'[linking] captioner is "none" in {project.settings_file}. Choose one to caption.')
    if name == "catalogue" and not project.captioner.is_dir():
        raise ProjectError(
            f"{project.folder} has learned no captions from its photos yet. Do it with: shopgraph run --project "
            f"{project.folder}"
        )
    picture = open_picture(image)
    caption = captioner(name, _options(project)).caption([picture])[0]
    mentions = caption_mentions(load_linker(project.linker), caption)
    buffer = BytesIO()
    picture.thumbnail((512, 512))
    picture.save(buffer, "JPEG", quality=85)
    return caption.text, mentions, f"data:image/jpeg;base64,{base64.b64encode(buffer.getvalue()).decode()}"


def _options(project: Project) -> dict[str, object]:
    linking = project.settings.linking
    if linking.captioner == "catalogue":
        return {"folder": project.captioner}
    if linking.captioner == "transformers":
        if linking.caption_model is None:
            raise ConfigurationError(
                f'[linking] captioner is "transformers" in {project.settings_file}; say which with caption_model.'
            )
        folder = project.folder / linking.caption_model
        model = str(folder) if folder.is_dir() else linking.caption_model
        return {"model": model, "revision": linking.caption_revision}
    return {}


def _captioner(
    project: Project, store: GraphStore, notes: list[str], *, forced: bool, progress: Progress
) -> Captioner | None:
    """Give the captioner that the settings name; the catalogue one is learned where it is missing or outdated."""
    from linking.captions import captioner

    name = project.settings.linking.captioner
    if name == "none":
        return None
    if name == "catalogue":
        from linking.graph.photos import photo_examples

        examples = photo_examples(store)
        if (forced or not _is_current(project, examples)) and not _learn(project, examples, notes, progress):
            return None
    return captioner(name, _options(project))


def _heads(examples: list[PhotoExample]) -> str:
    """Fingerprint what there is to see: every value of every attribute and category."""
    seen = {f"{head}\x1f{node}" for one in examples for head, (node, _) in one.labels.items()}
    return fingerprint({"heads": sorted(seen)})


def _is_current(project: Project, examples: list[PhotoExample]) -> bool:
    try:
        learned = json.loads((project.folder / "captioner.json").read_text("utf-8"))
        grown = len(examples) > _GROWTH * float(learned["photos"])
        return bool(project.captioner.is_dir() and learned["heads"] == _heads(examples) and not grown)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _learn(project: Project, examples: list[PhotoExample], notes: list[str], progress: Progress) -> bool:
    from linking.captions.catalogue import train_catalogue

    try:
        training = train_catalogue(
            examples, seed=project.settings.linking.seed, progress=lambda what: progress(what, 0, 0)
        )
    except InputError as error:
        notes.append(f"no captions are written: {error}")
        return False
    training.captioner.save(project.captioner)
    kept = {"photos": len(examples), "heads": _heads(examples)}
    write_beside(project.folder / "captioner.json", (json.dumps(kept, sort_keys=True) + "\n").encode())
    seen = [report.head for report in training.heads if report.kept and not report.head.startswith("title:")]
    notes.append(f"photos show {', '.join(seen)}" if seen else "photos show nothing that the shop lists")
    return True

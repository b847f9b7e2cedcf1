"""What the stage ``vectors`` does: graph, texts, photos and ready-made files to artefacts of vectors."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import JsonValue

from kg.artefact import file_digest
from kg.errors import ConfigurationError, InputError
from kg.snapshot import Relation, Snapshot, load_snapshot
from shopgraph.project import Project
from shopgraph.settings.vectors import NONE

if TYPE_CHECKING:
    from embeddings.cache import VectorCache
    from embeddings.graph.run import Progress as Epochs
    from embeddings.graph.settings import GraphSettings
    from embeddings.image import ImageEncoder
    from embeddings.text import TextEncoder, TextSettings
    from embeddings.vectors import Vectors
    from shopgraph.settings.vectors import VectorsPart

Progress = Callable[[str, int, int], None]

GRAPH, IMAGE, SHARED = "graph", "image", "shared"
_START = ".graph-start.checkpoint"
"""File of the training that the graph's own starts from."""
_CHINESE = "zh"
_ASIDE = frozenset({"Review", "Image"})
"""Labels of which the graph's vectors take no relations unless they are asked for: what they say has other vectors."""
_SAMPLE = 4_000
"""Photos an encoder learns from."""
_FEWEST_EPOCHS, _MOST_EPOCHS, _TRIPLES_READ = 4, 12, 3_000_000
"""Epochs of the graph's vectors where the settings name none: as many as read so many triples, within bounds."""
_RIDGES = (0.1, 0.3, 1.0, 3.0)
"""Ridges tried for the shared space: fewer than it would try by itself, for a third of the time."""
_FEWEST_SHARED = 30
"""Products with both a text and a photo from which a shared space can be learned."""


@dataclass
class VectorsReport:
    """What was made.

    Attributes:
        fingerprints: of each artefact, by name.
        figures: counts and what validation gave.
        notes: what people should know.
    """

    fingerprints: dict[str, str] = field(default_factory=dict)
    figures: dict[str, JsonValue] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def make_vectors(project: Project, *, progress: Progress) -> VectorsReport:
    """Make the vectors that the settings ask for; others that lie there go.

    Raises:
        ShopgraphError: something cannot be made; what was made before it stays.
    """
    from embeddings.cache import VectorCache

    snapshot = load_snapshot(project.snapshot)
    report = VectorsReport()
    project.vectors.mkdir(exist_ok=True)
    made = _Made(project, snapshot, report, progress)
    with VectorCache(project.vectors / "cache.sqlite") as cache:
        made.graph()
        made.texts(cache)
        made.images(cache)
    made.ready()
    made.shared()
    for folder in project.vectors.iterdir():
        if folder.is_dir() and folder.name not in made.kept:
            shutil.rmtree(folder)
    return report


class _Made:
    """The vectors of one run, as they are made."""

    def __init__(self, project: Project, snapshot: Snapshot, report: VectorsReport, progress: Progress) -> None:
        self.project, self.snapshot, self.report, self.progress = project, snapshot, report, progress
        self.part = project.settings.vectors
        self.kept: set[str] = set()
        self._views: dict[str, tuple[Vectors, str]] = {}
        self._words: dict[str, tuple[TextEncoder, dict[str, str]]] = {}

    def graph(self) -> None:
        """Train the graph's vectors; killed, the same call goes on where it was."""
        if self.part.graph == NONE:
            return
        from embeddings.graph.training import make_graph_vectors, train_start
        from embeddings.graph.triples import snapshot_triples

        relations = graph_relations(self.snapshot, self.part.graph_relations)
        if not relations:
            self.report.notes.append(
                "no vectors of the graph: it has no relations between products, users and the like"
            )
            return
        triples = snapshot_triples(self.snapshot, relations=relations)
        settings = graph_settings(self.part.graph, self.part, len(triples))
        kept = self.project.vectors / _START
        start = train_start(triples, settings=settings, checkpoint=kept, progress=self._epochs)
        out = self.project.vectors / GRAPH
        model = make_graph_vectors(triples, out, settings=settings, start=start, progress=self._epochs)
        kept.unlink(missing_ok=True)
        self._keep(GRAPH)
        self._views[GRAPH] = (model.vectors(), model.source)
        validation = model.metrics.get("validation", {})
        self.report.figures[GRAPH] = {
            "model": self.part.graph,
            "nodes": len(model.entities),
            "triples": len(triples),
            **{name: round(float(validation[name]), 4) for name in ("mrr", "hits@10") if name in validation},
        }

    def texts(self, cache: VectorCache) -> None:
        """Encode the products' texts, in the project's language and, where there are such, in Chinese."""
        from embeddings.text import product_texts, text_encoder_for

        language = self.project.settings.linking.language
        products = self.snapshot.products
        chinese = products["name_zh"].null_count < len(products) or products["description_zh"].null_count < len(
            products
        )
        for code in dict.fromkeys((language, _CHINESE) if chinese else (language,)):
            if text_settings(self.project).languages.get(code, self.part.other_texts) == NONE:
                continue
            name = text_name(code, language)
            self.progress(f"vectors of texts ({code})", 0, 0)
            texts = dict(zip(products["id"].to_pylist(), product_texts(self.snapshot, language=code), strict=True))
            encoder = text_encoder_for(code, text_settings(self.project))
            self._text(name, {id_: text for id_, text in texts.items() if text.strip()}, encoder, cache)

    def _text(self, name: str, texts: dict[str, str], encoder: TextEncoder, cache: VectorCache) -> None:
        from embeddings.text import LearningTextEncoder, text_vectors

        if not texts:
            self.report.notes.append("no vectors of texts: no product has a name or a description")
            return
        if isinstance(encoder, LearningTextEncoder):
            try:
                encoder.fit(list(texts.values()))
            except InputError as error:
                self.report.notes.append(f"no vectors {name}: {error}")
                return
            encoder.save(self.project.vectors / encoder_name(name))
            self._keep(encoder_name(name))
        vectors = text_vectors(list(texts), list(texts.values()), encoder, cache=cache, name=name)
        self._save(vectors, encoder.name, encoder.fingerprint)
        self._words[name] = (encoder, texts)

    def images(self, cache: VectorCache) -> None:
        """Encode the photos; a product's vector is the mean of its photos'."""
        if self.part.images == NONE or not len(self.snapshot.images):
            return
        from embeddings.image import LearningImageEncoder, image_encoder, photo_vectors, product_vectors, read_sample
        from kg.pictures import Photo

        rows = self.snapshot.images.select(["id", "path"]).to_pylist()
        photos = [Photo(row["id"], Path(row["path"])) for row in rows if row["path"]]
        encoder = image_encoder(self.part.images, _from_project(self.project, dict(self.part.image_options)))
        if isinstance(encoder, LearningImageEncoder):
            self.progress("what the photos differ in", 0, 0)
            try:
                encoder.fit(read_sample(photos, edge=encoder.edge, most=_SAMPLE))
            except InputError as error:
                self.report.notes.append(f"no vectors of photos: {error}")
                return
            encoder.save(self.project.vectors / encoder_name(IMAGE))
            self._keep(encoder_name(IMAGE))
        self.progress("vectors of photos", 0, 0)
        seen = photo_vectors(photos, encoder, cache=cache)
        if seen.rejects:
            self.report.notes.append(f"{len(seen.rejects):,} photos have no vector: {seen.rejects[0].reason} ...")
        products, images = self._shown()
        self._save(product_vectors(seen.vectors, products, images, name=IMAGE), encoder.name, encoder.fingerprint)

    def _shown(self) -> tuple[list[str], list[str]]:
        """Give the product and the photo of each link between the two."""
        edges = [self.snapshot.edges[relation] for relation in self.snapshot.relations("HAS_IMAGE")]
        products = [id_ for own in edges for id_ in self.snapshot.ids.ids(own.head).to_pylist()]
        return products, [id_ for own in edges for id_ in self.snapshot.ids.ids(own.tail).to_pylist()]

    def ready(self) -> None:
        """Take in vectors that others made."""
        from embeddings.readymade import ReadyMade, read_vectors
        from kg.quality.quarantine import Quarantine

        for name, one in self.part.ready.items():
            if name in (GRAPH, IMAGE, SHARED) or name.startswith("text"):
                raise ConfigurationError(f'[vectors] ready names vectors "{name}", which shopgraph makes itself.')
            self.progress(f"vectors {name}", 0, 0)
            made = ReadyMade(
                name,
                self.project.folder / one.matrix,
                None if one.ids is None else self.project.folder / one.ids,
                one.label,
                one.id_column,
                one.columns,
            )
            found = read_vectors(made, known=self.snapshot.ids)
            aside = self.project.folder / f"vectors-{name}-quarantine.jsonl"
            with Quarantine(aside, strict=False) as quarantine:
                found.write_rejects(quarantine)
            if found.rejects:
                self.report.notes.append(
                    f"{len(found.rejects):,} rows of {one.matrix} were set aside, with the reason, in {aside}"
                )
            self._save(found.vectors, str(one.matrix), file_digest(made.matrix))

    def shared(self) -> None:
        """Learn the space in which words find photos, where there are enough of both."""
        text = next(iter(self._words), None)
        if not self.part.shared or text is None or IMAGE not in self._views:
            return
        from embeddings.shared import Queries, SharedSettings, View, common_words, save_shared, train_shared

        names = [*self._words, IMAGE, *(name for name in self.part.shared_views if name in self._views)]
        views = [View.of(self._views[name][0], "Product", name=name) for name in names]
        both = set(views[0].ids) & set(View.of(self._views[IMAGE][0], "Product").ids)
        if len(both) < _FEWEST_SHARED:
            self.report.notes.append(
                f"no shared space: {len(both)} products have both text and photo, too few to learn"
            )
            return
        queries = []
        for name, (encoder, texts) in self._words.items():
            words = common_words({id_: texts[id_] for id_ in texts if id_ in both})
            queries.append(Queries(name, encoder.encode(list(words)), list(words.values())))
        settings = SharedSettings(ridges=_RIDGES, seed=self.part.seed)
        if not self.part.shared_network:
            settings = replace(settings, networks=())
        space = train_shared(
            views,
            queries=[one for one in queries if len(one.wanted)],
            settings=settings,
            sources={name: self._views[name][1] for name in names},
            report=lambda what: self.progress(f"shared space: {what}", 0, 0),
        )
        save_shared(space, self.project.vectors / SHARED)
        self._keep(SHARED)
        validation = space.metrics["validation"]
        self.report.figures[SHARED] = {"dim": space.dim, "recall@10": round(float(validation["recall"]), 4)}

    def _save(self, vectors: Vectors, maker: str, source: str) -> None:
        from embeddings.artefact import VectorArtefact, save_vectors

        if not len(vectors):
            self.report.notes.append(f"no vectors {vectors.name}: nothing could be encoded")
            return
        artefact = VectorArtefact(vectors, configuration={"encoder": maker}, source=source)
        save_vectors(artefact, self.project.vectors / vectors.name)
        self._keep(vectors.name)
        self._views[vectors.name] = (vectors, source)
        self.report.figures[vectors.name] = {"nodes": len(vectors), "dim": vectors.dim}

    def _keep(self, name: str) -> None:
        self.kept.add(name)
        self.report.fingerprints[name] = file_digest(self.project.vectors / name / "manifest.json")

    def _epochs(self, now: Epochs) -> None:
        mrr = "" if now.validation_mrr is None else f", validation MRR {now.validation_mrr:.3f}"
        what = f"{self.part.graph}: loss {now.loss:.3f}{mrr}"
        self.progress(what, (now.epoch - 1) * now.batches + now.batch, now.epochs * now.batches)


def graph_settings(model: str, part: VectorsPart, n_triples: int) -> GraphSettings:
    """Give the settings of training a model on so many triples.

    Raises:
        ConfigurationError: there is no such model, or an option is wrong.
    """
    from embeddings.graph.settings import default_settings

    epochs = max(_FEWEST_EPOCHS, min(_MOST_EPOCHS, _TRIPLES_READ // n_triples))
    return default_settings(model, **{"seed": part.seed, "epochs": epochs, **part.graph_options})


def graph_relations(snapshot: Snapshot, names: tuple[str, ...] | None) -> list[Relation]:
    """Give the relations that the graph's vectors are trained on.

    Args:
        snapshot: of the graph.
        names: types, or labels such as ``RELATED_TO:film.director``; None for all but those of reviews and photos.

    Raises:
        ConfigurationError: the snapshot has no relation of a name.
    """
    if names is None:
        return [one for one in snapshot.edges if one.source not in _ASIDE and one.target not in _ASIDE]
    known = {name for one in snapshot.edges for name in (one.type, one.label)}
    if missing := sorted(set(names) - known):
        raise ConfigurationError(
            f"[vectors] graph_relations names {missing[0]}, which the graph does not have. It has: "
            f"{', '.join(sorted(known))}."
        )
    return [one for one in snapshot.edges if one.type in names or one.label in names]


def text_settings(project: Project) -> TextSettings:
    """Give the settings of text encoders."""
    from embeddings.text import TextSettings

    part = project.settings.vectors
    options = {name: _from_project(project, dict(own)) for name, own in part.text_options.items()}
    return TextSettings(part.texts, part.other_texts, options)


def text_name(language: str, own: str) -> str:
    """Give the name of the vectors of texts in a language, in a project of the language ``own``."""
    return "text" if language == own else f"text_{language}"


def encoder_name(name: str) -> str:
    """Give the folder of what the encoder of some vectors has learned."""
    return f"{name}-encoder"


def open_text_encoder(project: Project, language: str) -> TextEncoder:
    """Give the encoder that made a project's text vectors of a language, with what it learned."""
    from embeddings.text import text_encoder

    settings = text_settings(project)
    name = settings.languages.get(language, settings.others)
    return text_encoder(name, {**settings.options.get(name, {}), **_learned(project, text_name(
        language, project.settings.linking.language))})  # fmt: skip


def open_image_encoder(project: Project) -> ImageEncoder:
    """Give the encoder that made a project's image vectors, with what it learned."""
    from embeddings.image import image_encoder

    part = project.settings.vectors
    options = _from_project(project, dict(part.image_options))
    return image_encoder(part.images, {**options, **_learned(project, IMAGE)})


def _learned(project: Project, name: str) -> dict[str, object]:
    folder = project.vectors / encoder_name(name)
    return {"folder": folder} if folder.is_dir() else {}


def _from_project(project: Project, options: dict[str, JsonValue]) -> dict[str, object]:
    """Read a model's folder from the project's folder."""
    model = options.get("model")
    if isinstance(model, str) and (project.folder / model).is_dir():
        return {**options, "model": project.folder / model}
    return {**options}

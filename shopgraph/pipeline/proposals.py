"""What the stage ``propose`` does: the snapshot to links that are probably true, in a folder and in the graph."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import JsonValue

from kg.artefact import file_digest
from kg.errors import ConfigurationError
from kg.schema import EDGES
from kg.snapshot import Relation, Snapshot, load_snapshot
from kg.sources.locate import nearest
from kg.store.inferred import Written, remove_conclusions
from kg.tables import KINDS
from shopgraph.pipeline.stage import Progress
from shopgraph.pipeline.vectors import graph_relations, graph_settings
from shopgraph.project import Project
from shopgraph.settings.vectors import NONE

if TYPE_CHECKING:
    from embeddings.graph.model import GraphModel
    from embeddings.graph.run import Progress as Epochs
    from embeddings.graph.triples import Triples
    from embeddings.links.proposals import Proposals
    from kg.store.protocol import GraphStore
    from shopgraph.settings.proposals import ProposalsPart

NEIGHBOURS = "neighbours"
"""Name of what proposes; a PyKEEN model that joins is named after a plus sign."""
_INTERESTING = {"HAS_BRAND": "Brand", "IN_CATEGORY": "Category", "HAS_ATTRIBUTE": "Attribute"}
"""Relations from products to what customers may be interested in."""
_RELATION = ["head_label", "relation", "tail_label"]


@dataclass(frozen=True, slots=True)
class ProposalsReport:
    """What was proposed.

    Attributes:
        fingerprint: of the folder.
        figures: of the graph and of each relation.
        notes: what people should know.
    """

    fingerprint: str
    figures: dict[str, JsonValue] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def make_proposals(project: Project, *, progress: Progress) -> ProposalsReport:
    """Propose links, keep them in the project, and make the graph hold them in place of earlier ones.

    Learned from is the snapshot alone, which has nothing of the test part.

    Raises:
        ShopgraphError: the settings name what is not there, or the store refused.
    """
    from embeddings.graph.triples import snapshot_triples
    from embeddings.links.interests import hide_for
    from embeddings.links.proposals import save_proposals
    from embeddings.links.propose import propose_links
    from embeddings.links.settings import LinkSettings

    part = project.settings.proposals
    snapshot = load_snapshot(project.snapshot)
    wanted = _wanted(snapshot, part)
    acts, properties, interests = _interests(snapshot, part)
    settings = LinkSettings(
        hidden_share=part.hidden_share,
        missing_share=part.missing_share,
        least=part.kept,
        per_head=part.per_node,
        supporters=part.supporters,
        seed=part.seed,
    )
    triples = snapshot_triples(snapshot, relations=graph_relations(snapshot, None))
    kept, hidden = hide_for(
        triples, wanted, interactions=acts, properties=properties, share=part.hidden_share, seed=part.seed
    )
    model = None if part.model == NONE else _trained(project, kept, hidden, progress)
    proposals = propose_links(
        NEIGHBOURS if model is None else f"{NEIGHBOURS}+{part.model}",
        kept,
        hidden,
        [*wanted, *interests],
        scorers={} if model is None else {part.model: model},
        settings=settings,
        vectors=None if model is None else model.vectors(),
        progress=lambda relation, done, total: progress(f"proposing {relation}", done, total),
    )
    progress("writing proposals", 0, 0)
    save_proposals(proposals, project.proposals)
    for checkpoint in _checkpoints(project):
        checkpoint.unlink(missing_ok=True)
    with project.open_store(read_only=False) as store:
        written = _write(store, proposals, least=part.least)
    figures: dict[str, JsonValue] = {"model": proposals.model, "written": written.edges, "removed": written.removed}
    for row in proposals.table.group_by(_RELATION).aggregate([([], "count_all")]).to_pylist():
        figures[str(Relation(*(row[name] for name in _RELATION)))] = row["count_all"]
    notes = tuple(f"nothing is proposed of {relation}: {reason}" for relation, reason in proposals.skipped.items())
    return ProposalsReport(file_digest(project.proposals / "manifest.json"), figures, notes)


def _write(store: GraphStore, proposals: Proposals, *, least: float) -> Written:
    """Make the graph hold the proposals, and none of an earlier run, whatever model proposed them."""
    from embeddings.links.write import write_proposals

    others = sum(remove_conclusions(store, model) for model in _own_models(store) if model != proposals.model)
    written = write_proposals(store, proposals, least=least)
    return Written(written.edges, written.removed + others)


def _own_models(store: GraphStore) -> list[str]:
    """Give the names under which this stage has written conclusions."""
    found: set[str] = set()
    for source, type_ in (("Product", "LIKELY"), ("User", "INTERESTED_IN")):
        rows = store.query(f"MATCH (:{source})-[r:{type_}]->() RETURN DISTINCT r.model AS model")
        found.update(rows["model"].to_pylist())
    return sorted(name for name in found if name == NEIGHBOURS or name.startswith(f"{NEIGHBOURS}+"))


def remove_proposals(store: GraphStore) -> int:
    """Remove from the graph all that this stage wrote; give how many edges there were."""
    return sum(remove_conclusions(store, model) for model in _own_models(store))


def _wanted(snapshot: Snapshot, part: ProposalsPart) -> list[Relation]:
    """Give the relations of products to propose links of; one that this graph does not have is left out.

    Raises:
        ConfigurationError: the settings name one that a product cannot have.
    """
    places = {target for source, target in EDGES["LIKELY"].pairs if source == "Product"}
    there = [one for one in snapshot.edges if one.source == "Product" and one.target in places]
    possible = {name for name, edge in EDGES.items() for pair in edge.pairs if pair[0] == "Product"}
    known = sorted(possible | {one.label for one in there})
    for name in part.relations:
        if name not in known:
            raise ConfigurationError(f'[proposals] relations names "{name}".{nearest(name, known)}')
    return [one for one in there if one.type in part.relations or one.label in part.relations]


def _interests(snapshot: Snapshot, part: ProposalsPart) -> tuple[list[Relation], list[Relation], list[Relation]]:
    """Give the interactions that show an interest, the relations from products to it, and the interests.

    Raises:
        ConfigurationError: the settings name a label or a kind of interaction that there cannot be.
    """
    from embeddings.links.interests import interest_in

    if wrong := sorted(set(part.interests) - set(_INTERESTING.values())):
        labels = ", ".join(_INTERESTING.values())
        raise ConfigurationError(f'[proposals] interests names "{wrong[0]}". Labels: {labels}.')
    kinds = snapshot.target_kinds if part.interest_kinds is None else part.interest_kinds
    if wrong := sorted(set(kinds) - set(KINDS)):
        raise ConfigurationError(f'[proposals] interest_kinds names "{wrong[0]}". Kinds: {", ".join(KINDS)}.')
    having = [
        one
        for one in snapshot.relations(*_INTERESTING)
        if one.source == "Product" and one.target in part.interests and _INTERESTING[one.type] == one.target
    ]
    acts = [one for one in snapshot.edges if one.type in {kind.upper() for kind in kinds}]
    if not having or not acts:
        return [], [], []
    return acts, having, [interest_in(one.target) for one in having]


def _trained(project: Project, kept: Triples, hidden: Triples, progress: Progress) -> GraphModel:
    """Train the model that joins the neighbours; killed, the same call goes on where it was."""
    from embeddings.graph.training import train_graph_model, train_start

    name = project.settings.proposals.model

    def epochs(now: Epochs) -> None:
        progress(f"{name}: loss {now.loss:.3f}", (now.epoch - 1) * now.batches + now.batch, now.epochs * now.batches)

    settings = graph_settings(name, project.settings.vectors, len(kept))
    before, checkpoint = _checkpoints(project)
    start = train_start(kept, settings=settings, validation=hidden, checkpoint=before, progress=epochs)
    return train_graph_model(
        kept, settings=settings, validation=hidden, start=start, checkpoint=checkpoint, progress=epochs
    )


def _checkpoints(project: Project) -> tuple[Path, Path]:
    """Give the files of the training that the model's own starts from, and of its own."""
    return project.folder / ".proposals-start.checkpoint", project.folder / ".proposals.checkpoint"

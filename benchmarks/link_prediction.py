"""Links of a shop's graph that were hidden: how high models rank them, and how often sure proposals are right.

    python -m benchmarks.link_prediction --data ../shared/data/amazon-beauty-kg --format pgpr --json FILE

A tenth of the also_bought, brand and category links is hidden for the test; of the rest a tenth for validation, by
which training stops and confidence is calibrated. TransE, then TransR from its vectors, are trained within
``--minutes``.

Ranks are filtered and realistic, over tails and heads, among the entities of the label that the relation allows; ``all
entities`` stands beside them for the models. ``--links`` test links are drawn of each relation; "all relations" weighs
each by its number of test links.

A proposal counts as right if it is one of the hidden test links, as wrong otherwise, although the graph may lack it as
it lacks others; so precision is a lower bound. Judged are products of which something is known, hidden or not: of the
brand, the products whose brand was hidden; of the others, ``--heads`` products, drawn, that have any such link. Which
models join the proposals is decided by the validation part (average precision on the heads kept apart).
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from sklearn.metrics import average_precision_score

from benchmarks.common import Arguments, Figures, main, seconds
from benchmarks.recommend import prepare
from embeddings.graph.model import GraphModel
from embeddings.graph.scorer import LinkScorer
from embeddings.graph.settings import default_settings
from embeddings.graph.training import train_graph_model
from embeddings.graph.triples import Triples, snapshot_triples
from embeddings.links.constraints import links_of
from embeddings.links.hiding import hide_links
from embeddings.links.neighbours import CommonNeighbours, NeighbourVotes
from embeddings.links.popularity import Popularity
from embeddings.links.propose import LinkProposer, select
from embeddings.links.ranking import rank_links, rank_metrics
from embeddings.links.settings import LinkSettings
from kg.ids import IntArray
from kg.snapshot import Relation

OPTIONS = {"--minutes": "20", "--heads": "3000", "--links": "2000", "--threads": "0"}
RELATIONS = tuple(
    Relation("Product", name, label)
    for name, label in (("ALSO_BOUGHT", "Product"), ("HAS_BRAND", "Brand"), ("IN_CATEGORY", "Category"))
)
HIDDEN = 0.1
SURE = 0.8
# Of a few trials judged by the validation part; the larger batch saves most of the time.
TRAINING = {"dim": 64, "batch": 2048, "negatives": 1000, "learning_rate": 0.03, "patience": 0}
EPOCHS = {"TransE": 10, "TransR": 4}
_SHARE_OF_TIME = {"TransE": 0.6, "TransR": 0.4}

Found = dict[str, float | int | str | bool | None]


def measure(arguments: Arguments) -> Figures:
    """Hide, train, rank, propose and judge."""
    torch.set_num_threads(int(arguments.options["threads"]) or os.cpu_count() or 1)
    with tempfile.TemporaryDirectory() as folder:
        every = snapshot_triples(prepare(arguments, Path(folder)))
    settings = LinkSettings(missing_share=HIDDEN, seed=arguments.seed, heads_most=int(arguments.options["heads"]))
    rest, test = hide_links(every, RELATIONS, share=HIDDEN, seed=arguments.seed)
    kept, hidden = hide_links(rest, RELATIONS, share=HIDDEN, seed=arguments.seed + 1)
    figures: Found = {"links to learn": len(kept), "links to validate": len(hidden), "links to test": len(test)}
    models = _trained(kept, hidden, 60 * float(arguments.options["minutes"]), arguments.seed, figures)
    scorers: dict[str, LinkScorer] = {
        "popularity": Popularity(kept),
        "common neighbours": CommonNeighbours(kept),
        "neighbour votes": NeighbourVotes(kept, voters=settings.voters),
        **models,
    }
    with seconds() as ranking:
        _ranked(scorers, test, every, int(arguments.options["links"]), arguments.seed, figures)
    with seconds() as proposing:
        _proposed(models, kept, hidden, test, every, settings, figures)
    return figures | {"ranking (s)": ranking.seconds, "calibrating and proposing (s)": proposing.seconds}


def _trained(kept: Triples, hidden: Triples, limit: float, seed: int, figures: Found) -> dict[str, GraphModel]:
    models: dict[str, GraphModel] = {}
    for name, share in _SHARE_OF_TIME.items():
        settings = default_settings(name, seed=seed, epochs=EPOCHS[name], max_seconds=share * limit, **TRAINING)
        with seconds() as training:
            models[name] = train_graph_model(kept, settings=settings, validation=hidden, start=models.get("TransE"))
        figures[f"{name}: training (s)"] = training.seconds
        figures[f"{name}: epochs"] = models[name].metrics["epochs"]
        figures[f"{name}: validation MRR, all entities"] = models[name].metrics["validation"]["mrr"]
    return models


def _ranked(
    scorers: Mapping[str, LinkScorer], test: Triples, every: Triples, most: int, seed: int, figures: Found
) -> None:
    hidden = {relation: links_of(test, relation) for relation in RELATIONS}
    weight = {relation: len(links) / len(test) for relation, links in hidden.items()}
    for name, scorer in scorers.items():
        mean = {"MRR": 0.0, "Hits@10": 0.0}
        for relation, links in hidden.items():
            asked = links[np.random.default_rng([seed, 7]).permutation(len(links))[:most]]
            known = links_of(every, relation)
            tails, heads = (
                rank_links(scorer, asked, relation, known=known, asks_tail=asks_tail) for asks_tail in (True, False)
            )
            found = rank_metrics(np.concatenate([tails, heads]))
            figures[f"{relation.label}, {name}: MRR"] = found.mrr
            figures[f"{relation.label}, {name}: Hits@10"] = found.hits_at_10
            figures[f"{relation.label}, {name}: MRR of tails"] = rank_metrics(tails).mrr
            mean["MRR"] += weight[relation] * found.mrr
            mean["Hits@10"] += weight[relation] * found.hits_at_10
            if isinstance(scorer, GraphModel):
                untyped = [
                    rank_links(scorer, asked, relation, known=known, asks_tail=t, typed=False) for t in (True, False)
                ]
                figures[f"{relation.label}, {name}: MRR, all entities"] = rank_metrics(np.concatenate(untyped)).mrr
        figures |= {f"all relations, {name}: {metric}": value for metric, value in mean.items()}


def _proposed(
    models: Mapping[str, GraphModel],
    kept: Triples,
    hidden: Triples,
    test: Triples,
    every: Triples,
    settings: LinkSettings,
    figures: Found,
) -> None:
    sure = right = 0
    joined: dict[str, dict[str, LinkScorer]] = {"neighbours": {}}
    for name, model in models.items():
        joined[f"neighbours and {name}"] = {name: model}
    proposers = {
        name: LinkProposer(name, kept, hidden, scorers=scorers, settings=settings) for name, scorers in joined.items()
    }
    for relation in RELATIONS:
        label, links = relation.label, links_of(test, relation)
        calibrated = {name: proposer.calibrate(relation) for name, proposer in proposers.items()}
        chosen = max(calibrated, key=lambda name: calibrated[name].average_precision)
        proposer = proposers[chosen]
        figures[f"{label}: proposed by"] = chosen
        for name, one in calibrated.items():
            figures[f"{label}, {name}: validation average precision"] = one.average_precision
        judged = _judged(proposer, relation, links, every, settings)
        known = np.concatenate([links_of(kept, relation), links_of(hidden, relation)])
        found, confidence = proposer.judge(relation, calibrated[chosen], heads=judged, known=known)
        figures[f"{label}: test average precision"] = average_precision_score(found.among(links), confidence)
        picked = select(found, confidence, proposer.finder(relation).constraints, settings)
        for level in calibrated[chosen].precision:
            own = picked[confidence[picked] >= level.confidence]
            true = found.taken(own).among(links)
            name = f"{label}, confidence ≥ {level.confidence:g}"
            figures[f"{name}: proposals"] = len(own)
            figures[f"{name}: right"] = float(true.mean()) if len(own) else None
            figures[f"{name}: right by the artefact"] = level.precision
            if level.confidence == SURE:
                sure, right = sure + len(own), right + int(true.sum())
        figures[f"{label}: products judged"] = len(judged)
        figures[f"{label}: hidden links of them"] = int(np.isin(links[:, 0], judged).sum())
    figures[f"confidence ≥ {SURE:g}: proposals"] = sure
    figures[f"confidence ≥ {SURE:g}: right"] = right / sure if sure else None


def _judged(
    proposer: LinkProposer, relation: Relation, links: IntArray, every: Triples, settings: LinkSettings
) -> IntArray:
    single = proposer.finder(relation).constraints.single.all()
    heads = np.unique((links if single else links_of(every, relation))[:, 0])
    return np.sort(np.random.default_rng([settings.seed, 11]).permutation(heads)[: settings.heads_most])


if __name__ == "__main__":
    main("link_prediction", measure, options=OPTIONS)

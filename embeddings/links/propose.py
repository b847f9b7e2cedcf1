"""Proposing the links that a graph lacks, from any model that scores links, joined with what neighbours say.

    kept, hidden = hide_links(triples, relations, share=settings.hidden_share, seed=settings.seed)
    model = train_graph_model(kept, settings=..., validation=hidden)
    proposals = propose_links("transe", kept, hidden, relations, scorers={"transe": model}, settings=settings)

Links that were hidden from the model tell how much its word is worth (``embeddings.links.calibration``). Some heads are
kept apart: how often proposals about them are right is measured, and nothing is fitted to them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import pyarrow as pa
from sklearn.metrics import average_precision_score

from embeddings.graph.scorer import LinkScorer
from embeddings.graph.triples import Triples
from embeddings.links.calibration import fit_calibration, true_share
from embeddings.links.candidates import CandidateFinder, Candidates, FeatureArray
from embeddings.links.constraints import BoolArray, Constraints, constraints_of, links_of
from embeddings.links.hiding import some_heads
from embeddings.links.neighbours import CommonNeighbours, NeighbourVotes
from embeddings.links.popularity import Popularity
from embeddings.links.proposals import SCHEMA, Calibrated, Precision, Proposals
from embeddings.links.settings import LinkSettings
from embeddings.links.supporters import by_neighbours, by_vectors, shared_neighbours, supporters
from embeddings.vectors import Vectors
from kg.errors import ConfigurationError
from kg.ids import IntArray
from kg.snapshot import Relation

Progress = Callable[[Relation, int, int], None]
LEVELS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
"""Confidences of which the precision is measured."""


class LinkProposer:
    """Calibrates and proposes, one relation at a time.

    Args:
        model: name that proposals carry.
        kept: triples that were learned from.
        hidden: triples that were hidden, over the same entities and relations.
        scorers: models by name, over the same entities and relations; popularity and neighbours join them.
        settings: how.
        vectors: of the entities, to find supporters by; None to find them by the neighbours they share.

    Raises:
        ConfigurationError: a scorer, or what was hidden, is of other entities or relations.
    """

    def __init__(
        self,
        model: str,
        kept: Triples,
        hidden: Triples,
        *,
        scorers: Mapping[str, LinkScorer],
        settings: LinkSettings,
        vectors: Vectors | None = None,
    ) -> None:
        others: Mapping[str, Triples | LinkScorer] = {"hidden part": hidden, **scorers}
        for name, other in others.items():
            if other.entities != kept.entities or tuple(other.relations) != kept.relations:
                raise ConfigurationError(
                    f'The "{name}" is of other entities or relations than the triples that were kept. Train on the '
                    "triples that hide_links gives, without a change."
                )
        self.model, self.kept, self.hidden, self.settings = model, kept, hidden, settings
        self._common, votes = CommonNeighbours(kept), NeighbourVotes(kept, voters=settings.voters)
        self._scorers: dict[str, LinkScorer] = {
            **scorers,
            "votes": votes,
            "common": self._common,
            "popularity": Popularity(kept),
        }
        self._similarity = by_neighbours(votes) if vectors is None else by_vectors(vectors, kept.entities)
        self._finders: dict[Relation, CandidateFinder] = {}

    def calibrate(self, relation: Relation) -> Calibrated:
        """Learn how sure proposals of a relation are, and check it on heads kept apart.

        Raises:
            ConfigurationError: too little of the relation is known or was hidden.
        """
        finder, learned, hidden = self.finder(relation), links_of(self.kept, relation), links_of(self.hidden, relation)
        every = np.concatenate([learned, hidden])
        heads = self._judged_heads(finder.constraints, learned, hidden)
        apart = some_heads(heads, share=self.settings.check_share, seed=self.settings.seed)
        fitted, checked = (_some(part, self.settings) for part in (heads[~apart], heads[apart]))
        # What was hidden of the heads that are fitted to, as a share of all true links.
        known, gone = (int(np.isin(links[:, 0], heads[~apart]).sum()) for links in (learned, hidden))
        hidden_share = gone / max(known + gone, 1) * (1 - self.settings.missing_share)

        candidates = self._judged(finder, fitted, learned, every)
        calibration = fit_calibration(
            candidates.features,
            candidates.among(hidden),
            candidates.heads,
            names=finder.names,
            hidden_share=hidden_share,
            missing_share=self.settings.missing_share,
        )
        candidates = self._judged(finder, checked, learned, every)
        single = finder.constraints.single_tails(candidates.tails)
        confidence = calibration.confidence(candidates.features, single=single)
        right = candidates.among(hidden)
        return Calibrated(
            str(relation),
            calibration,
            (len(fitted), len(checked)),
            int(np.isin(hidden[:, 0], checked).sum()),
            float(average_precision_score(right, confidence)) if right.any() else 0.0,
            tuple(
                _precision(level, candidates, confidence, hidden, finder.constraints, calibration.hidden, self.settings)
                for level in LEVELS
            ),
        )

    def propose(self, relation: Relation, calibrated: Calibrated, *, heads: IntArray | None = None) -> pa.Table:
        """Give what is proposed, a table of ``SCHEMA``.

        Args:
            relation: to propose links of.
            calibrated: what ``calibrate`` gave for it.
            heads: rows of entities; None for all of the label that are the head of any known link. Of one whose links
                of the relation were all hidden nothing is proposed: while they were, it was sure to lack some.
        """
        learned, hidden = links_of(self.kept, relation), links_of(self.hidden, relation)
        known = np.concatenate([learned, hidden])
        asked = self.heads(relation) if heads is None else heads
        asked = asked[~np.isin(asked, np.setdiff1d(hidden[:, 0], learned[:, 0]))]
        found, confidence = self.judge(relation, calibrated, heads=asked, known=known)
        chosen = select(found, confidence, self.finder(relation).constraints, self.settings)
        found, confidence = found.taken(chosen), confidence[chosen]
        return self._table(relation, found, confidence, known)

    def judge(
        self, relation: Relation, calibrated: Calibrated, *, heads: IntArray | None = None, known: IntArray
    ) -> tuple[Candidates, FeatureArray]:
        """Give all candidates of some heads that are not known, and how sure each is, ``(n,)``."""
        finder = self.finder(relation)
        asked = self.heads(relation) if heads is None else np.unique(heads)
        found = finder.find(asked, known=known)
        single = finder.constraints.single_tails(found.tails)
        return found, calibrated.calibration.confidence(found.features, single=single)

    def heads(self, relation: Relation) -> IntArray:
        """Give the entities that can be a head and are the head of some link, ascending."""
        inside = self.kept.entities.slice(relation.source)
        rows = np.concatenate([self.kept.rows[:, 0], self.hidden.rows[:, 0]])
        found: IntArray = np.unique(rows[(rows >= inside.start) & (rows < inside.stop)])
        return found

    def finder(self, relation: Relation) -> CandidateFinder:
        """Give what finds the candidates of a relation."""
        if relation not in self._finders:
            self._finders[relation] = CandidateFinder(
                self._scorers, self.kept, constraints_of(self.kept, relation), most=self.settings.candidates
            )
        return self._finders[relation]

    def _judged_heads(self, constraints: Constraints, learned: IntArray, hidden: IntArray) -> IntArray:
        """Give the heads of which something can be learned: with one tail at most, those whose tail was hidden."""
        if constraints.single.all():
            return np.unique(hidden[:, 0])
        return np.unique(np.concatenate([learned[:, 0], hidden[:, 0]]))

    def _judged(self, finder: CandidateFinder, heads: IntArray, learned: IntArray, every: IntArray) -> Candidates:
        found = finder.find(heads, known=learned)
        return found.taken(finder.constraints.judged(found.heads, found.tails, every))

    def _table(self, relation: Relation, found: Candidates, confidence: FeatureArray, known: IntArray) -> pa.Table:
        ids, most = self.kept.entities, self.settings.supporters
        support = supporters(found.heads, found.tails, known, self._similarity, most=most)
        shared = shared_neighbours(found.heads, found.tails, self._common.links, most=most)
        size = len(found)
        columns = {
            "head_label": pa.array([relation.source] * size, pa.string()),
            "head": ids.ids(found.heads),
            "relation": pa.array([relation.label] * size, pa.string()),
            "tail_label": pa.array([relation.target] * size, pa.string()),
            "tail": ids.ids(found.tails),
            "confidence": pa.array(confidence, pa.float64()),
            "model": pa.array([self.model] * size, pa.string()),
            "supporters": pa.array([ids.ids(rows).to_pylist() for rows in support], pa.list_(pa.string())),
            "shared": pa.array(
                [
                    [
                        f"{label}:{id_}"
                        for label, id_ in zip(ids.labels_of(rows), ids.ids(rows).to_pylist(), strict=True)
                    ]
                    for rows in shared
                ],
                pa.list_(pa.string()),
            ),
        }
        order = [("confidence", "descending"), ("head", "ascending"), ("tail", "ascending")]
        return pa.table(columns, schema=SCHEMA).sort_by(order)


def propose_links(
    model: str,
    kept: Triples,
    hidden: Triples,
    relations: Sequence[Relation],
    *,
    scorers: Mapping[str, LinkScorer],
    settings: LinkSettings = LinkSettings(),  # noqa: B008 (frozen)
    vectors: Vectors | None = None,
    progress: Progress | None = None,
) -> Proposals:
    """Propose links of some relations; one of which too little is known is skipped, with the reason.

    Args:
        model: name that the proposals carry.
        kept: triples that the scorers learned from.
        hidden: triples that were hidden from them.
        relations: to propose links of.
        scorers: models by name.
        settings: how.
        vectors: of the entities, to find supporters by.
        progress: told of each relation before its turn, with how many are done and how many there are.

    Raises:
        ConfigurationError: a scorer is of other entities or relations.
    """
    proposer = LinkProposer(model, kept, hidden, scorers=scorers, settings=settings, vectors=vectors)
    tables: list[pa.Table] = [SCHEMA.empty_table()]
    calibrated: list[Calibrated] = []
    skipped: dict[str, str] = {}
    for done, relation in enumerate(relations):
        if progress is not None:
            progress(relation, done, len(relations))
        try:
            calibrated.append(proposer.calibrate(relation))
        except ConfigurationError as reason:
            skipped[str(relation)] = str(reason)
            continue
        tables.append(proposer.propose(relation, calibrated[-1]))
    used: dict[str, Any] = {**asdict(settings), "scorers": sorted(scorers)}
    return Proposals(model, pa.concat_tables(tables), tuple(calibrated), used, kept.fingerprint, skipped)


def select(found: Candidates, confidence: FeatureArray, constraints: Constraints, settings: LinkSettings) -> IntArray:
    """Give which candidates to propose, ascending: sure enough, one where there can be one, and not too many."""
    sure = np.flatnonzero(confidence >= settings.least)
    order = sure[np.lexsort((found.tails[sure], -confidence[sure], found.heads[sure]))]
    heads, tails = found.heads[order], found.tails[order]
    slots = constraints.slots[tails - constraints.first_tail]
    # The first of each head and slot is the surest.
    first = np.zeros(len(order), dtype=np.bool_)
    first[np.unique(heads * (int(slots.max(initial=0)) + 1) + slots, return_index=True)[1]] = True
    order = order[first | ~constraints.single_tails(tails)]
    heads = found.heads[order]
    place = np.arange(len(order)) - np.searchsorted(heads, heads)
    return np.sort(order[place < settings.per_head])


def _some(heads: IntArray, settings: LinkSettings) -> IntArray:
    drawn = np.random.default_rng([settings.seed, 0x50]).permutation(heads)
    return np.sort(drawn[: settings.heads_most])


def _precision(
    level: float,
    found: Candidates,
    confidence: FeatureArray,
    hidden: IntArray,
    constraints: Constraints,
    hidden_share: float,
    settings: LinkSettings,
) -> Precision:
    chosen = select(found, confidence, constraints, settings)
    chosen = chosen[confidence[chosen] >= level]
    right: BoolArray = found.taken(chosen).among(hidden)
    if not len(chosen):
        return Precision(level, 0, 0, None)
    single = constraints.single_tails(found.tails[chosen])
    # Proposals of both kinds, where a relation has both, are judged each by its own rule.
    several = ~single
    share = true_share(right[several].sum(), several.sum(), hidden=hidden_share, missing=settings.missing_share)
    precision = (right[single].sum() + float(share) * several.sum()) / len(chosen)
    return Precision(level, len(chosen), int(right.sum()), float(precision))

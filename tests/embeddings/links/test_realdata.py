"""A tenth of a real catalogue's brands and categories hidden: neighbours beat popularity, and sure proposals hold."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from embeddings.graph.triples import Triples
from embeddings.links.constraints import constraints_of, links_of
from embeddings.links.hiding import hide_links
from embeddings.links.neighbours import NeighbourVotes
from embeddings.links.popularity import Popularity
from embeddings.links.propose import LinkProposer, select
from embeddings.links.ranking import rank_links, rank_metrics
from embeddings.links.settings import LinkSettings
from kg.records import Record
from kg.snapshot import Relation
from kg.sources.pgpr import PgprReader
from tests.embeddings.links.worlds import BRAND, CATEGORY, triples_of

VIEWED = Relation("Product", "ALSO_VIEWED", "Product")


def beauty(folder: Path) -> Triples:
    """Read brands, categories and views of the Beauty graph."""
    links: dict[Relation, list[tuple[str, str]]] = {BRAND: [], CATEGORY: [], VIEWED: []}
    for record in PgprReader().read(folder):
        if not isinstance(record, Record):
            continue
        values = record.values
        if record.table == "products" and "title" in values:
            if values["brand"]:
                links[BRAND].append((str(values["id"]), str(values["brand"])))
            links[CATEGORY] += [(str(values["id"]), str(name)) for name in values["categories"] or ()]
        elif record.table == "links" and values["relation"] == "also_viewed":
            links[VIEWED].append((str(values["product_id"]), str(values["other_id"])))
    return triples_of(links)


@pytest.mark.realdata
@pytest.mark.slow
def test_hidden_brands_and_categories_of_beauty(data_dir: Path) -> None:
    every = beauty(data_dir / "amazon-beauty-kg")
    rest, test = hide_links(every, [BRAND, CATEGORY], share=0.1, seed=0)
    kept, hidden = hide_links(rest, [BRAND, CATEGORY], share=0.1, seed=1)
    assert constraints_of(kept, BRAND).single.all()
    assert not constraints_of(kept, CATEGORY).single.any()
    settings = LinkSettings(heads_most=1500)
    proposer = LinkProposer("neighbours", kept, hidden, scorers={}, settings=settings)
    votes, popularity = NeighbourVotes(kept), Popularity(kept)
    for relation in (BRAND, CATEGORY):
        links = links_of(test, relation)
        mrr = [
            rank_metrics(rank_links(one, links[:500], relation, known=links_of(every, relation))).mrr
            for one in (votes, popularity)
        ]
        assert mrr[0] > 1.5 * mrr[1]
        calibrated = proposer.calibrate(relation)
        single = proposer.finder(relation).constraints.single.all()
        heads = np.unique((links if single else links_of(every, relation))[:, 0])
        heads = np.sort(np.random.default_rng(0).permutation(heads)[:4000])
        known = np.concatenate([links_of(kept, relation), links_of(hidden, relation)])
        found, confidence = proposer.judge(relation, calibrated, heads=heads, known=known)
        sure = select(found, confidence, proposer.finder(relation).constraints, settings)
        sure = sure[confidence[sure] >= 0.8]
        assert len(sure) > 100
        assert found.taken(sure).among(links).mean() > 0.8

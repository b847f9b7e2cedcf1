"""Proposing in a made shop: what is right, what never comes, and what speaks for it."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from embeddings.graph.training import train_graph_model
from embeddings.graph.triples import Triples
from embeddings.links.constraints import links_of
from embeddings.links.hiding import hide_links
from embeddings.links.interests import hide_for, interest_in
from embeddings.links.popularity import Popularity
from embeddings.links.proposals import SCHEMA, Proposals
from embeddings.links.propose import LinkProposer, propose_links
from embeddings.links.settings import LinkSettings
from kg.errors import ConfigurationError
from tests.embeddings.graph.worlds import quick
from tests.embeddings.links.worlds import ATTRIBUTE, BOUGHT, BRAND, CATEGORY, PURCHASED, shop

SETTINGS = LinkSettings(hidden_share=0.15, missing_share=0.15, candidates=15, least=0.3)
ASKED = (ATTRIBUTE, BRAND, CATEGORY)


@pytest.fixture(scope="module")
def world() -> tuple[Triples, Triples, Triples, Triples]:
    """All links, those kept, those hidden to calibrate by, and those that the proposer never hears of."""
    every = shop(groups=30, noise=0.05)
    rest, test = hide_links(every, ASKED, share=0.15, seed=8)
    kept, hidden = hide_links(rest, ASKED, share=SETTINGS.hidden_share, seed=9)
    return every, kept, hidden, test


@pytest.fixture(scope="module")
def proposals(world: tuple[Triples, Triples, Triples, Triples]) -> Proposals:
    _, kept, hidden, _ = world
    return propose_links("neighbours", kept, hidden, (*ASKED, BOUGHT), scorers={}, settings=SETTINGS)


def pairs(triples: Triples, relation: object) -> set[tuple[str, str]]:
    links = links_of(triples, relation)  # type: ignore[arg-type]
    return set(zip(*(triples.entities.ids(side).to_pylist() for side in links.T), strict=True))


def of(table: pa.Table, relation: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = table.filter(pc.equal(table["relation"], relation)).to_pylist()
    return found


def test_sure_proposals_are_right(world: tuple[Triples, ...], proposals: Proposals) -> None:
    _, _, _, test = world
    sure = proposals.from_confidence(0.8)
    true = pairs(test, BRAND)
    known = {head for head, _ in true}
    judged = [(row["head"], row["tail"]) in true for row in of(sure, "HAS_BRAND") if row["head"] in known]
    assert len(judged) > 30
    assert np.mean(judged) > 0.8
    true = pairs(test, CATEGORY)
    judged = [(row["head"], row["tail"]) in true for row in of(sure, "IN_CATEGORY")]
    assert len(judged) > 30
    assert np.mean(judged) > 0.75


def test_nothing_that_is_known_or_ruled_out(world: tuple[Triples, ...], proposals: Proposals) -> None:
    _, kept, hidden, _ = world
    table = proposals.table
    assert table.schema.equals(SCHEMA)
    for relation in ASKED:
        known = pairs(kept, relation) | pairs(hidden, relation)
        rows = of(table, relation.label)
        assert rows
        assert not known & {(row["head"], row["tail"]) for row in rows}
        assert {row["tail_label"] for row in rows} == {relation.target}
    branded = {head for part in (kept, hidden) for head, _ in pairs(part, BRAND)}
    brands = [row["head"] for row in of(table, "HAS_BRAND")]
    assert len(brands) == len(set(brands))
    assert not branded & set(brands)
    coloured = {head for part in (kept, hidden) for head, tail in pairs(part, ATTRIBUTE) if tail.startswith("colour=")}
    colours = [row["head"] for row in of(table, "HAS_ATTRIBUTE") if str(row["tail"]).startswith("colour=")]
    assert colours
    assert len(colours) == len(set(colours))
    assert not coloured & set(colours)


def test_supporters_have_the_link(world: tuple[Triples, ...], proposals: Proposals) -> None:
    _, kept, hidden, _ = world
    known = pairs(kept, CATEGORY) | pairs(hidden, CATEGORY)
    rows = of(proposals.table, "IN_CATEGORY")
    assert any(row["supporters"] for row in rows)
    for row in rows:
        supporters = row["supporters"]
        assert isinstance(supporters, list)
        assert row["head"] not in supporters
        assert len(supporters) <= SETTINGS.supporters
        assert {(other, row["tail"]) for other in supporters} <= known
    products = pairs(kept, BOUGHT)
    for row in of(proposals.table, "HAS_BRAND"):
        for shared in row["shared"]:  # type: ignore[attr-defined]
            label, _, other = shared.partition(":")
            if label == "Product":
                assert (row["head"], other) in products or (other, row["head"]) in products


def test_precision_is_measured_on_heads_that_nothing_was_fitted_to(
    world: tuple[Triples, ...], proposals: Proposals
) -> None:
    _, kept, hidden, _ = world
    brand = next(one for one in proposals.calibrated if one.relation == str(BRAND))
    assert brand.heads[0] + brand.heads[1] == len(pairs(hidden, BRAND))
    counts = [level.proposals for level in brand.precision]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > 20
    for level in brand.precision:
        assert level.right <= level.proposals
        if level.proposals > 20:
            assert level.precision == pytest.approx(level.right / level.proposals)
    # The labels of the heads kept apart change what is measured, and no confidence.
    proposer = LinkProposer("neighbours", kept, hidden, scorers={}, settings=SETTINGS)
    from embeddings.links.hiding import some_heads

    mask = np.ones(len(hidden), dtype=bool)
    own = hidden.rows[:, 1] == hidden.relations.index("HAS_BRAND")
    mask[own] = ~some_heads(hidden.rows[own, 0], share=SETTINGS.check_share, seed=SETTINGS.seed)
    assert 0 < (~mask).sum() < own.sum()
    without = LinkProposer("neighbours", kept, hidden.taken(mask), scorers={}, settings=SETTINGS)
    first, second = proposer.calibrate(BRAND), without.calibrate(BRAND)
    assert first.calibration == second.calibration
    assert second.hidden == 0 < first.hidden


def test_what_too_little_is_known_of_is_skipped_with_the_reason(proposals: Proposals) -> None:
    assert list(proposals.skipped) == [str(BOUGHT)]
    assert "hidden links" in proposals.skipped[str(BOUGHT)]
    assert {one.relation for one in proposals.calibrated} == {str(relation) for relation in ASKED}


def test_the_same_again(world: tuple[Triples, ...], proposals: Proposals) -> None:
    _, kept, hidden, _ = world
    again = propose_links("neighbours", kept, hidden, (BRAND,), scorers={}, settings=SETTINGS)
    assert again.table.equals(proposals.table.filter(pc.equal(proposals.table["relation"], "HAS_BRAND")))


def test_a_trained_model_joins_and_names_supporters_by_its_vectors(world: tuple[Triples, ...]) -> None:
    _, kept, hidden, _ = world
    model = train_graph_model(kept, settings=quick(epochs=3, validation_every=3), validation=hidden)
    found = propose_links(
        "transe", kept, hidden, (BRAND,), scorers={"transe": model}, settings=SETTINGS, vectors=model.vectors()
    )
    assert found.calibrated[0].calibration.features[0] == "transe score"
    assert set(found.table["model"].to_pylist()) == {"transe"}
    known = pairs(kept, BRAND) | pairs(hidden, BRAND)
    rows = [row for row in found.table.to_pylist() if row["supporters"]]
    assert rows
    assert all((other, row["tail"]) in known for row in rows for other in row["supporters"])


def test_a_model_of_another_graph_is_refused(world: tuple[Triples, ...]) -> None:
    _, kept, hidden, _ = world
    with pytest.raises(ConfigurationError, match='"other" is of other entities'):
        LinkProposer("x", kept, hidden, scorers={"other": Popularity(shop(groups=2))}, settings=SETTINGS)


def test_interests_that_further_purchases_bear_out() -> None:
    every = shop(groups=20)
    settings = LinkSettings(hidden_share=0.3, missing_share=0.3, candidates=15, least=0.1)
    kept, hidden = hide_for(
        every, [], interactions=[PURCHASED], properties=[BRAND, CATEGORY], share=settings.hidden_share, seed=1
    )
    relation = interest_in("Brand")
    found = propose_links("neighbours", kept, hidden, (relation,), scorers={}, settings=settings)
    assert not found.skipped
    rows = found.table.to_pylist()
    assert {(row["head_label"], row["relation"], row["tail_label"]) for row in rows} <= {
        ("User", "INTERESTED_IN", "Brand")
    }
    known = pairs(kept, relation) | pairs(hidden, relation)
    assert not known & {(row["head"], row["tail"]) for row in rows}


@pytest.mark.parametrize(
    "changes",
    [{"hidden_share": 0.0}, {"check_share": 1.0}, {"missing_share": -0.1}, {"per_head": 0}, {"supporters": -1}],
)
def test_settings_that_make_no_sense(changes: dict[str, float]) -> None:
    with pytest.raises(ConfigurationError, match=next(iter(changes))):
        LinkSettings(**changes)  # type: ignore[arg-type]

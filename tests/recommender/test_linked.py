"""What reviews mention and photos depict makes recommendations better, on a demo shop that chose no default."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from kg.snapshot import SplitMethod, SplitSettings
from recommender import Recommender
from recommender.data import training_data
from recommender.evaluation import evaluate
from recommender.models.propagation import WEIGHT, Propagation
from recommender.settings import TrainSettings
from recommender.training import train
from shopgraph.demo import make_demo
from tests.recommender.linked import linked_graph

LINKED = ("MENTIONS", "DEPICTS")


@pytest.fixture(scope="module")
def metrics(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Mapping[str, float]]:
    """Metrics of the same model with fixed settings: without linked edges, with one kind of them, and with both."""
    folder = tmp_path_factory.mktemp("linked")
    shop = make_demo(folder / "shop", seed=3, n_products=240, n_users=800, n_interactions=16_000)
    snapshot, holdout = linked_graph(shop, folder, SplitSettings(method=SplitMethod.RANDOM, fraction=0.3))
    names = [relation.name for relation in training_data(snapshot).relations]
    found = {}
    for kind, without in (("neither", LINKED), ("mentions", ("DEPICTS",)), ("depicts", ("MENTIONS",)), ("both", ())):
        relations = tuple(name for name in names if not name.startswith(without or "-"))
        train(snapshot, holdout, folder / kind, settings=TrainSettings(relations=relations, tune=False))
        found[kind] = evaluate(Recommender.load(folder / kind), holdout, ks=(10,)).metrics
    return found


@pytest.mark.parametrize("metric", ["recall@10", "ndcg@10"])
def test_mentions_and_depictions_each_help_and_more_together(
    metrics: Mapping[str, Mapping[str, float]], metric: str
) -> None:
    neither, mentions, depicts, both = (metrics[kind][metric] for kind in ("neither", "mentions", "depicts", "both"))
    assert mentions > 1.02 * neither
    assert depicts > 1.02 * neither
    assert both > 1.06 * neither
    assert both > max(mentions, depicts)


def test_the_defaults_name_relations_that_there_are(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A renamed relation would lose its weight without a word."""
    from recommender.baskets import all_baskets
    from tests.recommender.shops import reviewed, taken

    snapshot, _ = taken(reviewed(), tmp_path_factory.mktemp("named"))
    defaults = Propagation().defaults(all_baskets(training_data(snapshot)))
    assert defaults[f"{WEIGHT}MENTIONS:Aspect:praised"] == defaults[f"{WEIGHT}DEPICTS:Attribute"] == 10.0
    assert defaults[f"{WEIGHT}MENTIONS:Aspect:criticised"] == 2.0

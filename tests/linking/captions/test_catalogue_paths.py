"""Category paths: steps agree with each other, short paths have their say, and the surer step counts for more."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from linking.captions.catalogue.heads import Calibration, Head
from linking.captions.catalogue.paths import Paths, paths_of
from linking.mentions import NodeRef


def head(step: int, *ids: str) -> Head:
    nodes = tuple(NodeRef("Category", one) for one in ids)
    return Head(f"category {step}", nodes, ids, "outline", 0.1, Calibration(1, 1, 0), 0.0)


def shares(*rows: list[float]) -> npt.NDArray[np.float64]:
    return np.array(rows)


HEADS = (head(1, "Home", "Outdoor"), head(2, "Cups", "Mugs", "Tents"))
PATHS = (("Home", "Cups"), ("Home", "Mugs"), ("Outdoor", "Tents"))


def test_steps_are_chosen_together() -> None:
    paths = Paths(HEADS, PATHS)
    # Alone, the second step would say tents, which no home has.
    chosen = paths.choose([shares([0.9, 0.1]), shares([0.35, 0.25, 0.4])])
    assert chosen.tolist() == [[0, 0]]


def test_a_path_that_ends_early_can_be_told() -> None:
    paths = Paths(HEADS, (*PATHS[:2], ("Outdoor",)))
    chosen = paths.choose([shares([0.1, 0.9], [0.9, 0.1]), shares([0.5, 0.3, 0.2], [0.5, 0.3, 0.2])])
    assert chosen.tolist() == [[1, -1], [0, 0]]


def test_a_value_too_rare_to_be_learned_leaves_the_steps_above_it() -> None:
    paths = Paths(HEADS, (*PATHS[:2], ("Outdoor", "Kayaks")))
    assert paths.choose([shares([0.2, 0.8]), shares([0.5, 0.3, 0.2])]).tolist() == [[1, -1]]
    # Where the catalogue goes on to values that are known, the short path is none of its own.
    paths = Paths(HEADS, (*PATHS, ("Outdoor", "Kayaks")))
    assert paths.values.tolist() == [[0, 0], [0, 1], [1, 2]]


def test_the_step_that_is_more_often_right_counts_for_more() -> None:
    rng = np.random.default_rng(0)
    truth = np.array([(0, 0), (0, 1), (1, 2)])[rng.integers(0, 3, 300)]
    first = rng.dirichlet([1, 1], 300)  # knows nothing
    second = 0.2 + 0.2 * np.eye(3)[truth[:, 1]] + 0.2 * rng.random((300, 3))
    second /= second.sum(axis=1, keepdims=True)
    paths = Paths(HEADS, PATHS)
    weights = paths.weigh([first, second], truth)

    def right(given: tuple[float, ...]) -> float:
        return float((paths.choose([first, second], weights=given) == truth).mean())

    assert weights[1] > weights[0]
    assert right(weights) > right((1.0, 1.0)) + 0.1
    assert paths.weigh([first[:5], second[:5]], truth[:5]) == (1.0, 1.0)


def test_paths_are_what_occurs() -> None:
    def said(*ids: str) -> dict[str, tuple[NodeRef, str]]:
        steps = {f"category {step}": (NodeRef("Category", one), one) for step, one in enumerate(ids, start=1)}
        return {**steps, "colour": (NodeRef("Attribute", "colour=red"), "red")}

    assert paths_of([said("Home", "Cups"), said("Home"), said(), said("Home", "Cups")]) == (("Home",), ("Home", "Cups"))

"""The estimate before a training is near what the training takes."""

from __future__ import annotations

import numpy as np
import pytest

from embeddings.graph.estimate import estimate, memory_bytes
from embeddings.graph.run import Progress
from embeddings.graph.training import train_graph_model
from tests.embeddings.graph.worlds import planted, quick


@pytest.mark.parametrize("model", ["TransE", "TransR"])
def test_time_and_parameters_are_near_those_of_the_training(model: str) -> None:
    settings = quick(model, epochs=6, validation_every=3)
    expected = estimate(planted(), settings=settings, probe_seconds=0.5)
    seen: list[Progress] = []
    trained = train_graph_model(planted(), settings=settings, progress=seen.append)
    assert expected.parameters == sum(parameter.numel() for parameter in trained.network.parameters())
    assert expected.seconds / 5 < seen[-1].seconds < expected.seconds * 5  # other work on the machine comes and goes


def test_memory_grows_with_what_takes_it() -> None:
    triples = planted(n_entities=200)
    small = memory_bytes(triples, settings=quick(), parameters=10_000)
    assert memory_bytes(triples, settings=quick(), parameters=10_000_000) - small == pytest.approx(5 * 4 * 9_990_000)
    wide = memory_bytes(triples, settings=quick(batch=20_000, evaluation_mib=1), parameters=10_000)
    assert wide > memory_bytes(triples, settings=quick(evaluation_mib=1), parameters=10_000)
    half = triples.taken(np.arange(len(triples) // 2))
    assert memory_bytes(half, settings=quick(), parameters=10_000) < small

"""Chooses epochs on made data, "sampled" or "whole".

Prints by how many bytes the process grew at most, and how many were estimated.
"""

from __future__ import annotations

import gc
import sys
import threading
from dataclasses import replace

import numpy as np
import psutil

from benchmarks.scaling import made
from recommender.baskets import all_baskets
from recommender.models import Resources, model
from recommender.network import Modality, NetworkSettings
from recommender.network.estimate import extent_of, training_bytes
from recommender.network.material import Material
from recommender.network.training import Trainer
from recommender.network.validation import Validation
from recommender.splits import validation_split

INTERACTIONS, NUMBERS, EVERY = 150_000, 128, 0.01
SETTINGS = NetworkSettings(dim=128, epochs=4, negatives=512, device="cpu")  # validated twice


def main() -> None:
    """Fit and import everything once before, so that what is counted is the network's."""
    settings = replace(SETTINGS, sampled=sys.argv[1] == "sampled")
    data = made(INTERACTIONS, seed=0)
    rest, held = validation_split(data, fraction=0.15, method="random", target=data.target, seed=0)
    vectors = np.random.default_rng(0).normal(size=(data.n_items, NUMBERS)).astype(np.float32)
    modality = Modality("text", vectors, np.ones(data.n_items, np.bool_))
    chosen, resources = model("graph_filter"), Resources(neighbours=20)
    parameters = chosen.defaults(all_baskets(data))
    material = Material(rest, held, data, [modality], chosen.name, parameters, resources)
    chosen.fit(all_baskets(rest), parameters, resources)
    assert Trainer  # what PyTorch loads is there
    gc.collect()
    process, stop = psutil.Process(), threading.Event()
    before = most = process.memory_info().rss

    def watch() -> None:
        nonlocal most
        while not stop.wait(EVERY):
            most = max(most, process.memory_info().rss)

    watching = threading.Thread(target=watch)
    watching.start()
    validation = Validation(material, settings, lambda *_: None)
    validation.choose_epochs(lambda *_: None)
    stop.set()
    watching.join()
    assert len(extent_of(validation.examples).sizes) > 10_000
    print(most - before, int(training_bytes(validation.examples, validation.settings)))  # noqa: T201


if __name__ == "__main__":
    main()

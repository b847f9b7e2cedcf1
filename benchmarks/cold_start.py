"""New products: a tenth of the catalogue is taken out of training entirely, then attached to the trained model.

    python -m benchmarks.cold_start --data FOLDER --format pgpr --json FILE

The absent products come back as a shop would bring them, with their title, brand, categories, attributes and the links
of their own page, and with vectors of their text (``--texts yes``, MiniLM) and photo (``--images yes``). Customers who
bought one of them, in train or test, are asked with what else they have in train, and the whole catalogue is ranked.

The rivals are nearest neighbours by one source alone (links, words, text, image): a product scores the sum of its
cosines with the customer's products. ``NAME alone`` ranks all products so; ``NAME among the model's`` ranks the known
products by the model and the new ones by the neighbours, their scores scaled as newcomers' scores are, on train alone,
so that they get the same share of places. ``--part validation`` leaves the test part alone and takes 15 % of train in
its place: that is where choices are made. ``--places`` is the share of places of newcomers against their share of the
purchases, or several such. ``--network no`` takes the closed form alone.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.cold_start_data import arrivals, buyers_of, draw_absent, train_alone, without_products
from benchmarks.cold_start_judge import Asked, judged, rivals
from benchmarks.common import Arguments, Figures, main, seconds, tuning
from benchmarks.fusion_data import image_vectors_of, text_vectors_of
from benchmarks.recommend import prepare
from embeddings.vectors import Vectors
from kg.snapshot import load_holdout
from recommender import Recommender
from recommender.network import Modality, NetworkSettings
from recommender.newcomers import extended
from recommender.settings import TrainSettings
from recommender.standing import PLACES, Play, standing
from recommender.training import train

OPTIONS = {
    "--share": "0.1",
    "--trials": "usual",
    "--network": "yes",
    "--texts": "no",
    "--images": "no",
    "--part": "test",
    "--places": f"{PLACES:g}",
}


def measure(arguments: Arguments) -> Figures:
    """Train without the absent products, attach them, and rank all products by the model and by its rivals."""
    options = arguments.options
    settings = TrainSettings(**tuning(options), seed=arguments.seed)
    if options["network"] == "yes":
        settings = replace(settings, network=NetworkSettings(seed=arguments.seed))
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        snapshot, holdout = prepare(arguments, work), load_holdout(work / "holdout")
        if options["part"] == "validation":
            snapshot, holdout = train_alone(snapshot, holdout, share=0.15, seed=arguments.seed)
        absent = draw_absent(snapshot, share=float(options["share"]), seed=arguments.seed)
        vectors: list[Vectors] = []
        if options["texts"] == "yes":
            vectors.append(text_vectors_of(snapshot))
        if options["images"] == "yes":
            vectors.append(image_vectors_of(snapshot))
        with seconds() as training:
            train(without_products(snapshot, absent), holdout, work / "model", settings=settings, modalities=vectors)
        base = Recommender.load(work / "model").artefact
        new, bought = arrivals(snapshot, absent), buyers_of(snapshot, holdout, absent)
        figures: dict[str, float | int | str] = {"new products": len(new), "training (s)": training.seconds}
        known = [Modality.of(own, base.items["id"]) for own in vectors]
        tested = Asked.tested(base, holdout)
        nothing_new = np.zeros(len(base.items), dtype=np.bool_)
        before = judged(tested, Recommender(base).scorer.block, new=nothing_new)
        figures["known products, without the new: Recall@20"] = before["Recall@20"]
        places = [float(own) for own in options["places"].split(",")]
        for factor in places:
            name = f"{factor:g} times the places: " if len(places) > 1 else ""
            with seconds() as choosing:
                chosen = standing(base, known, places=factor)
            with seconds() as attaching:
                more = Recommender(extended(base, new, modalities=vectors, standing=chosen))
            own = {f"weight of {source}": weight for source, weight in chosen.sources.items()}
            own["sharpness"] = chosen.sharpness
            own |= {"choosing how they stand (s)": choosing.seconds, "attaching (s)": attaching.seconds}
            is_new = np.arange(more.products) >= len(base.items)
            asked = Asked.buyers(more.artefact, *bought)
            own["customers asked"] = asked.histories.shape[0]
            reached = judged(asked, more.scorer.block, new=is_new)
            own |= {f"model: {key}": value for key, value in reached.items()}
            beside = judged(tested.wider(len(new)), more.scorer.block, new=is_new)
            own["known products, beside the new: Recall@20"] = beside["Recall@20"]
            everything = [Modality.of(vector, more.artefact.items["id"]) for vector in vectors]
            play = Play.of(base, known, places=factor, seed=0)
            best = alone = 0.0
            for source, ways in rivals(base, more, everything, play).items():
                for way, scores in zip((f"{source} alone", f"{source} among the model's"), ways, strict=True):
                    found = judged(asked, scores, new=is_new)
                    own |= {f"{way}: {key}": value for key, value in found.items()}
                    best = max(best, found["Recall@20"])
                    alone = max(alone, found["Recall@20"]) if way.endswith(" alone") else alone
            own["Recall@20 against the best neighbours'"] = reached["Recall@20"] / best
            own["Recall@20 against the best neighbours' alone"] = reached["Recall@20"] / alone
            figures |= {name + key: value for key, value in own.items()}
    return figures


if __name__ == "__main__":
    main("cold_start", measure, options=OPTIONS)

"""The last fit: what was judged is trained once more on everything, the test part included, and that is served.

A model that is judged may not know the test part, but customers who bought something yesterday should neither be shown
it again nor wait for the next split until it counts. Parameters, epochs, weights and the table of chances are those of
the model that was judged: nothing is chosen here, so its figures still say what to expect.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from recommender.artefact import load as load_artefact
from recommender.artefact import read_manifest, save
from recommender.baskets import all_baskets
from recommender.kept import drop_states, network_states
from recommender.models import model
from recommender.network import Modality
from recommender.network.estimate import check_memory, extent_before
from recommender.network.material import Material
from recommender.settings import TrainSettings
from recommender.training import artefact_of, learned_from

if TYPE_CHECKING:
    from embeddings.vectors import Vectors
    from kg.snapshot import Snapshot

JUDGED = "judged"
"""Key of the metrics: fingerprint of the model that was judged."""


def refit(
    judged: Path,
    snapshot: Snapshot,
    out: Path,
    *,
    settings: TrainSettings,
    modalities: Sequence[Vectors] = (),
    progress: Callable[[str, int, int], None] | None = None,
) -> None:
    """Fit a model as one that was judged, on another snapshot of the same graph.

    Args:
        judged: folder of the model that was judged.
        snapshot: of everything, nothing kept apart.
        out: folder of the artefact.
        settings: that the judged model was trained with; its own parameters are used.
        modalities: vectors of products that its network took in.
        progress: told what is being done, how much is done, and of how much.

    Raises:
        ConfigurationError: an unknown relation.
        ModelError: the judged model is missing or damaged.
        MemoryEstimateError: the network would not fit into the memory allowed.
    """
    tell = progress or (lambda stage, done, total: None)
    old = load_artefact(judged)
    tell("reading the snapshot", 0, 1)
    data = learned_from(snapshot, settings).faded(old.recency)
    known = {kind.relation for kind in old.kinds}
    # what came with the test part, such as attributes that only reviews tell, has no weight that was judged
    data = replace(data, relations=tuple(relation for relation in data.relations if relation.name in known))
    kinds = all_baskets(data)
    resources = settings.resources
    chosen = model(old.model)
    if old.parts and settings.network is not None:
        extent = extent_before(data, [own.dim for own in modalities])
        check_memory(extent, settings.network, memory_gib=settings.memory_gib)
    parameters = {name: old.parameters.get(name, value) for name, value in chosen.defaults(kinds).items()}
    tell("fitting everything", 0, 1)
    weights = chosen.fit(kinds, parameters, resources)
    metrics = {**old.metrics, JUDGED: read_manifest(judged)["fingerprint"]}
    artefact = artefact_of(old.model, parameters, weights, kinds, data, snapshot, metrics)
    del weights
    if old.parts and settings.network is not None:
        from recommender.network.fuse import parts_again

        material = Material(
            rest=data,
            held=None,
            whole=data,
            modalities=[Modality.of(vectors, data.item_ids) for vectors in modalities],
            model=old.model,
            parameters=parameters,
            resources=resources,
        )
        parts = parts_again(
            old.parts,
            material,
            artefact.weights,
            settings.network,
            epochs=int(old.metrics.get("epochs", 0)),
            checkpoint=network_states(out),
            tell=tell,
        )
        artefact = replace(artefact, parts=parts, weight=old.weight)
    kept: dict[str, Any] = {
        "kind_weights": settings.kind_weights,
        "recency": old.recency,
        "last": data.last if old.recency else None,
    }
    save(replace(artefact, chances=old.chances, **kept), out)
    drop_states(out)

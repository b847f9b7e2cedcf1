"""Settings of vectors."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, JsonValue

from shopgraph.settings.part import Part

NONE = "none"


class ReadyPart(Part):
    """Vectors that others made: sound, film, another team's."""

    matrix: str = Field(
        min_length=1, description="File of the vectors, from the project's folder: .npy, .safetensors or .parquet."
    )
    ids: str | None = Field(
        default=None,
        description="File with the ids in the order of the rows: a text with one on each line, .csv, .tsv or .parquet. "
        "A Parquet matrix has its own column of ids.",
    )
    label: str = Field(default="Product", description="Label of the nodes.")
    id_column: str = Field(default="id", description="Column of the ids.")
    columns: tuple[str, ...] | None = Field(
        default=None, description="Tensor, or columns, of the vectors; unset: the only ones there."
    )


def _small() -> dict[str, JsonValue]:
    return {"dim": 64, "negatives": 250}


class VectorsPart(Part):
    """Vectors of the graph's nodes, of texts and of photos, and the space in which words find photos."""

    graph: str = Field(
        default="TransE",
        min_length=1,
        description="PyKEEN model that the graph's vectors are trained with: TransE, TransR or any other; or none.",
    )
    graph_relations: tuple[str, ...] | None = Field(
        default=None,
        description="Names of the graph's relations to train on. Unset: all but those of reviews and photos.",
        examples=[["PURCHASED", "HAS_BRAND", "IN_CATEGORY"]],
    )
    graph_options: dict[str, JsonValue] = Field(
        default_factory=_small,
        description="Settings of the training that differ from the model's own defaults: dim, epochs, negatives, "
        "learning_rate, ... More of each gives better vectors and takes longer. Unless they are set, there are 12 "
        "epochs for small graphs and down to 4 for large ones.",
    )
    texts: dict[str, str] = Field(
        default_factory=lambda: {"en": "minilm"},
        description="Encoder of texts by language: minilm, ngrams, sentence-transformers or transformers.",
    )
    other_texts: str = Field(
        default="ngrams", min_length=1, description="Encoder for every other language; or none for no text vectors."
    )
    text_options: dict[str, dict[str, JsonValue]] = Field(
        default_factory=dict,
        description="Options of an encoder by its name.",
        examples=[{"sentence-transformers": {"model": "models/my-encoder"}}],
    )
    images: str = Field(
        default="looks",
        min_length=1,
        description="Encoder of photos: looks (learned from the shop's own), transformers (CLIP, SigLIP 2, "
        "Chinese-CLIP) or none.",
    )
    image_options: dict[str, JsonValue] = Field(default_factory=dict, description="Options of that encoder.")
    ready: dict[str, ReadyPart] = Field(
        default_factory=dict,
        description="Vectors that others made, by the name they shall have.",
        examples=[{"audio": {"matrix": "audio.npy", "ids": "audio.txt"}}],
    )
    shared: bool = Field(default=True, description="Learn a space in which words find photos and photos find words.")
    shared_network: bool = Field(
        default=False,
        description="Try a network on top of the space, too. It takes minutes, and stays only where it is better.",
    )
    shared_views: tuple[Literal["graph"], ...] = Field(
        default=(), description="Further vectors to join in that space.", examples=[["graph"]]
    )
    seed: int = Field(default=0, ge=0, description="Seed of all that is learned.")

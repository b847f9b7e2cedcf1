"""Settings of linking."""

from __future__ import annotations

from pydantic import Field

from shopgraph.settings.part import Part


class LinkingPart(Part):
    """How reviews and photos become part of the graph."""

    reviews: bool = Field(default=True, description="Link what reviews mention.")
    photos: bool = Field(default=True, description="Caption photos, and link what they show.")
    aliases: str = Field(
        default="aliases.csv",
        min_length=1,
        description="File with other names of brands, categories, attributes and products, from the project's folder: "
        "columns label, id, alias. It need not be there.",
    )
    aspects: str = Field(
        default="aspects.toml",
        min_length=1,
        description="File of what reviews talk about, from the project's folder. If it is not there, it is mined from "
        "the reviews and written; edit it as you like, it is never overwritten.",
    )
    mined_aspects: int = Field(default=60, ge=0, description="Aspects to mine where there is no file of them.")
    products: bool = Field(default=True, description="Link titles of products, too.")
    fuzzy: bool = Field(default=True, description="Find names with one letter wrong.")
    threshold: float = Field(
        default=0.5, ge=0, le=1, description="Confidence below which a mention is taken to mean nothing in the graph."
    )
    language: str = Field(
        default="en", min_length=2, max_length=3, description="ISO 639-1 code of texts that do not tell theirs."
    )
    pipelines: dict[str, str] = Field(
        default_factory=dict,
        description="spaCy pipelines to find further mentions with, by language: an installed package, or a folder "
        "that shopgraph link-train made.",
        examples=[{"en": "trained/en"}],
    )
    captioner: str = Field(
        default="catalogue",
        min_length=1,
        description="What writes the captions: catalogue (learned from the shop's own photos), transformers (BLIP and "
        "its like), ocr (words printed on the packaging) or none. Captions given in the input are always linked.",
    )
    caption_model: str | None = Field(
        default=None,
        description="For transformers: folder of the model, or its name on a hub.",
        examples=["models/blip-image-captioning-base"],
    )
    caption_revision: str | None = Field(
        default=None, description="For a name on a hub: the commit to load; required.", examples=["82a37760796d32b1"]
    )
    caption_threshold: float = Field(
        default=0.5, ge=0, le=1, description="Confidence below which a word of a caption is left out of the graph."
    )
    infer_attributes: bool = Field(
        default=True, description="Give products the attributes that only their photos and reviews reveal."
    )
    workers: int = Field(default=0, ge=0, description="Processes that link; 0 for one on each core.")
    seed: int = Field(default=0, ge=0, description="Seed of what is learned.")

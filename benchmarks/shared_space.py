"""Whether words find photos and photos find words, of products that nothing was learned from.

    python -m benchmarks.shared_space --data FOLDER --format fashion --json FILE

400 products, drawn by a hash of their ids, are held out, or a fifth where there are fewer than 2,000. Encoders that
learn and the shared space see the others alone, and everything is chosen by validation within those. Then, among
the photos held out:

* a product's title is to find its photo, and its photo the title: Recall@10 (chance: 10 of 400, .025);
* a word that names a colour is to find photos of that colour: precision of the first 10, mean over the colours that at
  least 10 of the photos held out have. The query is the colour's name alone, as the shop writes it.

All is done for three draws; figures are means, and the least of the three stands beside them.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.common import Arguments, Figures, main, seconds
from embeddings.image import image_encoder, photo_vectors, read_sample
from embeddings.shared import Queries, SharedSettings, SharedSpace, View, common_words, train_shared
from embeddings.shared.retrieval import precision_at, ranks, recall_at
from embeddings.text import TextEncoder, text_encoder
from embeddings.vectors import VectorArray
from kg.pictures import Photo
from kg.records import Record
from kg.sources import reader

HELD_OUT = 400
K = 10
_LEARN_FROM = 4_000
OPTIONS = {"--text": "ngrams", "--image": "looks", "--draws": "3", "--attribute": "baseColour"}


@dataclass(frozen=True, slots=True)
class Product:
    """A product with a photo.

    Attributes:
        id: of the product.
        title: of the product.
        photo: its first one.
        value: of the attribute whose words are to find photos; empty where it has none.
    """

    id: str
    title: str
    photo: Photo
    value: str


def products_of(folder: Path, format_name: str, attribute: str) -> list[Product]:
    """Read the products that have a title and a photo, in order of their ids."""
    titles: dict[str, tuple[str, str]] = {}
    photos: dict[str, Photo] = {}
    for record in reader(format_name).read(folder):
        if not isinstance(record, Record):
            continue
        if record.table == "products" and record.values.get("title"):
            value = next((str(v) for name, v in record.values.get("attributes") or () if name == attribute), "")
            titles[record.values["id"]] = (str(record.values["title"]), value)
        elif record.table == "images":
            photo = Photo(record.values["id"], folder / record.values["path"])
            photos.setdefault(record.values["product_id"], photo)
    return [Product(one, titles[one][0], photos[one], titles[one][1]) for one in sorted(titles.keys() & photos.keys())]


def part(products: Sequence[Product], *, seed: int) -> tuple[list[Product], list[Product]]:
    """Give the products to learn from and those held out, drawn by their ids alone."""
    count = min(HELD_OUT, len(products) // 5)
    drawn = sorted(products, key=lambda one: hashlib.sha256(f"{seed} {one.id}".encode()).digest())
    return drawn[count:], drawn[:count]


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    """What one draw taught.

    Attributes:
        space: learned from the products that are not held out.
        text: encoder of titles and words.
        photos: places of the photos held out, in the order of the products, ``(n, dim)``.
        held: products whose photo could be read.
    """

    space: SharedSpace
    text: TextEncoder
    photos: VectorArray
    held: list[Product]

    def words(self, texts: Sequence[str]) -> VectorArray:
        """Give the places of texts, ``(n, dim)``."""
        return self.space.project("text", self.text.encode(texts))


def learn(
    train: Sequence[Product], held: Sequence[Product], *, text: str, image: str, settings: SharedSettings
) -> Learned:
    """Learn encoders and space from ``train``, and place the photos of ``held``.

    Args:
        train: products to learn from.
        held: products that nothing is learned from.
        text: name of the text encoder.
        image: name of the image encoder.
        settings: of the space.
    """
    words, looks = text_encoder(text), image_encoder(image)
    if callable(fit := getattr(words, "fit", None)):
        fit([one.title for one in train])
    if callable(fit := getattr(looks, "fit", None)):
        fit(read_sample([one.photo for one in train], edge=looks.edge, most=_LEARN_FROM))
    seen = photo_vectors([one.photo for one in [*train, *held]], looks).vectors
    rows, there = seen.of("Image", [one.photo.image_id for one in train])
    titles = {one.id: one.title for one in train}
    asked = common_words(titles)
    space = train_shared(
        [
            View("text", list(titles), words.encode(list(titles.values()))),
            View("image", [one.id for one, has in zip(train, there, strict=True) if has], rows[there]),
        ],
        queries=[Queries("text", words.encode(list(asked)), list(asked.values()))],
        settings=settings,
        sources={"text": words.fingerprint, "image": looks.fingerprint},
    )
    rows, there = seen.of("Image", [one.photo.image_id for one in held])
    with_photo = [one for one, has in zip(held, there, strict=True) if has]
    return Learned(space, words, space.project("image", rows[there]), with_photo)


def judge(learned: Learned) -> dict[str, float]:
    """Ask for what was held out."""
    titles = learned.words([one.title for one in learned.held])
    values = Counter(one.value for one in learned.held if one.value)
    names = sorted(name for name, count in values.items() if count >= K)
    relevant = np.array([[one.value == name for one in learned.held] for name in names]).reshape(len(names), -1)
    precision = precision_at(learned.words(names), learned.photos, relevant, K)
    figures = {
        "title to photo": recall_at(ranks(titles, learned.photos), K),
        "photo to title": recall_at(ranks(learned.photos, titles), K),
        "chance": K / len(learned.held),
    }
    if names:
        figures |= {
            "colour words": float(precision.mean()),
            "colour words by chance": float(relevant.mean()),
            "colours": len(names),
        }
    return figures | {f"precision@10 {name}": float(share) for name, share in zip(names, precision, strict=True)}


def measure(arguments: Arguments) -> Figures:
    """Learn and ask, for each draw."""
    if arguments.format is None:
        raise SystemExit("Name the format of the data with --format: fashion, or another whose reader gives photos")
    options = dict(arguments.options)
    products = products_of(arguments.data, arguments.format, options["attribute"])
    if len(products) < 50:
        raise SystemExit(f"{arguments.data} has {len(products)} products with title and photo; 50 are needed")
    found: list[dict[str, float]] = []
    spaces: list[SharedSpace] = []
    with seconds() as learning:
        for draw in range(int(options["draws"])):
            train, held = part(products, seed=arguments.seed + draw)
            settings = SharedSettings(seed=arguments.seed + draw)
            learned = learn(train, held, text=options["text"], image=options["image"], settings=settings)
            found.append(judge(learned))
            spaces.append(learned.space)
    keys = list(dict.fromkeys(key for one in found for key in one))
    means = {key: float(np.mean([one[key] for one in found if key in one])) for key in keys}
    least = {f"{key}, least": min(one[key] for one in found if key in one) for key in keys[:2] + keys[3:4]}
    chosen = [space.configuration["chosen"] for space in spaces]
    validation = [space.metrics for space in spaces]
    return {
        "products": len(products),
        "held out": len(learned.held),
        "recall@10 title to photo": means.pop("title to photo"),
        "recall@10 photo to title": means.pop("photo to title"),
        "recall@10 by chance": means.pop("chance"),
        "precision@10 of colour words": means.pop("colour words", None),
        "precision@10 by chance": means.pop("colour words by chance", None),
        **least,
        **means,
        "validation recall@10": float(np.mean([one["validation"]["recall"] for one in validation])),
        "chosen": "; ".join(f"ridges {one['ridges']}, {one['dim']} dim, power {one['power']}" for one in chosen),
        "networks taken": sum(one["epochs"] > 0 for one in chosen),
        "text": options["text"],
        "image": options["image"],
        "seconds a draw": learning.seconds / len(found),
    }


if __name__ == "__main__":
    main("shared_space", measure, options=OPTIONS)

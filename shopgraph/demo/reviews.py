"""Reviews of the demo shop: owners praise the hidden qualities of a product and complain of the lack of others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from shopgraph.demo.catalogue import DAY, END, START, Product
from shopgraph.demo.chance import pick
from shopgraph.demo.customers import CHINESE_SHARE, Customer
from shopgraph.demo.interactions import Event
from shopgraph.demo.phrases import Entity, Mention, TextBuilder, inflected, phrases
from shopgraph.demo.vocabulary import vocabulary

SERVICE_ASPECTS: tuple[str, ...] = ("price", "delivery", "size", "packaging")
"""Aspects that say nothing about the product's hidden qualities."""

_REVIEW_SHARE = 0.36
_GUESTS = (2, 5)
_RIGHT_SHARE = 0.93
"""Part of the clauses that say of a quality what is true."""


@dataclass(frozen=True, slots=True)
class Review:
    """One review; ``user`` is None for a guest. Rows of users and products, as in the other parts of the demo."""

    id: str
    user: int | None
    product: int
    title: str | None
    text: str
    rating: int
    at: int
    language: str | None
    written_in: str
    mentions: tuple[Mention, ...]


def _opinions(product: Product, favourite: str | None, rng: np.random.Generator) -> list[tuple[str, int]]:
    """Draw one to four aspects with what the writer thinks of them; a favourite aspect is spoken of more often."""
    names = [*product.kind.aspects, *SERVICE_ASPECTS]
    weights = np.array([1.5 if name in product.qualities else 0.65 for name in product.kind.aspects] + [0.35] * 4)
    if favourite in product.kind.aspects:
        weights[names.index(favourite)] *= 4
    count = int(rng.choice((1, 2, 3, 4), p=(0.2, 0.42, 0.28, 0.1)))
    chosen = rng.choice(len(names), size=count, replace=False, p=weights / weights.sum())
    opinions = []
    for row in chosen:
        name = names[row]
        truth = name in product.qualities if name in product.kind.aspects else rng.random() < 0.7
        right = name in SERVICE_ASPECTS or rng.random() < _RIGHT_SHARE
        opinions.append((name, 1 if truth == right else -1))
    return sorted(opinions, key=lambda opinion: -opinion[1]) if rng.random() < 0.6 else opinions


def _entities(product: Product, language: str) -> dict[str, Entity]:
    """Give what a writer may mention; what the shop does not list, no writer mentions either."""
    kind = product.kind
    chinese = language == "zh"
    entities = {
        "category": Entity(kind.zh if chinese else kind.noun, "Category", kind.path),
        "category_plural": Entity(kind.noun if kind.plural else f"{kind.noun}s", "Category", kind.path),
    }
    if product.brand_listed:
        entities["brand"] = Entity(product.brand, "Brand", product.brand)
    if product.colour_listed:
        surface = product.colour.zh if chinese else product.colour.name
        entities["colour"] = Entity(surface, "Attribute", f"colour={product.colour.name}")
    if product.material_listed:
        surface = vocabulary().materials[product.material] if chinese else product.material
        entities["material"] = Entity(surface, "Attribute", f"material={product.material}")
    return entities


def _opener(product: Product, language: str, mood: int, rng: np.random.Generator) -> tuple[str, int, dict[str, Entity]]:
    """Draw an opening sentence that fits the product and does not go against the mood of the review."""
    entities = _entities(product, language)
    while True:
        options = phrases().openers[language]
        template, sentiment = pick(options, rng)
        tokens = {part.split(">")[0] for part in template.split("<")[1:]}
        if tokens <= entities.keys() and sentiment in (0, mood):
            return inflected(template, product.kind), sentiment, entities


def _tone(rating: int) -> str:
    return "good" if rating >= 4 else "middle" if rating == 3 else "bad"


def _rating(opinions: Sequence[tuple[str, int]], rng: np.random.Generator) -> int:
    mean = float(np.mean([sentiment for _, sentiment in opinions]))
    return int(np.clip(round(3.6 + 1.4 * mean + rng.normal(0, 0.5)), 1, 5))


def _body(
    builder: TextBuilder, product: Product, opinions: Sequence[tuple[str, int]], language: str, rng: np.random.Generator
) -> None:
    """Write one clause for each opinion, in sentences of up to two clauses."""
    book = phrases()
    previous = 0
    for place, (name, sentiment) in enumerate(opinions):
        if place:
            fresh = place == 2 or rng.random() < 0.2
            turn = "same" if sentiment == previous else "turn" if sentiment < previous else "rise"
            stop = "。" if language == "zh" else ". "
            builder.add(stop if fresh else pick(book.joiners[f"{turn}_{language}"], rng))
        clause = pick(book.aspects[name].clauses[language, sentiment], rng)
        builder.add(inflected(clause, product.kind), sentiment=sentiment, aspect=name)
        previous = sentiment
    good = previous > 0 and rng.random() < 0.15
    builder.add(("！" if good else "。") if language == "zh" else ("!" if good else "."))


def write_review(
    number: int, *, product: Product, row: int, user: int | None, at: int, language: str, favourite: str | None,
    rng: np.random.Generator,
) -> Review:  # fmt: skip
    """Write one review of a product.

    Args:
        number: of the review, for its id.
        product: what it is about.
        row: row of the product.
        user: row of the writer, None for a guest.
        at: when, in milliseconds since 1970.
        language: "en" or "zh".
        favourite: the aspect that matters most to the writer, if one does.
        rng: source of chance.

    """
    opinions = _opinions(product, favourite, rng)
    rating = _rating(opinions, rng)
    tone = _tone(rating)
    builder = TextBuilder()
    opener, sentiment, entities = _opener(product, language, (rating > 3) - (rating < 3), rng)
    builder.add(opener, sentiment=sentiment, entities=entities)
    if opener and language == "en":
        builder.add(" ")
    _body(builder, product, opinions, language, rng)
    closer = inflected(pick(phrases().closers[f"{tone}_{language}"], rng), product.kind)
    if closer:
        builder.add(f" {closer}" if language == "en" else closer)
    return Review(
        id=f"R{number:05d}",
        user=user,
        product=row,
        title=pick(phrases().titles[f"{tone}_{language}"], rng) if rng.random() < 0.6 else None,
        text=builder.text,
        rating=rating,
        at=at,
        language=language if rng.random() > 0.15 else None,
        written_in=language,
        mentions=tuple(builder.mentions),
    )


def _later(at: int, days: tuple[int, int], rng: np.random.Generator) -> int:
    return min(END - 1, at + int(rng.integers(days[0] * 24 * 60, days[1] * 24 * 60)) * 60_000)


def make_reviews(
    products: Sequence[Product], customers: Sequence[Customer], events: Sequence[Event], *, rng: np.random.Generator
) -> list[Review]:
    """Write the reviews of some buyers who gave no stars, and those of guests soon after a product's release."""
    plans: list[tuple[int, int | None, int, str, str | None]] = []
    only_stars = {(event.user, event.product) for event in events if event.kind == "rated"}
    for event in events:
        if event.kind != "purchased" or rng.random() > _REVIEW_SHARE or (event.user, event.product) in only_stars:
            continue
        customer = customers[event.user]
        favourite = customer.taste.values[0] if customer.taste.by == "quality" else None
        plans.append((event.product, event.user, _later(event.at, (3, 40), rng), customer.language, favourite))
    for row, product in enumerate(products):
        for _ in range(int(rng.integers(_GUESTS[0], _GUESTS[1] + 1))):
            at = _later(max(product.released, START - 60 * DAY), (1, 45), rng)
            plans.append((row, None, at, "zh" if rng.random() < CHINESE_SHARE else "en", None))
    plans.sort(key=lambda plan: (plan[2], plan[0], -1 if plan[1] is None else plan[1]))
    return [
        write_review(
            number, product=products[row], row=row, user=user, at=at, language=language, favourite=favourite, rng=rng
        )
        for number, (row, user, at, language, favourite) in enumerate(plans, start=1)
    ]

"""What the demo shop's customers did: purchases by taste, popularity and chance, with the visits that led to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from shopgraph.demo.catalogue import DAY, END, START, Product
from shopgraph.demo.chance import pick

TASTE_SHARE = 0.74
"""Part of the purchases that follow the taste; the others follow popularity."""

_PURCHASE_SHARE = 0.34
_NEW_DAYS = 45
_NEW_BOOST = 3.0
_MINUTE = 60_000


@dataclass(frozen=True, slots=True)
class Event:
    """One interaction; ``at`` in milliseconds since 1970, ``value`` only for stars."""

    user: int
    product: int
    kind: str
    at: int
    value: float | None = None


def _purchases_per_user(n_users: int, total: int, most: int, rng: np.random.Generator) -> np.ndarray:
    """Share out the purchases: two for everybody, the rest log-normal. Integers of shape ``(n_users,)``."""
    base = min(2, total // n_users)
    weights = rng.lognormal(0.0, 0.7, n_users)
    extra = rng.multinomial(total - base * n_users, weights / weights.sum())
    return np.asarray(np.minimum(base + extra, most))


def _purchases(
    products: Sequence[Product], matches: np.ndarray, counts: np.ndarray, rng: np.random.Generator
) -> list[Event]:
    """Let every customer buy, in order of time, what is released and not yet bought."""
    popularity = np.array([product.popularity for product in products])
    within_taste = np.sqrt(popularity)
    released = np.array([product.released for product in products])
    events = []
    for user, count in enumerate(counts):
        joined = START + int((END - START) * 0.55 * rng.random())
        bought = np.zeros(len(products), dtype=bool)
        for moment in np.sort(rng.random(int(count))):
            at = _in_daytime(joined + int((END - DAY - joined) * moment), rng)
            open_to = (released + DAY // 2 < at) & ~bought
            novelty = np.where(at - released < _NEW_DAYS * DAY, _NEW_BOOST, 1.0)
            weights = within_taste * novelty * matches[user] * open_to
            if rng.random() > TASTE_SHARE or not weights.any():
                weights = popularity * open_to
            if not weights.any():
                continue
            product = int(rng.choice(len(products), p=weights / weights.sum()))
            bought[product] = True
            events.append(Event(user, product, "purchased", at))
    return events


def _in_daytime(at: int, rng: np.random.Generator) -> int:
    """Move a moment to a likely hour of its day."""
    hour = float(np.clip(rng.normal(16.0, 4.0), 6.0, 23.5))
    return at // DAY * DAY + int(hour * 60) * _MINUTE + int(rng.integers(0, _MINUTE))


def _visits(purchase: Event, rng: np.random.Generator) -> list[Event]:
    """Give what led to a purchase, all within the hour before it."""
    events = []
    back = int(rng.integers(1, 6)) * _MINUTE + int(rng.integers(_MINUTE))
    for kind, share in (("carted", 0.42), ("clicked", 0.22), ("viewed", 0.78)):
        if rng.random() < share:
            events.append(Event(purchase.user, purchase.product, kind, purchase.at - back))
            back += int(rng.integers(1, 15)) * _MINUTE + int(rng.integers(_MINUTE))
    return events


def _browse(
    products: Sequence[Product],
    matches: np.ndarray,
    purchases: Sequence[Event],
    released: np.ndarray,
    popularity: np.ndarray,
    rng: np.random.Generator,
) -> Event:
    """Look at something without buying, on a day of some purchase; half of it to the customer's taste."""
    while True:
        near = pick(purchases, rng)
        at = near.at + int(rng.integers(2, 90)) * _MINUTE + int(rng.integers(_MINUTE))
        weights = popularity * (released < at)
        if rng.random() < 0.5:
            weights = weights * matches[near.user]
        if weights.any():
            product = int(rng.choice(len(products), p=weights / weights.sum()))
            draw = rng.random()
            kind = "viewed" if draw < 0.75 else "clicked" if draw < 0.93 else "carted"
            return Event(near.user, product, kind, at)


def _star(purchase: Event, fits: bool, rng: np.random.Generator) -> Event:
    """Rate a purchase some days later."""
    value = float(np.clip(round(rng.normal(4.4 if fits else 3.6, 0.8)), 1, 5))
    return Event(
        purchase.user, purchase.product, "rated", purchase.at + int(rng.integers(2, 25 * 24)) * DAY // 24, value
    )


def make_interactions(
    products: Sequence[Product], matches: np.ndarray, n_interactions: int, *, rng: np.random.Generator
) -> list[Event]:
    """Make exactly ``n_interactions`` events, in order of time.

    Args:
        products: of the shop.
        matches: which products are to whose taste, shape ``(n_users, n_products)``.
        n_interactions: of all kinds together.
        rng: source of chance.

    """
    n_users = len(matches)
    counts = _purchases_per_user(n_users, int(n_interactions * _PURCHASE_SHARE), max(1, len(products) // 4), rng)
    purchases = _purchases(products, matches, counts, rng)
    others: list[Event] = []
    for purchase in purchases:
        others.extend(_visits(purchase, rng))
        if rng.random() < 0.12:
            star = _star(purchase, bool(matches[purchase.user, purchase.product]), rng)
            others.extend([star] if star.at < END else [])
    room = n_interactions - len(purchases)
    if len(others) > room:
        others = [others[row] for row in sorted(rng.permutation(len(others))[:room])]
    released = np.array([product.released for product in products])
    popularity = np.sqrt(np.array([product.popularity for product in products]))
    seen = {(event.user, event.product, event.kind, event.at) for event in others}
    while len(others) < room:
        event = _browse(products, matches, purchases, released, popularity, rng)
        key = (event.user, event.product, event.kind, event.at)
        if key not in seen:
            seen.add(key)
            others.append(event)
    return sorted([*purchases, *others], key=lambda event: (event.at, event.user, event.product, event.kind))

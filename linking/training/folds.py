"""Parting labelled texts into folds, so that every text is judged by a model that never saw it."""

from __future__ import annotations

import random
from collections.abc import Sequence

from kg.errors import ConfigurationError


def folds(texts: Sequence[str], *, n_folds: int, seed: int) -> list[list[int]]:
    """Give the positions of each fold, by a seeded shuffle; a text that occurs twice lies in one fold with itself.

    The parting does not depend on the order of the texts. Texts are the same if they differ in case or spaces alone.

    Raises:
        ConfigurationError: there are fewer than two folds, or fewer different texts than folds.
    """
    groups: dict[str, list[int]] = {}
    for position, text in enumerate(texts):
        groups.setdefault(" ".join(text.casefold().split()), []).append(position)
    if n_folds < 2 or len(groups) < n_folds:
        raise ConfigurationError(
            f"{len(groups)} different texts cannot be parted into {n_folds} folds; "
            "give at least two folds, and a text for each."
        )
    keys = sorted(groups)
    random.Random(seed).shuffle(keys)
    parted: list[list[int]] = [[] for _ in range(n_folds)]
    for number, key in enumerate(keys):
        parted[number % n_folds].extend(groups[key])
    return [sorted(fold) for fold in parted]


def hold_out(texts: Sequence[str], *, fraction: float, seed: int) -> tuple[list[int], list[int]]:
    """Give the positions to learn from, and those to judge on, about ``fraction`` of them and at least one text.

    Raises:
        ConfigurationError: the fraction does not lie between 0 and 1, or there are fewer than two different texts.
    """
    if not 0 < fraction < 1:
        raise ConfigurationError(f"The share to hold out is {fraction}; give a number between 0 and 1.")
    n_parts = len({" ".join(text.casefold().split()) for text in texts})
    if n_parts < 2:
        raise ConfigurationError("One text alone cannot be learned from and judged on; label more of them.")
    parted = folds(texts, n_folds=n_parts, seed=seed)
    n_held = min(n_parts - 1, max(1, round(fraction * n_parts)))
    held = sorted(position for fold in parted[:n_held] for position in fold)
    learned = sorted(position for fold in parted[n_held:] for position in fold)
    return learned, held

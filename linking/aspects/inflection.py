"""English words of one stem: plurals, and adjectives or nouns made of one another."""

from __future__ import annotations

from collections.abc import Iterator


def singulars(word: str) -> Iterator[str]:
    """Give what ``word`` may be the plural of, likeliest first; the caller knows which of them are words."""
    if len(word) > 4 and word.endswith("ies"):
        yield f"{word[:-3]}y"
    if len(word) > 4 and word.endswith(("ses", "xes", "ches", "shes", "zes")):
        yield word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        yield word[:-1]


def relatives(word: str) -> Iterator[str]:
    """Give what ``word`` may be made of by an ending or by "un": comfort of uncomfortable, noise of noisy.

    Endings that as often make something else are passed over: picky has little to do with picks.
    """
    plain = word.removeprefix("un") if len(word) > 6 else word
    for ending in ("able", "ness", "ful", "th"):
        stem = plain.removesuffix(ending)
        shortest = 5 if ending == "able" else 4  # portable is not made of port
        if stem != plain and len(stem) >= shortest:
            yield stem
            if stem.endswith("i"):
                yield f"{stem[:-1]}y"
    if len(plain) > 4 and plain.endswith("y"):
        yield f"{plain[:-1]}e"

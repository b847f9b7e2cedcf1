"""The words of the report in the language of the reader: ``languages/en.toml`` and ``languages/zh.toml``.

Those of reasons and relations are the recommender's (``recommender.wording``).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from recommender import wording
from shopgraph.project import LANGUAGES

ENGLISH, CHINESE = LANGUAGES


@cache
def words_of(language: str) -> Mapping[str, str]:
    """Give the words of a language by their keys, such as ``nav.graph``."""
    text = (resources.files(__package__) / "languages" / f"{language}.toml").read_text(encoding="utf-8")
    own = {f"{part}.{key}": word for part, keys in tomllib.loads(text).items() for key, word in keys.items()}
    return {**wording.words_of(language), **own}


class Words:
    """Words by their keys.

    Args:
        language: one of ``shopgraph.project.LANGUAGES``.
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self._words = words_of(language)

    @property
    def chinese(self) -> bool:
        """Whether these are Chinese words."""
        return self.language == CHINESE

    def __call__(self, key: str, **values: object) -> str:
        """Give the words of a key, filled in.

        Raises:
            KeyError: there is no such key.
        """
        return self._words[key].format(**values)

    def find(self, key: str, other: str) -> str:
        """Give the words of a key as they stand, or others where the language has none."""
        return self._words.get(key, other)

    def metric(self, name: str) -> str:
        """Name a metric: ``recall@10``."""
        base, at, k = name.partition("@")
        return f"{self.find(f'metric.{base}', base)}{at}{k}"

    def method(self, name: str) -> str:
        """Name a model or baseline."""
        return self.find(f"method.{name}", name)

    def variant(self, name: str) -> str:
        """Name a variant of ``recommender.ablation``."""
        known = self.find(f"variant.{name}", "")
        return known or self("variant.without", name=name.removeprefix("without_"))

    def relation(self, name: str) -> str:
        """Name a relation as people read it."""
        return wording.relation_name(name, language=self.language)

    def span(self, least: int, most: int) -> str:
        """Tell from where to where numbers go."""
        return f"{least:,}" if least == most else self("page.to", least=f"{least:,}", most=f"{most:,}")

    def value(self, number: object) -> str:
        """Show a figure or a parameter: four digits that count, and words as they are."""
        if isinstance(number, bool):
            return self("page.yes") if number else self("page.no")
        if not isinstance(number, int | float):
            return self("page.comma").join(map(self.value, number)) if isinstance(number, list | tuple) else str(number)
        if isinstance(number, int):
            return f"{number:,}"
        return f"{number:.4f}" if 0.01 <= abs(number) < 1 else f"{number:,.4g}"

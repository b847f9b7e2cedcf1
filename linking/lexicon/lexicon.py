"""The lexicon: which words may mean which nodes of the graph, and how often each is meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from linking.mentions import NodeRef
from linking.text import normalise


class AliasRule(StrEnum):
    """How an alias came about; the nearer to the name, the likelier it means the node."""

    NAME = "name"  # the node's name as the catalogue writes it
    FILE = "file"  # listed by a person
    SPELLING = "spelling"  # hyphen, space, ampersand
    INFLECTION = "inflection"  # plural, singular, verb form
    SHORT = "short"  # brand and model, or the title without the brand


RULE_WEIGHTS: dict[AliasRule, float] = {
    AliasRule.NAME: 1.0,
    AliasRule.FILE: 1.0,
    AliasRule.SPELLING: 0.9,
    AliasRule.INFLECTION: 0.8,
    AliasRule.SHORT: 0.5,
}
"""What share of a node's uses is counted for an alias of that rule, when priors are made."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A node that words may mean.

    Attributes:
        node: the node.
        name: shown to people.
        uses: how many products the shop says are of it; 0 for products and aspects.
    """

    node: NodeRef
    name: str
    uses: int


@dataclass(frozen=True, slots=True)
class Sense:
    """One meaning of an alias: position of the entry, how the alias came about, its prior among all meanings."""

    entry: int
    rule: AliasRule
    prior: float


@dataclass(frozen=True, slots=True)
class Alias:
    """Words with all that they may mean, likeliest first; ``surface`` is written as where it first came from."""

    surface: str
    senses: tuple[Sense, ...]


class Lexicon:
    """Entries, and aliases by their normalised form.

    Args:
        entries: all nodes, in any order; it is kept.
        surfaces: (surface, position of the entry, rule); repeated ones count once, by their best rule.
        most_senses: an alias with more meanings says nothing and is left out.
    """

    def __init__(
        self, entries: Sequence[Entry], surfaces: Iterable[tuple[str, int, AliasRule]], *, most_senses: int = 50
    ) -> None:
        self.entries = tuple(entries)
        found: dict[str, tuple[str, dict[int, AliasRule]]] = {}
        for surface, entry, rule in surfaces:
            key = normalise(surface).strip()
            if not key:
                continue
            _, senses = found.setdefault(key, (surface.strip(), {}))
            known = senses.get(entry)
            if known is None or RULE_WEIGHTS[rule] > RULE_WEIGHTS[known]:
                senses[entry] = rule
        self.dropped = tuple(sorted(key for key, (_, senses) in found.items() if len(senses) > most_senses))
        self._aliases = {
            key: Alias(found[key][0], self._senses(found[key][1])) for key in sorted(found.keys() - {*self.dropped})
        }
        self._listed = tuple(key for key in found if key in self._aliases)

    def _senses(self, rules: dict[int, AliasRule]) -> tuple[Sense, ...]:
        uses = {entry: (self.entries[entry].uses + 1) * RULE_WEIGHTS[rule] for entry, rule in rules.items()}
        total = sum(uses.values())
        ranked = sorted(rules, key=lambda entry: (-uses[entry], self.entries[entry].node))
        return tuple(Sense(entry, rules[entry], uses[entry] / total) for entry in ranked)

    def __len__(self) -> int:
        return len(self._aliases)

    def __contains__(self, surface: str) -> bool:
        return normalise(surface) in self._aliases

    def __iter__(self) -> Iterator[str]:
        return iter(self._aliases)

    def items(self) -> Iterable[tuple[str, Alias]]:
        """Give normalised form and alias, in order of the former."""
        return self._aliases.items()

    def listed(self) -> Iterator[Alias]:
        """Give the aliases in the order in which they came: of words that a person lists, the first is the name."""
        return map(self._aliases.__getitem__, self._listed)

    def alias(self, key: str) -> Alias:
        """Give the alias of a normalised form; ``KeyError`` where there is none."""
        return self._aliases[key]

    def lookup(self, surface: str) -> Alias | None:
        """Give what words may mean; None where they mean nothing."""
        return self._aliases.get(normalise(surface))

"""What a lexicon gives to training: names that a CRF looks up, and aliases with priors for the entity linker."""

from __future__ import annotations

from linking.lexicon.lexicon import Lexicon
from linking.training.entity_linker import AliasRow


def gazetteer_of(lexicon: Lexicon) -> list[tuple[str, str]]:
    """Give the (name, label) pairs of all aliases, sorted."""
    pairs = {
        (alias.surface, lexicon.entries[sense.entry].node.label)
        for _, alias in lexicon.items()
        for sense in alias.senses
    }
    return sorted(pairs)


def alias_rows(lexicon: Lexicon) -> list[AliasRow]:
    """Give all aliases with what they mean and how often."""
    return [
        AliasRow(alias.surface, lexicon.entries[sense.entry].node, sense.prior)
        for _, alias in lexicon.items()
        for sense in alias.senses
    ]

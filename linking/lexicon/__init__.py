"""The lexicon: the words that may mean a node of the graph."""

from linking.lexicon.alias_file import BadRow, read_aliases
from linking.lexicon.build import AliasRow, LexiconReport, build_lexicon
from linking.lexicon.lexicon import Alias, AliasRule, Entry, Lexicon, Sense

__all__ = [
    "Alias",
    "AliasRow",
    "AliasRule",
    "BadRow",
    "Entry",
    "Lexicon",
    "LexiconReport",
    "Sense",
    "build_lexicon",
    "read_aliases",
]

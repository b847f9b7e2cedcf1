"""Finding names in a tokenized text: which spans may mean something, before it is decided what.

Exact names are found on a normalised form of the words: in the documents of a spaCy pipeline by its ``PhraseMatcher``,
in the lists of words that bulk linking works on by ``linking.pipeline.phrases``, which gives the same. Misspelt ones
are found by ``linking.pipeline.fuzzy``. Of names that overlap, the longest stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from linking.lexicon import Alias, Lexicon
from linking.pipeline.cohesion import torn
from linking.pipeline.fuzzy import FuzzyIndex, english_words, may_be_misspelt
from linking.pipeline.phrases import Phrases
from linking.pipeline.words import Words, read_words, words_of
from linking.text import unspaced

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.matcher import PhraseMatcher
    from spacy.tokens import Doc

Found = tuple[int, int, str, int]
"""First token, token after the last, normalised alias, and number of edits between the words and the alias."""

_FAR_MORE = 4
_MOST_DULL = 100_000


@dataclass(frozen=True, slots=True)
class NameFinder:
    """Finds the names of a lexicon in texts.

    Attributes:
        lexicon: with all that the names may mean.
        phrases: knows every alias, its key the normalised alias.
        fuzzy: finds misspelt names; None to find exact ones only.
        known: normalised words that are no misspellings, however near to a name they are.
        cohesion: of neighbouring characters, see ``linking.pipeline.cohesion``.
        form: attribute of a document's tokens in which words are compared.
    """

    lexicon: Lexicon
    phrases: Phrases
    fuzzy: FuzzyIndex | None
    known: frozenset[str]
    cohesion: Mapping[str, float]
    form: str = "lower_"
    _plain: frozenset[str] = frozenset()
    # words that need no second look: the plain ones, and those met before that are neither names nor near to any
    _dull: set[str] = field(default_factory=set)

    @classmethod
    def make(
        cls,
        nlp: Language | None,
        lexicon: Lexicon,
        *,
        known: Iterable[str] = (),
        cohesion: Mapping[str, float] | None = None,
        fuzzy: bool = True,
        attr: str = "LOWER",
    ) -> NameFinder:
        """Make the finder.

        Args:
            nlp: pipeline whose documents will be searched; it cuts the names as it will cut the texts. None for lists
                of words as ``read_words`` gives them.
            lexicon: with all that the names may mean.
            known: normalised words that are no misspellings.
            cohesion: of neighbouring characters.
            fuzzy: find misspelt names too.
            attr: attribute of a pipeline's tokens by which words are compared. Not NORM where the pipeline is
                trained: there it is a feature.
        """
        form = f"{attr.lower()}_"

        def forms(surface: str) -> list[str]:
            return [*(read_words(surface) if nlp is None else words_of(nlp.make_doc(surface), form=form)).forms]

        names = {key: forms(alias.surface) for key, alias in lexicon.items()}
        phrases = Phrases(names.items())
        spellable = (key for key, alias in lexicon.items() if _spellable(alias, lexicon))
        index = FuzzyIndex(spellable) if fuzzy else None
        words = {word for name in names.values() for word in name}.union(known, english_words() if fuzzy else ())
        plain = frozenset(words - phrases.heads)
        return cls(lexicon, phrases, index, frozenset(words), cohesion or {}, form, plain, set(plain))

    def find(self, doc: Doc, *, matcher: PhraseMatcher | None = None) -> list[Found]:
        """Give the names in a document, in order, none overlapping another; exact ones by ``matcher``, if given."""
        exact = None
        if matcher is not None:
            exact = [(start, end, doc.vocab.strings[key]) for key, start, end in matcher(doc)]
        return self.search(words_of(doc, form=self.form), exact=exact)

    def matcher(self, nlp: Language, *, attr: str) -> PhraseMatcher:
        """Give spaCy's matcher for all aliases, its keys the normalised ones."""
        from spacy.matcher import PhraseMatcher

        matcher = PhraseMatcher(nlp.vocab, attr=attr)
        for key, alias in self.lexicon.items():
            if len(doc := nlp.make_doc(alias.surface)):
                matcher.add(key, [doc])
        return matcher

    def search(self, words: Words, *, exact: Sequence[tuple[int, int, str]] | None = None) -> list[Found]:
        """Give the names in a text cut into words, in order, none overlapping another.

        Args:
            words: of the text.
            exact: first word, word after the last, and key of all exact names, where they were found already.
        """
        forms = words.forms
        if self.fuzzy is None:
            heads = self.phrases.heads
            places = [place for place, form in enumerate(forms) if form in heads]
            return self._exact(words, self.phrases.find(forms, places) if exact is None else exact)
        dull = self._dull
        places = [place for place, form in enumerate(forms) if form not in dull]
        found = self._exact(words, self.phrases.find(forms, places) if exact is None else exact)
        known = self.known
        strange = [place for place in places if forms[place] not in known and self._strange(words, place)]
        more = self.misspelt(words, [name[:2] for name in found], strange) if strange else []
        if not more:
            return found
        # a misspelt name that holds an exact one is the longer of the two
        taken = {token for start, end, _, _ in more for token in range(start, end)}
        return sorted([*(name for name in found if name[0] not in taken), *more])

    def exact(self, words: Words, places: Iterable[int]) -> list[Found]:
        """Give the exact names that begin at one of the places, in order, none overlapping another."""
        return self._exact(words, self.phrases.find(words.forms, places))

    def misspelt(self, words: Words, exact: Sequence[tuple[int, int]], strange: Sequence[int]) -> list[Found]:
        """Give the misspelt names in a text, in order, none overlapping another; they may hold exact ones whole.

        Args:
            words: of the text.
            exact: first word, and word after the last, of the exact names.
            strange: words that may be misspelt.
        """
        if self.fuzzy is None:
            return []
        return [
            (start, end, name, 1)
            for start, end, names in self.fuzzy.search(words, strange, exact)
            if (name := self._likeliest(names)) is not None
        ]

    def _exact(self, words: Words, names: Iterable[tuple[int, int, str]]) -> list[Found]:
        found = [(start, end, key, 0) for start, end, key in names]
        return _longest(found, words, self.cohesion) if len(found) > 1 else found

    def _strange(self, words: Words, place: int) -> bool:
        """Tell whether a word that nobody knows may be a misspelt name; digits and marks are not looked at again."""
        if may_be_misspelt(words.written(place)):
            return True
        if len(self._dull) >= len(self._plain) + _MOST_DULL:
            self._dull.clear()
            self._dull.update(self._plain)
        self._dull.add(words.forms[place])
        return False

    def _likeliest(self, names: tuple[str, ...]) -> str | None:
        """Give the name that is used far more than the others with another meaning; None where none is."""
        if len(names) == 1:
            return names[0]
        ranked = sorted(names, key=lambda name: (-self._uses(name), name))
        first = self._meanings(ranked[0])
        rivals = [name for name in ranked[1:] if self._meanings(name).isdisjoint(first)]
        clear = all(self._uses(ranked[0]) >= _FAR_MORE * self._uses(name) for name in rivals)
        return ranked[0] if clear else None

    def _uses(self, name: str) -> int:
        return sum(self.lexicon.entries[entry].uses + 1 for entry in self._meanings(name))

    def _meanings(self, name: str) -> set[int]:
        alias = self.lexicon.lookup(name)
        return {sense.entry for sense in alias.senses} if alias else set()


def _longest(found: list[Found], words: Words, cohesion: Mapping[str, float]) -> list[Found]:
    """Keep the longest of names that overlap, which come in the order of their first words."""
    after = 0
    for start, end, _, _ in found:
        if start < after:
            break
        after = end
    else:
        return found
    kept: list[Found] = []
    taken: set[int] = set()
    for name in sorted(found, key=lambda name: (name[0] - name[1], _order(name, words, cohesion))):
        tokens = range(name[0], name[1])
        if taken.isdisjoint(tokens):
            taken.update(tokens)
            kept.append(name)
    return sorted(kept)


def _order(name: Found, words: Words, cohesion: Mapping[str, float]) -> tuple[float, int]:
    """Of equally long names the first; without spaces that which tears less apart, and of equals the last.

    Matching Chinese backwards errs less often than forwards.
    """
    start, end = name[0], name[1]
    if not unspaced(words.written(start)):
        return 0.0, start
    first = max(0, start - 1)
    return torn(words.forms[first : end + 1], [(start - first, end - first)], cohesion), -start


def _spellable(alias: Alias, lexicon: Lexicon) -> bool:
    """Tell whether people would misspell the alias: a name, not a whole product title."""
    labels = {lexicon.entries[sense.entry].node.label for sense in alias.senses}
    return labels != {"Product"} or len(alias.surface.split()) <= 3


__all__ = ["Found", "NameFinder"]

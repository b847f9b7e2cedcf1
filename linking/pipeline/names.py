"""Finding names in a tokenized text: which spans may mean something, before it is decided what.

Exact names are found by spaCy's ``PhraseMatcher`` on a normalised attribute of the tokens, misspelt ones by
``linking.pipeline.fuzzy``. Of names that overlap, the longest stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from spacy.attrs import NORM
from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc

from linking.lexicon import Alias, Lexicon
from linking.pipeline.cohesion import torn
from linking.pipeline.fuzzy import FuzzyIndex, english_words
from linking.pipeline.place import norms
from linking.text import normalise, unspaced

Found = tuple[int, int, str, int]
"""First token, token after the last, normalised alias, and number of edits between the words and the alias."""

_FAR_MORE = 4


def use_normalised_forms(nlp: Language, *, common: Iterable[str] = ()) -> None:
    """Make NORM of a pipeline's tokens the form in which linking compares words, and nothing else.

    Of the twenty or so features that spaCy works out for each new word, linking looks at this one alone.

    Args:
        nlp: a pipeline of linking's own.
        common: words to know from the start, so that they need not be made again for each batch of texts.
    """
    nlp.vocab.lex_attr_getters = {NORM: normalise}  # type: ignore[attr-defined]
    for word in common:
        nlp.vocab[word]
    for lexeme in nlp.vocab:
        lexeme.norm_ = normalise(lexeme.orth_)


@dataclass(frozen=True, slots=True)
class NameFinder:
    """Finds the names of a lexicon in documents of one pipeline.

    Attributes:
        lexicon: with all that the names may mean.
        matcher: knows every alias, its key the normalised alias.
        fuzzy: finds misspelt names; None to find exact ones only.
        known: hashes of normalised words that are no misspellings, however near to a name they are.
        cohesion: of neighbouring characters, see ``linking.pipeline.cohesion``.
        form: attribute of tokens in which words are compared.
    """

    lexicon: Lexicon
    matcher: PhraseMatcher
    fuzzy: FuzzyIndex | None
    known: frozenset[int]
    cohesion: Mapping[str, float]
    form: str = "norm_"

    @classmethod
    def make(
        cls,
        nlp: Language,
        lexicon: Lexicon,
        *,
        known: Iterable[str] = (),
        cohesion: Mapping[str, float] | None = None,
        fuzzy: bool = True,
        attr: str = "NORM",
    ) -> NameFinder:
        """Make the finder for a pipeline; ``nlp`` cuts the aliases as it will cut the texts.

        Words are compared by NORM where it is made by ``use_normalised_forms``, and by LOWER in other people's
        pipelines, whose NORM is a feature of what they were trained with.
        """
        matcher = PhraseMatcher(nlp.vocab, attr=attr)
        form = f"{attr.lower()}_"
        words: set[str] = set()
        for key, alias in lexicon.items():
            doc = nlp.make_doc(alias.surface)
            if len(doc):
                matcher.add(key, [doc])
                words.update(norms(doc, form=form))
        spellable = (key for key, alias in lexicon.items() if _spellable(alias, lexicon))
        index = FuzzyIndex(spellable, attr=attr) if fuzzy else None
        words.update(known, english_words() if fuzzy else ())
        return cls(lexicon, matcher, index, frozenset(nlp.vocab.strings[word] for word in words), cohesion or {}, form)

    def find(self, doc: Doc) -> list[Found]:
        """Give the names in a document, in order, none overlapping another."""
        strings = doc.vocab.strings
        found = [(start, end, strings[key], 0) for key, start, end in self.matcher(doc)]
        if len(found) > 1:
            found = _longest(found, doc, self.cohesion)
        if self.fuzzy is not None:
            found = self._with_misspelt(doc, found, self.fuzzy)
        return found

    def _with_misspelt(self, doc: Doc, found: list[Found], fuzzy: FuzzyIndex) -> list[Found]:
        strange = fuzzy.strange(doc, self.known)
        if not strange:
            return found
        exact = [(start, end) for start, end, _, _ in found]
        more = [
            (start, end, name, 1)
            for start, end, names in fuzzy.search(doc, strange, exact)
            if (name := self._likeliest(names)) is not None
        ]
        if not more:
            return found
        # a misspelt name that holds an exact one is the longer of the two
        taken = {token for start, end, _, _ in more for token in range(start, end)}
        return sorted([*(name for name in found if name[0] not in taken), *more])

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


def _longest(found: list[Found], doc: Doc, cohesion: Mapping[str, float]) -> list[Found]:
    """Keep the longest of names that overlap."""
    found.sort(key=lambda name: (name[0], -name[1]))
    if all(before[1] <= after[0] for before, after in pairwise(found)):
        return found
    kept: list[Found] = []
    taken: set[int] = set()
    for name in sorted(found, key=lambda name: (name[0] - name[1], _order(name, doc, cohesion))):
        tokens = range(name[0], name[1])
        if taken.isdisjoint(tokens):
            taken.update(tokens)
            kept.append(name)
    return sorted(kept)


def _order(name: Found, doc: Doc, cohesion: Mapping[str, float]) -> tuple[float, int]:
    """Of equally long names the first; without spaces that which tears less apart, and of equals the last.

    Matching Chinese backwards errs less often than forwards.
    """
    start, end = name[0], name[1]
    if not unspaced(doc[start].text):
        return 0.0, start
    first = max(0, start - 1)
    words = [token.norm_ for token in doc[first : end + 1]]
    return torn(words, [(start - first, end - first)], cohesion), -start


def _spellable(alias: Alias, lexicon: Lexicon) -> bool:
    """Tell whether people would misspell the alias: a name, not a whole product title."""
    labels = {lexicon.entries[sense.entry].node.label for sense in alias.senses}
    return labels != {"Product"} or len(alias.surface.split()) <= 3


__all__ = ["Found", "NameFinder", "use_normalised_forms"]

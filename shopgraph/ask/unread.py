"""The words of a question that nothing was made of, so that an answer can say that it goes without them."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import replace

from linking.pipeline.words import read_words
from linking.text import unspaced
from shopgraph.ask.answers import AskAnswer
from shopgraph.ask.grammar import Intent, plain_words
from shopgraph.ask.wording import listed, told
from shopgraph.discovery.reading import QueryReader, ReadQuery
from shopgraph.discovery.words import overlaps

_HEEDING = frozenset(
    {
        "find",
        "count",
        "cheapest",
        "dearest",
        "best_rated",
        "best_sold",
        "brands",
        "brands_sold",
        "categories_sold",
        "bad_products",
        "complaints",
        "praise",
        "opinions",
    }
)
"""Intents whose answers depend on all that is said of a kind of products; beside the name of one, much is mere talk."""
_GAP = " , "


def unread_words(read: ReadQuery, intent: Intent, reader: QueryReader, *, known: Container[str]) -> tuple[str, ...]:
    """Give the words of a question that its answer does not heed, in order.

    Args:
        read: the question.
        intent: that was understood.
        reader: that read it.
        known: words of the shop's texts, by which products that are searched for are ranked.
    """
    if intent.name not in _HEEDING or not read.rest:
        return ()
    # once more without the words by which the intent was told; names and bounds stay as they are
    rest = reader.read(_without(intent, read), context=read.language).rest if intent.told(read.language) else read.rest
    plain = plain_words(read.language)
    found = []
    for word in rest:
        left = _stripped(word, plain) if unspaced(word) else word
        if left in plain or not left or (len(left) == 1 and not _is_what_is_sought(left, read.text)):
            continue
        if intent.name == "find" and all(form in known for form in read_words(left).forms):
            continue
        found.append(left)
    return tuple(dict.fromkeys(found))


def without_words(answer: AskAnswer, unread: Sequence[str]) -> AskAnswer:
    """Give an answer that says which words of the question it does not heed."""
    if not unread:
        return answer
    words = listed([told("unread_word", answer.language, word=word) for word in unread], answer.language)
    return replace(answer, text=told("unread", answer.language, list=words, text=answer.text), unread=tuple(unread))


def _without(intent: Intent, read: ReadQuery) -> str:
    kept = [(one.start, one.end) for one in (*read.names, *read.bounds)]

    def gap(match: re.Match[str]) -> str:
        return match[0] if overlaps(match.span(), kept) else _GAP

    # a pattern may end within a word: "problem" in "problems"
    text = read.text
    for pattern in intent.told(read.language):
        whole = re.compile(rf"(?:{pattern.pattern}){'[a-z]*' if read.language == 'en' else ''}", re.IGNORECASE)
        if any(match[0] for match in whole.finditer(text)):
            text = whole.sub(gap, text)
            break
    return text


def _stripped(word: str, plain: Container[str]) -> str:
    """Take plain words off both ends of a run of Chinese characters."""
    longest = 4
    changed = True
    while changed and word:
        changed = False
        for size in range(min(longest, len(word)), 0, -1):
            if word[:size] in plain:
                word, changed = word[size:], True
                break
            if word[-size:] in plain:
                word, changed = word[:-size], True
                break
    return word


def _is_what_is_sought(character: str, text: str) -> bool:
    """Tell whether a single Chinese character stands where the thing asked for does: 蓝色的伞."""
    return unspaced(character) and f"的{character}" in text

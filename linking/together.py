"""Many texts linked at once: names in arrays, and one by one only what has to be weighed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from linking.mentions import LinkText, NodeRef
from linking.pipeline.at_once import NamesAtOnce
from linking.pipeline.names import Found
from linking.pipeline.words import Words, may_be_cut_at_once, read_words
from linking.sentiment import Spot

if TYPE_CHECKING:
    from linking.linker import Linker


class Placed(NamedTuple):
    """The mentions of one text: where they stand, what they mean, and the confidence of each."""

    spots: list[Spot]
    nodes: list[NodeRef]
    sure: list[float]


class Together:
    """Finds the mentions of many texts; those in ASCII together, which gives the same as one after the other.

    Args:
        linker: whose names, weights and threshold these are.
    """

    def __init__(self, linker: Linker) -> None:
        self._linker = linker
        lexicon = linker.lexicon
        self.settled = linker.settled
        """That of the linker, when this was made."""
        self._nodes = [entry.node for entry in lexicon.entries]
        entries = [lexicon.alias(key).senses[0].entry for key in self.settled]
        self._settled = dict(zip(self.settled, entries, strict=True))
        self._entries = np.array(entries, dtype=np.int64)
        self._sure = np.array([*self.settled.values()], dtype=np.float64)

    @cached_property
    def _names(self) -> NamesAtOnce:
        return NamesAtOnce(self._linker.finder, self._settled)

    def place(self, texts: Sequence[LinkText]) -> list[Placed]:
        """Give the mentions of each text; NIL and what lies below the threshold is left out."""
        easy = [row for row, one in enumerate(texts) if may_be_cut_at_once(one.text)]
        found = dict(zip(easy, self._at_once([texts[row] for row in easy]), strict=True)) if easy else {}
        return [found[row] if row in found else self._one(one) for row, one in enumerate(texts)]

    def _one(self, one: LinkText) -> Placed:
        words = read_words(one.text)
        placed = Placed([], [], [])
        for (first, after, _, _), entry, confidence in self._weighed(words, self._linker.finder.search(words), one):
            node = self._nodes[entry]
            placed.spots.append(Spot(words.starts[first], words.ends[after - 1], node.id))
            placed.nodes.append(node)
            placed.sure.append(confidence)
        return placed

    def _at_once(self, texts: Sequence[LinkText]) -> list[Placed]:
        found = self._names.find([one.text for one in texts])
        cut = found.cut
        others = [
            (begin + first, begin + after - 1, entry, confidence)
            for row, (words, names) in found.others.items()
            for begin in (int(cut.bounds[row]),)
            for (first, after, _, _), entry, confidence in self._weighed(words, names, texts[row])
        ]
        likely = self._sure[found.rows] >= self._linker.threshold
        simple, rows = found.places[likely], found.rows[likely]
        more = (np.array(column, dtype=np.int64) for column in zip(*(one[:3] for one in others), strict=True))
        firsts, lasts, entries = more if others else [np.zeros(0, dtype=np.int64)] * 3
        sure = np.concatenate((self._sure[rows], np.array([one[3] for one in others], dtype=np.float64)))
        order = np.argsort(np.concatenate((simple, firsts)))
        firsts, lasts = np.concatenate((simple, firsts))[order], np.concatenate((simple, lasts))[order]
        edges = np.searchsorted(firsts, cut.bounds)
        offsets = np.repeat(cut.offsets[:-1], np.diff(edges))
        nodes = [self._nodes[entry] for entry in np.concatenate((self._entries[rows], entries))[order].tolist()]
        starts, ends = (cut.starts[firsts] - offsets).tolist(), (cut.ends[lasts] - offsets).tolist()
        spots = list(map(Spot._make, zip(starts, ends, (node.id for node in nodes), strict=True)))
        confidences = sure[order].tolist()
        return [
            Placed(spots[first:last], nodes[first:last], confidences[first:last])
            for first, last in pairwise(edges.tolist())
        ]

    def _weighed(self, words: Words, names: Iterable[Found], one: LinkText) -> Iterator[tuple[Found, int, float]]:
        """Give the names of a text that mean something, with their entry and confidence."""
        linker, threshold = self._linker, self._linker.threshold
        for name in names:
            _, _, key, edits = name
            entry = -1 if edits else self._settled.get(key, -1)
            if entry >= 0:
                confidence = self.settled[key]
            else:
                best = linker.weigh(words, name, one.product)[0]
                if best.entry < 0:
                    continue
                entry, confidence = best.entry, linker.calibration(best.score)
            if confidence >= threshold:
                yield name, entry, confidence


__all__ = ["Placed", "Together"]

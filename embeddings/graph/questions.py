"""Questions: the triples grouped by what is asked, ``(head, relation, ?)`` and ``(?, relation, tail)``.

All answers to one question stand together, so that a model scores the candidates of a question once and not once for
every answer: FB15k-237 has 544,230 answers to 149,689 questions.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from embeddings.graph.triples import Triples
from kg.ids import IntArray
from kg.snapshot import FloatArray


@dataclass(frozen=True, slots=True)
class Questions:
    """Questions of one side, sorted by relation and entity.

    Attributes:
        asks_tail: what is asked for; otherwise it is the head.
        entity: the one that is known, ``(n_questions,)``.
        relation: as the model numbers it, ``(n_questions,)``.
        start: where the answers to each question start, and the end of the last, ``(n_questions + 1,)``.
        answers: entities, ascending within each question, ``(n_answers,)``.
        weight: of each answer, ``(n_answers,)``.
    """

    asks_tail: bool
    entity: IntArray
    relation: IntArray
    start: IntArray
    answers: IntArray
    weight: FloatArray

    def __len__(self) -> int:
        return len(self.entity)

    def answers_to(self, chosen: IntArray) -> tuple[IntArray, IntArray]:
        """Give, for some questions, each answer's position among them and in ``answers``, both ``(n_answers,)``."""
        counts = self.start[chosen + 1] - self.start[chosen]
        positions = np.repeat(np.arange(len(chosen)), counts)
        within = np.arange(len(positions)) - np.repeat(np.cumsum(counts) - counts, counts)
        return positions, np.repeat(self.start[chosen], counts) + within

    def find(self, entity: IntArray, relation: IntArray) -> IntArray:
        """Give the number of each question, -1 where it is not there, ``(n,)``."""
        width = np.int64(max(self.entity.max(initial=0), entity.max(initial=0)) + 1)
        own, wanted = self.relation * width + self.entity, relation * width + entity
        place = np.minimum(np.searchsorted(own, wanted), max(0, len(own) - 1))
        if not len(own):
            return np.full(len(wanted), -1, dtype=np.int64)
        return np.where(own[place] == wanted, place, -1)


def tail_questions(triples: Triples, *, inverse: bool) -> Questions:
    """Ask for the tails; with ``inverse``, relation ``r`` is numbered ``2 r``, as PyKEEN does."""
    head, relation, tail = triples.rows.T
    return _grouped(head, relation * 2 if inverse else relation, tail, triples.weight, asks_tail=True)


def head_questions(triples: Triples, *, inverse: bool) -> Questions:
    """Ask for the heads; with ``inverse``, as the tails of the inverse relation, numbered ``2 r + 1``."""
    head, relation, tail = triples.rows.T
    return _grouped(tail, relation * 2 + 1 if inverse else relation, head, triples.weight, asks_tail=inverse)


def joined(first: Questions, second: Questions) -> Questions:
    """Put two groups of questions that ask for the same side into one."""
    assert first.asks_tail == second.asks_tail
    counts = [np.repeat(np.arange(len(one)), np.diff(one.start)) for one in (first, second)]
    return _grouped(
        np.concatenate([one.entity[rows] for one, rows in zip((first, second), counts, strict=True)]),
        np.concatenate([one.relation[rows] for one, rows in zip((first, second), counts, strict=True)]),
        np.concatenate([first.answers, second.answers]),
        np.concatenate([first.weight, second.weight]),
        asks_tail=first.asks_tail,
    )


def _grouped(
    entity: IntArray, relation: IntArray, answers: IntArray, weight: FloatArray, *, asks_tail: bool
) -> Questions:
    order = np.lexsort((answers, entity, relation))
    entity, relation, answers, weight = entity[order], relation[order], answers[order], weight[order]
    first = np.ones(len(entity), dtype=np.bool_)
    first[1:] = (entity[1:] != entity[:-1]) | (relation[1:] != relation[:-1])
    starts = np.flatnonzero(first)
    return Questions(
        asks_tail, entity[starts], relation[starts], np.append(starts, len(entity)).astype(np.int64), answers, weight
    )

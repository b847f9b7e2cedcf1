"""How fast reviews are linked, against the bare spaCy tokenizer with a PhraseMatcher on the same lexicon.

The lexicon holds the aspects mined from the reviews themselves. The linker does all it does in a shop: exact and
misspelt names, their meaning, and the sentiment of each mention; a second figure leaves sentiment out. All run over the
same texts in turns, and the median of the rounds counts. Memory is watched over several times as many texts, each with
words never seen before; two processes are compared with one by the clock, over the same texts, their start included.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median

import psutil  # type: ignore[import-untyped]
import pyarrow as pa
import spacy
from spacy.matcher import PhraseMatcher

from benchmarks.common import Arguments, Figures
from linking.artefact import save_linker
from linking.aspects import Aspect, mine_aspects
from linking.graph.parallel import link_batches
from linking.lexicon import Entry, Lexicon
from linking.lexicon.aliases import aspect_aliases
from linking.linker import Linker
from linking.making import RatedText, learned_linker
from linking.mentions import LinkText, NodeRef

_ROUNDS = 7
_TIMES = 3
_PROCESS_TIMES, _PROCESS_ROUNDS = 10, 3
_BATCH = 2_000


def measure(arguments: Arguments) -> Figures:
    """Link the reviews and time it."""
    reviews = list(_reviews(arguments))
    texts = [review.link.text for review in reviews]
    aspects = [Aspect(one.name, one.words) for one in mine_aspects(((text, "en") for text in texts), top=150)]
    linker = learned_linker(_lexicon(aspects), None, reviews, seed=arguments.seed)
    plain = replace(linker, sentiment=None)
    bare, linked, found = _in_turns(
        lambda: _bare(linker.lexicon, texts), lambda: _link(linker, texts), lambda: _link(plain, texts)
    )
    memory = _memory(linker, texts)
    one, two = _processes(linker, texts)
    return {
        "reviews": len(texts),
        "aliases": len(linker.lexicon),
        "mentions per review": sum(len(links) for links in plain.link_many(map(LinkText, texts))) / len(texts),
        "bare reviews per second of processor time": len(texts) / bare,
        "linked reviews per second of processor time": len(texts) / linked,
        "speed against bare": bare / linked,
        "speed against bare, without sentiment": bare / found,
        "memory grown, MB": memory,
        "two processes against one": one / two,
    }


def _reviews(arguments: Arguments) -> Iterator[RatedText]:
    from kg.sources import detect, reader

    name = detect(arguments.data)
    if name is None:
        raise SystemExit(f"The format of {arguments.data} cannot be told")
    for record in reader(name).read(arguments.data):
        values = getattr(record, "values", {})
        if getattr(record, "table", "") == "reviews" and isinstance(values.get("text"), str):
            rating = values.get("rating")
            yield RatedText(LinkText(values["text"]), float(rating) if rating is not None else None)


def _lexicon(aspects: Sequence[Aspect]) -> Lexicon:
    entries = [Entry(NodeRef("Aspect", aspect.name), aspect.name, 0) for aspect in aspects]
    forms = ((row, aspect_aliases((aspect.name, *aspect.words))) for row, aspect in enumerate(aspects))
    return Lexicon(entries, [(form, row, rule) for row, aliases in forms for form, rule in aliases])


def _bare(lexicon: Lexicon, texts: Sequence[str]) -> Callable[[], object]:
    nlp = spacy.blank("en")
    matcher = PhraseMatcher(nlp.vocab, attr="LOWER")
    for key, alias in lexicon.items():
        matcher.add(key, [nlp.make_doc(alias.surface)])

    def run() -> int:
        return sum(len(matcher(nlp.tokenizer(text))) for text in texts)

    return run


def _link(linker: Linker, texts: Sequence[str]) -> Callable[[], object]:
    def run() -> int:
        return sum(len(links) for links in linker.link_many(map(LinkText, texts)))

    return run


def _in_turns(*makers: Callable[[], Callable[[], object]]) -> list[float]:
    """Give the median seconds of processor time of each, after one round that warms up; neighbours disturb it less."""
    runs = [make() for make in makers]
    times: list[list[float]] = [[] for _ in runs]
    for number in range(_ROUNDS + 1):
        for row, run in enumerate(runs):
            start = time.process_time()
            run()
            if number:
                times[row].append(time.process_time() - start)
    return [median(own) for own in times]


def _memory(linker: Linker, texts: Sequence[str]) -> float:
    """Give by how many megabytes memory grows from one to several times as many texts, full of new words."""
    process = psutil.Process()

    def feed(start: int) -> None:
        for _ in linker.link_many(LinkText(f"{text} w{start + row}x q{start + row}") for row, text in enumerate(texts)):
            pass

    feed(0)
    before = process.memory_info().rss
    for number in range(1, _TIMES):
        feed(number * len(texts))
    return float((process.memory_info().rss - before) / 2**20)


def _processes(linker: Linker, texts: Sequence[str]) -> tuple[float, float]:
    """Give the median seconds of one and of two processes for ten times the texts, their start included."""
    many = [text for _ in range(_PROCESS_TIMES) for text in texts]

    def batches() -> Iterator[pa.RecordBatch]:
        for start in range(0, len(many), _BATCH):
            part = many[start : start + _BATCH]
            nothing = pa.nulls(len(part), pa.string())
            ids = pa.array([str(number) for number in range(start, start + len(part))])
            yield pa.record_batch({"id": ids, "text": part, "language": nothing, "product": nothing})

    seconds: dict[int, list[float]] = {1: [], 2: []}
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "linker"
        save_linker(linker, folder)
        for _ in range(_PROCESS_ROUNDS):
            for workers, own in seconds.items():
                start = time.perf_counter()
                rows = sum(number for number, _ in link_batches(folder, linker, batches(), workers=workers))
                own.append(time.perf_counter() - start)
                assert rows == len(many)
    return median(seconds[1]), median(seconds[2])

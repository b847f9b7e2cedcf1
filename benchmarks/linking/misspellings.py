"""Misspelt names: real names of brands with one edit, put into real sentences.

The names are those of a data set's brands (``brand.txt`` of a graph, or ``brand`` of Amazon's metadata), of five
letters or more, each once however it is written; the sentences those of reviews that lie in the same folder, or beside
it. Each name is misspelt once, by a random letter added, left out, replaced, or two neighbours swapped, and put in a
random place of a review. Counted are links to the name at that place (recall), and of all misspellings that the linker
reports in the same texts those which are planted ones (precision): a "correction" of a word that nobody planted is an
error, even where it is right.
"""

from __future__ import annotations

import gzip
import html
import json
import random
import string
from collections.abc import Iterable, Iterator
from pathlib import Path

from benchmarks.common import Arguments, Figures, seconds
from benchmarks.linking.sure import sure_figures
from linking.disambiguation.scoring import Disambiguator
from linking.lexicon import Entry, Lexicon
from linking.lexicon.aliases import name_aliases
from linking.linker import Linker
from linking.mentions import LinkText, NodeRef
from linking.text import normalise

_SHORTEST = 5
_LONGEST = 48  # longer ones are titles that slipped into the column
_MOST_NAMES = 2_000
_REVIEWS = Path("../amazon-musical-reviews")
_FEWEST_TEXTS = 3


def measure(arguments: Arguments) -> Figures:
    """Misspell every name once and link the texts."""
    chance = random.Random(arguments.seed)
    names = sorted({normalise(name): name for name in sorted(_names(arguments.data))}.values())
    if not names:
        raise SystemExit(f"{arguments.data} has neither brand.txt.gz nor Amazon's metadata")
    texts = list(_texts(arguments.data))
    lexicon = _lexicon(names)
    counts: dict[str, int] = {}
    for text in texts:
        for word in {word.strip(string.punctuation).lower() for word in text.split()}:
            counts[word] = counts.get(word, 0) + 1
    known = frozenset(word for word, count in counts.items() if count >= _FEWEST_TEXTS)
    linker = Linker(lexicon, Disambiguator(lexicon.entries), known=known)
    long = [name for name in names if sum(map(str.isalpha, name)) >= _SHORTEST and len(name) <= _LONGEST]
    chosen = chance.sample(long, min(_MOST_NAMES, len(long)))
    planted = [_planted(name, chance.choice(texts), lexicon, chance) for name in chosen]
    right = corrected = reported = words = 0
    sure: list[tuple[float, bool]] = []
    with seconds() as linking:
        answers = list(linker.link_many(LinkText(text) for text, _, _ in planted))
    for (text, (start, end), name), links in zip(planted, answers, strict=True):
        here = [link for link in links if link.start < end and start < link.end and link.node.id == name]
        misspelt = [link for link in links if lexicon.lookup(text[link.start : link.end]) is None]
        right += bool(here)
        reported += len(misspelt)
        corrected += sum(link in here for link in misspelt)
        sure += [(link.confidence, link in here) for link in misspelt]
        words += text[start:end].lower() in known
    return {
        "names": len(chosen),
        "recall": right / len(chosen),
        "precision": corrected / max(1, reported),
        "misspellings that are words of the texts": words,
        **sure_figures(sure, "misspellings reported"),
        "reviews per second": len(planted) / linking.seconds,
    }


def _names(folder: Path) -> set[str]:
    brands = folder / "brand.txt.gz"
    if brands.is_file():
        with gzip.open(brands, "rt", encoding="utf-8") as lines:
            return {html.unescape(line.strip()) for line in lines if line.strip()}
    found = set()
    for path in folder.glob("meta_*.json.gz"):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            found |= {html.unescape(json.loads(line).get("brand") or "").strip() for line in lines}
    return found - {""}


def _texts(folder: Path) -> Iterator[str]:
    from kg.sources import READERS

    for place in (folder, folder / _REVIEWS):
        if place.is_dir() and READERS["amazon"].recognises(place):
            for record in READERS["amazon"].read(place):
                text = getattr(record, "values", {}).get("text")
                if getattr(record, "table", "") == "reviews" and isinstance(text, str) and text:
                    yield text
            return
    raise SystemExit(f"There are no reviews in {folder} or {folder / _REVIEWS} to put names into")


def _lexicon(names: Iterable[str]) -> Lexicon:
    entries = [Entry(NodeRef("Brand", name), name, 1) for name in names]
    forms = ((row, name_aliases(entry.name, inflect=False)) for row, entry in enumerate(entries))
    return Lexicon(entries, [(form, row, rule) for row, aliases in forms for form, rule in aliases])


def _planted(name: str, text: str, lexicon: Lexicon, chance: random.Random) -> tuple[str, tuple[int, int], str]:
    """Put the misspelt name between two words of the text; one that is another name is misspelt again."""
    misspelt = _misspelt(name, chance)
    while misspelt in lexicon or misspelt.lower() == name.lower():
        misspelt = _misspelt(name, chance)
    words = text.split()[:120]
    place = chance.randint(0, len(words))
    before = " ".join(words[:place])
    start = len(before) + (1 if before else 0)
    whole = " ".join((*words[:place], misspelt, *words[place:]))
    return whole, (start, start + len(misspelt)), name


def _misspelt(name: str, chance: random.Random) -> str:
    letters = [place for place, letter in enumerate(name) if letter.isalpha()]
    place = chance.choice(letters)
    kind = chance.choice(("add", "leave out", "replace", "swap"))
    letter = chance.choice(string.ascii_lowercase)
    if kind == "add":
        return name[:place] + letter + name[place:]
    if kind == "leave out":
        return name[:place] + name[place + 1 :]
    if kind == "swap" and place + 1 < len(name) and name[place + 1].isalpha():
        return name[:place] + name[place + 1] + name[place] + name[place + 2 :]
    return name[:place] + (letter.upper() if name[place].isupper() else letter) + name[place + 1 :]

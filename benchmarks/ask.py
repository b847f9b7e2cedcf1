"""Whether questions to the demo shop are answered rightly: 60 written before the grammar, and 60 after it.

    python -m benchmarks.ask --data FOLDER --format demo --json FILE

Makes the shop of ``--seed`` (0 by default), its graph and model in a temporary folder, and asks the questions in
``benchmarks/asking``. What is right is worked out from the shop's tables and from what was planted, in plain Python
(``benchmarks.asking``); nothing of the asker is used for it. ``--search yes`` makes vectors of texts and photos, too,
and asks the same shop what ``benchmarks.search`` asks.
"""

from __future__ import annotations

import time
import tomllib
from pathlib import Path

import numpy as np

from benchmarks.asking import Shop
from benchmarks.common import Arguments, Figures, main
from benchmarks.demo_project import demo_project, kept_folder
from benchmarks.search import searched
from shopgraph.ask import Asker
from shopgraph.ask.grammar import spoken
from shopgraph.discovery import ProductSearch
from shopgraph.project import Project

_QUESTIONS = Path(__file__).with_name("asking")


def measure(arguments: Arguments) -> Figures:
    """Make the shop and ask."""
    searching = arguments.options["search"] == "yes"
    with kept_folder(arguments.options["keep"]) as folder:
        project = demo_project(folder, seed=arguments.seed, photos=searching)
        return {**asked(project, arguments), **(searched(project) if searching else {})}


def asked(project: Project, arguments: Arguments) -> Figures:
    """Ask every question, and give the share answered rightly by part and language."""
    shop = Shop(project.folder / "shop")
    figures: dict[str, float] = {}
    took = []
    with project.open_store() as store:
        asker = Asker(ProductSearch.open(project, more_plain=tuple(spoken())), store)
        for part in arguments.options["parts"].split(","):
            if not (_QUESTIONS / f"{part}.toml").is_file():
                continue
            right: dict[str, list[bool]] = {"en": [], "zh": []}
            for language, question, kind, spec in tomllib.loads((_QUESTIONS / f"{part}.toml").read_text("utf-8"))[
                "rows"
            ]:
                words = shop.filled(question, language)
                start = time.perf_counter()
                answer = asker.ask(words)
                took.append(time.perf_counter() - start)
                good = shop.right(answer, kind, spec)
                right[language].append(good)
                if not good and arguments.options["show"]:
                    print(part, repr(words), kind, answer.intent, answer.count, answer.value,
                          [one.id for one in answer.products], answer.names[:4], answer.corrections)  # fmt: skip
            figures[f"{part}: right"] = float(np.mean([*right["en"], *right["zh"]]))
            figures |= {f"{part}: right, {language}": float(np.mean(own)) for language, own in right.items()}
    return {**figures, "median of a question, ms": 1000 * float(np.median(took))}


if __name__ == "__main__":
    main("ask", measure, options={"--keep": "", "--parts": "first,second", "--show": "", "--search": "no"})

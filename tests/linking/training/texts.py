"""Small labelled texts, made by rule, in which a detector has something to learn."""

from __future__ import annotations

import json
import random
from pathlib import Path

from linking.mentions import NodeRef
from linking.training import LabelledSpan, LabelledText

BRANDS = ("Acme", "Zeta", "Orion", "Vesper")
ASPECTS = ("strap", "battery", "zip", "sole")
_SAID = ("broke at once", "is great", "lasted for years", "could be better")


def reviews(n_texts: int, *, seed: int = 0) -> list[LabelledText]:
    """Give reviews that name a brand and an aspect, and some that name neither."""
    draw = random.Random(seed)
    texts = []
    for number in range(n_texts):
        if number % 5 == 4:
            texts.append(LabelledText(f"I bought it {number} days ago and {draw.choice(_SAID)}", (), "en"))
            continue
        texts.append(review(draw.choice(ASPECTS), draw.choice(BRANDS), f"{draw.choice(_SAID)} after {number} days"))
    return texts


def review(aspect: str, brand: str, said: str) -> LabelledText:
    """Give a review with its labels."""
    text = f"The {aspect} of my {brand} {said}"
    first, second = text.index(aspect), text.index(brand, text.index(" my "))
    return LabelledText(
        text,
        (
            LabelledSpan(first, first + len(aspect), "Aspect", NodeRef("Aspect", aspect), 0.5),
            LabelledSpan(second, second + len(brand), "Brand", NodeRef("Brand", brand.lower())),
        ),
        "en",
    )


def write(path: Path, texts: list[LabelledText]) -> Path:
    """Write our own format of labelled text."""
    lines = []
    for text in texts:
        mentions = []
        for span in text.spans:
            mention: dict[str, object] = {"start": span.start, "end": span.end, "label": span.label}
            if span.node is not None:
                mention["node"] = span.node.id
            if span.polarity is not None:
                mention["sentiment"] = span.polarity
            mentions.append(mention)
        lines.append(json.dumps({"text": text.text, "language": text.language, "mentions": mentions}))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path

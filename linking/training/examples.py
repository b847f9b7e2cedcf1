"""Labelled texts as spaCy's examples, and the loop that trains one component on them."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example
from spacy.util import minibatch
from thinc.api import Adam, fix_random_seed

import linking.pipeline.tokenizer  # noqa: F401  # registers the tokenizer by its name
from kg.errors import ConfigurationError, ModelError
from linking.training.labelled import LabelledText, longest_first
from linking.training.tags import aligned

SPANS_KEY = "sc"
"""Where spancat puts what it finds: ``doc.spans["sc"]``."""

_TOKENIZER = {"nlp": {"tokenizer": {"@tokenizers": "shopgraph.NameTokenizer.v1"}}}

_LEARNING_RATE = 0.001

Progress = Callable[[str, int, int], None]
"""What is done, how far it is, and how far it goes; 0 where nobody knows."""


class _Trainable(Protocol):
    model: Any

    def initialize(self, get_examples: Callable[[], Sequence[Example]], *, nlp: Language) -> None: ...


@dataclass(frozen=True, slots=True)
class Schedule:
    """How long and how a neural component is trained.

    Attributes:
        passes: over all texts; None (default) for so many that some 20,000 texts are seen, at least 6, at most 40.
        batch: texts a step, default 16.
        dropout: share of each layer's numbers that are left out in a step, default 0.3.
    """

    passes: int | None = None
    batch: int = 16
    dropout: float = 0.3

    def __post_init__(self) -> None:
        if self.passes is not None and self.passes < 1:
            raise ConfigurationError(f"{self.passes} passes train nothing; give 1 or more.")

    def passes_over(self, n_texts: int) -> int:
        """Give the passes over so many texts."""
        return self.passes or min(40, max(6, round(20_000 / max(1, n_texts))))


def blank_pipeline(language: str) -> Language:
    """Give a pipeline with the tokenizer of linking, which cuts no name in two, and nothing else.

    Raises:
        ConfigurationError: spaCy does not know the language.
    """
    try:
        return spacy.blank(language, config=_TOKENIZER)
    except (ImportError, ValueError) as error:
        raise ConfigurationError(f'spaCy knows no language "{language}"; give a code such as en or zh.') from error


def make_examples(nlp: Language, texts: Sequence[LabelledText], *, overlapping: bool = False) -> list[Example]:
    """Give an example for each text: in ``doc.ents`` spans that do not overlap, or in ``doc.spans["sc"]`` all."""
    examples = []
    for text in texts:
        reference = nlp.make_doc(text.text)
        if overlapping:
            reference.spans[SPANS_KEY] = aligned(reference, text.spans)
        else:
            spans = aligned(reference, longest_first(text.spans))
            nodes = {(span.start, span.end): span.node for span in text.spans}
            for span in spans:
                node = nodes.get((span.start_char, span.end_char))
                if node is not None:
                    span.kb_id_ = f"{node.label}:{node.id}"
            reference.ents = tuple(spans)
        examples.append(Example(_unlabelled(nlp, reference), reference))
    return examples


def _unlabelled(nlp: Language, doc: Doc) -> Doc:
    return Doc(nlp.vocab, words=[token.text for token in doc], spaces=[token.whitespace_ != "" for token in doc])


def train_component(
    nlp: Language,
    name: str,
    examples: Sequence[Example],
    *,
    schedule: Schedule,
    seed: int,
    progress: Progress | None = None,
) -> None:
    """Train one component of a pipeline; the weights kept are the moving average over its steps.

    Raises:
        ModelError: there are no examples.
    """
    if not examples:
        raise ModelError(f"There is no text to train {name} on. Give labelled text.")
    fix_random_seed(seed)
    shuffled, order = list(examples), random.Random(seed)
    component: Any = nlp.get_pipe(name)
    component.initialize(lambda: examples, nlp=nlp)
    optimizer = Adam(_LEARNING_RATE, L2=0.01, grad_clip=1.0, L2_is_weight_decay=True, use_averages=True)
    n_passes = schedule.passes_over(len(examples))
    for number in range(n_passes):
        order.shuffle(shuffled)
        losses: dict[str, float] = {}
        for batch in minibatch(shuffled, size=schedule.batch):  # type: ignore[no-untyped-call]
            component.update(batch, drop=schedule.dropout, sgd=optimizer, losses=losses)
        if progress is not None:
            progress(f"Training {name}", number + 1, n_passes)
    with component.model.use_params(optimizer.averages):
        averaged = component.model.to_bytes()
    component.model.from_bytes(averaged)

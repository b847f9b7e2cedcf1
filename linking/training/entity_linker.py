"""spaCy's ``EntityLinker`` with a knowledge base of our nodes: which node the words of a mention mean.

The knowledge base holds each node's aliases with their priors, and a vector of the words that describe it; the linker
learns to give the vector of the right node from the sentence around a mention, and chooses the candidate by prior and
cosine together. A node stands in it as ``Label:id``.

The vectors: each word has a random direction of its own, always the same (after the hashing of Weinberger et al., ICML
2009), and a node is the sum over the words of its description and of the training texts that mention it, weighted by
their rarity.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from spacy.kb import Candidate, InMemoryLookupKB, KnowledgeBase
from spacy.language import Language
from spacy.tokens import Span
from spacy.util import registry

from kg.errors import ConfigurationError, ModelError
from linking.mentions import NodeRef
from linking.text import normalise
from linking.training.examples import Progress, Schedule, blank_pipeline, make_examples, train_component
from linking.training.labelled import LabelledText

NAME = "entity_linker"
_DIMENSIONS = 64
_LONGEST_LEARNED = 200
"""Words of the texts around one node's mentions up to which its vector is made from them."""
Vector = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class AliasRow:
    """Words that mean a node.

    Attributes:
        surface: the words, in any case.
        node: what they mean.
        prior: how often they mean it, above 0; priors of one surface are scaled down where they add up to more than 1.
    """

    surface: str
    node: NodeRef
    prior: float


def node_key(node: NodeRef) -> str:
    """Give the id of a node in the knowledge base, and of ``span.kb_id_``: ``Label:id``."""
    return f"{node.label}:{node.id}"


def node_of(key: str) -> NodeRef | None:
    """Give the node of an id of the knowledge base; None for NIL."""
    label, colon, own = key.partition(":")
    return NodeRef(label, own) if colon and label and own else None


def train_entity_linker(
    labelled: Sequence[LabelledText],
    aliases: Iterable[AliasRow] = (),
    descriptions: Mapping[NodeRef, str] | None = None,
    *,
    language: str,
    nlp: Language | None = None,
    schedule: Schedule | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> Language:
    """Train an entity linker, and give the pipeline that ends with it.

    Args:
        labelled: texts whose spans have nodes; the words of the spans become aliases too, with their counts as priors.
        aliases: what is known beforehand.
        descriptions: words that tell a node from others, such as its name, category and description.
        language: of the texts.
        nlp: pipeline to add the linker to; its ``doc.ents`` are what is linked. By default a new one, whose
            ``doc.ents`` the caller sets.
        schedule: of training.
        seed: of every random choice.
        progress: is told how far training is.

    Raises:
        ModelError: no span of the texts has a node.
        ConfigurationError: spaCy does not know the language, or an alias has no prior above 0.
    """
    linked = [text for text in labelled if any(span.node is not None for span in text.spans)]
    if not linked:
        raise ModelError(
            "No labelled mention names a node, so no entity linker can be trained. "
            'Give mentions with "node", or train the detectors alone.'
        )
    pipeline = nlp if nlp is not None else blank_pipeline(language)
    rows = [*aliases, *_learned_aliases(linked)]
    pipeline.add_pipe("sentencizer")
    linker: Any = pipeline.add_pipe(
        NAME,
        config={
            "entity_vector_length": _DIMENSIONS,
            "use_gold_ents": True,
            "get_candidates": {"@misc": "shopgraph.CandidatesByForm.v1"},
        },
    )
    vectors = _node_vectors(pipeline, linked, rows, descriptions or {})
    linker.set_kb(lambda vocab: _knowledge_base(vocab, rows, vectors))
    examples = make_examples(pipeline, linked)
    for example in examples:
        for doc in (example.reference, example.predicted):
            pipeline.get_pipe("sentencizer")(doc)
    train_component(pipeline, NAME, examples, schedule=schedule or Schedule(), seed=seed, progress=progress)
    return pipeline


def judge_linker(nlp: Language, labelled: Sequence[LabelledText]) -> dict[str, float | int]:
    """Give how many mentions get the right node, the labelled places given; and how many by the highest prior alone.

    Args:
        nlp: pipeline with a trained linker.
        labelled: texts it did not learn from; spans without a node are passed over.

    Returns:
        ``mentions`` that were judged, and of them the shares ``right`` and ``by prior``; 0 where there are none.
    """
    linker: Any = nlp.get_pipe(NAME)
    n_mentions = n_right = n_prior = 0
    for example in make_examples(nlp, labelled):
        wanted = [(span.start, span.end, span.label_, span.kb_id_) for span in example.reference.ents if span.kb_id_]
        doc = example.predicted
        doc.ents = tuple(Span(doc, start, end, label=label) for start, end, label, _ in wanted)
        for span, (*_, key) in zip(doc.ents, wanted, strict=True):
            candidates = candidates_by_form(linker.kb, span)
            n_prior += bool(candidates) and candidates[0].entity_ == key
        for name in ("sentencizer", NAME):
            doc = nlp.get_pipe(name)(doc)
        n_mentions += len(wanted)
        n_right += sum(span.kb_id_ == key for span, (*_, key) in zip(doc.ents, wanted, strict=True))
    most = max(1, n_mentions)
    return {"right": round(n_right / most, 4), "by prior": round(n_prior / most, 4), "mentions": n_mentions}


@registry.misc("shopgraph.CandidatesByForm.v1")  # type: ignore[untyped-decorator]
def create_candidates_by_form() -> Callable[[KnowledgeBase, Span], Iterable[Candidate]]:
    """Give what looks a mention up in the knowledge base by its normalised words, so that case does not matter."""
    return candidates_by_form


def candidates_by_form(kb: KnowledgeBase, mention: Span) -> list[Candidate]:
    """Give the nodes that the words of a mention may mean; of a label other than the mention's only if none fits it."""
    assert isinstance(kb, InMemoryLookupKB)
    candidates: list[Candidate] = list(kb.get_alias_candidates(_form(mention.text)))
    fitting = [candidate for candidate in candidates if candidate.entity_.startswith(f"{mention.label_}:")]
    return sorted(fitting or candidates, key=lambda candidate: (-candidate.prior_prob, candidate.entity_))


def _form(words: str) -> str:
    return " ".join(normalise(words).split())


def _learned_aliases(texts: Sequence[LabelledText]) -> list[AliasRow]:
    """Make an alias of the words of each linked span, as often as they mean the node among all they mean."""
    counts: dict[str, Counter[NodeRef]] = {}
    for text in texts:
        for span in text.spans:
            if span.node is not None:
                counts.setdefault(_form(text.surface(span)), Counter())[span.node] += 1
    return [
        AliasRow(words, node, count / own.total())
        for words, own in sorted(counts.items())
        for node, count in sorted(own.items())
    ]


def _knowledge_base(vocab: Any, rows: Sequence[AliasRow], vectors: Mapping[NodeRef, Vector]) -> InMemoryLookupKB:
    kb = InMemoryLookupKB(vocab, entity_vector_length=_DIMENSIONS)
    keys = [node_key(node) for node in vectors]
    kb.set_entities(entity_list=keys, freq_list=[1] * len(keys), vector_list=list(vectors.values()))
    priors: dict[str, dict[str, float]] = {}
    for row in rows:
        if not (row.prior > 0 and math.isfinite(row.prior)):
            raise ConfigurationError(
                f'The alias "{row.surface}" of {row.node} has the prior {row.prior}; give one above 0.'
            )
        own = priors.setdefault(_form(row.surface), {})
        own[node_key(row.node)] = max(own.get(node_key(row.node), 0.0), row.prior)
    for words, own in sorted(priors.items()):
        # a hair below 1, for spaCy refuses sums that rounding takes above it
        scale = max(1.0, sum(own.values())) * (1 + 1e-6)
        if words:
            kb.add_alias(alias=words, entities=list(own), probabilities=[prior / scale for prior in own.values()])
    return kb


def _node_vectors(
    nlp: Language, texts: Sequence[LabelledText], rows: Sequence[AliasRow], descriptions: Mapping[NodeRef, str]
) -> dict[NodeRef, Vector]:
    """Give a unit vector for each node, ``(_DIMENSIONS,)``."""
    words: dict[NodeRef, list[str]] = {row.node: [] for row in rows}
    for node, description in descriptions.items():
        words.setdefault(node, []).extend(_words(nlp, description))
    for text in texts:
        around = _words(nlp, text.text)
        for span in text.spans:
            if span.node is not None and len(words[span.node]) < _LONGEST_LEARNED:
                words[span.node].extend(around)
    rarity = Counter(word for own in words.values() for word in set(own))
    vectors = {}
    for node, own in sorted(words.items()):
        vector = _direction(node_key(node)) * 1e-3  # so that no vector is zero
        for word in own:
            vector = vector + _direction(word) * math.log(1 + len(words) / rarity[word])
        vectors[node] = (vector / np.linalg.norm(vector)).astype(np.float32)
    return vectors


def _words(nlp: Language, text: str) -> list[str]:
    return [token.norm_ for token in nlp.make_doc(text) if token.text.strip() and not token.is_punct]


def _direction(word: str) -> npt.NDArray[np.float64]:
    seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "big")
    return np.random.default_rng(seed).standard_normal(_DIMENSIONS)

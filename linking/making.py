"""Making a linker out of a graph: the lexicon from its nodes, and the rest from the reviews of the training part."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice

from kg.limits import limit
from kg.store.protocol import GraphStore
from linking.disambiguation.learning import learn_from_texts
from linking.disambiguation.profiles import Profiles, make_profiles, topic_words
from linking.disambiguation.scoring import Disambiguator
from linking.disambiguation.shop import ShopContext
from linking.graph.reviews import review_texts
from linking.lexicon import Lexicon
from linking.linker import Linker
from linking.mentions import LinkText
from linking.pipeline.words import read_words
from linking.sentiment import STARS, ReviewText, SentimentModel, Spot, train_sentiment

_SETTLING_TEXTS = 50_000
_DESCRIPTION = 400


@dataclass(frozen=True, slots=True)
class RatedText:
    """A review as learning sees it: the text to link, and its stars if it has any."""

    link: LinkText
    rating: float | None

    @property
    def teaches(self) -> bool:
        """Tell whether sentiment is learnt from its stars: they are there, and between 1 and 5."""
        return self.rating is not None and STARS[0] <= self.rating <= STARS[-1]


def training_texts(store: GraphStore, allowed: frozenset[str] | None) -> list[RatedText]:
    """Read the reviews to learn from: those allowed, and of very many an even sample.

    Args:
        store: to read.
        allowed: ids of the reviews of the training part; None for all.
    """
    total = len(allowed) if allowed is not None else store.node_counts()["Review"]
    step = max(1, -(-total // limit("learning_texts")))
    return list(islice(_rated(store, allowed), 0, None, step))


def _rated(store: GraphStore, allowed: frozenset[str] | None) -> Iterator[RatedText]:
    for batch in review_texts(store):
        for row in batch.to_pylist():
            if row["text"] and (allowed is None or row["id"] in allowed):
                yield RatedText(LinkText(row["text"], row["language"], row["product"]), row["rating"])


def make_linker(
    store: GraphStore,
    lexicon: Lexicon,
    shop: ShopContext,
    texts: Sequence[RatedText],
    *,
    threshold: float = 0.5,
    fuzzy: bool = True,
    language: str = "en",
    seed: int = 0,
) -> Linker:
    """Make a linker.

    Args:
        store: to read the texts of products from.
        lexicon: of the graph.
        shop: what the graph says of its products.
        texts: reviews of the training part.
        threshold: confidence below which a mention is NIL.
        fuzzy: find misspelt names.
        language: of texts that do not tell theirs.
        seed: of learning.

    Raises:
        GraphStoreError: the store cannot be read.
    """
    linker = learned_linker(lexicon, shop, texts, threshold=threshold, fuzzy=fuzzy, language=language, seed=seed)
    linker.disambiguator.profiles = _profiles(store, lexicon, shop)
    return linker


def learned_linker(
    lexicon: Lexicon,
    shop: ShopContext | None,
    texts: Sequence[RatedText],
    *,
    threshold: float = 0.5,
    fuzzy: bool = True,
    language: str = "en",
    seed: int = 0,
) -> Linker:
    """Make a linker for a lexicon, with what reviews teach; the rest as for ``make_linker``."""
    learned = learn_from_texts(lexicon, shop, (one.link for one in texts))
    linker = Linker(
        lexicon,
        Disambiguator(lexicon.entries, shop=shop, context=learned.context, trust=learned.trust),
        known=learned.known,
        cohesion=learned.cohesion,
        threshold=threshold,
        fuzzy=fuzzy,
        language=language,
    )
    linker.settled = linker.settle(one.link for one in islice(texts, _SETTLING_TEXTS))
    linker.sentiment = _sentiment(linker, texts, seed=seed)
    return linker


def _sentiment(linker: Linker, texts: Sequence[RatedText], *, seed: int) -> SentimentModel:
    """Learn from the stars what clauses say of aspects."""
    rated = [one for one in texts if one.teaches]
    spots = [
        [Spot(link.start, link.end, link.node.id) for link in links if link.node.label == "Aspect"]
        for links in linker.link_many(one.link for one in rated)
    ]
    reviews = (ReviewText(one.link.text, float(one.rating or 0), one.link.language) for one in rated)
    return train_sentiment(reviews, seed=seed, mentions=spots)


def _profiles(store: GraphStore, lexicon: Lexicon, shop: ShopContext) -> Profiles:
    """Learn the profiles of nodes that share a name with others, from the texts of their products."""
    shared = frozenset(sense.entry for _, alias in lexicon.items() if len(alias.senses) > 1 for sense in alias.senses)
    if not shared:
        return Profiles({})

    def rows() -> Iterator[tuple[frozenset[str], frozenset[int]]]:
        for batch in store.nodes("Product"):
            for row in batch.select(["id", "name", "name_zh", "description", "description_zh"]).to_pylist():
                around = shop.around(row["id"])
                named = [lexicon.entries[entry].name for entry in sorted(around.linked)] if around else []
                texts = chain(
                    (row["name"], row["name_zh"]),
                    ((row[key] or "")[:_DESCRIPTION] for key in ("description", "description_zh")),
                    named,
                )
                words = frozenset(word for text in texts if text for word in topic_words(read_words(text).forms))
                yield words, (around.linked if around else frozenset()) & shared

    return make_profiles(islice(rows(), limit("learning_texts")))


def lexicon_fingerprint(lexicon: Lexicon) -> str:
    """Fingerprint what words mean, products left out: a new product does not call for reading all reviews again."""
    digest = hashlib.sha256()
    for key, alias in lexicon.items():
        for sense in alias.senses:
            node = lexicon.entries[sense.entry].node
            if node.label != "Product":
                digest.update(f"{key}\x1f{node.label}\x1f{node.id}\x1f{sense.rule}\x1e".encode())
    return digest.hexdigest()


def refreshed(linker: Linker, lexicon: Lexicon, shop: ShopContext) -> Linker:
    """Give a linker with today's names and products, and what the old one learned."""
    place = {entry.node: number for number, entry in enumerate(lexicon.entries)}
    old = linker.disambiguator

    def today(entry: int) -> int | None:
        return place.get(old.entries[entry].node)

    weigher = Disambiguator(
        lexicon.entries,
        shop=shop,
        context=old.context,
        profiles=Profiles(
            {now: words for entry, words in old.profiles.weights.items() if (now := today(entry)) is not None}
        ),
        trust={(key, now): share for (key, entry), share in old.trust.items() if (now := today(entry)) is not None},
        weights=old.weights,
    )
    single = {key for key, alias in lexicon.items() if len(alias.senses) == 1}
    return replace(
        linker,
        lexicon=lexicon,
        disambiguator=weigher,
        settled={key: sure for key, sure in linker.settled.items() if key in single},
    )

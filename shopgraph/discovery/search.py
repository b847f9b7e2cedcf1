"""Search by words, by photo, or both, in English and Chinese."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from kg.errors import ConfigurationError
from kg.limits import limit
from linking.linker import Linker
from recommender import Recommender
from recommender.answers import Node
from recommender.arrays import BoolArray, DoubleArray, FloatArray
from recommender.changes import Changes
from recommender.filters import Filters
from recommender.rules import Rules
from shopgraph.discovery.answers import Hit, SearchAnswer, Understood
from shopgraph.discovery.bounds import PriceBound
from shopgraph.discovery.evidence import Evidence, searchable
from shopgraph.discovery.facets import Facets
from shopgraph.discovery.lexicon import search_lexicon
from shopgraph.discovery.matching import HARD, Match, Matcher, missing_of, scaled
from shopgraph.discovery.reading import QueryReader, ReadQuery
from shopgraph.discovery.taste import taste_of
from shopgraph.discovery.text_index import Field, TextIndex
from shopgraph.discovery.vectors import SearchVectors
from shopgraph.discovery.weights import Weights
from shopgraph.discovery.wording import Wording, messages
from shopgraph.project import Project

_NEAR = 60
"""Products that a photo alone, or the meaning of words alone, finds."""
_WITNESSES = 12
"""Products nearest to a photo that say what kind of thing it shows."""
_MISS = 2.0
"""Score that one thing missed costs: more than all else can give, but for a name of a product."""


class ProductSearch:
    """Finds products. It is not changed by use, and may be asked by several threads at once.

    Args:
        recommender: whose catalogue is searched, and whose taste counts.
        linker: of the project, for what words mean; None to know the catalogue's own names alone.
        vectors: of the project; None to go without meaning and photos.
        weights: of the parts of a score.
        more_plain: further words that are mere grammar, as those of questions.
    """

    def __init__(
        self,
        recommender: Recommender,
        *,
        linker: Linker | None = None,
        vectors: SearchVectors | None = None,
        weights: Weights | None = None,
        more_plain: Iterable[str] = (),
    ) -> None:
        self.recommender = recommender
        self._vectors = vectors
        self._weights = weights or Weights()
        items = recommender.artefact.items
        names, chinese, brands, categories, descriptions = (
            items[column].to_pylist() for column in ("name", "name_zh", "brand", "categories", "description")
        )
        attributes = items["attributes"].to_pylist() if "attributes" in items.schema.names else [()] * len(items)
        titles = [" ".join(part for part in both if part) for both in zip(names, chinese, strict=True)]
        self._index = TextIndex(
            {
                "title": Field(titles, 2.0),
                "brand": Field([brand or "" for brand in brands], 1.5),
                "categories": Field([" ".join(own or ()) for own in categories], 1.5),
                "attributes": Field([" ".join(own or ()).replace("=", " ") for own in attributes], 1.0),
                "description": Field([text or "" for text in descriptions], 0.5),
            }
        )
        self.vocabulary = self._index.vocabulary()
        """Words of the products' texts, with how many products have each."""
        lexicon = search_lexicon(items, linker)
        self.wording = Wording(lexicon)
        self.reader = QueryReader(
            lexicon,
            vocabulary=self.vocabulary,
            linker=linker,
            more_plain=more_plain,
            products=recommender.catalogue.row_of,
        )
        self._prices = np.asarray(items["price"].to_numpy(zero_copy_only=False), dtype=np.float64)
        in_stock = np.array(items["in_stock"].to_pylist(), dtype=np.float64)
        self.stock_known = bool(np.isfinite(in_stock).any())
        """It is known of any product whether it is in stock."""
        evidence = Evidence(
            recommender,
            lexicon,
            self._index,
            titles=[searchable(title) for title in titles],
            descriptions=[searchable(text) for text in descriptions],
            trust=self._weights.trust,
        )
        self._matcher = Matcher(evidence, self._index, prices=self._prices, in_stock=in_stock, weights=self._weights)
        self._facets = Facets(recommender)
        self._kinds = recommender.catalogue.categories()
        popularity = recommender.artefact.popularity.astype(np.float64)
        self._popular: DoubleArray = popularity / (float(popularity.max(initial=0.0)) or 1.0)
        self._shown = {
            column: items[column].to_pylist()
            for column in ("id", "name", "name_zh", "price", "brand", "in_stock", "image")
        }

    @classmethod
    def open(
        cls,
        project: Project,
        *,
        recommender: Recommender | None = None,
        weights: Weights | None = None,
        more_plain: Iterable[str] = (),
    ) -> ProductSearch:
        """Open the search of a project, with its linker and its vectors where it has them.

        Args:
            project: whose model is trained.
            recommender: its model, where it is loaded already.
            weights: of the parts of a score.
            more_plain: further words that are mere grammar.

        Raises:
            ProjectError: it has no model yet.
            ModelError: something of it is damaged.
        """
        from linking.artefact import load_linker

        known = recommender or Recommender.load(project.need_model())
        linker = load_linker(project.linker) if (project.linker / "manifest.json").is_file() else None
        vectors = SearchVectors(project, known) if project.has_vectors else None
        return cls(known, linker=linker, vectors=vectors, weights=weights, more_plain=more_plain)

    def prepare(self) -> None:
        """Read the networks of texts and photos now, not when the first words or photo need them.

        Raises:
            MissingExtraError: one of them needs a part of shopgraph that is not installed.
            ModelError: one of them is damaged.
        """
        if self._vectors is not None:
            self._vectors.prepare()

    def search(
        self,
        words: str | None = None,
        *,
        photo: bytes | Path | None = None,
        user: str | None = None,
        history: Sequence[str] | None = None,
        changes: Changes | None = None,
        filters: Filters | None = None,
        rules: Rules | None = None,
        k: int = 10,
        offset: int = 0,
        language: str | None = None,
        facets: bool = True,
    ) -> SearchAnswer:
        """Find products by words, by a photo, or by both.

        Names of brands, categories and attributes, prices ("under 50"), stock ("in stock") and what is not wanted are
        understood, and misspellings forgiven. Products that are all that was asked for come first; those that miss
        something follow, and say what.

        Args:
            words: what is looked for.
            photo: bytes of a picture, or its file.
            user: customer whose taste counts in the ranking.
            history: products whose taste counts; added to the customer's.
            changes: what the customer did since the model was trained.
            filters: what the answer is restricted to.
            rules: of the shop, of which the filters count here.
            k: products of a page.
            offset: products of the pages before.
            language: of names and notes, "en" or "zh"; None for that of the words.
            facets: count the facets.

        Raises:
            ConfigurationError: neither words nor photo, or k or offset out of bounds, or no vectors for the photo.
            UnknownIdError: the model does not know the customer.
            PictureError: the photo cannot be used.
        """
        words = " ".join((words or "").split())
        self._check(words, photo, k, offset)
        query = self.reader.read(words)
        spoken = language or query.language
        source: list[str] = []
        notes: list[str] = []
        if query.stock is not None and not self.stock_known:
            notes.append(messages(spoken)["stock_unknown"])
            query = replace(query, stock=None)
        allowed = self.recommender.catalogue.within(filters, rules)
        match = self._matcher.match(query)
        score, allowed = match.score.copy(), allowed & match.allowed
        found = allowed & match.found
        if words:
            source.append("words")
            score, found = self._with_meaning(query, match, score, allowed, found, source, notes, spoken)
        if photo is not None:
            source.append("photo")
            assert self._vectors is not None
            near = self._vectors.photo(photo)
            score = score + self._weights.photo * scaled(near, allowed) + self._weights.photo_kind * self._kind(near)
            found = found if words and found.any() else _nearest(near, allowed)
        score = self._with_taste(score, user, history, changes, found, source, notes, spoken)
        score = score + self._weights.popular * self._popular
        exact = found & (match.missed == 0)
        behind = found & (match.missed > 0) & (match.missed < max(1, self._asked(query)))
        self._tell(query, exact, behind, spoken, notes, filters)
        rows = np.flatnonzero(exact | behind)
        order = rows[np.lexsort((rows, -(score[rows] - _MISS * match.missed[rows])))]
        page = order[offset : offset + k]
        items = tuple(
            self._hit(row, offset + place, float(score[row]), query, match, spoken)
            for place, row in enumerate(page.tolist(), start=1)
        )
        counted = exact if exact.any() else behind
        return SearchAnswer(
            items=items,
            total=int(exact.sum()),
            facets=self._facets.of(
                counted,
                naming=lambda node: self.wording.node(node, spoken),
                words=lambda name: self.wording.facet(name, spoken),
            )
            if facets
            else (),
            query=query.text,
            corrections=query.corrections,
            understood=self.understood(query, spoken),
            notes=tuple(notes),
            language=spoken,
            source=tuple(source),
            model=self.recommender.model,
        )

    def understood(self, query: ReadQuery, language: str) -> tuple[Understood, ...]:
        """Say what a query was understood as, in the order of the words."""
        told = messages(language)
        made = []
        for name in query.names:
            called = self.wording.name(name, language)
            shown = told["not"].format(name=called) if name.negated else called
            nodes = tuple(sense.node for sense in name.senses)
            hard = name.negated or name.label in HARD
            made.append(Understood(name.start, name.end, name.surface, nodes, shown, name.negated, hard))
        if query.price is not None:
            own = query.price
            made.append(Understood(own.start, own.end, own.surface, (), _bound(own, language)))
        if query.stock is not None:
            wish = query.stock
            made.append(
                Understood(wish.start, wish.end, wish.surface, (), told["in_stock" if wish.wanted else "out_of_stock"])
            )
        if query.cheap:
            made.append(Understood(0, 0, "", (), told["cheap"], hard=False))
        return tuple(sorted(made, key=lambda one: one.start))

    def _with_meaning(
        self,
        query: ReadQuery,
        match: Match,
        score: DoubleArray,
        allowed: BoolArray,
        found: BoolArray,
        source: list[str],
        notes: list[str],
        language: str,
    ) -> tuple[DoubleArray, BoolArray]:
        # who named what they want is answered by names: the network of texts need not be started
        clear = bool(query.names) and not query.rest
        near = None if self._vectors is None or clear else self._vectors.words(query.text)
        told = messages(language)
        if near is None:
            if not found.any():
                notes.append(told["nothing"])
            return score, found
        understood = bool(query.names)
        score = score + (self._weights.vectors if understood else self._weights.vectors_alone) * scaled(near, allowed)
        source.append("vectors")
        if not found.any() and allowed.any() and not understood:
            notes.append(told["by_meaning"])
            found = _nearest(near, allowed)
        return score, found

    def _with_taste(
        self,
        score: DoubleArray,
        user: str | None,
        history: Sequence[str] | None,
        changes: Changes | None,
        found: BoolArray,
        source: list[str],
        notes: list[str],
        language: str,
    ) -> DoubleArray:
        if user is None and not history:
            return score
        taste = taste_of(self.recommender, user=user, history=history, changes=changes)
        if taste is None:
            notes.append(messages(language)["no_taste"])
            return score
        source.append("taste")
        return score + self._weights.taste * scaled(taste, found)

    def _kind(self, near: FloatArray) -> FloatArray:
        """Give how many of the products nearest to a photo are of a product's categories, 0 to 1, ``(n_products,)``.

        What lies nearest to a photo says what kind of thing it shows, whatever the colour (relevance feedback).
        """
        nearest = np.argsort(-near, kind="stable")[:_WITNESSES]
        indptr, indices = self._kinds
        counts = np.zeros(int(indices.max(initial=0)) + 1, dtype=np.float32)
        for row in nearest.tolist():
            counts[indices[indptr[row] : indptr[row + 1]]] += 1
        own = np.zeros(len(near), dtype=np.float32)
        np.maximum.at(own, np.repeat(np.arange(len(near)), np.diff(indptr)), counts[indices] / max(1, len(nearest)))
        return own

    def _asked(self, query: ReadQuery) -> int:
        return sum(name.label in HARD and not name.negated for name in query.names)

    def _tell(
        self,
        query: ReadQuery,
        exact: BoolArray,
        behind: BoolArray,
        language: str,
        notes: list[str],
        filters: Filters | None,
    ) -> None:
        told = messages(language)
        strange = [word for word in query.rest if not self._index.having_all(word).size]
        if strange and told["nothing"] not in notes and (exact.any() or behind.any() or query.names):
            notes.append(told["unknown"].format(words=", ".join(strange)))
        if not behind.any():
            if not exact.any() and filters is not None:
                notes.append(told["nothing_with_filters"])
            return
        names = ", ".join(one.name for one in self.understood(query, language) if one.hard)
        if not exact.any():
            notes.append(told["loosened"].format(all=names))

    def _hit(self, row: int, rank: int, score: float, query: ReadQuery, match: Match, language: str) -> Hit:
        missing: tuple[str, ...] = ()
        if match.missed[row] > 0:
            missing = tuple(self.wording.name(name, language) for name in missing_of(self._matcher, query.names, row))
        name = (self._shown["name_zh"][row] if language == "zh" else None) or self._shown["name"][row]
        id_ = self._shown["id"][row]
        price = self._shown["price"][row]
        return Hit(
            rank,
            Node("Product", id_, name or id_),
            score,
            None if price is None or price != price else float(price),
            self._shown["brand"][row],
            self._shown["in_stock"][row],
            self._shown["image"][row],
            missing,
        )

    def _check(self, words: str, photo: bytes | Path | None, k: int, offset: int) -> None:
        if not words and photo is None:
            raise ConfigurationError("There is nothing to search for: give words, a photo, or both.")
        if not 1 <= k <= limit("recommend_k") or offset < 0:
            raise ConfigurationError(
                f"k is {k} and offset {offset}; ask for 1 to {limit('recommend_k')} products, from 0 onwards."
            )
        if photo is not None and self._vectors is None:
            raise ConfigurationError(
                "There are no vectors of photos, so nothing can be found by a photo. Make them with: shopgraph run"
            )


def _nearest(near: np.ndarray, allowed: BoolArray) -> BoolArray:
    """Keep the products that are nearest, ``(n_products,)``."""
    rows = np.flatnonzero(allowed)
    kept = rows[np.argsort(-near[rows], kind="stable")[:_NEAR]]
    found = np.zeros(len(near), dtype=np.bool_)
    found[kept] = True
    return found


def _bound(price: PriceBound, language: str) -> str:
    low = None if price.low is None else f"{price.low:g}"
    high = None if price.high is None else f"{price.high:g}"
    kind = "between" if low is not None and high is not None else "below" if low is None else "above"
    return messages(language)[kind].format(low=low, high=high)


__all__ = ["ProductSearch"]

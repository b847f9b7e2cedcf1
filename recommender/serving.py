"""The recommender that applications use: external ids in, products with reasons out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from kg.errors import ConfigurationError, UnknownIdError
from kg.limits import limit
from recommender.answers import Answer, Node, Recommendation
from recommender.arrays import BoolArray, DoubleArray, FloatArray
from recommender.artefact import Artefact, load
from recommender.audience import Audience, audience
from recommender.catalogue import Catalogue
from recommender.chances import next_purchases
from recommender.changes import LOWERED, Changes
from recommender.customers import Customers
from recommender.filters import Filters
from recommender.models.popularity import Popularity
from recommender.network.modality import Modality
from recommender.newcomers import NewProduct, extended
from recommender.ranking import best_items
from recommender.reasons import Explained, Explainer
from recommender.rules.arrange import arrange
from recommender.rules.compile import CompiledRules, compile_rules
from recommender.rules.rules import Rules, diverse
from recommender.rules.similarity import Similarity
from recommender.scoring import History, HistoryScorer, JoinedScorer, scorer_of
from recommender.search import SearchIndex
from recommender.shares import JoinedExplainer
from recommender.standing import Standing, standing

if TYPE_CHECKING:
    from embeddings.vectors import Vectors

_RULES_KEPT = 32
"""Sets of rules that are kept ready."""


class Recommender:
    """Recommendations, similar products, search and reasons from one trained model.

    It is not changed by use, and may be asked by several threads at once.

    Args:
        artefact: the model; ``Recommender.load`` reads one from its folder.
    """

    def __init__(self, artefact: Artefact) -> None:
        self.artefact = artefact
        self.scorer: HistoryScorer = scorer_of(artefact)
        self.catalogue = Catalogue(artefact)
        self._explainer = Explainer(artefact)
        self._joined = (
            JoinedExplainer(artefact, self.scorer, self._explainer) if isinstance(self.scorer, JoinedScorer) else None
        )
        self._customers = Customers(artefact, self.catalogue)
        highest = float(artefact.popularity.max(initial=0.0)) or 1.0
        self._popularity: DoubleArray = artefact.popularity.astype(np.float64) / highest
        self._tie_break: FloatArray = artefact.popularity / np.float32(highest) * np.float32(1e-7)
        self._standings: dict[tuple[str, ...], Standing] = {}
        self._ready = lru_cache(maxsize=_RULES_KEPT)(self._compiled)

    @classmethod
    def load(cls, path: str | Path) -> Recommender:
        """Load a model from its folder, or from the folder of a project.

        Raises:
            ModelError: it is missing, damaged, or of another version.
        """
        folder = Path(path)
        inner = folder / "model"
        return cls(load(inner if (inner / "manifest.json").exists() else folder))

    def with_products(self, products: Sequence[NewProduct], *, modalities: Sequence[Vectors] = ()) -> Recommender:
        """Give a recommender that also has products which came after training; this one stays as it is.

        They are recommended, found, filtered and explained as all others, by their links, words, and vectors. How they
        stand among the products known is found out when this is first asked for, which takes seconds.

        Args:
            products: to add.
            modalities: vectors of the products known and of the new ones, such as of their text and photo.

        Raises:
            InputError: a product is in the catalogue already, or comes twice.
        """
        names = tuple(own.name for own in modalities)
        if names not in self._standings and products:
            known = [Modality.of(own, self.artefact.items["id"]) for own in modalities]
            self._standings[names] = standing(self.artefact, known)
        more = extended(self.artefact, products, modalities=modalities, standing=self._standings.get(names))
        return Recommender(more)

    def prepare(self) -> None:
        """Make ready now what would else be made when first asked for, so that the first answer comes fast."""
        _ = self._customers.rows, self.catalogue.row_of
        lengths = np.diff(self._customers.histories.indptr)
        if lengths.any():
            user = self.artefact.users[int(np.argmax(lengths > 0))].as_py()
            self.recommend(user=user, k=1, reasons=1)

    @property
    def model(self) -> str:
        """Name of the model, with those of its vectors, and first part of the fingerprint of its data."""
        name = "+".join([self.artefact.model, *(part.name for part in self.artefact.parts)])
        return f"{name}-{self.artefact.fingerprint[:12]}"

    @property
    def products(self) -> int:
        """How many products can be recommended."""
        return len(self.catalogue)

    @property
    def users(self) -> int:
        """How many customers the model knows the history of."""
        return len(self.artefact.users)

    def knows(self, user: str) -> bool:
        """Tell whether the model knows a customer."""
        return user in self._customers.rows

    def weights(
        self, user: str | None, *, history: Sequence[str] | None = None, changes: Changes | None = None
    ) -> History:
        """Give a customer's history with the given products added, as rows of products with weights.

        Raises:
            UnknownIdError: the model does not know the customer, and there are no changes.
        """
        return self._customers.history(self._customers.row(user, changes), history, changes)[0]

    def history(self, user: str, *, changes: Changes | None = None) -> tuple[Node, ...]:
        """Give what a customer did, most important first.

        Raises:
            UnknownIdError: the model does not know the customer, and there are no changes.
        """
        own, _ = self._customers.history(self._customers.row(user, changes), None, changes)
        return tuple(self._explainer.node(item) for item in own.items[np.lexsort((own.items, -own.weights))].tolist())

    def recommend(
        self,
        *,
        user: str | None = None,
        history: Sequence[str] | None = None,
        words: str | None = None,
        k: int = 10,
        filters: Filters | None = None,
        rules: Rules | None = None,
        reasons: bool | int = False,
        exclude_seen: bool = True,
        changes: Changes | None = None,
        now: datetime | None = None,
    ) -> Answer:
        """Recommend products to a customer, or to whoever has the given history.

        With both, the history is added to what is known of the customer; a history of one product is enough. Where
        nobody bought or linked the products of a history, products with like words are given (``content``). With
        neither, or with a history of which nothing at all is known, the answer is what is popular among the products
        that filters and words leave, made diverse. Its ``source`` says which way it was found. Where fewer than k
        products are left, all are given.

        Args:
            user: id of a customer.
            history: ids of products, such as a visitor's; unknown ones are named in the answer's notes.
            words: only products that have these words, as ``search`` finds them.
            k: how many products.
            filters: what the answer is restricted to.
            rules: the shop's rules of ranking, see docs/reference/rules.md.
            reasons: give the reasons of each; a number gives the strongest so many.
            exclude_seen: leave out what the customer has bought, and the given history.
            changes: what has become known of the customer since training; a customer whom the model does not know may
                have some.
            now: the time that rules of freshness count from; by default the clock's.

        Raises:
            UnknownIdError: the model does not know the customer, and there are no changes.
            ConfigurationError: k is not from 1 to the limit ``recommend_k``, or a filter names an unknown relation.
        """
        row = self._customers.row(user, changes)
        own, notes = self._customers.history(row, history, changes)
        scores, source = self._found(own)
        allowed = self.catalogue.within(filters)
        if words is not None:
            kept = self._index.matching(words, allowed)
            if kept is None:
                notes += (f'No product that may be in the answer has the words "{words}", so they were passed over.',)
            else:
                allowed = kept
        if exclude_seen:
            allowed[self._customers.bought(row, changes)] = False
            allowed[self.catalogue.rows(history or ())] = False
        ranked = self._popularity if source == "popularity" else scores + self._tie_break
        if changes is not None and changes.disliked:
            allowed[self.catalogue.rows(changes.disliked)] = False
            alike = changes.lowering(self.scorer, self.catalogue)
            if alike is not None:
                ranked = ranked - alike * LOWERED * max(float(ranked.max(initial=0.0, where=allowed)), 0.0)
        if source == "popularity":
            rules = diverse(rules)
        ready = None if rules is None else self._ready(rules)
        if ready is not None:
            allowed &= ready.allowed
            notes += ready.left_out(k, allowed, lambda item: self._explainer.node(item).id)
        order = None if ready is None else (ready, now or datetime.now(UTC))
        why = own if source == "history" else None
        return self._answer(scores, ranked, k, allowed, source, notes, why=why, reasons=reasons, order=order)

    def chance(
        self,
        products: Sequence[str],
        *,
        user: str | None = None,
        history: Sequence[str] | None = None,
        purchases: int = 1,
        changes: Changes | None = None,
    ) -> dict[str, float]:
        """Give each product's chance to be among the next ``purchases`` of a customer or of whoever has the history.

        See ``recommender.chances``; what the customer has bought before, or is in ``history``, has the chance 0.

        Raises:
            UnknownIdError, ModelError: a product or customer is unknown, or the model has learned no chances.
        """
        items = np.array([self._row(product) for product in products], dtype=np.int64)
        scores = self.scorer.scores(self.weights(user, history=history, changes=changes))
        known = self._customers.bought(self._customers.row(user, changes), changes)
        scores[np.concatenate([known, self.catalogue.rows(history or ())])] = -np.inf
        found = next_purchases(self.artefact, scores, items, purchases=purchases)
        return dict(zip(products, found.tolist(), strict=True))

    def similar(
        self,
        product: str,
        *,
        k: int = 10,
        filters: Filters | None = None,
        rules: Rules | None = None,
        reasons: bool | int = False,
    ) -> Answer:
        """Give products like this one: by behaviour and relations, or by words where the model says nothing.

        Of the rules, the filters count here; see docs/reference/rules.md.

        Raises:
            UnknownIdError: the catalogue does not have the product.
        """
        item = self._row(product)
        own = History(np.array([item]), np.ones(1))
        scores, source = self.scorer.scores(own), "similar"
        allowed = self.catalogue.within(filters, rules)
        allowed[item] = False
        if not (scores > 0).any():
            scores, source = self._index.like(item).astype(np.float64), "content"
        why = own if source == "similar" else None
        return self._positive(scores, k, allowed, source, why=why, reasons=reasons)

    def search(self, text: str, *, k: int = 10, filters: Filters | None = None, rules: Rules | None = None) -> Answer:
        """Give products that have the words of ``text``, among those that filters, and those of the rules, leave."""
        allowed = self.catalogue.within(filters, rules)
        return self._positive(self._index.scores(text).astype(np.float64), k, allowed, "search")

    def explain(
        self,
        *,
        product: str,
        user: str | None = None,
        history: Sequence[str] | None = None,
        changes: Changes | None = None,
    ) -> Recommendation:
        """Give a product's rank and score for a customer or a history, and every reason; they add up to the score.

        Raises:
            UnknownIdError: the model does not know the product, or the customer, of whom there are no changes either.
        """
        item = self._row(product)
        own, _ = self._customers.history(self._customers.row(user, changes), history, changes)
        scores = self.scorer.scores(own)
        ranked = scores + self._tie_break
        before = (ranked > ranked[item]) | ((ranked == ranked[item]) & (np.arange(len(ranked)) < item))
        rank = int(before.sum()) + 1
        why = self._explained(own, [item], None)[0] if scores[item] != 0 and len(own.items) else Explained((), {})
        return Recommendation(rank, self._explainer.node(item), float(scores[item]), why.reasons, shares=why.shares)

    def audience(self, *, product: str | None = None, filters: Filters | None = None) -> Audience:
        """Give the customers in whose own lists a product, or any that filters leave (a category), stands highest.

        Raises:
            UnknownIdError: the catalogue does not have the product.
            ConfigurationError: a filter names an unknown relation.
        """
        allowed = self.catalogue.within(None)
        items = np.flatnonzero(self.catalogue.within(filters)) if product is None else np.array([self._row(product)])
        allowed[items] = True
        return audience(self.artefact, self.scorer, items, allowed=allowed)

    def _explained(self, own: History, items: Sequence[int], most: int | None) -> list[Explained]:
        """Give the reasons for products, and the share of each source in their scores."""
        return (self._joined or self._explainer).explained(own, items, most=most)

    def _found(self, own: History) -> tuple[DoubleArray, str]:
        """Give the scores of a history, and the way they were found."""
        scores = self.scorer.scores(own)
        if not len(own.items):
            return scores, "popularity"
        if scores.any():
            return scores, "history"
        if self.artefact.model == Popularity.name:
            return scores, "popularity"
        like = self._index.like_all(own.items)
        return (like, "content") if like.any() else (scores, "popularity")

    def _positive(
        self,
        scores: DoubleArray,
        k: int,
        allowed: BoolArray,
        source: str,
        *,
        why: History | None = None,
        reasons: bool | int = False,
    ) -> Answer:
        """Answer with the products whose score is above zero."""
        if not len(scores):
            _check(k)
            return Answer((), source, self.model, ("The catalogue has no text to search.",))
        ranked = scores + self._tie_break
        return self._answer(scores, ranked, k, allowed & (scores > 0), source, (), why=why, reasons=reasons)

    def _answer(
        self,
        scores: DoubleArray,
        ranked: DoubleArray,
        k: int,
        allowed: BoolArray,
        source: str,
        notes: tuple[str, ...],
        *,
        why: History | None,
        reasons: bool | int,
        order: tuple[CompiledRules, datetime] | None = None,
    ) -> Answer:
        _check(k)
        if order is None:
            items = best_items(np.where(allowed, ranked, -np.inf), k).tolist()
        else:
            ready, now = order
            items = arrange(ready.weighed(ranked, allowed, self.catalogue.days, now), allowed, k, ready.order)
        explained: Mapping[int, Explained] = {}
        if reasons is not False and why is not None:
            scored = [item for item in items if scores[item] != 0]
            told = self._explained(why, scored, None if reasons is True else int(reasons))
            explained = dict(zip(scored, told, strict=True))
        nothing = Explained((), {})
        found = [
            Recommendation(
                rank,
                self._explainer.node(item),
                float(scores[item]),
                explained.get(item, nothing).reasons,
                () if order is None else order[0].named(item, rank),
                explained.get(item, nothing).shares,
            )
            for rank, item in enumerate(items, start=1)
        ]
        return Answer(tuple(found), source, self.model, notes)

    def _compiled(self, rules: Rules) -> CompiledRules:
        return compile_rules(
            rules, self.catalogue, self.artefact.popularity, lambda items: self._similarity.between(items)
        )

    def _row(self, product: str) -> int:
        row = self.catalogue.row_of.get(product)
        if row is None:
            raise UnknownIdError(f'The catalogue of the model has no product "{product}". Search for it by its title.')
        return row

    @cached_property
    def _index(self) -> SearchIndex:
        return SearchIndex(self.artefact.items)

    @cached_property
    def _similarity(self) -> Similarity:
        return Similarity(self.artefact)


def _check(k: int) -> None:
    if not 1 <= k <= limit("recommend_k"):
        raise ConfigurationError(f"k is {k}; ask for 1 to {limit('recommend_k')} products.")

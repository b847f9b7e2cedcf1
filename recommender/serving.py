"""The recommender that applications use: external ids in, products with reasons out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kg.errors import ConfigurationError, UnknownIdError
from kg.limits import limit
from recommender.answers import Answer, Node, Reason, Recommendation
from recommender.arrays import BoolArray, Csr, DoubleArray, FloatArray
from recommender.artefact import Artefact, load
from recommender.filters import Filters
from recommender.ranking import top_k
from recommender.reasons import Explainer
from recommender.search import SearchIndex


class Recommender:
    """Recommendations, similar products, search and reasons from one trained model.

    It is not changed by use, and may be asked by several threads at once.

    Args:
        artefact: the model; ``Recommender.load`` reads one from its folder.
    """

    def __init__(self, artefact: Artefact) -> None:
        self.artefact = artefact
        self._explainer = Explainer(artefact)
        self._histories: Csr = artefact.histories
        self._seen: Csr = artefact.seen
        self._ids = artefact.items["id"].combine_chunks()
        highest = float(artefact.popularity.max(initial=0.0)) or 1.0
        self._tie_break: FloatArray = artefact.popularity / np.float32(highest) * np.float32(1e-7)

    @classmethod
    def load(cls, path: str | Path) -> Recommender:
        """Load a model from its folder, or from the folder of a project.

        Raises:
            ModelError: it is missing, damaged, or of another version.
        """
        folder = Path(path)
        inner = folder / "model"
        return cls(load(inner if (inner / "manifest.json").exists() else folder))

    @property
    def model(self) -> str:
        """Name of the model and first part of the fingerprint of the data it was trained on."""
        return f"{self.artefact.model}-{self.artefact.fingerprint[:12]}"

    @property
    def products(self) -> int:
        """How many products can be recommended."""
        return len(self._ids)

    @property
    def users(self) -> int:
        """How many customers the model knows the history of."""
        return len(self.artefact.users)

    def history(self, user: str) -> tuple[Node, ...]:
        """Give what a customer did, most important first.

        Raises:
            UnknownIdError: the model does not know the customer.
        """
        own = self._of_user(user)
        return tuple(self._explainer.node(item) for item in sorted(own, key=lambda item: (-own[item], item)))

    def recommend(
        self,
        *,
        user: str | None = None,
        history: Sequence[str] | None = None,
        k: int = 10,
        filters: Filters | None = None,
        reasons: bool = False,
        exclude_seen: bool = True,
    ) -> Answer:
        """Recommend products to a customer, or to whoever has the given history.

        With both, the history is added to what is known of the customer. With neither, or with a history of which
        nothing is known, the answer is what is popular, and says so. Where fewer than k products are left, all are
        given.

        Args:
            user: id of a customer.
            history: ids of products, such as a visitor's; unknown ones are named in the answer's notes.
            k: how many products.
            filters: what the answer is restricted to.
            reasons: give the reasons of each.
            exclude_seen: leave out what the customer has bought, and the given history.

        Raises:
            UnknownIdError: the model does not know the customer.
            ConfigurationError: k is not from 1 to the limit ``recommend_k``.
        """
        own, notes = self._history(user, history)
        scores = self._scores(own)
        source = "history" if own and (scores != 0).any() else "popularity"
        hidden = np.zeros(self.products, dtype=np.bool_)
        if exclude_seen:
            if user is not None:
                hidden[self._seen[self._user(user)].indices] = True
            hidden[[item for item in self._rows(history or ()) if item >= 0]] = True
        return self._answer(scores, own, k, filters, hidden, source, notes, reasons=reasons)

    def similar(self, product: str, *, k: int = 10, filters: Filters | None = None, reasons: bool = False) -> Answer:
        """Give products like this one: by behaviour and relations, or by words where the model says nothing.

        Raises:
            UnknownIdError: the catalogue does not have the product.
        """
        item = self._row(product)
        scores: FloatArray | DoubleArray = self._scores({item: 1.0})
        source = "similar"
        hidden = np.zeros(self.products, dtype=np.bool_)
        hidden[item] = True
        own = {item: 1.0}
        if not (scores > 0).any():
            scores, source, own = self._index.like(item), "content", {}
        return self._answer(scores, own, k, filters, hidden, source, (), reasons=reasons, only_positive=True)

    def search(self, text: str, *, k: int = 10, filters: Filters | None = None) -> Answer:
        """Give products whose title, brand, categories or description have the words of ``text``."""
        scores = self._index.scores(text)
        none = np.zeros(self.products, dtype=np.bool_)
        return self._answer(scores, {}, k, filters, none, "search", (), reasons=False, only_positive=True)

    def explain(self, *, product: str, user: str | None = None, history: Sequence[str] | None = None) -> Recommendation:
        """Give a product's rank and score for a customer or a history, and every reason; they add up to the score.

        Raises:
            UnknownIdError: the model does not know the customer or the product.
        """
        item = self._row(product)
        own, _ = self._history(user, history)
        scores = self._scores(own)
        ranked = scores + self._tie_break
        before = (ranked > ranked[item]) | ((ranked == ranked[item]) & (np.arange(len(ranked)) < item))
        rank = int(before.sum()) + 1
        return Recommendation(rank, self._explainer.node(item), float(scores[item]), self._reasons(own, item, scores))

    def _answer(
        self,
        scores: FloatArray | DoubleArray,
        own: Mapping[int, float],
        k: int,
        filters: Filters | None,
        hidden: BoolArray,
        source: str,
        notes: tuple[str, ...],
        *,
        reasons: bool,
        only_positive: bool = False,
    ) -> Answer:
        if not 1 <= k <= limit("recommend_k"):
            raise ConfigurationError(f"k is {k}; ask for 1 to {limit('recommend_k')} products.")
        if not len(scores):
            return Answer((), source, self.model, (*notes, "The catalogue has no text to search."))
        ranked = scores + self._tie_break
        if filters is not None:
            hidden = hidden | ~filters.allowed(self.artefact.items)
        if only_positive:
            hidden = hidden | (scores <= 0)
        ranked[hidden] = -np.inf
        items: list[Recommendation] = []
        for item in top_k(ranked[None, :], min(k, self.products))[0].tolist():
            if item >= 0:
                why = self._reasons(own, item, scores) if reasons else ()
                items.append(Recommendation(len(items) + 1, self._explainer.node(item), float(scores[item]), why))
        return Answer(tuple(items), source, self.model, notes)

    def _reasons(self, own: Mapping[int, float], item: int, scores: FloatArray | DoubleArray) -> tuple[Reason, ...]:
        return self._explainer.reasons(own, item) if own and scores[item] != 0 else ()

    def _scores(self, own: Mapping[int, float]) -> DoubleArray:
        scores: DoubleArray = np.zeros(self.products, dtype=np.float64)
        weights = self.artefact.weights
        for item, weight in own.items():
            span = slice(weights.indptr[item], weights.indptr[item + 1])
            scores[weights.indices[span]] += weight * weights.data[span].astype(np.float64)
        return scores

    def _history(self, user: str | None, history: Sequence[str] | None) -> tuple[dict[int, float], tuple[str, ...]]:
        own = self._of_user(user) if user is not None else {}
        rows = self._rows(history or ())
        unknown = [name for name, row in zip(history or (), rows, strict=True) if row < 0]
        own.update({row: 1.0 for row in rows if row >= 0})
        notes = (f"Not in the catalogue, so left out of the history: {', '.join(unknown)}",) if unknown else ()
        return own, notes

    def _of_user(self, user: str) -> dict[int, float]:
        row = self._histories[self._user(user)]
        return dict(zip(row.indices.tolist(), row.data.tolist(), strict=True))

    def _user(self, user: str) -> int:
        row = pc.index(self.artefact.users, user).as_py()
        if row < 0:
            raise UnknownIdError(
                f'The model does not know the customer "{user}". Give a history of products instead, or run again '
                "after importing the customer's interactions."
            )
        return int(row)

    def _row(self, product: str) -> int:
        row = int(self._rows((product,))[0])
        if row < 0:
            raise UnknownIdError(f'The catalogue of the model has no product "{product}". Search for it by its title.')
        return row

    def _rows(self, products: Sequence[str]) -> list[int]:
        rows = pc.index_in(pa.array(list(products), pa.string()), value_set=self._ids).fill_null(-1)
        return [int(row) for row in rows.to_pylist()]

    @cached_property
    def _index(self) -> SearchIndex:
        return SearchIndex(self.artefact.items)

"""Ways to narrow a result down, with how many products each leaves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np
import pyarrow.compute as pc

from linking.mentions import NodeRef
from recommender import Recommender
from recommender.arrays import BoolArray, DoubleArray, IntArray
from shopgraph.discovery.answers import Facet, FacetValue

_JOINT = " > "
_STEPS = (1, 2, 5)
_BANDS = 5
"""Bands of prices at most."""

Naming = Callable[[NodeRef], str]


class Facets:
    """Counts brands, categories, bands of prices and attributes.

    Args:
        recommender: whose catalogue is counted.
        most: values of a facet at most, the commonest ones.
    """

    def __init__(self, recommender: Recommender, *, most: int = 12) -> None:
        self._items = recommender.artefact.items
        self._most = most

    def of(self, found: BoolArray, *, naming: Naming, words: Callable[[str], str]) -> tuple[Facet, ...]:
        """Give the facets of a result set.

        Args:
            found: of each product whether it is in the set, ``(n_products,)``.
            naming: gives the name of a node in the language of the answer.
            words: gives the name of a facet in that language.
        """
        facets = [
            self._counted("brand", words("brand"), self._brands, found, lambda value: naming(NodeRef("Brand", value))),
            self._counted(
                "category", words("category"), self._categories, found, lambda value: naming(NodeRef("Category", value))
            ),
            Facet("price", words("price"), self._bands(found)),
            *self._attributes(found, naming, words),
        ]
        return tuple(facet for facet in facets if facet.values)

    def _counted(
        self,
        id_: str,
        name: str,
        column: tuple[IntArray, IntArray, Sequence[str]],
        found: BoolArray,
        naming: Callable[[str], str],
    ) -> Facet:
        owner, numbers, values = column
        counts = np.bincount(numbers[found[owner]], minlength=len(values))
        order = [place for place in np.argsort(-counts, kind="stable")[: self._most].tolist() if counts[place]]
        return Facet(id_, name, tuple(FacetValue(values[p], naming(values[p]), int(counts[p])) for p in order))

    def _attributes(self, found: BoolArray, naming: Naming, words: Callable[[str], str]) -> list[Facet]:
        owner, numbers, values = self._attribute_values
        counts = np.bincount(numbers[found[owner]], minlength=len(values))
        groups: dict[str, list[int]] = {}
        for place in np.argsort(-counts, kind="stable").tolist():
            if not counts[place]:
                break
            groups.setdefault(values[place].partition("=")[0], []).append(place)
        made = []
        for name, places in groups.items():
            own = tuple(
                FacetValue(values[p], naming(NodeRef("Attribute", values[p])), int(counts[p]))
                for p in places[: self._most]
            )
            made.append(Facet(f"attribute:{name}", words(name), own))
        return made

    def _bands(self, found: BoolArray) -> tuple[FacetValue, ...]:
        prices = self._prices[found & ~np.isnan(self._prices)]
        if not len(prices):
            return ()
        edges = bands(prices)
        counts = np.histogram(prices, [*edges[:-1], np.inf])[0]
        named = [
            (f"{low:g}-{high:g}", count) for low, high, count in zip(edges, edges[1:], counts.tolist(), strict=False)
        ]
        return tuple(FacetValue(name, name, count) for name, count in named if count)

    @cached_property
    def _prices(self) -> DoubleArray:
        return np.asarray(self._items["price"].to_numpy(zero_copy_only=False), dtype=np.float64)

    @cached_property
    def _brands(self) -> tuple[IntArray, IntArray, Sequence[str]]:
        encoded = self._items["brand"].combine_chunks().dictionary_encode()
        rows = np.flatnonzero(encoded.is_valid().to_numpy(zero_copy_only=False))
        numbers = np.asarray(pc.fill_null(encoded.indices, 0), dtype=np.int64)
        return rows, numbers[rows], encoded.dictionary.to_pylist()

    @cached_property
    def _categories(self) -> tuple[IntArray, IntArray, Sequence[str]]:
        """Every category of a product with all that are wider, each once."""
        names: dict[str, int] = {}
        owner: list[int] = []
        numbers: list[int] = []
        steps: dict[str, list[int]] = {}
        for row, paths in enumerate(self._items["categories"].to_pylist()):
            own: set[int] = set()
            for path in paths or ():
                known = steps.get(path)
                if known is None:
                    parts = path.split(_JOINT)
                    wider = [_JOINT.join(parts[: depth + 1]) for depth in range(len(parts))]
                    known = steps[path] = [names.setdefault(one, len(names)) for one in wider]
                own.update(known)
            owner.extend([row] * len(own))
            numbers.extend(own)
        return np.array(owner, dtype=np.int64), np.array(numbers, dtype=np.int64), list(names)

    @cached_property
    def _attribute_values(self) -> tuple[IntArray, IntArray, Sequence[str]]:
        if "attributes" not in self._items.schema.names:
            return np.zeros(0, np.int64), np.zeros(0, np.int64), []
        lists = self._items["attributes"].combine_chunks()
        encoded = pc.list_flatten(lists).dictionary_encode()
        owner = pc.list_parent_indices(lists).to_numpy().astype(np.int64)
        return owner, np.asarray(encoded.indices, dtype=np.int64), encoded.dictionary.to_pylist()


def bands(prices: DoubleArray) -> list[float]:
    """Give the edges of up to five bands of prices, at round numbers; the last one is open above."""
    low, high = float(prices.min()), float(prices.max())
    size = 1.0
    scale, place = 1.0, 0
    while high - (low // size) * size > size * _BANDS:
        place += 1
        if place == len(_STEPS):
            place, scale = 0, scale * 10
        size = _STEPS[place] * scale
    first = (low // size) * size
    count = max(1, int(np.ceil((high - first) / size)))
    return [first + size * step for step in range(count + 1)]

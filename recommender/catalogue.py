"""The catalogue as serving needs it: rows of ids, and which products a filter lets through.

What filters ask about is indexed when first asked for, and the products that a filter lets through are kept for the
next request with the same filter.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from threading import Lock

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kg.errors import ConfigurationError
from kg.sources.locate import nearest
from recommender.arrays import BoolArray, Csr, DoubleArray, IntArray
from recommender.artefact import Artefact
from recommender.attributes import HAS_ATTRIBUTE
from recommender.baskets import INTERACTIONS
from recommender.filters import Filters
from recommender.rules.rules import Rules

_KEPT = 256
"""Filters whose products are kept; a byte for each product and filter."""


class Catalogue:
    """The products of a model. It is not changed by use, and may be asked by several threads at once.

    Args:
        artefact: the model.
    """

    def __init__(self, artefact: Artefact) -> None:
        self._artefact = artefact
        self._items = artefact.items
        self._masks: OrderedDict[tuple[object, ...], BoolArray] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._items)

    @cached_property
    def row_of(self) -> Mapping[str, int]:
        """Row of each product by its id."""
        return {identifier: row for row, identifier in enumerate(self._items["id"].to_pylist())}

    def rows(self, products: Iterable[str]) -> IntArray:
        """Give the rows of those of the products that the catalogue has."""
        found = (self.row_of.get(product, -1) for product in products)
        return np.array([row for row in found if row >= 0], dtype=np.int64)

    def allowed(self, filters: Filters) -> BoolArray:
        """Say of each product whether it may be in the answer, ``(n_products,)``; not to be changed.

        Raises:
            ConfigurationError: the filter names a relation that products do not have.
        """
        key = filters.conditions()
        with self._lock:
            mask = self._masks.get(key)
            if mask is not None:
                self._masks.move_to_end(key)
        if mask is None:
            mask = self._compiled(filters)
            mask.flags.writeable = False
            with self._lock:
                self._masks[key] = mask
                while len(self._masks) > _KEPT:
                    self._masks.popitem(last=False)
        if filters.products:
            only = np.zeros(len(self), dtype=np.bool_)
            only[self.rows(filters.products)] = True
            mask = mask & only
        if filters.exclude:
            mask = mask.copy()
            mask[self.rows(filters.exclude)] = False
        return mask

    def within(self, filters: Filters | None, rules: Rules | None = None) -> BoolArray:
        """Say of each product whether a request's filters and those of its rules let it through, as one's own array.

        Raises:
            ConfigurationError: a filter names a relation that products do not have.
        """
        mask = np.ones(len(self), dtype=np.bool_)
        for own in (filters, None if rules is None else rules.filters):
            if own is not None:
                mask &= self.allowed(own)
        return mask

    def categories(self, depth: int | None = None) -> tuple[IntArray, IntArray]:
        """Give the categories of each product as numbers: ``indptr`` and ``indices`` of rows.

        Args:
            depth: paths are cut to so many steps; None for whole paths.
        """
        owner, paths = self._paths
        cut = [" > ".join(path.split(" > ")[:depth]) for path in paths.to_pylist()]
        number = {name: place for place, name in enumerate(dict.fromkeys(cut))}
        pairs = np.unique(owner * (len(number) + 1) + np.array([number[name] for name in cut], dtype=np.int64))
        rows, columns = np.divmod(pairs, len(number) + 1)
        return np.searchsorted(rows, np.arange(len(self) + 1)), columns

    @cached_property
    def brands(self) -> IntArray:
        """A number for each product's brand, -1 where it has none, ``(n_products,)``."""
        return np.asarray(pc.fill_null(self._brand.indices, -1), dtype=np.int64)

    @cached_property
    def days(self) -> DoubleArray:
        """When each product came out, in days since 1970, NaN where unknown, ``(n_products,)``."""
        stamps = self._items["released"].combine_chunks().cast(pa.int64())
        return np.asarray(stamps.to_numpy(zero_copy_only=False), dtype=np.float64) / 86_400_000

    @cached_property
    def relations(self) -> tuple[str, ...]:
        """Names of the relations that ``links`` of a filter may name."""
        names = [kind.name for kind in self._artefact.kinds if kind.name != INTERACTIONS and not kind.direct]
        names += [name for name in pc.unique(self._artefact.links["relation"]).to_pylist() if name not in names]
        if self._attributes is not None and HAS_ATTRIBUTE not in names:
            names.append(HAS_ATTRIBUTE)
        return tuple(names)

    def _compiled(self, filters: Filters) -> BoolArray:
        mask = np.ones(len(self), dtype=np.bool_)
        if filters.brands:
            mask &= self._of_brands(filters.brands)
        if filters.categories:
            mask &= self._in_categories(filters.categories)
        with np.errstate(invalid="ignore"):
            if filters.price_min is not None:
                mask &= self._price >= filters.price_min
            if filters.price_max is not None:
                mask &= self._price <= filters.price_max
        if filters.in_stock:
            stock = pc.fill_null(self._items["in_stock"], False).to_numpy(zero_copy_only=False)
            mask &= np.asarray(stock, dtype=np.bool_)
        for relation, names in filters.links.items():
            mask &= self._linked(relation, names)
        for name, values in filters.attributes.items():
            if HAS_ATTRIBUTE in self.relations:
                mask &= self._linked(HAS_ATTRIBUTE, [f"{name}={value}" for value in values])
            else:
                mask[:] = False
        if filters.exclude_brands:
            mask &= ~self._of_brands(filters.exclude_brands)
        if filters.exclude_categories:
            mask &= ~self._in_categories(filters.exclude_categories)
        return mask

    @cached_property
    def _price(self) -> DoubleArray:
        return np.asarray(self._items["price"].to_numpy(zero_copy_only=False), dtype=np.float64)

    @cached_property
    def _brand(self) -> pa.DictionaryArray:
        names = pa.concat_arrays(
            pc.utf8_lower(self._items["brand"].cast(pa.string())).chunks or [pa.array([], pa.string())]
        )
        return names.dictionary_encode()

    def _of_brands(self, names: Sequence[str]) -> BoolArray:
        wanted = pa.array([name.lower() for name in names], pa.string())
        numbers = np.flatnonzero(pc.is_in(self._brand.dictionary, wanted).to_numpy(zero_copy_only=False))
        return np.isin(self.brands, numbers)

    @cached_property
    def _paths(self) -> tuple[IntArray, pa.Array]:
        """The product of each entry of ``categories``, and the entries."""
        lists = self._items["categories"].combine_chunks()
        return pc.list_parent_indices(lists).to_numpy().astype(np.int64), pc.list_flatten(lists)

    @cached_property
    def _answers_to(self) -> Mapping[str, IntArray]:
        """Rows of the products in each category, by every name that it answers to."""
        owner, paths = self._paths
        encoded = paths.dictionary_encode()
        numbers = np.asarray(encoded.indices)
        order = np.argsort(numbers, kind="stable")
        bounds = np.searchsorted(numbers[order], np.arange(len(encoded.dictionary) + 1))
        found: dict[str, list[IntArray]] = {}
        for number, path in enumerate(encoded.dictionary.to_pylist()):
            for name in _names(path):
                found.setdefault(name, []).append(owner[order[bounds[number] : bounds[number + 1]]])
        return {name: np.concatenate(rows) for name, rows in found.items()}

    def _in_categories(self, names: Sequence[str]) -> BoolArray:
        mask = np.zeros(len(self), dtype=np.bool_)
        for name in names:
            rows = self._answers_to.get(name.lower())
            if rows is not None:
                mask[rows] = True
        return mask

    @cached_property
    def _attributes(self) -> tuple[IntArray, pa.Array] | None:
        """The product of each attribute, and the attribute's id; None where no product has one."""
        if "attributes" not in self._items.schema.names:  # of a model trained before attributes were kept
            return None
        lists = self._items["attributes"].combine_chunks()
        own = pc.utf8_lower(pc.list_flatten(lists))
        return (pc.list_parent_indices(lists).to_numpy(), own) if len(own) else None

    def _linked(self, relation: str, names: Sequence[str]) -> BoolArray:
        if relation not in self.relations:
            raise ConfigurationError(
                f'filters.links names the relation "{relation}", which products do not have here.'
                f"{nearest(relation, self.relations)} They have: {', '.join(self.relations) or 'none'}."
            )
        wanted = pa.array([name.lower() for name in names], pa.string())
        mask = np.zeros(len(self), dtype=np.bool_)
        start = 0
        for kind in self._artefact.kinds:
            if kind.name == INTERACTIONS or kind.direct:
                continue
            if kind.name == relation:
                mask |= _members(kind.members, _named(self._artefact.targets.slice(start, len(kind.targets)), wanted))
            start += len(kind.targets)
        others = self._artefact.links.filter(pc.equal(self._artefact.links["relation"], relation))
        mask[others["item"].to_numpy()[_named(others, wanted)]] = True
        if relation == HAS_ATTRIBUTE and self._attributes is not None:
            owner, own = self._attributes
            mask[owner[pc.is_in(own, wanted).to_numpy(zero_copy_only=False)]] = True
        return mask


def _named(targets: pa.Table, wanted: pa.Array) -> BoolArray:
    hits = [pc.is_in(pc.utf8_lower(targets[column]), wanted) for column in ("id", "name")]
    return np.asarray(pc.or_(*hits).to_numpy(), dtype=np.bool_)


def _members(members: Csr, baskets: BoolArray) -> BoolArray:
    """Say of each item whether it is in one of the baskets."""
    chosen = baskets[members.indices]
    mask: BoolArray = np.zeros(members.shape[0], dtype=np.bool_)
    mask[np.repeat(np.arange(members.shape[0]), np.diff(members.indptr))[chosen]] = True
    return mask


def _names(path: str) -> set[str]:
    """Give every name a category answers to: each step of its path, and the path up to there."""
    steps = path.lower().split(" > ")
    return {*steps, *(" > ".join(steps[: depth + 1]) for depth in range(len(steps)))}

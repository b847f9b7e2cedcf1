"""What the graph says of the product a review is about: what it is linked to, and what its neighbours are.

A review of a red jacket that says "red" means that colour; one of a phone that says "Apple" means the brand that other
phones have. ``ShopContext`` answers both questions for any entry of a lexicon.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from kg.store.protocol import EdgeKey, GraphStore
from linking.graph.reading import ids, pairs, properties
from linking.lexicon import Lexicon
from linking.mentions import NodeRef

if TYPE_CHECKING:
    from scipy import sparse

IntArray = npt.NDArray[np.int64]

_LINKS: tuple[EdgeKey, ...] = (
    EdgeKey("Product", "HAS_BRAND", "Brand"),
    EdgeKey("Product", "IN_CATEGORY", "Category"),
    EdgeKey("Product", "HAS_ATTRIBUTE", "Attribute"),
)
_PART_OF = EdgeKey("Category", "PART_OF", "Category")
_CACHED_PRODUCTS = 4096
_CERTAIN = 3.0


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known around one product.

    Attributes:
        linked: positions of the entries it is linked to, itself among them.
        slots: brand, and attribute names, that it has a value of: "Brand", "colour".
        categories: rows of its categories in the table of shares.
    """

    linked: frozenset[int]
    slots: frozenset[str]
    categories: tuple[int, ...]


class SparseRows(NamedTuple):
    """A matrix by its rows, as SciPy's CSR arrays hold it; linking only looks rows up, and starts without SciPy.

    Attributes:
        data: values, row after row, ``(n_values,)``.
        indices: column of each, ascending in its row, ``(n_values,)``.
        indptr: where each row begins among them, ``(n_rows + 1,)``.
    """

    data: npt.NDArray[np.float64]
    indices: IntArray
    indptr: IntArray


class ShopContext:
    """What is known of products, by the entries of a lexicon.

    Args:
        products: ids.
        links: product-by-entry, 1 where linked, ``(n_products, n_entries)``.
        shares: category-by-entry, share of a category's products that are linked to the entry,
            ``(n_categories, n_entries)``.
        overall: share of all products that are linked to the entry, ``(n_entries,)``.
        slots: of each entry: "Brand", the name of an attribute, or "" for others, ``n_entries`` long.
        categories: entry of each row of ``shares``, ``(n_categories,)``.
    """

    def __init__(
        self,
        products: tuple[str, ...],
        links: SparseRows,
        shares: SparseRows,
        overall: npt.NDArray[np.float64],
        slots: tuple[str, ...],
        categories: IntArray,
    ) -> None:
        self.products, self.categories = products, categories
        self._row = {id_: row for row, id_ in enumerate(products)}
        self.links, self.shares, self.overall, self.slots = links, shares, overall, slots
        self._category = {int(entry): row for row, entry in enumerate(categories)}
        self.around = lru_cache(maxsize=_CACHED_PRODUCTS)(self._around)
        self._share = lru_cache(maxsize=65_536)(self._share_of)

    def _around(self, product: str) -> Surroundings | None:
        """Give what is known around a product; None for one that the graph does not hold."""
        row = self._row.get(product)
        if row is None:
            return None
        linked = self.links.indices[self.links.indptr[row] : self.links.indptr[row + 1]].tolist()
        return Surroundings(
            frozenset(linked),
            frozenset(self.slots[entry] for entry in linked) - {""},
            tuple(sorted(self._category[entry] for entry in linked if entry in self._category)),
        )

    def lift(self, entry: int, around: Surroundings) -> float:
        """Give log2 of how much likelier the product's neighbours have the entry than all products, -3 to 3."""
        shares = [self._share(category, entry) for category in around.categories]
        if not shares:
            return 0.0
        base = float(self.overall[entry]) + 1e-3
        return float(np.clip(np.log2((max(shares) + 1e-3) / base), -_CERTAIN, _CERTAIN))

    def _share_of(self, category: int, entry: int) -> float:
        start, stop = self.shares.indptr[category], self.shares.indptr[category + 1]
        place = start + int(np.searchsorted(self.shares.indices[start:stop], entry))
        return float(self.shares.data[place]) if place < stop and self.shares.indices[place] == entry else 0.0

    def chance(self, entry: int, around: Surroundings) -> float:
        """Give the share of the product's neighbours that are linked to the entry, of all products without any."""
        shares = [self._share(category, entry) for category in around.categories]
        return max(shares) if shares else float(self.overall[entry])

    def conflicts(self, entry: int, around: Surroundings) -> bool:
        """Tell whether the product is known to have another brand, or another value of the attribute."""
        slot = self.slots[entry]
        return slot != "" and slot in around.slots and entry not in around.linked


def shop_context(store: GraphStore, lexicon: Lexicon) -> ShopContext:
    """Read what the graph says of its products.

    Raises:
        GraphStoreError: the store cannot be read.
    """
    place = {entry.node: number for number, entry in enumerate(lexicon.entries)}
    products = tuple(ids(store, "Product"))
    row = {id_: number for number, id_ in enumerate(products)}
    wider: dict[str, list[str]] = {}
    for child, parent in pairs(store, _PART_OF):
        wider.setdefault(child, []).append(parent)
    heads: list[int] = []
    tails: list[int] = []
    for key in _LINKS:
        for source, target in pairs(store, key):
            for id_ in _with_wider(target, wider) if key.target == "Category" else (target,):
                entry = place.get(NodeRef(key.target, id_))
                if entry is not None:
                    heads.append(row[source])
                    tails.append(entry)
    for id_, number in row.items():
        entry = place.get(NodeRef("Product", id_))
        if entry is not None:
            heads.append(number)
            tails.append(entry)
    from scipy import sparse  # for making alone; processes that link start without it

    n_entries = len(lexicon.entries)
    links = sparse.csr_array((np.ones(len(heads)), (heads, tails)), shape=(len(products), n_entries))
    links.sum_duplicates()
    links.data[:] = 1.0
    links.sort_indices()
    categories = np.array(
        [number for number, entry in enumerate(lexicon.entries) if entry.node.label == "Category"], dtype=np.int64
    )
    member = links[:, categories].T.tocsr()
    sizes = np.maximum(member.sum(axis=1), 1.0)
    shares = sparse.csr_array(sparse.diags_array(1.0 / sizes) @ (member @ links))
    shares.sort_indices()
    overall = np.asarray(links.sum(axis=0)) / max(1, len(products))
    return ShopContext(products, _rows(links), _rows(shares), overall, _slots(store, lexicon), categories)


def _rows(matrix: sparse.csr_array) -> SparseRows:
    return SparseRows(matrix.data, matrix.indices.astype(np.int64), matrix.indptr.astype(np.int64))


def _slots(store: GraphStore, lexicon: Lexicon) -> tuple[str, ...]:
    names = dict(properties(store, "Attribute", "name"))
    return tuple(
        "Brand" if entry.node.label == "Brand" else (names.get(entry.node.id) or "")
        if entry.node.label == "Attribute" else ""
        for entry in lexicon.entries
    )  # fmt: skip


def _with_wider(category: str, wider: Mapping[str, list[str]]) -> set[str]:
    found = {category}
    fringe = [category]
    while fringe:
        for parent in wider.get(fringe.pop(), ()):
            if parent not in found:
                found.add(parent)
                fringe.append(parent)
    return found

"""What new products are linked to that no basket holds yet: nodes of one known product alone, and nodes unheard of.

A node that a known and a new product share is a basket from now on, so that it says who is like whom. All else is kept
for filters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import scipy.sparse as sp

from recommender.arrays import csr
from recommender.artefact import Artefact
from recommender.baskets import INTERACTIONS, Baskets
from recommender.links import LINKS

_ALWAYS = ("HAS_BRAND", "IN_CATEGORY", "HAS_ATTRIBUTE")
"""Relations that a new product may have without naming them among its links."""


class Linked(Protocol):
    """What is asked of ``recommender.newcomers.NewProduct``."""

    @property
    def links(self) -> Mapping[str, object]:
        """Relation -> nodes."""

    def nodes(self, relation: str) -> dict[str, float]:
        """Give the nodes that it is linked to by a relation, in lower case, with the weight of each link."""


def with_baskets(artefact: Artefact, products: Sequence[Linked]) -> Artefact:
    """Give the model with a basket for each node that one known product alone has, and a new one has too.

    Args:
        artefact: the model, without the new products.
        products: the new ones.
    """
    kinds: list[Baskets] = []
    tables, start = [artefact.targets.slice(0, 0)], 0
    for kind in artefact.kinds:
        if kind.name == INTERACTIONS or kind.direct:
            kinds.append(kind)
            continue
        targets = artefact.targets.slice(start, len(kind.targets))
        start += len(kind.targets)
        words = {word for product in products for word in product.nodes(kind.name)} - _words(targets)
        found = _of(artefact.links, kind, words)
        kinds.append(_with_basket(kind, found))
        first = np.unique(found["target"].to_numpy(), return_index=True)[1]
        tables += [targets, found.take(pa.array(first)).select(targets.column_names)]
    return replace(artefact, kinds=tuple(kinds), targets=pa.concat_tables(tables).combine_chunks())


def with_links(artefact: Artefact, products: Sequence[Linked], *, n_old: int) -> pa.Table:
    """Give the links that no basket holds, those of new products among them.

    Args:
        artefact: the model, with the baskets of ``with_baskets``.
        products: the new ones, which come after those known.
        n_old: how many are known.
    """
    held: dict[str, set[str]] = {}
    outgoing: dict[str, bool] = {}
    start = 0
    for kind in artefact.kinds[1:]:
        if not kind.direct:
            held.setdefault(kind.name, set()).update(_words(artefact.targets.slice(start, len(kind.targets))))
            outgoing[kind.name] = kind.outgoing
            start += len(kind.targets)
    rows = []
    for number, product in enumerate(products):
        for relation in dict.fromkeys([*product.links, *_ALWAYS]):
            for word, weight in product.nodes(relation).items():
                if word not in held.get(relation, ()):
                    own = {"relation": relation, "outgoing": outgoing.get(relation, True), "target": -1, "label": ""}
                    rows.append({**own, "item": n_old + number, "weight": weight, "id": word, "name": word})
    return pa.concat_tables([artefact.links, pa.Table.from_pylist(rows, schema=LINKS)]).combine_chunks()


def _of(links: pa.Table, kind: Baskets, words: set[str]) -> pa.Table:
    """Give the links of a kind to nodes of the graph that the words name, by id or name."""
    own = links.filter(
        (pc.field("relation") == kind.name) & (pc.field("outgoing") == kind.outgoing) & (pc.field("target") >= 0)
    )
    wanted = pa.array(sorted(words), pa.string())
    return own.filter(pc.or_(*(pc.is_in(pc.utf8_lower(own[column]), wanted) for column in ("id", "name"))))


def _with_basket(kind: Baskets, found: pa.Table) -> Baskets:
    """Add a basket for each node that the links lead to, with the products known of it."""
    if not len(found):
        return kind
    targets, column = np.unique(found["target"].to_numpy(), return_inverse=True)
    shape = (kind.members.shape[0], len(targets))
    more = csr(found["item"].to_numpy(), column.astype(np.int64), found["weight"].to_numpy(), shape)
    members = sp.csr_matrix(sp.hstack([kind.members, more], format="csr"), dtype=np.float32)
    return replace(kind, members=members, targets=np.concatenate([kind.targets, targets]))


def _words(targets: pa.Table) -> set[str]:
    """Give all that nodes are called, in lower case."""
    return {str(word).lower() for column in ("id", "name") for word in targets[column].to_pylist()}

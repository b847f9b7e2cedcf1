"""Collecting what a report shows from the snapshot, the import, the evaluation and the recommender."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Protocol

import numpy as np

from kg.quality import RULES, QualityReport
from kg.schema import EDGES, NODES
from kg.snapshot import Snapshot
from recommender.answers import Answer, Node, Recommendation
from recommender.rules import Rules
from shopgraph.report.data import Card, Count, Evaluation, Recommended, ReportData, Story, TableQuality

_HISTORY = 8
_REASONS = 3
_COLUMNS = ["id", "name", "name_zh", "brand", "price", "image"]


class Recommends(Protocol):
    """What a report asks of ``recommender.Recommender``."""

    def recommend(self, *, user: str, k: int, reasons: bool, rules: Rules | None) -> Answer:
        """Recommend ``k`` products to a customer."""

    def history(self, user: str) -> tuple[Node, ...]:
        """Give the products that the recommender knows a customer to have had."""


def collect_report(
    snapshot: Snapshot,
    quality: QualityReport | None,
    evaluation: Evaluation | None,
    recommender: Recommends,
    *,
    customers: int = 6,
    k: int = 6,
    parameters: Mapping[str, object] | None = None,
    rules: Rules | None = None,
    chinese: Callable[[Node], str | None] = lambda node: None,
    image_root: Path | None = None,
    title: str = "shopgraph report",
) -> ReportData:
    """Give what ``write_report`` shows.

    Args:
        snapshot: that the model learned from.
        quality: outcome of the import; None leaves that part out.
        evaluation: of the model; None leaves that part out.
        recommender: to ask for the sample customers.
        customers: how many to show, spread over short and long histories; the same ones every time.
        k: products to recommend to each.
        parameters: chosen or set for the model, by name.
        rules: of the shop, which its recommendations keep to.
        chinese: gives the Chinese name of a node that is no product, where it has one.
        image_root: folder that the paths of photos start from where they are not absolute.
        title: of the page.
    """
    users = pick_customers(snapshot, customers)
    answers = {user: recommender.recommend(user=user, k=k, reasons=True, rules=rules) for user in users}
    histories = {user: recommender.history(user) for user in users}
    cards = _cards(snapshot, _products(answers.values(), histories.values()), image_root)
    names = dict(zip(users, _user_names(snapshot, users), strict=True))
    return ReportData(
        title=title,
        nodes=node_counts(snapshot),
        edges=edge_counts(snapshot),
        quality=table_quality(quality) if quality is not None else (),
        evaluation=evaluation if evaluation is not None else Evaluation(),
        parameters=parameters or {},
        stories=tuple(_story(user, names[user], histories[user], answers[user], cards) for user in users),
        names_zh={("Product", card.id): card.name_zh for card in cards.values() if card.name_zh}
        | _chinese_names(answers.values(), chinese),
        fingerprint=snapshot.fingerprint,
        source=Path(quality.source).name if quality is not None else "",
    )


def pick_customers(snapshot: Snapshot, n: int) -> tuple[str, ...]:
    """Give the ids of ``n`` customers with a history, or all if there are fewer, from the shortest to the longest.

    They stand at even distances in the order of the lengths of their histories; equal lengths are in the order of ids.
    """
    products = snapshot.ids.slice("Product")
    users = snapshot.ids.slice("User")
    width = max(products.stop - products.start, 1)
    pairs = [
        (edges.head - users.start) * width + (edges.tail - products.start) for edges in snapshot.interactions.values()
    ]
    if not pairs or n < 1:
        return ()
    lengths = np.bincount(np.unique(np.concatenate(pairs)) // width, minlength=users.stop - users.start)
    order = np.argsort(lengths, kind="stable")
    order = order[lengths[order] > 0]
    picked = order[np.unique(np.linspace(0, len(order) - 1, num=min(n, len(order))).round().astype(np.int64))]
    return tuple(snapshot.ids.ids(picked + users.start).to_pylist())


def node_counts(snapshot: Snapshot) -> tuple[Count, ...]:
    """Give the number of nodes of each label that has any, in the order of the schema."""
    return tuple(
        Count(label, snapshot.ids.count(label), NODES[label].doc, (NODES[label].color,))
        for label in snapshot.ids.labels
    )


def edge_counts(snapshot: Snapshot) -> tuple[Count, ...]:
    """Give the number of edges of each relationship type that has any, in the order of the schema."""
    counts: Counter[str] = Counter()
    pairs: dict[str, dict[tuple[str, str], None]] = {}
    for relation, edges in snapshot.edges.items():
        counts[relation.type] += len(edges)
        pairs.setdefault(relation.type, {})[relation.source, relation.target] = None
    found = []
    for name, edge in EDGES.items():
        if name in counts:
            labels = dict.fromkeys(label for pair in pairs[name] for label in pair)
            colors = tuple(NODES[label].color for label in labels)
            found.append(Count(name, counts[name], edge.doc, colors, tuple(pairs[name])))
    return tuple(found)


def table_quality(quality: QualityReport) -> tuple[TableQuality, ...]:
    """Give the outcome of the import per table, and of the lines that could not be read."""
    tables = [
        TableQuality(name, table.read, table.kept, table.implied, _reasons(table.quarantined))
        for name, table in quality.tables.items()
    ]
    if quality.unreadable:
        lines = quality.unreadable.total()
        tables.append(TableQuality("", lines, 0, 0, _reasons(quality.unreadable)))
    return tuple(tables)


def _reasons(quarantined: Mapping[str, int]) -> tuple[tuple[str, str, int], ...]:
    order = sorted(quarantined.items(), key=lambda entry: (-entry[1], entry[0]))
    return tuple((code, RULES[code].title if code in RULES else code, number) for code, number in order if number)


def _products(answers: Iterable[Answer], histories: Iterable[tuple[Node, ...]]) -> tuple[str, ...]:
    """Give the ids of every product that is shown or stands on a path."""
    nodes: list[Node] = [node for history in histories for node in history[:_HISTORY]]
    for answer in answers:
        for item in answer.items:
            nodes.append(item.product)
            for reason in item.reasons[:_REASONS]:
                nodes.extend(() if reason.history is None else (reason.history,))
                nodes.extend(step.node for step in reason.path)
    return tuple(dict.fromkeys(node.id for node in nodes if node.label == "Product" and node.id))


def _chinese_names(answers: Iterable[Answer], chinese: Callable[[Node], str | None]) -> dict[tuple[str, str], str]:
    """Give the Chinese names of the nodes between products that stand on a path."""
    reasons = [reason for answer in answers for item in answer.items for reason in item.reasons[:_REASONS]]
    nodes = {step.node for reason in reasons for step in reason.path if step.node.id and step.node.label != "Product"}
    names = {(node.label, node.id): chinese(node) for node in nodes}
    return {key: name for key, name in sorted(names.items()) if name}


def _cards(snapshot: Snapshot, ids: tuple[str, ...], image_root: Path | None) -> dict[str, Card]:
    rows = snapshot.ids.find("Product", ids) if ids else np.empty(0, dtype=np.int64)
    known = rows[rows >= 0] - snapshot.ids.slice("Product").start
    return {
        row["id"]: Card(
            id=row["id"],
            name=row["name"] or row["id"],
            name_zh=row["name_zh"] or "",
            brand=row["brand"] or "",
            price=row["price"],
            image=_place(row["image"], image_root),
        )
        for row in snapshot.products.select(_COLUMNS).take(known).to_pylist()
    }


def _place(image: str | None, root: Path | None) -> Path | None:
    if not image or "://" in image:
        return None
    path = Path(image)
    return path if root is None or path.is_absolute() else root / path


def _user_names(snapshot: Snapshot, users: tuple[str, ...]) -> list[str]:
    return [snapshot.name(int(row)) for row in snapshot.ids.rows("User", users)] if users else []


def _story(user: str, name: str, history: tuple[Node, ...], answer: Answer, cards: Mapping[str, Card]) -> Story:
    return Story(
        user=user,
        name=name,
        history=tuple(_card(node, cards) for node in history[:_HISTORY]),
        n_history=len(history),
        recommended=tuple(_recommended(item, cards) for item in answer.items),
        source=answer.source,
        notes=answer.notes,
    )


def _recommended(item: Recommendation, cards: Mapping[str, Card]) -> Recommended:
    return Recommended(_card(item.product, cards), item.rank, item.score, item.reasons[:_REASONS])


def _card(node: Node, cards: Mapping[str, Card]) -> Card:
    return cards.get(node.id) or Card(id=node.id, name=node.name or node.id)

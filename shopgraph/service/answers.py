"""From the recommender's answers to JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from starlette.responses import Response

from recommender.answers import Answer, Node, Reason, Recommendation
from recommender.filters import Filters
from recommender.nothing import why_nothing
from shopgraph.service.metrics import SOURCES
from shopgraph.service.naming import Naming, plain_names
from shopgraph.service.schemas.common import FiltersBody, Language
from shopgraph.service.state import Loaded

MODEL, SOURCE = "X-Shopgraph-Model", "X-Shopgraph-Source"
"""Headers of an answer that is no JSON: the model's version, and the way it was found."""


def json_response(content: object, *, status: int = 200) -> Response:
    """Give an answer as JSON."""
    return Response(
        orjson.dumps(content, option=orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS),
        status,
        media_type="application/json",
    )


def reply(loaded: Loaded, source: str, content: Mapping[str, object], *, status: int = 200) -> Response:
    """Give an answer with the model's version and the way it was found."""
    SOURCES.labels(source).inc()
    return json_response({"model": loaded.version, "source": source, **content}, status=status)


def told_beside(loaded: Loaded | None, source: str) -> dict[str, str]:
    """Give the headers by which an answer that is no JSON tells the model's version and the way it was found."""
    return {SOURCE: source} if loaded is None else {MODEL: loaded.version, SOURCE: source}


def table_reply(loaded: Loaded, source: str, content: str) -> Response:
    """Give a table as CSV, with the model's version and the way it was found in headers."""
    SOURCES.labels(source).inc()
    return Response(content, media_type="text/csv; charset=utf-8", headers=told_beside(loaded, source))


def filters_of(body: FiltersBody | None) -> Filters | None:
    """Give the recommender's filters; None where nothing is restricted."""
    if body is None or body == FiltersBody():
        return None
    return Filters(
        brands=tuple(body.brands),
        categories=tuple(body.categories),
        price_min=body.price_min,
        price_max=body.price_max,
        in_stock=body.in_stock,
        links={relation: tuple(names) for relation, names in body.links.items()},
        attributes={name: tuple(values) for name, values in body.attributes.items()},
        exclude=tuple(body.exclude),
        exclude_brands=tuple(body.exclude_brands),
        exclude_categories=tuple(body.exclude_categories),
    )


def node_dict(node: Node, names: Naming = plain_names) -> dict[str, str]:
    """Give a node as it is named outside."""
    return {"label": node.label, "id": node.id, "name": names(node.label, node.id, node.name)}


def item_dict(
    item: Recommendation,
    card: Mapping[str, Any],
    names: Naming = plain_names,
    language: Language = Language.EN,
    *,
    chances: Mapping[str, float] | None = None,
) -> dict[str, object]:
    """Give one product of an answer, its reasons in sentences of the language."""
    return {
        "rank": item.rank,
        "product": card,
        "score": item.score,
        "chance": None if chances is None else chances[item.product.id],
        "rules": list(item.rules),
        "shares": dict(item.shares),
        "reasons": [reason_dict(reason, names, language) for reason in item.reasons],
    }


def reason_dict(reason: Reason, names: Naming = plain_names, language: Language = Language.EN) -> dict[str, object]:
    """Give one reason, its sentence in the language."""

    def known(node: Node) -> str | None:
        name = names(node.label, node.id, node.name)
        return None if name == node.name else name

    return {
        "sentence": reason.sentence(language.value, names=known),
        "relation": reason.relation,
        "score": reason.score,
        "share": reason.share,
        "history": None if reason.history is None else node_dict(reason.history, names),
        "path": [
            {"relation": step.relation, "forward": step.forward, **node_dict(step.node, names)} for step in reason.path
        ],
        "evidence": reason.evidence,
    }


def answer_response(
    loaded: Loaded,
    answer: Answer,
    language: Language,
    names: Naming = plain_names,
    *,
    filters: Filters | None = None,
    chances: Mapping[str, float] | None = None,
) -> Response:
    """Give the recommender's answer as JSON; one that is empty says which of its filters leaves nothing."""
    chinese = language is Language.ZH
    items = [
        item_dict(item, loaded.cards.card(item.product.id, chinese=chinese), names, language, chances=chances)
        for item in answer.items
    ]
    nothing = () if items else why_nothing(loaded.recommender.catalogue, filters)
    return reply(loaded, answer.source, {"items": items, "notes": [*answer.notes, *nothing]})

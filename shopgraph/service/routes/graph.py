"""``GET /api/v1/graph/...``: walking the graph."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path as FilePath
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import FileResponse, Response

from kg.errors import UnknownIdError
from kg.limits import limit
from kg.store.protocol import GraphStore
from shopgraph.browse import Place, among, explanation, find_nodes, find_paths, neighbours, node_details, schema_dict
from shopgraph.service.answers import reply, told_beside
from shopgraph.service.context import service_of
from shopgraph.service.errors import ServiceError
from shopgraph.service.naming import Naming, naming
from shopgraph.service.photos import picture_file
from shopgraph.service.schemas.common import Id, Language
from shopgraph.service.schemas.graph import (
    AmongRequest,
    FoundReply,
    NeighboursReply,
    NodeReply,
    PathsReply,
    PieceReply,
    SchemaReply,
)

router = APIRouter(prefix="/api/v1/graph", tags=["graph"])
Label = Annotated[Id, Path(examples=["Product"])]
NodeId = Annotated[Id, Path(examples=["P0001"])]
Types = Annotated[str | None, Query(description="Relationship types, by commas.", examples=["HAS_BRAND,IN_CATEGORY"])]
End = Annotated[Id, Query(description="A node as Label:id.")]


async def _ask(request: Request, language: Language, look: Callable[[GraphStore], dict[str, Any]]) -> Response:
    service = service_of(request)
    loaded = service.models.current
    names = await naming(loaded, language)
    return await service.work(lambda: reply(loaded, "graph", _named(look(service.graph.store()), names)))


def _named(content: dict[str, Any], names: Naming) -> dict[str, Any]:
    """Name the nodes of an answer in its language."""
    for node in content["nodes"]:
        node["name"] = names(node["label"], node["id"], node["name"])
    return content


@router.get("/schema", response_model=SchemaReply, summary="Labels and relationships")
async def schema(request: Request) -> Response:
    """Give the graph's schema: what the legend is made of."""
    return reply(service_of(request).models.current, "schema", schema_dict())


@router.get("/find", response_model=FoundReply, summary="Nodes by name or id")
async def find(
    request: Request,
    q: Annotated[Id, Query(description="A part of a name or of an id.", examples=["shoe"])],
    labels: Annotated[str | None, Query(description="Labels to look among, by commas.")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 20,
    language: Language = Language.EN,
) -> Response:
    """Find nodes: those whose id it is first, then names that begin with it or have it, then ids that do."""
    return await _ask(
        request, language, lambda store: {"nodes": find_nodes(store, q, labels=_listed(labels), most=limit)}
    )


@router.get("/node/{label}/{id:path}", response_model=NodeReply, summary="One node")
async def node(request: Request, label: Label, id: NodeId, language: Language = Language.EN) -> Response:
    """Give a node with all its properties."""
    service = service_of(request)
    loaded = service.models.current
    names = await naming(loaded, language)

    def look() -> Response:
        found = _named({"nodes": [node_details(service.graph.store(), Place(label, id))]}, names)
        return reply(loaded, "graph", {"node": found["nodes"][0]})

    return await service.work(look)


@router.get(
    "/photo/{id:path}",
    response_class=Response,
    responses={200: {"content": {"image/*": {}}, "description": "The photo."}},
    summary="The photo of a picture",
)
async def picture(request: Request, id: Annotated[Id, Path(examples=["I00001"])]) -> Response:
    """Give the photo of a node of the label Image, as its file has it."""
    service = service_of(request)
    loaded = service.models.current if service.models.loaded else None

    def look() -> tuple[FilePath, str] | None:
        own = node_details(service.graph.store(), Place("Image", id))["properties"]
        told = own.get("path") if isinstance(own, dict) else None
        return picture_file(service.project, told if isinstance(told, str) else None)

    found = await service.work(look)
    if found is None:
        raise ServiceError(404, "The file of this picture is not here.", code="no_photo")
    file, kind = found
    headers = {"Cache-Control": "private, max-age=3600", **told_beside(loaded, "graph")}
    return FileResponse(file, media_type=kind, headers=headers)


@router.get("/neighbours/{label}/{id:path}", response_model=NeighboursReply, summary="What is next to a node")
async def next_to(
    request: Request,
    label: Label,
    id: NodeId,
    types: Types = None,
    limit: Annotated[int, Query(ge=1, le=limit("graph_nodes"), description="For each type.")] = 50,
    language: Language = Language.EN,
) -> Response:
    """Give a node, its neighbours and the edges between."""

    def look(store: GraphStore) -> dict[str, Any]:
        found = neighbours(store, Place(label, id), types=_listed(types), most=limit)
        return {**found.piece.as_dict(), "more": found.more}

    return await _ask(request, language, look)


@router.post("/among", response_model=PieceReply, summary="Nodes, and the edges between them")
async def between(request: Request, body: AmongRequest) -> Response:
    """Give the nodes that were named, as far as the graph has them, and all edges among them."""
    places = [Place.parse(key) for key in body.nodes]
    return await _ask(request, body.language, lambda store: among(store, places).as_dict())


@router.get("/paths", response_model=PathsReply, summary="How two nodes are connected")
async def paths(
    request: Request,
    start: Annotated[Id, Query(alias="from", description="A node as Label:id.", examples=["User:U00001"])],
    end: Annotated[Id, Query(alias="to", description="A node as Label:id.", examples=["Product:P0001"])],
    max_hops: Annotated[int, Query(ge=1, le=limit("graph_hops"))] = 4,
    types: Types = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 10,
    language: Language = Language.EN,
) -> Response:
    """Give the shortest paths between two nodes, edges walked either way."""

    def look(store: GraphStore) -> dict[str, Any]:
        ends = Place.parse(start), Place.parse(end)
        found = find_paths(store, *ends, max_hops=max_hops, types=_listed(types), most=limit)
        told = {"paths": found.paths, "hops": found.hops, "complete": found.complete}
        return {**found.piece.as_dict(), **told}

    return await _ask(request, language, look)


@router.get("/explanation", response_model=PieceReply, summary="The subgraph that explains a recommendation")
async def explained(
    request: Request,
    product: Annotated[Id, Query(examples=["P0002"])],
    user: Annotated[Id, Query(examples=["U00001"])],
    limit: Annotated[int, Query(ge=1, le=100, description="Reasons shown.")] = 20,
    language: Language = Language.EN,
) -> Response:
    """Give the nodes and edges of the strongest reasons."""
    service = service_of(request)
    loaded = service.models.current
    names = await naming(loaded, language)

    def look() -> Response:
        changes = loaded.changes(service.journal, user)
        item = loaded.recommender.explain(product=product, user=user, changes=changes)
        history = loaded.recommender.history(user, changes=changes)
        piece = explanation(item, user=user, history=history, most=limit)
        with contextlib.suppress(UnknownIdError):  # one of whom the service has heard since has no name in the graph
            person = node_details(service.graph.store(), Place("User", user))
            piece.nodes[str(person["key"])]["name"] = person["name"]
        return reply(loaded, "explain", _named(piece.as_dict(), names))

    return await service.work(look)


def _listed(text: str | None) -> list[str]:
    return [part.strip() for part in (text or "").split(",") if part.strip()]

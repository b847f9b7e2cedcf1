"""The web pages, their files, and the report: `/`, `/graph`, `/query`, `/report`, `/static`, `/api/v1/report`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from shopgraph.service.answers import told_beside
from shopgraph.service.context import service_of
from shopgraph.service.errors import ServiceError
from shopgraph.service.schemas.common import Language
from shopgraph.web.files import PAGES, SECURITY, WebFile, page_files, static_files

router = APIRouter(tags=["pages"])


async def page(request: Request) -> Response:
    """Give a web page."""
    return _answer(request, page_files()[PAGES[request.url.path]])


for address in PAGES:
    router.add_api_route(address, page, methods=["GET"], include_in_schema=False)


@router.get("/static/{path:path}", include_in_schema=False)
async def static(request: Request, path: str) -> Response:
    """Give a file of the web pages."""
    found = static_files().get(path)
    if found is None:
        raise ServiceError(404, "There is no such file.")
    return _answer(request, found)


@router.get("/favicon.ico", include_in_schema=False)
async def icon(request: Request) -> Response:
    """Give the picture that browsers show beside the address."""
    return _answer(request, static_files()["icon.svg"])


@router.get(
    "/api/v1/report",
    response_class=Response,
    responses={200: {"content": {"text/html": {}}, "description": "The report."}},
    summary="The report on data and model",
)
async def report(
    request: Request,
    embedded: Annotated[
        bool, Query(description="With its style as data, for a page whose policy lets no style in.")
    ] = False,
    language: Language = Language.EN,
) -> Response:
    """Give the page that the stage `report` wrote, in the language asked for where it has been written in it."""
    service = service_of(request)
    own = service.project.report_in(language)
    file = own if own.is_file() else service.project.report_page
    if not file.is_file():
        raise ServiceError(
            404,
            "This project has no report yet.",
            code="no_report",
            hint=f"Make one with: shopgraph run --project {service.project.folder}",
        )
    content = await service.work(file.read_bytes)
    if embedded:
        for written, instead in _AS_DATA:
            content = content.replace(written, instead)
    told = told_beside(service.models.current if service.models.loaded else None, "report")
    return Response(content, media_type="text/html", headers={"Content-Security-Policy": _REPORT_POLICY, **told})


_AS_DATA = ((b' style="', b' data-style="'), (b"<style>", b"<template>"), (b"</style>", b"</template>"))
_REPORT_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; sandbox"


def _answer(request: Request, file: WebFile) -> Response:
    # Asked again each time, and mostly answered by 304: after an update no page runs with yesterday's scripts.
    headers = {"ETag": file.tag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding", **SECURITY}
    if file.tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if file.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(file.packed, headers={**headers, "Content-Encoding": "gzip"}, media_type=file.kind)
    return Response(file.content, headers=headers, media_type=file.kind)

"""The application: routes, errors, what every request passes, and what happens when it starts and stops."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from kg.errors import ShopgraphError
from shopgraph import __version__
from shopgraph.project import Project
from shopgraph.service.context import Service
from shopgraph.service.errors import add_error_handlers
from shopgraph.service.handing import inside_server
from shopgraph.service.metrics import LOADED
from shopgraph.service.middleware import RequestMiddleware
from shopgraph.service.routes import ROUTERS
from shopgraph.service.schemas.common import ErrorReply
from shopgraph.settings.service import ServicePart

log = logging.getLogger("shopgraph.service")
_ABOUT = """\
Recommendations with reasons, search, the graph behind them, and feedback. Every answer carries `model`, the version of
the model, `source`, the way it was found, and the header `X-Request-ID`. Every error has one form.
"""


def create_app(project: Project | Path, settings: ServicePart | None = None, *, socket: Path | None = None) -> FastAPI:
    """Give the service of a project as an ASGI application.

    Args:
        project: or its folder.
        settings: in place of those in the project's ``shopgraph.toml``.
        socket: where several processes hand each other what needs the embedded graph.

    Raises:
        ProjectError: the folder is no project.
        ConfigurationError: something is wrong in its settings.
    """
    place = project if isinstance(project, Project) else Project.open(project)
    service = Service(place, settings, socket=socket)
    app = FastAPI(
        title="shopgraph",
        version=__version__,
        description=_ABOUT,
        docs_url=None,  # their pages would load scripts from elsewhere
        redoc_url=None,
        lifespan=_lifespan,
        responses={code: {"model": ErrorReply} for code in (400, 401, 403, 404, 413, 422, 429, 503)},
    )
    app.state.service = service
    add_error_handlers(app)
    for router in ROUTERS:
        app.include_router(router)
    app.add_middleware(RequestMiddleware, service=service)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]
    return app


@contextlib.asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    service: Service = app.state.service
    await asyncio.to_thread(_load, service)
    await asyncio.to_thread(service.graph.start)
    watching, stopping = asyncio.create_task(_watch(service)), asyncio.Event()
    answering = asyncio.create_task(_answer_inside(app, service, stopping))
    try:
        yield
    finally:
        watching.cancel()
        stopping.set()
        await asyncio.gather(watching, answering, return_exceptions=True)
        await asyncio.to_thread(service.close)


def _load(service: Service) -> None:
    """Load the model; without one the service lives, is not ready, and looks again."""
    try:
        loaded = service.models.reload()
    except ShopgraphError as error:
        log.warning("no model", extra={"fields": {"why": type(error).__name__}})
    except Exception as error:  # whoever watches must look again, whatever it was
        log.exception("no model", extra={"fields": {"why": type(error).__name__}})
    else:
        LOADED.set_to_current_time()
        gc.unfreeze()
        gc.collect()  # the model before
        gc.freeze()  # what stays as long as the model does is not looked through again and again
        log.info("model loaded", extra={"fields": {"model": loaded.version}})


async def _watch(service: Service) -> None:
    """Look for a newer model now and then."""
    while True:
        await asyncio.sleep(service.settings.watch_seconds)
        if await asyncio.to_thread(service.models.is_newer):
            await asyncio.to_thread(_load, service)


async def _answer_inside(app: FastAPI, service: Service, stopping: asyncio.Event) -> None:
    """Answer the other processes of the service, once this one leads; what they asked before the stop is answered."""
    if service.graph.socket is None or not service.graph.embedded:
        return
    while not service.graph.leadership.held:
        if stopping.is_set():
            return
        await asyncio.sleep(0.1)
    server = inside_server(app, service.graph.socket, stop_seconds=service.settings.whole_stop_seconds)
    serving = asyncio.create_task(server.serve())
    stopped = asyncio.create_task(stopping.wait())
    await asyncio.wait({serving, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if not stopping.is_set():
        log.error("other processes cannot be answered", extra={"fields": {"socket": str(service.graph.socket)}})
    server.should_exit = True
    await serving


def _openapi(app: FastAPI) -> dict[str, Any]:
    """Give the OpenAPI page, with the ways to show a key."""
    if app.openapi_schema is None:
        page = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        schemes = page.setdefault("components", {}).setdefault("securitySchemes", {})
        schemes["bearer"] = {"type": "http", "scheme": "bearer"}
        page["security"] = [{"bearer": []}]
        app.openapi_schema = page
    return app.openapi_schema

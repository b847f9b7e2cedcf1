"""Running the service with uvicorn."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from threadpoolctl import threadpool_limits

from kg.errors import ConfigurationError
from shopgraph.project import Project
from shopgraph.service.keys import Keys
from shopgraph.service.logs import set_up_service_logs
from shopgraph.settings.service import ServicePart

_PROJECT, _SETTINGS = "SHOPGRAPH_SERVICE_PROJECT", "SHOPGRAPH_SERVICE_SETTINGS"
_SHARED_FIGURES = "PROMETHEUS_MULTIPROC_DIR"  # as in metrics.py, which must not be imported before it is set
_SOCKET = "SHOPGRAPH_SERVICE_SOCKET"
_LOOP = "auto" if sys.platform == "win32" else "shopgraph.service.accepting:SharingLoop"
_SWITCH = 0.0005
"""Seconds after which a thread that works lets the one that talks to the network have its turn; Python's own is ten
times that, which every request would wait for under load."""


def run(project: Project, *, given: Mapping[str, object]) -> None:
    """Serve a project until the process is told to stop; requests that run then may finish.

    Args:
        project: to serve.
        given: settings in place of the project's.

    Raises:
        ConfigurationError: the settings are wrong, or others are to be served without API keys.
    """
    settings = ServicePart.model_validate({**project.settings.service.model_dump(), **given})
    keyless = not Keys(project.folder / settings.keys).all()
    if keyless and settings.open_to_others:
        raise ConfigurationError(
            f"Without API keys the service answers this machine alone, and {settings.host} is open to others. Make a "
            f"key: shopgraph keys add NAME --scope shop --project {project.folder}"
        )
    if keyless:
        print("No API keys yet, so only this machine is answered. See: shopgraph keys --help", file=sys.stderr)  # noqa: T201
    signal.signal(signal.SIGTERM, _stopped)  # uvicorn raises it again when all requests are answered
    with tempfile.TemporaryDirectory(prefix="shopgraph-") as folder:
        os.environ[_PROJECT] = str(project.folder.resolve())
        os.environ[_SETTINGS] = settings.model_dump_json()
        if settings.workers > 1:
            os.environ[_SOCKET] = str(Path(folder) / "graph")
            os.environ[_SHARED_FIGURES] = folder
        _serve(settings)


def _stopped(number: int, frame: object) -> None:
    raise SystemExit(0)


def _serve(settings: ServicePart) -> None:
    uvicorn.run(
        "shopgraph.service.serve:worker",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        loop=_LOOP,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=settings.whole_stop_seconds,
    )


def worker() -> FastAPI:
    """Give the application of one worker process, which the environment says all about."""
    from shopgraph.service.app import create_app

    set_up_service_logs()
    sys.setswitchinterval(_SWITCH)
    threadpool_limits(1)  # one request, one thread: there are processes for the rest
    project = Project.open(Path(os.environ[_PROJECT]))
    socket = os.environ.get(_SOCKET)
    settings = ServicePart.model_validate_json(os.environ[_SETTINGS])
    return create_app(project, settings, socket=None if socket is None else Path(socket))

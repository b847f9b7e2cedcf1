"""All that the service has: settings, model, graph, keys, threads. Routes find it by ``service_of``."""

from __future__ import annotations

from pathlib import Path

from fastapi import Request

from shopgraph.feedback.journal import Journal
from shopgraph.project import Project
from shopgraph.service.graph import GraphAccess
from shopgraph.service.keys import Keys
from shopgraph.service.limiting import Buckets, SharedBuckets, TokenBuckets
from shopgraph.service.state import ModelState
from shopgraph.service.work import QUERY_THREADS, Work
from shopgraph.settings.service import ServicePart


class Service:
    """The service of one project, in one process.

    Args:
        project: to serve.
        settings: in place of those of the project.
        socket: where the processes of the service hand each other requests; None where there is one.
    """

    def __init__(self, project: Project, settings: ServicePart | None = None, *, socket: Path | None = None) -> None:
        self.project = project
        self.settings = settings or project.settings.service
        self.keys = Keys(project.folder / self.settings.keys)
        self.buckets: Buckets
        if socket is None or not self.settings.rate:
            self.buckets = TokenBuckets(self.settings.rate, self.settings.burst)
        else:
            self.buckets = SharedBuckets(socket.with_name("buckets"), self.settings.rate, self.settings.burst)
        self.models = ModelState(project, prepare=self.settings.prepare)
        self.journal = Journal(project.journal_file)
        self.graph = GraphAccess(project, self.journal, socket=socket)
        self.work = Work(waiting=self.settings.waiting)
        self.queries = Work(waiting=self.settings.waiting, threads=QUERY_THREADS)

    def close(self) -> None:
        """Let everything go."""
        self.work.close()
        self.queries.close()
        self.models.close()
        self.graph.close()
        self.journal.close()


def service_of(request: Request) -> Service:
    """Give the service that a request came to."""
    found: Service = request.app.state.service
    return found

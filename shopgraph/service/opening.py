"""The search over a model's products: opened beside the requests as soon as there is a model.

A request that comes earlier waits for it without holding one of the threads that answer.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

from kg.errors import ShopgraphError
from recommender import Recommender
from shopgraph.project import Project

if TYPE_CHECKING:
    from shopgraph.discovery import ProductSearch

log = logging.getLogger("shopgraph.service")


class SearchOpening:
    """Opens the search of one model, once, and again where that failed.

    Args:
        project: whose search it is.
        recommender: its model.
        pool: where it is opened; one after another.
        prepare: read what it needs for meaning and photos as soon as it is open.
    """

    def __init__(self, project: Project, recommender: Recommender, pool: ThreadPoolExecutor, *, prepare: bool) -> None:
        self._wanted = prepare
        self._project, self._recommender, self._pool = project, recommender, pool
        self._lock = threading.Lock()
        self._found: Future[ProductSearch] | None = None

    def start(self) -> Future[ProductSearch]:
        """Begin, unless that was done and has not failed."""
        with self._lock:
            if self._found is None or (self._found.done() and self._found.exception() is not None):
                self._found = self._pool.submit(self._open)
            return self._found

    async def search(self) -> ProductSearch:
        """Give the search, once it is open.

        Raises:
            ShopgraphError: it cannot be opened.
        """
        return await asyncio.shield(asyncio.wrap_future(self.start()))

    @property
    def told(self) -> str:
        """Say in a word whether it is open."""
        found = self._found
        if found is None or not found.done():
            return "is being opened"
        failure = found.exception()
        return "answers" if failure is None else str(failure)

    def _open(self) -> ProductSearch:
        from shopgraph.ask.grammar import spoken
        from shopgraph.discovery import ProductSearch

        try:
            search = ProductSearch.open(self._project, recommender=self._recommender, more_plain=tuple(spoken()))
        except Exception as error:
            log.warning("no search", extra={"fields": {"why": type(error).__name__}})
            raise
        log.info("search opened")
        gc.freeze()  # it stays as long as the model does
        if self._wanted:
            with contextlib.suppress(RuntimeError):  # the service stops
                self._pool.submit(self._prepare, search)
        return search

    def _prepare(self, search: ProductSearch) -> None:
        """Read what searches by meaning and by photo need; where that fails, the search that needs it says so."""
        try:
            search.prepare()
        except ShopgraphError as error:
            log.warning("no search by meaning or photo", extra={"fields": {"why": type(error).__name__}})
        gc.freeze()


__all__ = ["SearchOpening"]

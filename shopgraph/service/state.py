"""What the service answers from: one unchangeable whole, replaced by one assignment.

A request takes ``state.current`` once and works with that, so an answer never comes half from one model and half from
another, however often models are swapped meanwhile.
"""

from __future__ import annotations

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

from kg.errors import ModelError, ShopgraphError
from recommender import Recommender
from recommender.artefact import read_manifest
from recommender.changes import Changes
from recommender.rules import Rules
from shopgraph.feedback.journal import Journal
from shopgraph.feedback.overlay import changes_of
from shopgraph.new_products import NewProducts, with_waiting_products
from shopgraph.project import Project
from shopgraph.service.cards import Cards
from shopgraph.service.errors import ServiceError
from shopgraph.service.opening import SearchOpening

log = logging.getLogger("shopgraph.service")
_TRIES = 5
"""How often a model that is replaced while it is read is read."""


Stamp = tuple[str, int, int]
"""Fingerprint of the model, and when the rules and the tables of new products were changed."""


@dataclass(frozen=True)
class Loaded:
    """A model with all that answers need besides.

    Attributes:
        recommender: of the model.
        version: the model's name and the fingerprint of its artefact.
        rules: of ranking, where the project has any.
        stamp: by which a newer model, newer rules or new products are known.
        searching: the search over its products, open or on its way.
        project: that the model is of.
    """

    recommender: Recommender
    version: str
    rules: Rules | None
    stamp: Stamp
    searching: SearchOpening
    project: Project

    def changes(self, journal: Journal, user: str | None) -> Changes | None:
        """Give what has become known of a customer beside this model; None where nothing has, or nobody is named."""
        if user is None:
            return None
        return changes_of(journal, user, kind_weights=self.recommender.artefact.kind_weights)

    @cached_property
    def cards(self) -> Cards:
        """The products as lists show them."""
        return Cards(self.recommender)

    @cached_property
    def joining(self) -> NewProducts:
        """Joins products that came after training to the model; what encodes them is opened when first needed."""
        return NewProducts(self.project, self.recommender)


class ModelState:
    """The model in use, and the way to a newer one.

    Args:
        project: whose model it is.
        prepare: read what searching by meaning and by photo needs at once, not at the first search.
    """

    def __init__(self, project: Project, *, prepare: bool = True) -> None:
        self._project, self._prepare = project, prepare
        self._loading = threading.Lock()
        self._opening = ThreadPoolExecutor(1, thread_name_prefix="search")
        self._current: Loaded | None = None
        self.failure: str | None = None
        """Why the newest model could not be loaded; None where all is well."""

    @property
    def loaded(self) -> bool:
        """Tell whether there is a model to answer from."""
        return self._current is not None

    @property
    def current(self) -> Loaded:
        """The model in use.

        Raises:
            ServiceError: none could be loaded yet.
        """
        found = self._current
        if found is None:
            raise ServiceError(
                503,
                self.failure or "There is no model yet.",
                code="model",
                hint=f"Make one with: shopgraph run --project {self._project.folder}",
            )
        return found

    def is_newer(self) -> bool:
        """Tell whether the project holds another model, other rules or other new products than those in use."""
        try:
            stamp = self._stamp()
        except Exception:  # noqa: BLE001 - a model being written is looked at again later
            return False
        return self._current is None or stamp != self._current.stamp

    def reload(self, *, force: bool = False) -> Loaded:
        """Load what the project holds now, and answer from it from now on; the one in use stays if that fails.

        Raises:
            ModelError: the model is missing or damaged.
            ConfigurationError: the rules are wrong.
        """
        with self._loading:
            if not force and self._current is not None and self._stamp() == self._current.stamp:
                return self._current
            try:
                trained, rules, stamp = self._read()
                recommender = self._with_new(trained)
                recommender.prepare()
                more = recommender.products - trained.products
                version = f"{recommender.model.rpartition('-')[0]}-{stamp[0][:12]}" + (f"+{more}" if more else "")
                searching = SearchOpening(self._project, recommender, self._opening, prepare=self._prepare)
                loaded = Loaded(recommender, version, rules, stamp, searching, self._project)
            except Exception as error:
                self.failure = str(error)
                raise
            self._current, self.failure = loaded, None
            searching.start()
            return loaded

    def _read(self) -> tuple[Recommender, Rules | None, Stamp]:
        """Read model and rules with their stamp; once more where either was replaced meanwhile.

        Raises:
            ModelError: the model is missing or damaged, or was replaced at every try.
            ConfigurationError: the rules are wrong.
        """
        for _ in range(_TRIES):
            stamp = self._stamp()
            try:
                recommender = Recommender.load(self._project.model)
                rules = self._project.rules()
            except ShopgraphError:
                if self._stamp() == stamp:
                    raise
                continue
            if self._stamp() == stamp:
                return recommender, rules, stamp
        raise ModelError(f"The model was replaced {_TRIES} times while it was read. Ask again in a second.")

    def close(self) -> None:
        """Let a search that is being opened come to its end, and open no other."""
        self._opening.shutdown(wait=True, cancel_futures=True)

    def _with_new(self, recommender: Recommender) -> Recommender:
        """Add the products that came after training; what of them cannot be used is left out, and the log says why."""

        def aside(why: str) -> None:
            log.warning("part of the new products is left out", extra={"fields": {"why": why}})

        try:
            return with_waiting_products(self._project, recommender, aside=aside)
        except ShopgraphError as error:
            log.warning("new products are left out", extra={"fields": {"why": type(error).__name__}})
            return recommender

    def _stamp(self) -> Stamp:
        rules, new = self._project.rules_file, self._project.new_products
        tables = [path.stat().st_mtime_ns for path in new.iterdir() if path.is_file()] if new.is_dir() else []
        changed = rules.stat().st_mtime_ns if rules.is_file() else 0
        return read_manifest(self._project.model)["fingerprint"], changed, sum(tables)

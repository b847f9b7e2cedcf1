"""The errors of shopgraph: one root, and one subclass for each thing a caller would handle differently.

Every message says what is wrong, where (file, line, id), and what to do next, with the command where there is one.
"""

from __future__ import annotations


class ShopgraphError(Exception):
    """Root of every error that shopgraph raises on purpose."""


class InputError(ShopgraphError):
    """Input files are missing, unreadable or not of the stated format."""


class StrictInputError(InputError):
    """The first rejected row of an import that runs with ``--strict``."""


class GraphStoreError(ShopgraphError):
    """The graph store cannot be reached, is locked, or refused an operation."""


class QueryError(GraphStoreError):
    """A Cypher query is wrong, or ran past one of its limits."""


class ModelError(ShopgraphError):
    """A model artefact is missing, damaged, of another version, or does not fit the request."""


class DivergedError(ModelError):
    """A training whose numbers grew beyond all bounds."""


class UnknownIdError(ModelError):
    """A user or product id that the model does not know."""


class MemoryEstimateError(ModelError):
    """A computation would not fit in the memory it is allowed to use."""


class ConfigurationError(ShopgraphError):
    """``shopgraph.toml`` or a command-line option is wrong."""


class MissingExtraError(ShopgraphError):
    """An optional dependency is not installed."""

    def __init__(self, *, package: str, extra: str, purpose: str) -> None:
        super().__init__(f'{purpose} needs the package "{package}". Install it with: pip install "shopgraph[{extra}]"')
        self.package = package
        self.extra = extra

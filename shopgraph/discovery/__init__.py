"""Search: by words, by photo or both, with what words mean, forgiven misspellings, facets and the customer's taste."""

from __future__ import annotations

from shopgraph.discovery.answers import Facet, FacetValue, Hit, SearchAnswer, Understood
from shopgraph.discovery.search import ProductSearch
from shopgraph.discovery.spelling import Correction

__all__ = ["Correction", "Facet", "FacetValue", "Hit", "ProductSearch", "SearchAnswer", "Understood"]

"""The catalogue captioner: learns from the shop's own photos to say what the shop would list of a product."""

from __future__ import annotations

from linking.captions.catalogue.captioner import CatalogueCaptioner, load_catalogue
from linking.captions.catalogue.examples import HeadReport, PhotoExample
from linking.captions.catalogue.training import Training, train_catalogue

__all__ = ["CatalogueCaptioner", "HeadReport", "PhotoExample", "Training", "load_catalogue", "train_catalogue"]

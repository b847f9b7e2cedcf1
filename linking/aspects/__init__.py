"""Aspects: what reviews talk about, mined from a shop's own reviews and edited by people in a file."""

from __future__ import annotations

from linking.aspects.aspect import Aspect, MinedAspect
from linking.aspects.files import read_aspects, write_aspects
from linking.aspects.mine import mine_aspects

__all__ = ["Aspect", "MinedAspect", "mine_aspects", "read_aspects", "write_aspects"]

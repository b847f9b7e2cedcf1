"""From clean tables to the graph."""

from kg.build.report import BuildReport, Progress
from kg.build.run import build

__all__ = ["BuildReport", "Progress", "build"]

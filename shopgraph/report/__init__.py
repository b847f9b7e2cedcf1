"""The report: one HTML file that holds everything it shows, to open anywhere without a server or a network."""

from __future__ import annotations

from shopgraph.report.collect import Recommends, collect_report
from shopgraph.report.data import Card, Count, Evaluation, Recommended, ReportData, Story, TableQuality
from shopgraph.report.render import write_report

__all__ = [
    "Card",
    "Count",
    "Evaluation",
    "Recommended",
    "Recommends",
    "ReportData",
    "Story",
    "TableQuality",
    "collect_report",
    "write_report",
]

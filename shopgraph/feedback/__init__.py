"""What customers tell the shop while it runs: kept durably, brought into the graph, and heeded by the next answer."""

from shopgraph.feedback.events import KINDS, Event, Kind
from shopgraph.feedback.journal import Journal

__all__ = ["KINDS", "Event", "Journal", "Kind"]

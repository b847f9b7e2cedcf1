"""The bars of the evaluation: lengths and places only, for the page to draw."""

from __future__ import annotations

from dataclasses import dataclass

from shopgraph.report.data import Evaluation

_CHARTS = 3
_DRAWN = ("recall", "ndcg", "hr", "mrr", "map", "precision", "coverage")
"""Metrics of which more is better, those most asked for first."""

_ROW = 36
_BARS = 204.0
"""Length of the longest bar; the value stands behind it, in a picture 340 wide."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One method in one chart.

    Attributes:
        name: of the method.
        value: of the metric.
        own: it is the model, not a baseline.
        y: top of its row.
        width: of the bar.
        low, high: ends of its confidence interval on the same scale; None where there is none.
    """

    name: str
    value: float
    own: bool
    y: int
    width: float
    low: float | None = None
    high: float | None = None

    @property
    def end(self) -> float:
        """Where the bar and its interval end."""
        return max(self.width, self.high or 0.0)


@dataclass(frozen=True, slots=True)
class Chart:
    """One metric: the model and every baseline that has it, best first."""

    metric: str
    height: int
    bars: tuple[Bar, ...]


def charts(evaluation: Evaluation) -> tuple[Chart, ...]:
    """Give a chart for each of the first few metrics that a baseline has too.

    Where several say the same, as recall and hit rate do for one test product per customer, the first is drawn.
    """
    shared = [
        metric for metric in evaluation.metrics if any(metric in other for other in evaluation.baselines.values())
    ]
    known = [metric for metric in shared if _base(metric) in _DRAWN]
    drawn: dict[tuple[tuple[str, float], ...], Chart] = {}
    for metric in sorted(known, key=lambda metric: _DRAWN.index(_base(metric))):
        chart = _chart(evaluation, metric)
        drawn.setdefault(tuple((bar.name, bar.value) for bar in chart.bars), chart)
    return tuple(drawn.values())[:_CHARTS]


def _base(metric: str) -> str:
    return metric.partition("@")[0].lower()


def _chart(evaluation: Evaluation, metric: str) -> Chart:
    values = [(evaluation.model, _drawn(evaluation.metrics[metric]), True)]
    values += [(name, _drawn(other[metric]), False) for name, other in evaluation.baselines.items() if metric in other]
    interval = evaluation.intervals.get(metric)
    longest = max(value for _, value, _ in values)
    longest = max(longest, interval[1]) if interval else longest
    scale = _BARS / longest if longest > 0 else 0.0
    bars = []
    for row, (name, value, own) in enumerate(sorted(values, key=lambda entry: (-entry[1], not entry[2]))):
        low, high = (interval[0] * scale, interval[1] * scale) if own and interval else (None, None)
        bars.append(Bar(name, value, own, row * _ROW, max(value * scale, 1.0), low, high))
    return Chart(metric, len(bars) * _ROW, tuple(bars))


def _drawn(value: float) -> float:
    return value if value == value and value > 0 else 0.0  # NaN has no length

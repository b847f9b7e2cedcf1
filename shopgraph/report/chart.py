"""The bars of evaluation and ablation: lengths and places only, for the page to draw."""

from __future__ import annotations

from dataclasses import dataclass

from recommender.groups import Group
from shopgraph.report.data import Ablation, Evaluation

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
        x: where the bar begins.
    """

    name: str
    value: float
    own: bool
    y: int
    width: float
    low: float | None = None
    high: float | None = None
    x: float = 0.0

    @property
    def end(self) -> float:
        """Where the bar and its interval end."""
        return max(self.x + self.width, self.high or 0.0)


@dataclass(frozen=True, slots=True)
class Chart:
    """One metric: the model and every baseline that has it, best first; ``zero`` is where nothing stands, if drawn."""

    metric: str
    height: int
    bars: tuple[Bar, ...]
    zero: float | None = None


@dataclass(frozen=True, slots=True)
class GroupChart:
    """One metric of one group."""

    group: Group
    chart: Chart


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


def group_charts(evaluation: Evaluation, of: str) -> tuple[GroupChart, ...]:
    """Give a chart of recall for each group of customers or of products, all on one scale; the model stands first."""
    groups = [group for group in evaluation.groups if group.of == of]
    metric = next((name for name in evaluation.metrics if name.startswith("recall@")), None)
    if not groups or metric is None:
        return ()
    methods = (evaluation.model, *evaluation.baselines)
    ends = [
        group.metrics[name][metric] + group.intervals[name].get(metric, 0.0) for group in groups for name in methods
    ]
    scale = _BARS / max(ends) if max(ends) > 0 else 0.0
    return tuple(GroupChart(group, _of_group(group, metric, methods, scale)) for group in groups)


def ablation_charts(ablation: Ablation) -> tuple[Chart, ...]:
    """Give a chart for each metric shown: what every variant has more or less than the whole model."""
    return tuple(_differences(ablation, metric) for metric in ablation.metrics)


def _of_group(group: Group, metric: str, methods: tuple[str, ...], scale: float) -> Chart:
    bars = []
    for row, name in enumerate(methods):
        value, half = group.metrics[name][metric], group.intervals[name].get(metric)
        low, high = (None, None) if half is None else (max(value - half, 0.0) * scale, (value + half) * scale)
        bars.append(Bar(name, value, row == 0, row * _ROW, max(value * scale, 1.0), low, high))
    return Chart(metric, len(bars) * _ROW, tuple(bars))


def _differences(ablation: Ablation, metric: str) -> Chart:
    figures = [(own.name, own.figures[metric]) for own in ablation.variants[1:]]
    ends = [own.difference + sign * own.difference_ci95 for _, own in figures for sign in (-1, 1)]
    least, most = min(ends, default=0.0), max(ends, default=0.0)
    least, most = min(least, 0.0), max(most, 0.0)
    scale = _BARS / (most - least) if most > least else 0.0
    bars = []
    for row, (name, own) in enumerate(figures):
        first, last = sorted((0.0, own.difference))
        low, high = ((own.difference + sign * own.difference_ci95 - least) * scale for sign in (-1, 1))
        width = max((last - first) * scale, 1.0)
        bars.append(Bar(name, own.difference, False, row * _ROW, width, low, high, (first - least) * scale))
    return Chart(metric, len(bars) * _ROW, tuple(bars), zero=-least * scale)


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

"""Writing the report: the template filled, style and photos inside it, one file."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import jinja2
from markupsafe import Markup

from shopgraph.report.chart import charts
from shopgraph.report.data import Evaluation, ReportData
from shopgraph.report.pictures import Pictures
from shopgraph.report.words import tell

_TEMPLATES = Path(__file__).with_name("templates")
_PHOTO_BYTES = 3_500_000
"""For all photos together, so that the file can be sent by mail."""

_SOURCES: Mapping[str, str] = {
    "history": "found from what they had",
    "popularity": "by popularity: nothing is known of them",
    "similar": "similar products",
    "content": "by what the products are",
    "search": "by search",
}


def write_report(data: ReportData, out: Path) -> Path:
    """Write the report as one HTML file that needs nothing else, and give its path.

    Photos that are missing or broken, or beyond 3.5 MB in all, are shown as a plain tile. The same data give the same
    bytes. The file is written beside its place and then renamed.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(count=_count, value=_value, price=_price)
    html = environment.get_template("report.html.j2").render(
        data=data,
        style=Markup((_TEMPLATES / "report.css").read_text(encoding="utf-8")),
        charts=charts(data.evaluation),
        methods=_methods(data.evaluation),
        lead=_lead(data.evaluation),
        thumbnail=Pictures(budget=_PHOTO_BYTES).thumbnail,
        tell=partial(tell, names_zh=data.names_zh),
        sources=_SOURCES,
        product_map=Markup(data.product_map),
    )
    out.parent.mkdir(parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(prefix=f".{out.name}-", dir=out.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as file:
            file.write(html)
        Path(beside).chmod(0o644)
        Path(beside).replace(out)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
    return out


def _methods(evaluation: Evaluation) -> tuple[tuple[str, bool, Mapping[str, float]], ...]:
    """Give name, whether it is the model, and metrics of every method, the model first."""
    baselines = ((name, False, metrics) for name, metrics in evaluation.baselines.items())
    return ((evaluation.model, True, evaluation.metrics), *baselines) if evaluation.metrics else ()


def _lead(evaluation: Evaluation) -> tuple[str, float, str, float] | None:
    """Give the first metric, its value, the best baseline and by what part of it the model is better."""
    for metric, value in evaluation.metrics.items():
        rivals = [(other[metric], name) for name, other in evaluation.baselines.items() if metric in other]
        if rivals and max(rivals)[0] > 0:
            best, name = max(rivals)
            return metric, value, name, value / best - 1
    return None


def _count(number: int) -> str:
    return f"{number:,}"


def _value(number: object) -> str:
    """Show a figure or a parameter: four digits that count, and words as they are."""
    if isinstance(number, bool):
        return "yes" if number else "no"
    if not isinstance(number, int | float):
        return ", ".join(map(_value, number)) if isinstance(number, list | tuple) else str(number)
    if isinstance(number, int):
        return f"{number:,}"
    return f"{number:.4f}" if 0.01 <= abs(number) < 1 else f"{number:,.4g}"


def _price(number: float) -> str:
    return f"{number:,.2f}"

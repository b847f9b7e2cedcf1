"""Writing the report: the template filled, style and photos inside it, one file."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import jinja2
from markupsafe import Markup

from recommender.groups import CUSTOMERS, PRODUCTS
from shopgraph.report.chart import ablation_charts, charts, group_charts
from shopgraph.report.data import Evaluation, ReportData
from shopgraph.report.language import ENGLISH, Words
from shopgraph.report.pictures import Pictures
from shopgraph.report.words import tell

_TEMPLATES = Path(__file__).with_name("templates")
_PHOTO_BYTES = 3_500_000
"""For all photos together, so that the file can be sent by mail."""


def write_report(
    data: ReportData, out: Path, *, language: str = ENGLISH, others: Mapping[str, str] | None = None
) -> Path:
    """Write the report as one HTML file that needs nothing else, and give its path.

    Photos that are missing or broken, or beyond 3.5 MB in all, are shown as a plain tile. The same data give the same
    bytes. The file is written beside its place and then renamed.

    Args:
        data: to show.
        out: the file.
        language: of the words, one of ``shopgraph.project.LANGUAGES``.
        others: language -> name of the file beside it that says the same in that language.
    """
    words = Words(language)
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(count=_count, value=words.value, price=_price, fixed=_fixed)
    html = environment.get_template("report.html.j2").render(
        data=data,
        w=words,
        style=Markup((_TEMPLATES / "report.css").read_text(encoding="utf-8")),
        charts=charts(data.evaluation),
        groups={of: group_charts(data.evaluation, of) for of in (CUSTOMERS, PRODUCTS)},
        parts=ablation_charts(data.ablation) if data.ablation is not None else (),
        methods=_methods(data.evaluation),
        lead=_lead(data.evaluation),
        thumbnail=Pictures(budget=_PHOTO_BYTES).thumbnail,
        tell=partial(tell, words=words, names_zh=data.names_zh),
        others=others or {},
        signed=_signed,
        fixed=_fixed,
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


def _fixed(number: float) -> str:
    return f"{number:.4f}"


def _signed(number: float) -> str:
    return f"{number:+.4f}".replace("-", "−")


def _price(number: float) -> str:
    return f"{number:,.2f}"

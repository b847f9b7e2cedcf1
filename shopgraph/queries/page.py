"""An answer as one HTML page that needs nothing beside it: no script, no style sheet, no picture from elsewhere."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import jinja2
from markupsafe import Markup

from cypher import QueryAnswer
from cypher.formats import shown_cell
from cypher.query import Kind, shown
from shopgraph.queries.picture import draw

_TEMPLATE = Path(__file__).resolve().parent / "page.html.j2"
_NUMBERS = frozenset({Kind.INTEGER, Kind.NUMBER})


def to_html(answer: QueryAnswer) -> str:
    """Give the page: title, parameters, picture, rows and the Cypher; all words from the data are escaped."""
    picture = draw(answer)
    return _template().render(
        title=answer.title or "Answer",
        title_zh=answer.title_zh,
        parameters={name: shown(value) for name, value in answer.parameters.items()},
        columns=[(one.name, one.doc, one.kind in _NUMBERS) for one in answer.columns],
        rows=[[_cell(value) for value in row.values()] for row in answer.rows()],
        picture=Markup(picture) if picture else None,
        cypher=answer.cypher,
    )


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.4g}" if isinstance(value, float) else str(shown_cell(value))


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(_TEMPLATE.read_text(encoding="utf-8"))

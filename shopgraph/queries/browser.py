"""Neo4j Browser's share of the library: a guide with every question, and a style with the colours of the schema."""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby

from markupsafe import escape

from cypher import Parameter, Query, QueryLibrary
from cypher.query import Kind, Latest, Value
from kg.schema import EDGE_TYPES, NODE_TYPES

_MADE = "Made from the query library and the schema by `make reference`; change them there."


def guide(library: QueryLibrary) -> str:
    """Give the guide for ``:play``: a slide for each theme, a runnable block for each question."""
    slides = [
        f"<slide class='row-fluid'><div class='col-sm-12'><h3>Questions to the graph</h3>"
        f"<p class='lead'>{len(library)} questions a shop asks. 店铺常问的 {len(library)} 个问题。</p>"
        "<p>Click a block of parameters, run it, change what you like; then click the question's block and run that. "
        "Times count back from today; for older data write a date, such as <code>datetime('2025-06-30')</code>.</p>"
        "</div></slide>"
    ]
    for theme, queries in groupby(library, key=lambda query: query.theme):
        blocks = "".join(_block(query) for query in queries)
        slides.append(f"<slide class='row-fluid'><div class='col-sm-12'><h3>{escape(theme)}</h3>{blocks}</div></slide>")
    body = "\n".join(slides)
    return (
        f"<!-- {_MADE} -->\n<article class='guide'>\n<carousel class='deck container-fluid'>\n{body}\n"
        "</carousel>\n</article>\n"
    )


def style() -> str:
    """Give the style: each label in its colour, what was inferred in another than what was given."""
    parts = [
        "node { diameter: 50px; color: #9aa3ad; border-color: #6b7480; border-width: 2px; "
        "text-color-internal: #ffffff; font-size: 10px; }",
        "relationship { color: #8a94a0; shaft-width: 1px; font-size: 8px; padding: 3px; "
        "text-color-external: #000000; text-color-internal: #ffffff; caption: '<type>'; }",
    ]
    for node in NODE_TYPES:
        caption = "{value}" if node.label == "Attribute" else "{id}" if node.label in {"Review", "Image"} else "{name}"
        parts.append(
            f"node.{node.label} {{ color: {node.color}; border-color: {_darker(node.color)}; "
            f"text-color-internal: #ffffff; caption: '{caption}'; }}"
        )
    parts += [
        f"relationship.{edge.name} {{ color: #b3541e; shaft-width: 2px; caption: '<type>'; }}"
        for edge in EDGE_TYPES
        if edge.inferred
    ]
    return "\n".join(parts) + "\n"


def _block(query: Query) -> str:
    given = f"<pre class='code runnable'>{escape(_params(query))}</pre>" if query.parameters else ""
    return (
        f"<h4>{escape(query.title)} · {escape(query.title_zh)}</h4>"
        f"<p>{escape(query.question)}<br>{escape(query.question_zh)}</p>{given}"
        f"<figure><pre class='pre-scrollable code runnable'>{escape(query.text('neo4j'))}</pre>"
        f"<figcaption>{escape(query.name)}</figcaption></figure>"
    )


def _params(query: Query) -> str:
    """Give the command that sets all parameters of a question.

    The server works out their values: what stands in `:params {...}` the browser reads as JSON, without functions, and
    whole numbers as floats.
    """
    names = ", ".join(one.name for one in query.parameters)
    values = ", ".join(f"{_literal(one)} AS {one.name}" for one in query.parameters)
    return f":param [{{{names}}}] => {{ RETURN {values} }}"


def _literal(one: Parameter) -> str:
    """Give the value of a parameter in Cypher."""
    value: Value | Latest | None = one.example if one.default is None else one.default
    if isinstance(value, Latest):
        days = value.back / timedelta(days=1)
        return f"datetime() - duration({{days: {days:g}}})"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(int(value) if one.kind is Kind.INTEGER else float(value))
    words = str(value).replace("\\", "\\\\").replace("'", "\\'")
    return f"'{words}'"


def _darker(colour: str) -> str:
    parts = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return "#" + "".join(f"{part * 3 // 4:02x}" for part in parts)

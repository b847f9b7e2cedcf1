"""Write ``docs/reference`` and the guide for Neo4j Browser from the tables in the code: ``make reference``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from cypher import Query, QueryLibrary
from cypher.query import shown
from docs import interfaces
from kg.headings import OTHER_HEADINGS, OTHER_KINDS
from kg.limits import LIMITS
from kg.quality.rules import RULES
from kg.schema import EDGE_TYPES, NODE_TYPES, Property
from kg.tables import TABLES, Column
from shopgraph.queries import browser

REFERENCE = Path(__file__).resolve().parent / "reference"
BROWSER = REFERENCE.parent.parent / "deploy" / "neo4j-browser"
"""What Neo4j Browser is given."""

_MADE = "<!-- Made from {source} by `make reference`; change it there. -->"


def pages() -> Mapping[str, str]:
    """Give the text of every page by its file's name."""
    return {
        "schema.md": schema(),
        "tables.md": tables(),
        "limits.md": limits(),
        "quality-rules.md": quality_rules(),
        "queries.md": queries(QueryLibrary.own()),
        "settings.md": _page([_head("Settings", "shopgraph/settings"), *interfaces.settings(_table)]),
        "commands.md": _page([_head("Commands", "shopgraph/cli"), *interfaces.commands(_table)]),
        "http.md": _page([_head("HTTP", "shopgraph/service"), *interfaces.http(_table)]),
        "python.md": _page([_head("Python", "recommender"), *interfaces.python(_table)]),
    }


def browser_files() -> Mapping[str, str]:
    """Give the guide and the style for Neo4j Browser by the names of their files."""
    return {"guide.html": browser.guide(QueryLibrary.own()), "style.grass": browser.style()}


def queries(library: QueryLibrary) -> str:
    """Give the page of the query library."""
    parts = [
        _head("Questions to the graph", "cypher/queries"),
        f"{len(library)} questions a shop asks, each a file in `cypher/queries`. Ask one with "
        '`shopgraph query run NAME --param k=v`, or in Python with `run_query(store, "NAME", k=v)`. '
        "The examples are the first row on a small demo shop.",
    ]
    for theme in library.themes():
        parts.append(f"## {theme.capitalize()}")
        for query in library.list(theme):
            parts += _query(query)
    return _page(parts)


def _query(query: Query) -> list[str]:
    parts = [f"### {query.name}", f"**{query.title}** · {query.title_zh}", query.question, query.question_zh]
    if query.parameters:
        rows = [
            (
                f"`{one.name}`",
                one.label or one.kind.value,
                f"needed, such as `{one.example}`"
                if one.required
                else f"`{shown(one.default)}`".replace("``", "(empty)"),
                one.doc,
            )
            for one in query.parameters
        ]
        parts.append(_table(("parameter", "type", "default", ""), rows))
    first = query.example[0] if query.example else ("",) * len(query.columns)
    columns = [
        (f"`{one.name}`", one.label or one.kind.value, one.doc, cell)
        for one, cell in zip(query.columns, first, strict=True)
    ]
    parts.append(_table(("column", "type", "", "for example"), columns))
    return parts


def schema() -> str:
    """Give the page of node labels and relationship types."""
    parts = [
        _head("The graph's schema", "kg/schema.py"),
        "Every node has a string `id`, unique in its label. Any other property may be absent. What the system "
        "concluded itself, and was not in the input, is marked *inferred*.",
        "## Nodes",
    ]
    for node in NODE_TYPES:
        parts += [f"### {node.label}", node.doc, _properties(node.properties)]
    parts.append("## Relationships")
    for edge in EDGE_TYPES:
        pairs = "\n".join(f"- `(:{source})-[:{edge.name}]->(:{target})`" for source, target in edge.pairs)
        told = ", ".join(f"`{name}`" for name in edge.key)
        key = f"Edges between the same two nodes are told apart by {told}." if told else ""
        parts += [f"### {edge.name}{' (inferred)' if edge.inferred else ''}", edge.doc, pairs, key]
        parts.append(_properties(edge.properties))
    return _page(parts)


def tables() -> str:
    """Give the page of input tables."""
    parts = [
        _head("Input tables", "kg/tables.py and kg/headings.py"),
        "Every reader gives these tables, and a shop's own files in the format `tables` have these columns. Only "
        "required columns must be there; a row without a required value is set aside. Capitals, blanks and signs in "
        "headings do not matter. Where a column is missing, one of the headings on the right is read as it, and the "
        "import says so.",
    ]
    for table in TABLES.values():
        also = OTHER_HEADINGS.get(table.name, {})
        references = ", ".join(f"`{column}` names a row of `{other}`" for column, other in table.references.items())
        key = ", ".join(f"`{name}`" for name in table.key)
        rows = [
            (
                f"`{column.name}`",
                _type(column),
                "yes" if column.required else "",
                column.doc,
                ", ".join(f"`{word}`" for word in also.get(column.name, "").split()),
            )
            for column in table.columns
        ]
        parts += [
            f"## {table.name}",
            table.doc,
            f"One row for each {key}." + (f" Where those tables are in the input, {references}." if references else ""),
            _table(("column", "type", "required", "", "also read as it"), rows),
        ]
        if table.name == "interactions":
            words = [f"{kind} ({', '.join(said.split())})" for kind, said in OTHER_KINDS.items()]
            parts.append(f"Other words for the kinds: {'; '.join(words)}.")
    return _page(parts)


def limits() -> str:
    """Give the page of limits."""
    rows = [(f"`{limit.name}`", f"{limit.value:,}", limit.unit, limit.why) for limit in LIMITS.values()]
    return _page([_head("Limits", "kg/limits.py"), _table(("limit", "default", "unit", "why"), rows)])


def quality_rules() -> str:
    """Give the page of quality rules."""
    rows = [(f"`{rule.code}`", rule.title, rule.reason, rule.advice) for rule in RULES.values()]
    intro = (
        "A row that breaks a rule is set aside in `quarantine.jsonl` with the rule's code, its file and line, and "
        "counted in `report.json`. No row is lost silently."
    )
    return _page(
        [
            _head("Quality rules", "kg/quality/rules.py"),
            intro,
            _table(("code", "what is wrong", "why", "what to do"), rows),
        ]
    )


def write(folder: Path) -> None:
    """Write all pages into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8")


def write_browser(folder: Path) -> None:
    """Write what Neo4j Browser is given into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in browser_files().items():
        (folder / name).write_text(text, encoding="utf-8")


def _type(column: Column) -> str:
    return f"{column.type}: {', '.join(column.choices)}" if column.choices else str(column.type)


def _properties(properties: tuple[Property, ...]) -> str:
    rows = [(f"`{own.name}`", str(own.type), own.doc) for own in properties]
    return _table(("property", "type", ""), rows) if rows else ""


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def _head(title: str, source: str) -> str:
    return f"# {title}\n\n{_MADE.format(source=source)}"


def _page(parts: Iterable[str]) -> str:
    return "\n\n".join(part for part in parts if part) + "\n"


if __name__ == "__main__":
    write(REFERENCE)
    write_browser(BROWSER)

"""What a free query may say: it reads the graph, and touches nothing else.

The engines refuse writes in a reading transaction by themselves. Reading a file or an address, or setting an option of
the engine, is no write to them, so statements are looked at here first, the same way for both.
"""

from __future__ import annotations

import re

from kg.errors import QueryError

_FIRST = frozenset({"MATCH", "OPTIONAL", "UNWIND", "WITH", "RETURN", "CALL"})
_NEVER = frozenset(
    {"CREATE", "MERGE", "SET", "DELETE", "DETACH", "REMOVE", "DROP", "ALTER", "COPY", "LOAD", "FOREACH", "INSERT"}
)
_PROCEDURES = frozenset(
    {
        # LadybugDB
        "show_tables",
        "table_info",
        "show_connection",
        "show_indexes",
        "query_fts_index",
        "query_vector_index",
        # Neo4j
        "db.labels",
        "db.relationshiptypes",
        "db.propertykeys",
        "db.schema.visualization",
        "db.schema.nodetypeproperties",
        "db.schema.reltypeproperties",
        "db.index.fulltext.querynodes",
        "db.index.fulltext.queryrelationships",
        "db.index.vector.querynodes",
        "db.index.vector.queryrelationships",
    }
)
_HIDDEN = re.compile(
    r"""//[^\n]*|/\*.*?\*/|'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`(?:``|[^`])*`""",
    re.DOTALL,
)
_WORD = re.compile(r"[^\W\d]\w*")
_CALL = re.compile(r"(?<![\w.:$`])CALL\s*(?P<name>[^\W\d][\w.]*)?\s*(?P<next>.)?", re.IGNORECASE | re.DOTALL)


def check_reading(cypher: str) -> None:
    """Let a query pass that only reads the graph.

    A word such as ``set`` is fine as a property, label, parameter, key of a map or in backticks; as a variable it
    needs backticks.

    Raises:
        QueryError: it writes, changes the schema or an option, reads or writes files, or is several statements.
    """
    text = _HIDDEN.sub(lambda found: " " if found[0].startswith("/") else "`x`", cypher).strip()
    if text.endswith(";"):
        text = text[:-1].rstrip()
    if not text:
        raise QueryError("The query is empty; write one such as: MATCH (p:Product) RETURN p.id LIMIT 10")
    if ";" in text:
        raise QueryError("A query is one statement; run several one after the other")
    first = _WORD.match(text)
    if first is None or first[0].upper() not in _FIRST:
        said = first[0] if first else text[0]
        raise QueryError(f'A query that reads starts with one of {", ".join(sorted(_FIRST))}, not "{said}"')
    for word in _WORD.finditer(text):
        if word[0].upper() in _NEVER and not _is_a_name(text, word):
            raise QueryError(
                f'Queries only read, and this one says {word[0].upper()}. If "{word[0]}" is a name, put it in backticks'
            )
    for call in _CALL.finditer(text):
        if call["name"] is not None and (call["next"] != "(" or call["name"].lower() not in _PROCEDURES):
            raise QueryError(f"Queries may not CALL {call['name']}; they may call: {', '.join(sorted(_PROCEDURES))}")


def _is_a_name(text: str, word: re.Match[str]) -> bool:
    before, after = text[: word.start()].rstrip()[-1:], text[word.end() :].lstrip()[:1]
    return before in {".", ":", "$", "|", "&", "!"} or (after == ":" and before in {"{", ","})

"""What a free query may say: it reads the graph, and touches nothing else.

The engines refuse writes in a reading transaction by themselves. Reading a file or an address, setting an option of
the engine, or filling its memory is no write to them, so statements are looked at here first, the same way for both:
procedures and functions by lists of what is allowed, and nothing that grows without a bound in sight.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from kg.errors import QueryError
from kg.limits import limit
from kg.store.guard_growth import check_growth
from kg.store.guard_words import FIRST, FUNCTIONS, NEVER, NOT_FUNCTIONS, PROCEDURES

_HIDDEN = re.compile(
    r"""//[^\n]*|/\*.*?\*/|'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`(?:``|[^`])*`""",
    re.DOTALL,
)
_WORD = re.compile(r"[^\W\d]\w*")
_CALL = re.compile(r"(?<![\w.:$`])CALL\s*(?P<name>[^\W\d][\w.]*)?\s*(?P<next>.)?", re.IGNORECASE | re.DOTALL)
_FUNCTION = re.compile(r"(?P<name>(?:`x`|[^\W\d]\w*)(?:\s*\.\s*(?:`x`|[^\W\d]\w*))*)\s*\(")
_STRANGE = re.compile(
    r"[\xad\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x85\u2028\u2029\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]"
)


def check_free(cypher: str, parameters: Mapping[str, object] | None = None) -> None:
    """Let a query of somebody who is not trusted pass: it only reads, and cannot grow without bound.

    Args:
        cypher: one statement.
        parameters: its values; those that say how long a range is are looked at.

    Raises:
        QueryError: it does more, or could.
    """
    check_growth(check_reading(cypher), parameters or {})


def check_reading(cypher: str) -> str:
    """Let a query pass that only reads the graph; give its text without comments and what stands in quotes.

    A word such as ``set`` is fine as a property, label, parameter, key of a map or in backticks; as a variable it
    needs backticks.

    Raises:
        QueryError: it writes, changes the schema or an option, reads or writes files, calls what is not allowed, or is
            several statements.
    """
    _check_letters(cypher)
    # What is hidden is the same for every reader from here on: no quote, comment or end of line is left to dispute.
    text = _HIDDEN.sub(
        lambda found: " " if found[0].startswith("/") else f"{found[0][0]}x{found[0][0]}", cypher
    ).strip()
    if text.endswith(";"):
        text = text[:-1].rstrip()
    if not text:
        raise QueryError("The query is empty; write one such as: MATCH (p:Product) RETURN p.id LIMIT 10")
    if ";" in text:
        raise QueryError("A query is one statement; run several one after the other")
    if "\\" in text or "/*" in text or "*/" in text:
        raise QueryError("A query has no backslash outside of strings, and its comments and strings are closed")
    first = _WORD.match(text)
    if first is None or first[0].upper() not in FIRST:
        said = first[0] if first else text[0]
        raise QueryError(f'A query that reads starts with one of {", ".join(sorted(FIRST))}, not "{said}"')
    for word in _WORD.finditer(text):
        if word[0].upper() in NEVER and not _is_a_name(text, word):
            raise QueryError(
                f'Queries only read, and this one says {word[0].upper()}. If "{word[0]}" is a name, put it in backticks'
            )
    for call in _CALL.finditer(text):
        if call["name"] is not None and (call["next"] != "(" or call["name"].lower() not in PROCEDURES):
            raise QueryError(f"Queries may not CALL {call['name']}; they may call: {', '.join(sorted(PROCEDURES))}")
        if call["name"] is None and call["next"] == "`":
            raise QueryError("Queries may not CALL a procedure whose name is in backticks")
    _check_functions(text)
    return text


def _check_letters(cypher: str) -> None:
    most = limit("query_characters")
    if len(cypher) > most:
        raise QueryError(f"The query is longer than {most:,} characters; pass long values as parameters")
    # Neo4j reads such an escape before it looks for strings, so that it can end one.
    if re.search(r"\\u", cypher, re.IGNORECASE):
        raise QueryError(
            "Queries have no unicode escapes such as \\u0041; write the letter itself, or pass a parameter"
        )
    if "\r" in cypher.replace("\r\n", "\n") or _STRANGE.search(cypher):
        raise QueryError("The query has control characters or letters that do not show; write it with plain lines")


def _check_functions(text: str) -> None:
    for found in _FUNCTION.finditer(text):
        name = re.sub(r"\s", "", found["name"]).lower()
        called = re.search(r"\bCALL\s*$", text[: found.start()], re.IGNORECASE)
        if called or name in NOT_FUNCTIONS or name in FUNCTIONS:
            continue
        raise QueryError(
            f"Queries may not use the function {found['name']}(); they may use: {', '.join(sorted(FUNCTIONS))}"
        )


def _is_a_name(text: str, word: re.Match[str]) -> bool:
    before, after = text[: word.start()].rstrip()[-1:], text[word.end() :].lstrip()[:1]
    return before in {".", ":", "$", "|", "&", "!"} or (after == ":" and before in {"{", ","})

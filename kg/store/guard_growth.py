"""What a query could grow to before its first row: ranges, lists in lists, words added to words, and long walks.

Neither engine looks at the clock within one expression, so these bounds stand in the text itself.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping

from kg.errors import QueryError
from kg.limits import limit

_RANGE = re.compile(r"(?<![\w.])range\s*\(", re.IGNORECASE)
_NUMBER = re.compile(r"-?\d+")
_PARAMETER = re.compile(r"\$(\w+)")
_SIZE = re.compile(r"size\s*\(\s*\w+\s*\)(?:\s*-\s*1)?", re.IGNORECASE)
_COMPREHENSION = re.compile(r"\[\s*(?:\w+|`x`)\s+IN\b", re.IGNORECASE)
_NAMED_ANEW = re.compile(r"\b(?:WITH|RETURN|UNWIND)\b|\|", re.IGNORECASE)
_WALK = re.compile(r"\[[^\[\]{}]*\*(?P<bounds>[^\[\]{}]*)(?:\{[^\[\]{}]*\})?\s*\]")
_HOPS = re.compile(r"\s*(?:\w+\s+)*(?P<low>\d*)\s*(?P<dots>\.\.)?\s*(?P<high>\d*)\s*(?:\(.*\))?\s*", re.DOTALL)
_COLLECT = re.compile(r"\b(?:collect|percentilecont|percentiledisc)\s*\(", re.IGNORECASE)
_PARTS = re.compile(
    r"\bMATCH\b(?:(?!\b(?:RETURN|WITH|WHERE|UNWIND)\b).)*\)\s*(?:,\s*(?:\w+\s*=\s*)?|(?:OPTIONAL\s+)?MATCH\s*)\(\s*\w*\s*[:)]"
    r"|\brange\s*\(.*\brange\s*\(|\bUNWIND\b.*\bUNWIND\b",
    re.IGNORECASE | re.DOTALL,
)
_QUANTIFIER = re.compile(
    r"(?:\)|\]-|\]->|-->|--)\s*(?:\{\s*\d*\s*,?\s*\d*\s*\}|(?:(?<=\))|(?<=>)|(?<=-))[+*](?=\s*[(\[<-]))"
)


def check_growth(text: str, parameters: Mapping[str, object]) -> None:
    """Let a query pass that cannot grow without bound.

    Args:
        text: the statement, what stands in quotes and comments already left out.
        parameters: its values.

    Raises:
        QueryError: it could.
    """
    if _deepest(text) > limit("query_depth"):
        raise QueryError(f"The query nests brackets deeper than {limit('query_depth')}; engines stumble over that")
    if _COLLECT.search(text) and _PARTS.search(text):
        raise QueryError("collect() of patterns that are not connected fills the memory; connect them, or count()")
    for arguments in _ranges(text):
        _check_range(arguments, parameters)
    if any(
        _COMPREHENSION.search(text, found.end(), _closing(text, found.start()))
        for found in _COMPREHENSION.finditer(text)
    ):
        raise QueryError("A list made for each member of another list can grow without bound; use UNWIND instead")
    most = limit("query_additions")
    if text.count("+") > most:
        raise QueryError(f"The query adds more than {most} times; words added to themselves grow without bound")
    if _times_larger(text) > limit("query_growth"):
        raise QueryError(
            "The query adds to what it has added before, again and again; that grows by powers. Add in one expression"
        )
    hops = limit("query_hops")
    if _QUANTIFIER.search(text):
        raise QueryError(f"Write repeated steps as -[:TYPE*1..{hops}]-, with at most {hops} steps")
    for found in _WALK.finditer(text):
        if _steps(found["bounds"]) > hops:
            raise QueryError(f"A path of many steps needs an end, of at most {hops} steps, such as -[:TYPE*1..{hops}]-")


def _times_larger(text: str) -> int:
    """Give how many times larger than what it begins with a sum of the query can be.

    Within one clause ``n`` plus signs join ``n + 1`` parts; a later clause can join as many of those sums.
    """
    return math.prod(part.count("+") + 1 for part in _NAMED_ANEW.split(text))


def _deepest(text: str) -> int:
    depth = deepest = 0
    for letter in text:
        depth += (letter in "([{") - (letter in ")]}")
        deepest = max(deepest, depth)
    return deepest


def _ranges(text: str) -> Iterator[str]:
    for found in _RANGE.finditer(text):
        yield text[found.end() : _closing(text, found.end() - 1)]


def _closing(text: str, start: int) -> int:
    """Give where the bracket that opens at ``start`` closes."""
    depth = 0
    for place in range(start, len(text)):
        depth += (text[place] in "([{") - (text[place] in ")]}")
        if depth == 0:
            return place
    return len(text)


def _check_range(arguments: str, parameters: Mapping[str, object]) -> None:
    most = limit("query_range")
    for argument in arguments.split(","):
        said = argument.strip()
        if _SIZE.fullmatch(said):
            continue
        value: object = None
        if _NUMBER.fullmatch(said):
            value = int(said)
        elif named := _PARAMETER.fullmatch(said):
            value = parameters.get(named[1])
        if isinstance(value, bool) or not isinstance(value, int) or abs(value) > most:
            raise QueryError(
                f"range() takes numbers up to {most:,}, parameters with such a value, or size(list); not {said}"
            )


def _steps(bounds: str) -> int:
    """Give the most steps that ``*1..3`` and its like allow; more than any limit where there is no end."""
    found = _HOPS.fullmatch(bounds)
    if found is None:
        return 10**9
    if found["high"]:
        return int(found["high"])
    return int(found["low"]) if found["low"] and not found["dots"] else 10**9

"""Values of parameters: read from words or from JSON, checked, and made ready for an engine."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta

from cypher.errors import ParameterError, nearest
from cypher.query import Kind, Latest, Parameter, Query, Value
from kg.schema import EDGES, NODES
from kg.store.protocol import GraphStore

_LATEST = re.compile(r"latest (?P<of>\w+)(?: - (?P<number>\d+) (?P<unit>hours?|days?|weeks?))?")
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def check(query: Query, given: Mapping[str, object]) -> dict[str, Value | Latest]:
    """Give every parameter of a query its value: the one given, or its default.

    Raises:
        ParameterError: one is unknown, missing, or not of its type.
    """
    known = {parameter.name: parameter for parameter in query.parameters}
    for name in given:
        if name not in known:
            there = f" It has: {', '.join(known)}." if known else " It has none."
            hint = nearest(name, known, otherwise=there)
            raise ParameterError(f'The query "{query.name}" has no parameter "{name}".{hint}')
    values: dict[str, Value | Latest] = {}
    for name, parameter in known.items():
        if name in given and given[name] is not None:
            values[name] = parse(parameter, given[name])
        elif parameter.default is not None:
            values[name] = parameter.default
        else:
            raise ParameterError(
                f'The query "{query.name}" needs "{name}": {parameter.doc} Such as {name}={parameter.example}'
            )
    return values


def parse(parameter: Parameter, value: object) -> Value | Latest:
    """Read a value, from words as on a command line or of its type already.

    Raises:
        ParameterError: it is not of the parameter's type, or out of its range.
    """
    match parameter.kind:
        case Kind.STRING:
            if isinstance(value, str):
                return value
        case Kind.BOOLEAN:
            if isinstance(value, bool):
                return value
            if isinstance(value, str) and value.lower() in _WORDS:
                return _WORDS[value.lower()]
        case Kind.INTEGER | Kind.NUMBER:
            return _number(parameter, value)
        case Kind.TIME:
            return _time(parameter, value)
        case Kind.STRINGS:
            if isinstance(value, str):
                return tuple(part.strip() for part in value.split(",") if part.strip())
            if isinstance(value, Iterable):
                values = tuple(value)
                if all(isinstance(one, str) for one in values):
                    return values
    raise _wrong(parameter, value)


def _wrong(parameter: Parameter, value: object, why: str = "") -> ParameterError:
    meant = f"the id of a {parameter.label}" if parameter.label else f"of type {parameter.kind}"
    return ParameterError(f"{parameter.name} must be {meant}{why}, not {value!r}")


def _number(parameter: Parameter, value: object) -> int | float:
    try:
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            raise ValueError
        number = int(value) if isinstance(value, (str, int)) and parameter.kind is Kind.INTEGER else float(value)
    except (ValueError, OverflowError):
        raise _wrong(parameter, value) from None
    if parameter.kind is Kind.INTEGER:
        if number != int(number):
            raise _wrong(parameter, value)
        number = int(number)
    low, high = parameter.low, parameter.high
    if not math.isfinite(number) or (low is not None and number < low) or (high is not None and number > high):
        told = f" from {low:g} to {high:g}" if low is not None and high is not None else ""
        raise _wrong(parameter, value, told)
    if isinstance(number, int) and abs(number) >= 2**63:
        raise _wrong(parameter, value)
    return number


def _time(parameter: Parameter, value: object) -> datetime | Latest:
    if isinstance(value, str):
        if found := _LATEST.fullmatch(value.strip()):
            return _latest(parameter, found)
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            why = ', such as 2025-06-30, 2025-06-30T12:00 or "latest PURCHASED - 30 days"'
            raise _wrong(parameter, value, why) from None
    if isinstance(value, datetime):
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    raise _wrong(parameter, value)


def _latest(parameter: Parameter, found: re.Match[str]) -> Latest:
    timed = _timed()
    if found["of"] not in timed:
        hint = nearest(found["of"], timed, otherwise=f" There are: {', '.join(timed)}.")
        raise ParameterError(f'{parameter.name}: nothing called "{found["of"]}" has a time.{hint}')
    if found["number"] is None:
        return Latest(found["of"])
    unit = found["unit"].removesuffix("s") + "s"
    try:
        return Latest(found["of"], timedelta(**{unit: int(found["number"])}))
    except OverflowError:
        raise _wrong(parameter, found[0], "; that is too long ago") from None


def _timed() -> tuple[str, ...]:
    """What has an ``at`` in the schema."""
    types = [
        *((name, edge.properties) for name, edge in EDGES.items()),
        *((n, node.properties) for n, node in NODES.items()),
    ]
    return tuple(name for name, properties in types if any(own.name == "at" for own in properties))


def resolve(values: Mapping[str, Value | Latest], store: GraphStore) -> dict[str, Value]:
    """Ask the graph for what is counted from its latest; where nothing has a time, that is long ago."""
    newest: dict[str, datetime] = {}
    resolved: dict[str, Value] = {}
    for name, value in values.items():
        if isinstance(value, Latest):
            if value.of not in newest:
                newest[value.of] = _newest(value.of, store)
            resolved[name] = max(newest[value.of] - value.back, _NEVER) if value.back else newest[value.of]
        else:
            resolved[name] = value
    return resolved


def _newest(of: str, store: GraphStore) -> datetime:
    if of in NODES:
        pattern = f"(x:`{of}`)"
    else:
        source, target = EDGES[of].pairs[0]
        pattern = f"(:`{source}`)-[x:`{of}`]->(:`{target}`)"
    found = store.query(f"MATCH {pattern} RETURN max(x.at) AS newest").column("newest")[0].as_py()
    return found if isinstance(found, datetime) else _NEVER

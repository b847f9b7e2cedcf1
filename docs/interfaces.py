"""The reference pages of the interfaces, made from the code: settings, commands, HTTP and Python."""

from __future__ import annotations

import inspect
import json
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import typer

from cypher import QueryLibrary, run_query
from recommender import Recommender
from recommender.answers import Answer, Reason, Recommendation
from recommender.audience import Audience
from recommender.changes import Changes
from recommender.filters import Filters
from recommender.newcomers import NewProduct
from recommender.rules.rules import Rules
from shopgraph.cli.app import app as commands_app
from shopgraph.service.app import create_app
from shopgraph.settings.settings import Settings
from shopgraph.settings.template import toml_value

_PUBLIC = (Recommender, Answer, Recommendation, Reason, Audience, Filters, Rules, NewProduct, Changes, QueryLibrary)

_FIELDS = ("field", "type", "default", "for example", "")

Table = Callable[[tuple[str, ...], Iterable[tuple[str, ...]]], str]


def settings(table: Table) -> list[str]:
    """Give the sections of ``shopgraph.toml``, each a table of its keys."""
    parts = [
        "All keys of a project's `shopgraph.toml`. A key that is not set has its default; `shopgraph init` writes a "
        "file that says the same."
    ]
    for section, field in Settings.model_fields.items():
        part = field.get_default(call_default_factory=True)
        parts += [f"## [{section}]", type(part).__doc__ or ""]
        rows = []
        for name, info in type(part).model_fields.items():
            default = info.get_default(call_default_factory=True)
            rows.append(
                (f"`{name}`", "unset" if default is None else f"`{toml_value(default)}`", info.description or "")
            )
        parts.append(table(("key", "default", ""), rows))
    return parts


def commands(table: Table) -> list[str]:
    """Give every command of ``shopgraph`` with its arguments and options."""
    group: Any = typer.main.get_command(commands_app)
    parts = ["`shopgraph COMMAND --help` says the same."]
    for name, command in sorted(group.commands.items()):
        for own, each in [(f"{name} {inner}", own) for inner, own in sorted(_inner(command))] or [(name, command)]:
            parts += [f"## shopgraph {own}", *_paragraphs(each.help)]
            rows = [_option(one) for one in each.params if not getattr(one, "hidden", False) and one.name != "help"]
            if rows:
                parts.append(table(("argument or option", "default", ""), rows))
    return parts


def http(table: Table) -> list[str]:
    """Give every way into the service, and the types of what is sent and answered."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "shopgraph.toml").touch()
        page = create_app(Path(folder)).openapi()
    parts = [
        "The service describes itself in `/openapi.json`; this page is made from the same description. "
        "[How to run it](../how-to/serve.md)."
    ]
    tags: dict[str, list[str]] = {}
    for path, methods in page["paths"].items():
        for method, own in methods.items():
            tags.setdefault(own["tags"][0], []).extend(_way(method.upper(), path, own, table))
    for tag, found in tags.items():
        parts += [f"## {tag.capitalize()}", *found]
    return parts + _types(page["components"]["schemas"], table)


def python(table: Table) -> list[str]:
    """Give the classes and functions that applications use."""
    parts = ["What applications import. Everything else may change between versions."]
    for each in _PUBLIC:
        parts += [f"## {each.__name__}", f"`from {_home(each)} import {each.__name__}`", *_doc(each)]
        for name, own in vars(each).items():
            made = own.__func__ if isinstance(own, classmethod | staticmethod) else own
            if name.startswith("_") or not (inspect.isfunction(made) or isinstance(made, property)):
                continue
            if isinstance(made, property):
                parts += [f"### {each.__name__}.{name}", *_doc(made)]
            else:
                parts += [f"### {each.__name__}.{name}", f"```text\n{name}{_signature(made)}\n```", *_doc(made)]
    parts += ["## run_query", "`from cypher import run_query`", f"```text\nrun_query{_signature(run_query)}\n```"]
    return [*parts, *_doc(run_query)]


def _inner(command: Any) -> Iterable[tuple[str, Any]]:
    return getattr(command, "commands", {}).items()


def _paragraphs(text: str | None) -> list[str]:
    """Give paragraphs, an example among them as code."""
    found = []
    for part in inspect.cleandoc(text or "").split("\n\n"):
        line = " ".join(part.split())
        found.append(f"```sh\n{line.removeprefix('Example: ')}\n```" if line.startswith("Example: ") else line)
    return found


def _option(one: Any) -> tuple[str, str, str]:
    names = ", ".join(f"`{name}`" for name in (*one.opts, *one.secondary_opts))
    if one.param_type_name == "argument":
        names = f"`{one.metavar or one.name.upper()}`"
    elif one.metavar:
        names += f" `{one.metavar}`"
    default = one.default() if callable(one.default) else one.default
    if isinstance(one.show_default, str):
        shown = one.show_default
    elif one.required:
        shown = "needed"
    else:
        shown = "" if default in (None, False) else f"`{getattr(default, 'value', default)}`"
    return names, shown, one.help or ""


def _way(method: str, path: str, own: Mapping[str, Any], table: Table) -> list[str]:
    parts = [f"### {method} {path}", f"**{own['summary']}**", *_paragraphs(own.get("description"))]
    rows = [
        _field(f"`{one['name']}` ({one['in']})", one["schema"], one.get("required"), one)
        for one in own.get("parameters", [])
    ]
    body = own.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    if rows:
        parts.append(table(_FIELDS, rows))
    if body:
        parts.append(f"Takes {_kind(body)} as JSON.")
    good = next(code for code in sorted(own["responses"]) if code.startswith("2"))
    given = own["responses"][good].get("content", {}).get("application/json", {}).get("schema", {})
    return [*parts, f"Gives {_kind(given)} ({good})."] if given else parts


def _types(schemas: Mapping[str, Any], table: Table) -> list[str]:
    parts = ["## Types"]
    for name, schema in sorted(schemas.items()):
        parts += [f"### {name}", *_paragraphs(schema.get("description"))]
        if "enum" in schema:
            parts.append(f"One of {', '.join(f'`{own}`' for own in schema['enum'])}.")
        needed = schema.get("required", ())
        fields = schema.get("properties", {}).items()
        rows = [_field(f"`{field}`", own, field in needed, own) for field, own in fields]
        parts += [table(_FIELDS, rows)] if rows else []
    return parts


def _field(name: str, schema: Mapping[str, Any], needed: object, told: Mapping[str, Any]) -> tuple[str, ...]:
    examples = schema.get("examples") or told.get("examples") or [told.get("example")]
    example = "" if examples[0] is None else f"`{json.dumps(examples[0], ensure_ascii=False)}`"
    return name, _kind(schema), _needed(needed, schema), example, told.get("description", "")


def _kind(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        name = str(schema["$ref"]).rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        return " or ".join(_kind(own) for own in schema["anyOf"] if own.get("type") != "null")
    if "enum" in schema:
        return ", ".join(map(str, schema["enum"]))
    kind = str(schema.get("type", "any"))
    return f"list of {_kind(schema['items'])}" if kind == "array" and "items" in schema else kind


def _needed(needed: object, schema: Mapping[str, Any]) -> str:
    default = schema.get("default")
    if needed:
        return "needed"
    return "" if default in (None, "", [], {}) else f"`{json.dumps(default, ensure_ascii=False)}`"


def _home(own: type) -> str:
    return {"Recommender": "recommender", "QueryLibrary": "cypher"}.get(own.__name__, own.__module__)


def _signature(function: Callable[..., object]) -> str:
    """Give arguments with types and defaults; a default that lies on this machine as three dots."""
    made = inspect.signature(function)
    arguments = [one.replace(default=...) if isinstance(one.default, Path) else one for one in made.parameters.values()]
    return str(made.replace(parameters=arguments)).replace("'", "").replace("Ellipsis", "...")


def _doc(own: object) -> list[str]:
    """Give a docstring's paragraphs as they stand, its lists of arguments as code."""
    return [
        f"```text\n{part}\n```"
        if part.split("\n")[0].rstrip().endswith(":") and "\n" in part
        else part.replace("``", "`")
        for part in inspect.cleandoc(getattr(own, "__doc__", None) or "").split("\n\n")
    ]

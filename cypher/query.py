"""One query of the library, as its file describes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

ENGINES = ("ladybug", "neo4j")


class Kind(StrEnum):
    """Types of parameters and columns."""

    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    TIME = "time"
    STRINGS = "strings"


class PictureKind(StrEnum):
    """How an answer is best drawn."""

    TABLE = "table"
    BAR = "bar"
    LINE = "line"
    GRAPH = "graph"


@dataclass(frozen=True, slots=True)
class Latest:
    """A moment counted back from the newest one in the graph: data that are a year old have a last month too.

    Attributes:
        of: relationship type or label whose newest ``at`` is meant.
        back: how long before it.
    """

    of: str
    back: timedelta = timedelta(0)

    def __str__(self) -> str:
        days = self.back / timedelta(days=1)
        return f"latest {self.of}" + (f" - {days:g} days" if days else "")


Value = str | int | float | bool | datetime | tuple[str, ...]
"""What a parameter holds when a query runs."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a query.

    Attributes:
        name: as in ``$name``.
        kind: its type.
        label: node label whose ids it takes; None for any other value.
        default: taken where none is given; None where one must be.
        example: a value that suits the demo shop, of one that must be given.
        low, high: smallest and largest value of a number.
        doc, doc_zh: one sentence.
    """

    name: str
    kind: Kind
    label: str | None
    default: Value | Latest | None
    example: Value | None
    low: float | None
    high: float | None
    doc: str
    doc_zh: str

    @property
    def required(self) -> bool:
        """Whether a value must be given."""
        return self.default is None


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an answer; ``label`` is of nodes whose ids it holds, None for any other value."""

    name: str
    kind: Kind
    label: str | None
    doc: str
    doc_zh: str

    def as_dict(self) -> dict[str, object]:
        """Give it as it stands in JSON."""
        return {
            "name": self.name,
            "type": self.kind.value,
            "label": self.label,
            "doc": self.doc,
            "doc_zh": self.doc_zh,
        }


@dataclass(frozen=True, slots=True)
class Picture:
    """What to draw, and from which columns: ``bar`` name value, ``line`` x y [series], ``graph`` from to [words]."""

    kind: PictureKind = PictureKind.TABLE
    columns: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, object]:
        """Give it as it stands in JSON."""
        return {"kind": self.kind.value, "columns": list(self.columns)}


@dataclass(frozen=True, slots=True)
class Query:
    """A question to the graph, and the Cypher that answers it.

    Attributes:
        name: of its file, unique in the library.
        theme: of its folder.
        title, title_zh: a few words.
        question, question_zh: what it answers, as a person would ask.
        parameters: in the order in which to ask for them.
        columns: of the answer, in order.
        picture: that suits the answer.
        example: first rows of the answer on a small demo shop, as written (``make reference``).
        texts: engine -> Cypher; the same for both unless they must differ.
    """

    name: str
    theme: str
    title: str
    title_zh: str
    question: str
    question_zh: str
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    picture: Picture
    example: tuple[tuple[str, ...], ...]
    texts: Mapping[str, str]

    def text(self, engine: str) -> str:
        """Give the Cypher for an engine, ``ladybug`` or ``neo4j``."""
        return self.texts[engine]

    @property
    def same_on_both(self) -> bool:
        """Whether one text serves both engines."""
        return len(set(self.texts.values())) == 1

    def as_dict(self) -> dict[str, object]:
        """Give all of it as it stands in JSON."""
        return {
            "name": self.name,
            "theme": self.theme,
            "title": self.title,
            "title_zh": self.title_zh,
            "question": self.question,
            "question_zh": self.question_zh,
            "parameters": [
                {
                    "name": one.name,
                    "type": one.kind.value,
                    "label": one.label,
                    "required": one.required,
                    "default": shown(one.default),
                    "example": shown(one.example),
                    "minimum": one.low,
                    "maximum": one.high,
                    "doc": one.doc,
                    "doc_zh": one.doc_zh,
                }
                for one in self.parameters
            ],
            "columns": [one.as_dict() for one in self.columns],
            "picture": self.picture.as_dict(),
            "example": [list(row) for row in self.example],
            "cypher": dict(self.texts),
        }


def shown(value: Value | Latest | None) -> object:
    """Give a parameter's value as it stands in JSON."""
    if isinstance(value, Latest):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value

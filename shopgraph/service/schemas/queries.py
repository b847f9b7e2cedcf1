"""The query library, and free queries."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, Field, StringConstraints

from kg.limits import limit
from shopgraph.service.schemas.common import ITEMS, Id, Reply, Request

_Whole = Annotated[int, Field(ge=-(2**63), le=2**63 - 1)]
_Text = Annotated[str, StringConstraints(max_length=limit("request_characters"))]
Scalar = bool | _Whole | float | _Text | None
ParameterValue = Scalar | Annotated[list[Scalar], Field(max_length=ITEMS)]
Parameters = Annotated[dict[Id, ParameterValue], Field(max_length=50)]


class AnswerFormat(StrEnum):
    """How rows are written."""

    JSON = "json"
    CSV = "csv"


class RunRequest(Request):
    """Values for the parameters of a query of the library."""

    params: Parameters = Field(default={}, examples=[{"limit": 5}])
    format: AnswerFormat = AnswerFormat.JSON


class CypherRequest(Request):
    """A query of one's own, which only reads."""

    query: Annotated[str, StringConstraints(min_length=1, max_length=limit("query_characters"))] = Field(
        examples=["MATCH (b:Brand) RETURN b.name AS brand LIMIT 5"]
    )
    params: Parameters = Field(default={})
    format: AnswerFormat = AnswerFormat.JSON


class QueriesReply(Reply):
    """The queries of the library."""

    queries: list[dict[str, Any]]


class QueryReply(Reply):
    """One query of the library."""

    query: dict[str, Any]


class ColumnBody(BaseModel):
    """One column of an answer."""

    name: str
    type: str
    label: str | None = Field(description="Of nodes whose ids it holds.")
    doc: str
    doc_zh: str


class RowsReply(Reply):
    """What the graph answered."""

    query: str | None
    title: str
    title_zh: str
    parameters: dict[str, Any]
    columns: list[ColumnBody]
    picture: dict[str, Any]
    rows: list[dict[str, Any]]
    cypher: str
    seconds: float

"""A search request as JSON, its photo in base64, or as a form (multipart) with the photo as a file."""

from __future__ import annotations

import base64
import binascii
from typing import Any

import orjson
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.datastructures import FormData, UploadFile

from shopgraph.service.errors import ServiceError
from shopgraph.service.schemas.search import SearchRequest

_FORM, _JSON = "multipart/form-data", "application/json"
_SEVERAL = "history"
"""The one field that may come more than once in a form."""
_FIELDS = 1_100
_SCHEMAS = "#/components/schemas/{model}"


async def search_asked(request: Request) -> tuple[SearchRequest, bytes | None]:
    """Read what is searched for, and the photo's bytes; None without one.

    Raises:
        RequestValidationError: a field is wrong, or unknown.
        ServiceError: it is neither JSON nor a form, or the photo is not base64.
    """
    kind = request.headers.get("content-type", _JSON).partition(";")[0].strip().lower()
    try:
        if kind == _FORM:
            async with request.form(max_files=1, max_fields=_FIELDS) as form:
                return await _from_form(form)
        if kind != _JSON:
            raise ServiceError(415, f"A search is asked for as {_JSON} or as {_FORM}.", where="header.content-type")
        body = SearchRequest.model_validate_json(await request.body() or b"null")
    except ValidationError as error:
        raise RequestValidationError([{**one, "loc": ("body", *one["loc"])} for one in error.errors()]) from error
    return body, None if body.photo is None else _decoded(body.photo)


async def _from_form(form: FormData) -> tuple[SearchRequest, bytes | None]:
    given: dict[str, Any] = {}
    photo: bytes | None = None
    for name in dict.fromkeys(form.keys()):
        values = form.getlist(name)
        if name == "photo" and isinstance(values[0], UploadFile):
            photo = await values[0].read() or None
        elif name == _SEVERAL:
            given[name] = values
        elif len(values) > 1:
            raise ServiceError(422, f"The field {name} stands in the form {len(values)} times.", where=f"body.{name}")
        elif name == "filters":
            given[name] = _json(values[0])
        else:
            given[name] = values[0]
    body = SearchRequest.model_validate(given)
    return body, _decoded(body.photo) if photo is None and body.photo is not None else photo


def _json(value: object) -> object:
    try:
        return orjson.loads(value if isinstance(value, str) else b"")
    except orjson.JSONDecodeError:
        raise ServiceError(422, "The filters of a form are one field of JSON.", where="body.filters") from None


def _decoded(photo: str) -> bytes:
    try:
        return base64.b64decode(photo.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeError):
        raise ServiceError(422, "The photo is not base64.", where="body.photo") from None


def described() -> dict[str, Any]:
    """Give the body as the OpenAPI page has it; the parts that it names stand there for other addresses already."""
    schema = SearchRequest.model_json_schema(ref_template=_SCHEMAS)
    del schema["$defs"]
    fields = {**schema["properties"], "photo": {"type": "string", "format": "binary", "description": "A picture."}}
    kinds = {_JSON: {"schema": schema}, _FORM: {"schema": {**schema, "title": "SearchForm", "properties": fields}}}
    return {"requestBody": {"required": True, "content": kinds}}


__all__ = ["described", "search_asked"]

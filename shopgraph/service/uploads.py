"""A request as JSON, its photo in base64, or as a form (multipart) with the photo as a file."""

from __future__ import annotations

import base64
import binascii
from typing import Any, TypeVar

import orjson
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData, UploadFile

from shopgraph.service.errors import ServiceError

_FORM, _JSON = "multipart/form-data", "application/json"
SEVERAL = ("history", "categories")
"""The fields that may come more than once in a form."""
OBJECTS = ("filters", "attributes", "links")
"""The fields of a form that are JSON."""
_FIELDS = 1_100
_SCHEMAS = "#/components/schemas/{model}"


Asked = TypeVar("Asked", bound=BaseModel)


async def asked_with_photo(request: Request, schema: type[Asked]) -> tuple[Asked, bytes | None]:
    """Read what is asked, and the photo's bytes; None without one.

    Args:
        request: as JSON, or as a form.
        schema: of what is asked, with a field ``photo``.

    Raises:
        RequestValidationError: a field is wrong, or unknown.
        ServiceError: it is neither JSON nor a form, or the photo is not base64.
    """
    kind = request.headers.get("content-type", _JSON).partition(";")[0].strip().lower()
    try:
        if kind == _FORM:
            async with request.form(max_files=1, max_fields=_FIELDS) as form:
                return await _from_form(form, schema)
        if kind != _JSON:
            raise ServiceError(415, f"This is asked for as {_JSON} or as {_FORM}.", where="header.content-type")
        body = schema.model_validate_json(await request.body() or b"null")
    except ValidationError as error:
        raise RequestValidationError([{**one, "loc": ("body", *one["loc"])} for one in error.errors()]) from error
    return body, _photo(body)


async def _from_form(form: FormData, schema: type[Asked]) -> tuple[Asked, bytes | None]:
    given: dict[str, Any] = {}
    photo: bytes | None = None
    for name in dict.fromkeys(form.keys()):
        values = form.getlist(name)
        if name == "photo" and isinstance(values[0], UploadFile):
            photo = await values[0].read() or None
        elif name in SEVERAL:
            given[name] = values
        elif len(values) > 1:
            raise ServiceError(422, f"The field {name} stands in the form {len(values)} times.", where=f"body.{name}")
        elif name in OBJECTS:
            given[name] = _json(name, values[0])
        else:
            given[name] = values[0]
    body = schema.model_validate(given)
    return body, _photo(body) if photo is None else photo


def _photo(body: BaseModel) -> bytes | None:
    found: str | None = getattr(body, "photo", None)
    return None if found is None else _decoded(found)


def _json(name: str, value: object) -> object:
    try:
        return orjson.loads(value if isinstance(value, str) else b"")
    except orjson.JSONDecodeError:
        raise ServiceError(422, f"The {name} of a form are one field of JSON.", where=f"body.{name}") from None


def _decoded(photo: str) -> bytes:
    try:
        return base64.b64decode(photo.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeError):
        raise ServiceError(422, "The photo is not base64.", where="body.photo") from None


def described(model: type[BaseModel]) -> dict[str, Any]:
    """Give the body as the OpenAPI page has it; the parts that it names stand there for other addresses already."""
    schema = model.model_json_schema(ref_template=_SCHEMAS)
    schema.pop("$defs", None)
    fields = {**schema["properties"], "photo": {"type": "string", "format": "binary", "description": "A picture."}}
    form = {**schema, "title": f"{model.__name__.removesuffix('Request')}Form", "properties": fields}
    return {"requestBody": {"required": True, "content": {_JSON: {"schema": schema}, _FORM: {"schema": form}}}}


__all__ = ["asked_with_photo", "described"]

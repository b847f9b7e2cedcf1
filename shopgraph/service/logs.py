"""Logs: one JSON object a line, without a word about whom a request was about.

A request is logged by the pattern of its address (``/api/v1/users/{user}/profile``), never by the address, its query,
its body or its headers; an error nobody foresaw by its kind and the lines of code, without its message. So no log
holds a customer's id, a product, a question or an API key, and there is nothing in it to forget.
"""

from __future__ import annotations

import logging
import re
import secrets
import sys
import traceback
from datetime import UTC, datetime

import orjson

_OWN = re.compile(r"[A-Za-z0-9_.-]{1,64}")


def request_id(given: str | None) -> str:
    """Give the caller's own id of a request where it is a decent one, else a new one."""
    return given if given is not None and _OWN.fullmatch(given) else secrets.token_hex(8)


class JsonFormatter(logging.Formatter):
    """Writes a record as one line of JSON; what is in ``record.fields`` stands beside."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the line."""
        content: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        content |= getattr(record, "fields", {})
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            frames = traceback.extract_tb(error.__traceback__)
            content["error"] = type(error).__name__
            content["at"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        return orjson.dumps(content, default=str).decode()


def set_up_service_logs(*, level: int = logging.INFO) -> None:
    """Log as JSON to stderr: our own and the server's."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    for name in ("shopgraph.service", "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [], True
        logger.setLevel(level)

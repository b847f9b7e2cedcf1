"""Settings of the HTTP service."""

from __future__ import annotations

from pydantic import Field

from kg.limits import limit
from shopgraph.settings.part import Part

_HERE = frozenset({"127.0.0.1", "::1", "localhost"})


class ServicePart(Part):
    """How applications and people reach the shop over HTTP: shopgraph serve."""

    host: str = Field(
        default="127.0.0.1",
        min_length=1,
        description="Address to listen on. Any other than this machine's own (127.0.0.1, ::1, localhost) needs an API "
        "key first: shopgraph keys add.",
    )
    port: int = Field(default=8080, ge=0, le=65_535, description="Port to listen on; 0 for any that is free.")
    workers: int = Field(default=1, ge=1, le=64, description="Processes that answer; one for each core at most.")
    keys: str = Field(
        default="service-keys.json",
        min_length=1,
        description="File of the API keys, from the project's folder. It holds no key, only what tells a right one "
        "from a wrong one, and only its owner may read it.",
    )
    body_bytes: int = Field(
        default=limit("service_body_bytes"), ge=1_024, description="Longest body of a request, in bytes."
    )
    upload_bytes: int = Field(
        default=limit("service_upload_bytes"), ge=1_024, description="Longest body where a photo may come, in bytes."
    )
    rate: float = Field(
        default=0.0,
        ge=0,
        description="Requests a second that each API key (without keys: each address) may make on average; 0 for any "
        "number.",
    )
    burst: int = Field(default=100, ge=1, description="Requests that may come at once before the rate holds.")
    seconds: float = Field(
        default=float(limit("service_seconds")), gt=0, description="Time after which a request is given up."
    )
    waiting: int = Field(
        default=limit("service_waiting"),
        ge=1,
        description="Requests that may wait in a process for their turn; more are turned away at once (503).",
    )
    prepare: bool = Field(
        default=True,
        description="Read the networks of texts and photos at start, where the project has vectors, not when the first "
        "search by meaning or by photo needs them. MiniLM and what it runs on take 0.8 GB in each process.",
    )
    stop_seconds: float = Field(
        default=10.0, gt=0, description="How long running requests may take to finish when the service is stopped."
    )
    watch_seconds: float = Field(
        default=2.0, gt=0, description="How often a new model is looked for; it then answers the next request."
    )

    @property
    def open_to_others(self) -> bool:
        """Other machines can reach the address that the service listens on."""
        return self.host not in _HERE

    @property
    def whole_stop_seconds(self) -> int:
        """``stop_seconds`` as uvicorn takes them: whole, and one at least."""
        return max(1, round(self.stop_seconds))

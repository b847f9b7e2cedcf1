"""A load of requests on the service, from a process of its own: ``python -m benchmarks.load PLAN``.

The plan is a JSON file: address, bodies, connections, seconds and rate. Without a rate every connection asks again as
soon as it is answered; with one, requests are due at even times and a latency counts from when a request was due, so
that a service which falls behind cannot hide it. What was found is printed as one JSON object.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import uvloop


@dataclass
class Plan:
    """What to ask.

    Attributes:
        port: of the service on this machine.
        bodies: JSON texts, asked in turn.
        connections: open at a time.
        seconds: how long.
        rate: requests a second; 0 for as many as are answered.
        path: asked.
    """

    port: int
    bodies: list[str]
    connections: int
    seconds: float
    rate: float = 0.0
    path: str = "/api/v1/recommend"


@dataclass
class Found:
    """What came of it."""

    latencies: list[float] = field(default_factory=list)
    errors: int = 0
    next: int = 0


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> bool:
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
    await reader.readexactly(length)
    return head.startswith(b"HTTP/1.1 200")


async def _connection(plan: Plan, requests: list[bytes], found: Found, start: float) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", plan.port)
    try:
        while True:
            number = found.next
            found.next += 1
            due = time.perf_counter()
            if plan.rate:
                due = start + number / plan.rate
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
            if due - start >= plan.seconds:
                return
            fine = await _ask(reader, writer, requests[number % len(requests)])
            found.latencies.append(time.perf_counter() - due)
            found.errors += not fine
    except (OSError, asyncio.IncompleteReadError, ValueError):
        found.errors += 1
    finally:
        writer.close()


async def run(plan: Plan) -> dict[str, float]:
    """Put the load on the service; give requests a second, latencies in milliseconds, and errors."""
    requests = []
    for body in plan.bodies:
        data = body.encode()
        head = f"POST {plan.path} HTTP/1.1\r\nHost: 127.0.0.1:{plan.port}\r\nContent-Type: application/json\r\n"
        requests.append(f"{head}Content-Length: {len(data)}\r\n\r\n".encode() + data)
    found, start = Found(), time.perf_counter()
    await asyncio.gather(*(_connection(plan, requests, found, start) for _ in range(plan.connections)))
    took = 1000 * np.array(found.latencies or [0.0])
    return {
        "answered": len(found.latencies) - found.errors,
        "errors": found.errors,
        "a second": len(found.latencies) / (time.perf_counter() - start),
        "median (ms)": float(np.median(took)),
        "99th percentile (ms)": float(np.percentile(took, 99)),
        "longest (ms)": float(took.max()),
    }


if __name__ == "__main__":
    chosen = Plan(**json.loads(Path(sys.argv[1]).read_text("utf-8")))
    print(json.dumps(uvloop.run(run(chosen))))

"""The compose file runs the service as the command line knows it."""

from __future__ import annotations

import re
from pathlib import Path

import typer
import yaml

from shopgraph.cli import app

ROOT = Path(__file__).resolve().parents[3]


def test_the_compose_file_serves_on_the_port_it_opens() -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
    service = compose["services"]["shopgraph"]
    name, *words = service["command"]
    serve = typer.main.get_command(app).commands[name]  # type: ignore[attr-defined]
    known = {option for parameter in serve.params for option in parameter.opts}
    given = [word for word in words if word.startswith("--")]
    assert set(given) <= known
    port = words[words.index("--port") + 1]
    assert service["ports"][0].endswith(f":{port}")
    assert f":{port}/health/live" in service["healthcheck"]["test"][-1]
    assert words[words.index("--project") + 1] in {volume.partition(":")[2] for volume in service["volumes"]}
    dockerfile = (ROOT / "Dockerfile").read_text("utf-8")
    assert re.search(rf"^EXPOSE {port}$", dockerfile, re.MULTILINE)
    assert 'ENTRYPOINT ["shopgraph"]' in dockerfile
    copied = set(re.findall(r"^COPY (\w+) \w+$", dockerfile, re.MULTILINE))
    assert {"kg", "recommender", "cypher", "shopgraph"} <= copied

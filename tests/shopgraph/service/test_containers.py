"""The image is built of what is there, and the compose file runs the service as the command line knows it."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from shopgraph import __version__
from shopgraph.cli import app
from shopgraph.service.routes import ROUTERS

ROOT = Path(__file__).resolve().parents[3]
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
COMPOSE_FILE = (ROOT / "docker-compose.yml").read_text("utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(COMPOSE_FILE)
SERVICE = COMPOSE["services"]["shopgraph"]
COPIED = [line.split()[:-1] for line in re.findall(r"^COPY (?!--from)(.*)$", DOCKERFILE, re.MULTILINE)]


def commands() -> Iterator[list[str]]:
    """Give what people are told to have shopgraph do in its container."""
    told = COMPOSE_FILE + (ROOT / "docs" / "how-to" / "serve.md").read_text("utf-8")
    for line in re.findall(r"docker compose run (.*)", told):
        _, _, words = line.partition("shopgraph ")
        yield shlex.split(words, comments=True)


def check(words: list[str]) -> None:
    """Look whether the command line knows a command and its options."""
    known: Any = typer.main.get_command(app)
    while hasattr(known, "commands"):
        assert words[0] in known.commands, words
        known, words = known.commands[words[0]], words[1:]
    options = {option for parameter in known.params for option in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= options, words


def mounted() -> dict[str, str]:
    """Give the folders of the container and what lies there."""
    parts = [
        volume.rsplit(":", 2) for volume in (f"{one}:rw" if one.count(":") == 1 else one for one in SERVICE["volumes"])
    ]
    return {inside: outside for outside, inside, _ in parts}


def test_the_compose_file_serves_on_the_port_it_opens() -> None:
    words = SERVICE["command"]
    check(words)
    port = words[words.index("--port") + 1]
    assert SERVICE["ports"][0].endswith(f":{port}")
    assert f":{port}/health/live" in SERVICE["healthcheck"]["test"][-1]
    assert "/health/live" in {route.path for router in ROUTERS for route in router.routes}  # type: ignore[attr-defined]
    assert words[words.index("--project") + 1] in mounted()
    assert re.search(rf"^EXPOSE {port}$", DOCKERFILE, re.MULTILINE)
    assert 'ENTRYPOINT ["shopgraph"]' in DOCKERFILE


def test_what_people_are_told_to_run_is_known_and_in_reach() -> None:
    told = list(commands())
    assert [words[0] for words in told[:4]] == ["init", "import", "run", "keys"]
    for words in told:
        check(words)
        for place in (word for word in words if word.startswith("/")):
            assert place in mounted(), words
    [store] = {words[words.index("--store") + 1] for words in told if "--store" in words}
    assert store == "bolt://neo4j:7687"
    assert "neo4j" in SERVICE["depends_on"]
    assert "NEO4J_PASSWORD" in SERVICE["environment"]


def test_everything_that_is_copied_is_there_and_let_in() -> None:
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    let_in = {line.removeprefix("!") for line in ignored if line.startswith("!")}
    assert "*" in ignored
    sources = [source for line in COPIED for source in line]
    assert "shopgraph" in sources
    for source in sources:
        assert (ROOT / source).exists(), source
        assert source.partition("/")[0] in let_in, source
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert set(packages["packages"]) <= set(sources)


def test_the_browser_of_neo4j_opens_with_the_guide_and_the_style_that_are_served() -> None:
    server, guide = COMPOSE["services"]["neo4j"], COMPOSE["services"]["guide"]
    [opened] = {place.rpartition(":")[0] for place in guide["ports"]}
    port = opened.rpartition("127.0.0.1:")[2]
    served = {volume.split(":")[1].removeprefix("/usr/share/nginx/html/") for volume in guide["volumes"]}
    commands = server["environment"]["NEO4J_browser_post__connect__cmd"].split(";")
    told = dict(command.split() for command in commands)
    assert told == {"style": f"http://localhost:{port}/style.grass", "play": f"http://localhost:{port}/guide.html"}
    assert {place.rpartition("/")[2] for place in told.values()} <= served
    assert server["environment"]["NEO4J_browser_remote__content__hostname__whitelist"] == "localhost"


@pytest.mark.parametrize("service", COMPOSE["services"])
def test_files_given_to_a_container_are_there(service: str) -> None:
    for volume in COMPOSE["services"][service].get("volumes", ()):
        outside = volume.partition(":")[0]
        if outside.startswith("./"):
            assert (ROOT / outside).is_file(), volume
        elif not outside.startswith("$"):
            assert outside in COMPOSE["volumes"]


def test_the_image_is_named_for_its_version() -> None:
    assert SERVICE["image"] == f"shopgraph:{__version__}"


def test_nothing_is_open_to_other_machines() -> None:
    for service in COMPOSE["services"].values():
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))

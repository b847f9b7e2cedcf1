"""A real Neo4j for tests and benchmarks, from Maven artefacts: no Docker, no installation.

The jars come once into ``.cache/neo4j`` of the project (``mvn dependency:copy-dependencies``). Each server gets a home
folder of its own under the temporary folder, free ports on the loopback address, and a password set before it starts.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import neo4j
import neo4j.exceptions

VERSION = "5.26.15"
_ARTEFACTS = (("org.neo4j", "neo4j"), ("org.neo4j.app", "neo4j-server"))
_CACHE = Path(__file__).resolve().parent.parent / ".cache" / "neo4j"
_OPENS = [f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in ("java.nio", "java.io", "sun.nio.ch")]
_BRIEF = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
_DOWNLOAD_SECONDS = 600
_START_SECONDS = 120


class Neo4jUnavailable(Exception):  # noqa: N818 - it is a state of the machine, not a failure
    """Neither Java with Maven nor a cached server is to be had; the message is one plain line."""


@dataclass(frozen=True, slots=True)
class Neo4jServer:
    """A running server.

    Attributes:
        uri: Bolt address.
        http: address of HTTP API.
        user: user to log in with.
        password: its password.
        pid: process id of the server; None for one that somebody else started.
    """

    uri: str
    user: str
    password: str
    http: str = ""
    pid: int | None = None


def jars() -> Path:
    """Give the folder with the server's jars, downloaded by Maven the first time.

    Raises:
        Neo4jUnavailable: there is no Java, or no Maven to fetch the jars with, or it could not fetch them.
    """
    if shutil.which("java") is None:
        raise Neo4jUnavailable("Neo4j needs Java 17 or newer on the path (or set NEO4J_URI to a running server)")
    folder = _CACHE / f"lib-{VERSION}"
    if folder.is_dir():
        return folder
    if shutil.which("mvn") is None:
        raise Neo4jUnavailable("Neo4j's jars need Maven (mvn) on the path (or set NEO4J_URI to a running server)")
    _CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=_CACHE) as scratch:
        pom = Path(scratch) / "pom.xml"
        pom.write_text(_pom(), encoding="utf-8")
        command = ["mvn", "-q", "-B", "-f", str(pom), "dependency:copy-dependencies", "-DincludeScope=runtime"]
        done = subprocess.run(
            [*command, f"-DoutputDirectory={scratch}/lib"],
            capture_output=True,
            text=True,
            timeout=_DOWNLOAD_SECONDS,
            check=False,
        )
        if done.returncode:
            raise Neo4jUnavailable(f"Maven could not fetch Neo4j's jars: {(done.stdout + done.stderr).strip()[-300:]}")
        with contextlib.suppress(OSError):  # another process was faster
            (Path(scratch) / "lib").rename(folder)
    return folder


def _pom() -> str:
    dependencies = "".join(
        f"<dependency><groupId>{group}</groupId><artifactId>{name}</artifactId><version>{VERSION}</version></dependency>"
        for group, name in _ARTEFACTS
    )
    return (
        '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
        "<groupId>shopgraph</groupId><artifactId>neo4j-for-tests</artifactId><version>1</version>"
        f"<dependencies>{dependencies}</dependencies></project>"
    )


@contextlib.contextmanager
def neo4j_server(*, heap: str = "1g", page_cache: str = "256m", brief: bool = False) -> Iterator[Neo4jServer]:
    """Run a Neo4j of its own for the length of the ``with`` block, or give the one that ``NEO4J_URI`` names.

    Args:
        heap: of the server at most.
        page_cache: of the server.
        brief: compile quickly rather than well, which takes a third off the processor time of a few minutes of tests.

    Raises:
        Neo4jUnavailable: there is neither.
    """
    if uri := os.environ.get("NEO4J_URI"):
        yield Neo4jServer(uri, os.environ.get("NEO4J_USER", "neo4j"), os.environ.get("NEO4J_PASSWORD", ""))
        return
    lib = jars()
    home = Path(tempfile.mkdtemp(prefix="shopgraph-neo4j-"))
    process: subprocess.Popen[bytes] | None = None
    try:
        bolt, http = _free_port(), _free_port()
        password = secrets.token_hex(16)
        _configure(home, bolt=bolt, http=http, heap=heap, page_cache=page_cache)
        _set_password(lib, home, password)
        with (home / "server.log").open("wb") as log:
            process = subprocess.Popen(
                [
                    "java",
                    f"-Xmx{heap}",
                    *(_BRIEF if brief else ()),
                    *_OPENS,
                    "-cp",
                    f"{lib}/*",
                    "org.neo4j.server.CommunityEntryPoint",
                    f"--home-dir={home}",
                    f"--config-dir={home}/conf",
                ],
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C in the tests must reach us first, then the server through us
            )
        server = Neo4jServer(
            f"bolt://127.0.0.1:{bolt}", "neo4j", password, http=f"http://127.0.0.1:{http}", pid=process.pid
        )
        _wait(server, process, home / "server.log")
        yield server
    finally:
        if process is not None:
            stop(process)
        shutil.rmtree(home, ignore_errors=True)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a server that we started, politely first."""
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _configure(home: Path, *, bolt: int, http: int, heap: str, page_cache: str) -> None:
    for folder in ("conf", "data", "logs", "plugins", "import", "run", "lib"):
        (home / folder).mkdir()
    (home / "conf" / "neo4j.conf").write_text(
        f"""server.default_listen_address=127.0.0.1
server.bolt.listen_address=127.0.0.1:{bolt}
server.bolt.advertised_address=127.0.0.1:{bolt}
server.http.listen_address=127.0.0.1:{http}
server.https.enabled=false
server.memory.heap.max_size={heap}
server.memory.pagecache.size={page_cache}
db.memory.transaction.max=512m
dbms.usage_report.enabled=false
db.tx_log.rotation.retention_policy=1 files
""",
        encoding="utf-8",
    )


def _set_password(lib: Path, home: Path, password: str) -> None:
    environment = {**os.environ, "NEO4J_HOME": str(home), "NEO4J_CONF": str(home / "conf")}
    command = ["java", "-Xmx256m", *_OPENS, "-cp", f"{lib}/*", "org.neo4j.cli.AdminTool"]
    done = subprocess.run(
        [*command, "dbms", "set-initial-password", password],
        env=environment,
        check=False,
        capture_output=True,
        text=True,
        timeout=_START_SECONDS,
    )
    if done.returncode:
        raise RuntimeError(f"Neo4j did not take its password:\n{done.stderr.replace(password, '***')[-1000:]}")


def _wait(server: Neo4jServer, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    with neo4j.GraphDatabase.driver(server.uri, auth=(server.user, server.password)) as driver:
        while True:
            try:
                driver.verify_connectivity()
                return
            except (neo4j.exceptions.DriverError, neo4j.exceptions.Neo4jError):
                if process.poll() is None and time.monotonic() < deadline:
                    time.sleep(0.3)
                    continue
                tail = log.read_text(encoding="utf-8", errors="replace")[-1000:]
                raise RuntimeError(f"Neo4j did not start within {_START_SECONDS} s:\n{tail}") from None

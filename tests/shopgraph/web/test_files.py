"""What is given to browsers: only our own files, each whole, with a policy that lets nothing else run."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

from shopgraph.web import STATIC
from shopgraph.web.files import SECURITY, page_files, static_files

ROOT = Path(__file__).resolve().parents[3]
SCRIPTS = sorted((STATIC / "js").glob("*.js"))


def test_both_languages_have_the_same_words_and_places() -> None:
    english, chinese = (json.loads((STATIC / "words" / f"{name}.json").read_text("utf-8")) for name in ("en", "zh"))
    assert english.keys() == chinese.keys()
    places = {name: set(re.findall(r"\{\w+\}", text)) for name, text in english.items()}
    assert {name for name, text in chinese.items() if set(re.findall(r"\{\w+\}", text)) != places[name]} == set()


def test_every_word_that_a_page_asks_for_is_there() -> None:
    english = json.loads((STATIC / "words" / "en.json").read_text("utf-8"))
    asked = set()
    for script in SCRIPTS:
        asked |= set(re.findall(r'\bt\(\s*"([\w.]+)"', script.read_text("utf-8")))
    for page in (STATIC / "pages").glob("*.html"):
        asked |= set(re.findall(r'data-word(?:-\w+)?="([\w.]+)"', page.read_text("utf-8")))
    assert asked - english.keys() == set()


def test_pages_hold_no_script_or_style_of_their_own_and_scripts_make_no_markup_of_text() -> None:
    for name, page in page_files().items():
        text = page.content.decode()
        assert re.findall(r"<script(?![^>]* src=)|<style|\son\w+=|\sstyle=", text) == [], name
        assert set(re.findall(r'(?:src|href)="([^"#]+)"', text)) <= {
            *(f"/static/{path}" for path in static_files()),
            *("/", "/graph", "/query", "/report"),
        }, name
    for script in SCRIPTS:
        assert re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", script.read_text()) == []
    policy = SECURITY["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "http" not in policy


def test_files_of_others_are_those_that_are_noted() -> None:
    noted = (STATIC / "vendor" / "VENDORED.md").read_text("utf-8")
    for path in (STATIC / "vendor").rglob("*js"):
        assert hashlib.sha256(path.read_bytes()).hexdigest() in noted
        assert (path.parent / "LICENSE").is_file()


def test_the_wheel_has_all_files(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    [wheel] = tmp_path.glob("*.whl")
    within = set(zipfile.ZipFile(wheel).namelist())
    wanted = {path.relative_to(ROOT).as_posix() for path in STATIC.rglob("*") if path.is_file()}
    assert wanted - within == set()

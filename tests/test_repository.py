"""What holds for the repository as a whole: its locks, its import arrows, its modules, its reference pages."""

from __future__ import annotations

import ast
import importlib.util
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent
LOCKS = sorted((ROOT / "requirements").glob("*.lock"))
MAY_IMPORT: dict[str, set[str]] = {
    "kg": set(),
    "linking": {"kg"},
    "embeddings": {"kg"},
    "recommender": {"kg", "embeddings"},
    "cypher": {"kg"},
    "shopgraph": {"kg", "linking", "embeddings", "recommender", "cypher"},
}
LONGEST = 400
MODULES = [path for room in MAY_IMPORT for path in sorted((ROOT / room).rglob("*.py"))]
ALL_PYTHON = [
    *MODULES,
    *(path for room in ("benchmarks", "docs", "tests") for path in sorted((ROOT / room).rglob("*.py"))),
]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("lock", LOCKS, ids=name)
def test_locks_hold_versions_and_hashes_and_no_address(lock: Path) -> None:
    requirement = re.compile(r"[A-Za-z0-9._-]+(\[[a-z0-9,-]+\])?==[A-Za-z0-9.!+_]+( ; [^\\@/:]+)?( \\)?")
    strange, unhashed = [], []
    lines = lock.read_text(encoding="utf-8").splitlines()
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}( \\)?", line):
            continue
        if not requirement.fullmatch(line):
            strange.append(line)
        if not following.startswith("    --hash="):
            unhashed.append(line)
    assert not strange
    assert not unhashed


def test_locks_agree_on_versions() -> None:
    pinned: dict[str, set[str]] = {}
    for lock in LOCKS:
        for line in lock.read_text(encoding="utf-8").splitlines():
            if "==" in line and not line.startswith(" "):
                package, _, rest = line.rstrip(" \\").partition("==")
                pinned.setdefault(f"{package} {rest.partition(' ; ')[2]}", set()).add(rest.split()[0])
    assert {package: versions for package, versions in pinned.items() if len(versions) > 1} == {}


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if tracked.returncode:
        pytest.skip("not a git checkout, so what belongs to the project cannot be told")
    machine = re.compile(rb"(?<![\w./-])/(?:home|Users|root|work)/[\w.-]")
    paths = [ROOT / path for path in tracked.stdout.decode().split("\0") if path]
    found = [name(path) for path in paths if path.is_file() and machine.search(path.read_bytes())]
    assert found == []


def imports(path: Path) -> Iterator[str]:
    """Give the package of every import, at the top of the module or inside it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name(path)}:{node.lineno} imports relatively"
            yield (node.module or "").partition(".")[0]


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_imports_never_point_back_up(room: str) -> None:
    others = ({*MAY_IMPORT, "tests", "benchmarks"} - {room}) - MAY_IMPORT[room]
    wrong = {
        name(path): sorted(found) for path in (ROOT / room).rglob("*.py") if (found := others & set(imports(path)))
    }
    assert wrong == {}


def test_importing_the_recommender_does_not_import_torch() -> None:
    heavy = "{'torch', 'pykeen', 'torch_geometric', 'spacy', 'transformers'}"
    code = f"import sys, recommender; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_no_module_is_too_long() -> None:
    lengths = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in ALL_PYTHON}
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST} == {}


def promised(trees: list[ast.Module]) -> set[str]:
    """Give the methods that a protocol documents; whoever implements it need not say it again."""
    protocols = (
        node
        for tree in trees
        for node in tree.body
        if isinstance(node, ast.ClassDef) and "Protocol" in {getattr(base, "id", "") for base in node.bases}
    )
    methods = (node for protocol in protocols for node in protocol.body if isinstance(node, ast.FunctionDef))
    return {method.name for method in methods if ast.get_docstring(method)}


def undocumented(body: list[ast.stmt], where: str, told: set[str]) -> Iterator[str]:
    for node in body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) or node.name.startswith("_"):
            continue
        decorators = {
            word.id if isinstance(word, ast.Name) else getattr(word, "attr", "") for word in node.decorator_list
        }
        if (
            not ast.get_docstring(node)
            and node.name not in told
            and not decorators & {"overload", "override", "setter"}
        ):
            yield f"{where}:{node.lineno} {node.name}"
        if isinstance(node, ast.ClassDef) and "Protocol" not in {getattr(base, "id", "") for base in node.bases}:
            yield from undocumented(node.body, where, told)


def test_everything_public_has_a_docstring() -> None:
    paths = [*MODULES, *sorted((ROOT / "benchmarks").glob("*.py"))]
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in paths]
    methods = promised(trees)
    missing: list[str] = []
    for path, tree in zip(paths, trees, strict=True):
        if tree.body and not ast.get_docstring(tree):
            missing.append(name(path))
        missing.extend(undocumented(tree.body, name(path), methods))
    assert missing == []


def reference() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_reference", ROOT / "docs" / "build_reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_reference_is_up_to_date() -> None:
    made = reference()
    found = {path.name: path.read_text(encoding="utf-8") for path in made.REFERENCE.glob("*.md")}
    stale = [page for page, text in made.pages().items() if found.get(page) != text]
    assert stale == [], "run: make reference"
    shown = {name: (made.BROWSER / name).read_text(encoding="utf-8") for name in made.browser_files()}
    assert shown == dict(made.browser_files()), "run: make reference"

"""The gate of figures, with a benchmark that says what the test tells it to."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.figures import main, read_bounds

_FAKE = """
import argparse, json, pathlib, sys, time
parser = argparse.ArgumentParser()
for name in ("--data", "--json", "--format", "--fail", "--meets"):
    parser.add_argument(name)
given = parser.parse_args()
with pathlib.Path(given.data, "runs").open("a") as runs:
    runs.write("run\\n")
if given.fail:
    sys.exit("it fell")
if given.meets:
    me, other = given.meets.split()
    pathlib.Path(given.data, me).touch()
    until = time.monotonic() + 60
    while not pathlib.Path(given.data, other).exists():
        assert time.monotonic() < until
        time.sleep(0.02)
pathlib.Path(given.json).write_text(json.dumps({"figures": json.loads(pathlib.Path(given.data, "says").read_text())}))
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Folder of the data that the fake benchmark reads what to say from."""
    (tmp_path / "fakes").mkdir()
    (tmp_path / "fakes" / "fake.py").write_text(_FAKE, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("SHOPGRAPH_DATA", str(tmp_path))
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "says").write_text(json.dumps({"recall@10": 0.15, "lost": 0, "bad": float("nan")}), encoding="utf-8")
    return folder


def gate(shop: Path, *bounds: str) -> int:
    head = 'benchmark = "fakes.fake"\ndata = "shop"\n'
    table = shop.parent / "bounds.toml"
    table.write_text("\n".join(f"[[bound]]\n{head}{bound}\n" for bound in bounds), encoding="utf-8")
    return main(["--bounds", str(table)])


def test_figures_inside_their_bounds_pass_and_share_one_run(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = gate(shop, 'figure = "recall@10"\nat_least = 0.142', 'figure = "lost"\nat_least = 0\nat_most = 0')
    out = capsys.readouterr().out
    assert kept == 0
    assert out.splitlines()[-1] == "2 passed, 0 failed"
    assert "+0.008" in out
    assert (shop / "runs").read_text() == "run\n"


def test_a_broken_bound_is_named(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = gate(shop, 'figure = "recall@10"\nat_least = 0.16', 'figure = "lost"\nat_most = 0')
    lines = capsys.readouterr().out.splitlines()
    assert broken == 1
    assert lines[-2:] == ["BROKEN fakes.fake shop: recall@10 ≥ 0.16: measured 0.15", "1 passed, 1 failed"]


@pytest.mark.parametrize(
    ("bound", "says"),
    [
        ('figure = "bad"\nat_least = 0', "measured nan"),
        ('figure = "ndcg"\nat_least = 0', "no number of this name, but recall@10"),
        ('figure = "lost"\nat_most = 0\nargs = ["--fail", "yes"]', "exit status 1"),
    ],
)
def test_what_cannot_be_measured_fails(shop: Path, capsys: pytest.CaptureFixture[str], bound: str, says: str) -> None:
    assert gate(shop, bound) == 1
    assert says in capsys.readouterr().out


def test_two_commands_run_at_once(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each waits for the other."""
    one, other = (f'figure = "lost"\nat_most = 0\nargs = ["--meets", "{names}"]' for names in ("me you", "you me"))
    assert gate(shop, one, other) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "2 passed, 0 failed"


def test_what_a_failed_command_said_is_shown(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gate(shop, 'figure = "lost"\nat_most = 0\nargs = ["--fail", "yes"]')
    assert "it fell" in capsys.readouterr().out


def test_missing_data_fail_in_continuous_integration_alone(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOPGRAPH_DATA", str(shop / "nowhere"))
    monkeypatch.setenv("CI", "true")
    assert gate(shop, 'figure = "lost"\nat_most = 0') == 1
    monkeypatch.delenv("CI")
    assert gate(shop, 'figure = "lost"\nat_most = 0') == 0


@pytest.mark.parametrize("bound", ['figure = "lost"', 'figure = "lost"\nat_most = "0"', 'figure = "lost"\nmost = 0'])
def test_a_bound_of_the_wrong_form_is_wrong_usage(shop: Path, bound: str) -> None:
    with pytest.raises(SystemExit) as stopped:
        gate(shop, bound)
    assert stopped.value.code == 2


def test_slow_bounds_are_named_and_held_when_asked_for(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert gate(shop, 'figure = "recall@10"\nat_least = 0.99\nslow = true') == 0
    assert capsys.readouterr().out.splitlines()[-2:] == [
        "not asked for: fakes.fake, which is slow; python -m benchmarks.figures --only fakes.fake",
        "0 passed, 0 failed",
    ]
    assert not (shop / "runs").exists()
    for asked in (["--slow"], ["--only", "fakes.fake"]):
        assert main(["--bounds", str(shop.parent / "bounds.toml"), *asked]) == 1
        out = capsys.readouterr().out
        assert out.splitlines()[-1] == "0 passed, 1 failed"
        assert "not asked for" not in out


def test_the_projects_own_bounds_can_be_read() -> None:
    assert read_bounds(Path(__file__).parents[2] / "benchmarks" / "bounds.toml")

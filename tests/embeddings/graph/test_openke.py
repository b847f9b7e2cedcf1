"""OpenKE folders: read whole, or refused with the line."""

from __future__ import annotations

from pathlib import Path

import pytest

from embeddings.graph.openke import read_openke
from kg.errors import InputError

FILES = {
    "entity2id.txt": "3\n/m/b\t0\n/m/a\t1\nhas space\t2\n",
    "relation2id.txt": "2\n/film/director\t0\n/award\t1\n",
    "train2id.txt": "3\n0 1 0\n1 2 1\n0 2 1\n",
    "valid2id.txt": "1\n2 0 1\n",
    "test2id.txt": "1\n2 1 0\n",
}


def _folder(place: Path, **changes: str) -> Path:
    for name, text in FILES.items():
        (place / name).write_text(changes.get(name.removesuffix(".txt"), text))
    return place


def test_a_folder_gives_the_three_parts(tmp_path: Path) -> None:
    parts = read_openke(_folder(tmp_path))
    ids = parts.train.entities.label_ids("Entity").to_pylist()
    assert sorted(ids) == ["/m/a", "/m/b", "has space"]
    assert parts.train.relations == ("/award", "/film/director")
    named = {
        (ids[head], parts.train.relations[relation], ids[tail]) for head, relation, tail in parts.train.rows.tolist()
    }
    assert named == {
        ("/m/b", "/film/director", "/m/a"),
        ("/m/a", "/award", "has space"),
        ("/m/b", "/award", "has space"),
    }
    assert len(parts.validation) == len(parts.test) == 1


@pytest.mark.parametrize(("name", "text", "said"), [
    ("train2id", "3\n0 1 0\n1 2 1\n", "3 lines, and has 2"),
    ("train2id", "3\n0 1 0\n1 2\n0 2 1\n", "line 3"),
    ("train2id", "3\n0 1 0\n1 x 1\n0 2 1\n", "line 3"),
    ("train2id", "3\n0 1 0\n1 9 1\n0 2 1\n", "3 entities"),
    ("train2id", "0 1 0\n", "number of its lines"),
    ("entity2id", "3\na\t0\nb\t0\nc\t2\n", "stands twice"),
    ("entity2id", "3\na\t0\nb\t1\na\t2\n", '"a" stands twice'),
    ("entity2id", "3\na\t0\nb\t1\nc\t7\n", "without a gap"),
    ("relation2id", "2\nx\t0\ny\n", "line 3"),
    ("test2id", "", "empty"),
])  # fmt: skip
def test_a_broken_file_is_refused_with_the_place(name: str, text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=said) as error:
        read_openke(_folder(tmp_path, **{name: text}))
    assert f"{name}.txt" in str(error.value)


def test_a_missing_file_is_refused_with_what_is_there(tmp_path: Path) -> None:
    _folder(tmp_path)
    (tmp_path / "valid2id.txt").unlink()
    with pytest.raises(InputError, match="valid2id"):
        read_openke(tmp_path)


@pytest.mark.realdata
def test_fb15k_237_has_the_known_size(data_dir: Path) -> None:
    parts = read_openke(data_dir / "fb15k-237")
    assert len(parts.train.entities) == 14_541
    assert len(parts.train.relations) == 237
    assert (len(parts.train), len(parts.validation), len(parts.test)) == (272_115, 17_535, 20_466)

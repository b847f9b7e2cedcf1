"""The file of aspects: written for people, read with what is wrong, where, and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import InputError
from linking.aspects import Aspect, MinedAspect, read_aspects, write_aspects

HINGE = MinedAspect("hinge", ("hinge", "hinges"), 1200, 9.0, "en")
ODD = MinedAspect('a "b" \\', ('a "b" \\', "绞\t链"), 3, 2.0, "en")
LATER = MinedAspect("铰链", ("铰链",), 7, 1.0, "zh")


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "aspects.toml"
    assert write_aspects(path, [HINGE, ODD]) == 2
    assert read_aspects(path) == (Aspect("hinge", HINGE.words), Aspect(ODD.name, ODD.words))
    assert "in 1,200 reviews" in path.read_text("utf-8")
    assert [found.name for found in tmp_path.iterdir()] == ["aspects.toml"]


def test_an_edited_file_is_kept_and_what_is_new_comes_as_comments_once(tmp_path: Path) -> None:
    path = tmp_path / "aspects.toml"
    mine = '# mine\n[[aspects]]\nname = "Joint"\nwords = ["Hinge", "joint"]   # keep\n'
    path.write_text(mine, encoding="utf-8")
    assert write_aspects(path, [HINGE]) == 0, "its words are there under another name"
    assert path.read_text("utf-8") == mine
    assert write_aspects(path, [HINGE, ODD, LATER]) == 2
    text = path.read_text("utf-8")
    assert text.startswith(mine)
    assert read_aspects(path) == (Aspect("Joint", ("Hinge", "joint")),)
    assert write_aspects(path, [HINGE, ODD, LATER]) == 0, "what was proposed is not proposed again"
    assert path.read_text("utf-8") == text


def test_a_proposal_is_used_once_its_comment_signs_are_removed(tmp_path: Path) -> None:
    path = tmp_path / "aspects.toml"
    write_aspects(path, [HINGE])
    write_aspects(path, [LATER])
    before, _, after = path.read_text("utf-8").rpartition("\n# [[aspects]]")
    path.write_text(before + "\n[[aspects]]" + after.replace("# name", "name").replace("# words", "words"), "utf-8")
    assert [aspect.name for aspect in read_aspects(path)] == ["hinge", "铰链"]


def test_a_file_with_a_byte_order_mark_or_nothing_in_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "aspects.toml"
    path.write_bytes(b'\xef\xbb\xbf[[aspects]]\nname = " a "\nwords = ["b ", "b", "c"]\n')
    assert read_aspects(path) == (Aspect("a", ("b", "c")),)
    path.write_text("# nothing yet\n")
    assert read_aspects(path) == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b'[[aspects]]\nname = "a"\nwords = [b]\n', "line 3"),
        (b'[[aspects]]\nname = "a"\nwords = ["\xff"]\n', "line 3.*UTF-8"),
        (b'[[aspects]]\nname = "a"\nwords = ["a"]\n\n[[aspects]]\nwords = ["b"]\n', "line 5: the aspect has no name"),
        (b'[[aspects]]\nname = ""\nwords = ["b"]\n', "line 1: the aspect has no name"),
        (b'[[aspects]]\nname = "a"\n', 'line 1: the aspect "a" has no list of words'),
        (b'[[aspects]]\nname = "a"\nwords = "a"\n', 'line 1: the aspect "a" has no list of words'),
        (b'[[aspects]]\nname = "a"\nwords = []\n', "no list of words"),
        (b'[[aspects]]\nname = "a"\nwords = ["a", " "]\n', "no list of words"),
        (b'[[aspects]]\nname = "a"\nword = ["a"]\n', '"word" is not known here. Did you mean "words"'),
        (b'[[aspect]]\nname = "a"\n', 'Did you mean "aspects"'),
        (b"aspects = 3\n", "no list of tables"),
        (b'aspects = [{name = "a", words = ["a"]}, {name = "b"}]\n', "aspect 2"),
        (b'[[aspects]]\nname = "a"\nwords = ["a"]\n[[aspects]]\nname = "a"\nwords = ["b"]\n', "line 4.*another aspect"),
    ],
)
def test_a_bad_file_says_what_is_wrong_and_where(tmp_path: Path, text: bytes, message: str) -> None:
    path = tmp_path / "aspects.toml"
    path.write_bytes(text)
    with pytest.raises(InputError, match=f"(?s)aspects.toml.*{message}"):
        read_aspects(path)
    with pytest.raises(InputError):
        write_aspects(path, [HINGE])
    assert path.read_bytes() == text


def test_a_missing_file_and_a_missing_folder_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no file of aspects"):
        read_aspects(tmp_path / "none.toml")
    with pytest.raises(InputError, match="cannot be read"):
        read_aspects(tmp_path)
    with pytest.raises(InputError, match="folder that exists"):
        write_aspects(tmp_path / "none" / "aspects.toml", [HINGE])

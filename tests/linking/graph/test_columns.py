"""Columns made from Python values are what pyarrow makes of them."""

import subprocess
import sys

import pyarrow as pa
import pytest

from linking.graph import columns


@pytest.mark.parametrize("values", [[], ["", "a", "爱", "🙂 b"], ["one"]])
def test_texts(values: list[str]) -> None:
    assert columns.texts(values).equals(pa.array(values, pa.string()))


@pytest.mark.parametrize("values", [[], [1, 2, 3], [None, 5, None, *range(20)], [None]])
def test_numbers(values: list[int | None]) -> None:
    for type_ in (pa.int64(), pa.float64()):
        column = columns.numbers(values, type_)
        column.validate(full=True)
        assert column.equals(pa.array(values, type_))


def test_a_process_that_links_does_not_import_what_takes_long() -> None:
    code = (
        "import sys; from linking.graph import columns, parallel; "
        "columns.texts(['a']); sys.exit(any(name in sys.modules for name in ('pandas', 'spacy', 'torch')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

"""Batches on their way into a store."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from kg.store.rows import Ascending, chunks, last_of_each, node_schema

_KEYS = st.lists(
    st.tuples(st.sampled_from(["a", "Ａ", "😀", "b"]), st.one_of(st.none(), st.integers(0, 3))), max_size=12
)


def _table(rows: list[tuple[str, int | None]]) -> pa.Table:
    return pa.table(
        {
            "id": pa.array([one for one, _ in rows], pa.string()),
            "at": pa.array([two for _, two in rows], pa.int64()),
            "n": pa.array(range(len(rows)), pa.int64()),
        }
    )


def _order(row: tuple[str, int | None]) -> tuple[bytes, bool, int]:
    return row[0].encode(), row[1] is None, row[1] or 0


@given(_KEYS, st.integers(1, 5))
def test_ascending_is_what_sorting_says_however_the_rows_are_cut(rows: list[tuple[str, int | None]], size: int) -> None:
    ascending = Ascending(("id", "at"))
    table = _table(rows)
    answers = [ascending(table.slice(start, size)) for start in range(0, table.num_rows, size)]
    for i, answer in enumerate(answers):
        seen = rows[: (i + 1) * size]
        assert answer == (seen == sorted(set(seen), key=_order))


@given(_KEYS)
def test_the_last_row_of_each_key_is_kept_in_order(rows: list[tuple[str, int | None]]) -> None:
    last = {row: i for i, row in enumerate(rows)}
    assert last_of_each(_table(rows), ("id", "at"))["n"].to_pylist() == sorted(last.values())


@given(st.lists(st.integers(0, 9), max_size=10), st.integers(1, 20))
def test_chunks_keep_every_row_and_part_no_batch(sizes: list[int], most: int) -> None:
    batches = [pa.RecordBatch.from_pydict({"id": [f"{i}-{j}" for j in range(size)]}) for i, size in enumerate(sizes)]
    made = list(chunks(batches, node_schema("User"), needed=("id",), what="nodes", max_rows=most, max_bytes=10**9))
    ids = [name for table in made for name in table["id"].to_pylist()]
    assert ids == [f"{i}-{j}" for i, size in enumerate(sizes) for j in range(size)]
    for table in made:
        whole = {name.partition("-")[0] for name in table["id"].to_pylist()}
        assert table.num_rows == sum(sizes[int(number)] for number in whole)
        assert table.num_rows <= most or len(whole) == 1


def test_batches_with_other_columns_start_a_chunk() -> None:
    one = pa.RecordBatch.from_pydict({"id": ["a"]})
    two = pa.RecordBatch.from_pydict({"name": ["x"], "id": ["b"]})
    made = list(chunks([one, two, two], node_schema("User"), needed=("id",), what="x", max_rows=9, max_bytes=10**9))
    assert [table.column_names for table in made] == [["id"], ["id", "name"]]

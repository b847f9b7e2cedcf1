"""Several sources to one set of tables: what two of them say of the same thing counts once."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import duckdb

from kg.errors import InputError
from kg.limits import limit
from kg.tables import TABLES, Table


def join_tables(folders: Sequence[Path], out: Path) -> dict[str, int]:
    """Join clean tables into the folder ``out``, which is replaced.

    Rows with the same key stand for one thing. The first folder's row is kept, save that a row which a source gave
    goes before one that was only implied by other tables of its source.

    Returns:
        Table -> rows left out because another source gave the same key; tables without any are left out.

    Raises:
        InputError: a table cannot be read, or there is no room.
    """
    building = out.with_name(f".{out.name}.building")
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(parents=True)
    repeated: dict[str, int] = {}
    try:
        with duckdb.connect() as connection:
            connection.execute("SET temp_directory = ?", [str(building / "temporary")])
            connection.execute("SET memory_limit = ?", [f"{limit('build_memory_bytes')}B"])
            connection.execute("SET TimeZone = 'UTC'")
            for table in TABLES.values():
                left_out = _join(connection, table, folders, building / f"{table.name}.parquet")
                if left_out:
                    repeated[table.name] = left_out
        shutil.rmtree(building / "temporary", ignore_errors=True)
        shutil.rmtree(out, ignore_errors=True)
        building.rename(out)
    except (duckdb.Error, OSError) as error:
        raise InputError(f"The tables of the sources could not be joined into {out}: {error}.") from error
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return repeated


def _join(connection: duckdb.DuckDBPyConnection, table: Table, folders: Sequence[Path], out: Path) -> int:
    files = [folder / f"{table.name}.parquet" for folder in folders]
    files = [file for file in files if file.is_file()]
    if not files:
        return 0
    if len(files) == 1:
        shutil.copyfile(files[0], out)
        return 0
    key = ", ".join(f'"{name}"' for name in table.key)
    rows = " UNION ALL BY NAME ".join(
        f"SELECT *, {number} AS _source FROM read_parquet({_quoted(file)})" for number, file in enumerate(files)
    )
    order = "_file IS NULL, _source, _file, _line"
    connection.execute(
        f"COPY (SELECT * EXCLUDE (_source) FROM ({rows}) QUALIFY row_number() OVER (PARTITION BY {key} "
        f"ORDER BY {order}) = 1 ORDER BY {order}, {key}) TO {_quoted(out)} (FORMAT parquet)"
    )
    [(before,)] = connection.execute(f"SELECT count(*) FROM ({rows})").fetchall()
    [(after,)] = connection.execute(f"SELECT count(*) FROM read_parquet({_quoted(out)})").fetchall()
    return int(before) - int(after)


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"

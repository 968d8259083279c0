"""Parquet in and out, through DuckDB: the extra ``[batch]``, loaded where it is asked for.

A file of bills in columns has a row for every line: ``study``, ``dataset``, ``amount``, ``unit``;
in any order, as Parquet or CSV. It is read sorted by study and in batches, so that memory does not
grow with the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from api.problems import Problem

ROWS_AT_A_TIME = 50_000
_READERS = {".parquet": "read_parquet", ".csv": "read_csv"}
BomLines = tuple[str, list[tuple[str, float, str]]]


def _duckdb() -> Any:
    """The library.

    Raises:
        Problem: 501 ``batch-not-installed``.
    """
    try:
        import duckdb  # noqa: PLC0415  an extra, and 20 MB
    except ImportError as error:
        raise Problem(501, "batch-not-installed") from error
    return duckdb


def _database(folder: Path) -> Any:
    """A database in memory that spills into a folder."""
    settings = {"memory_limit": "512MB", "threads": 2, "temp_directory": str(folder)}
    return _duckdb().connect(":memory:", config=settings)


def read_bom_columns(path: Path, folder: Path) -> Iterator[BomLines]:
    """Every study of a file with its lines (dataset, amount, unit), ordered by study.

    Args:
        path: Parquet or CSV.
        folder: Where what does not fit into memory is sorted.

    Raises:
        Problem: 501 ``batch-not-installed``; 422 ``batch-file-unreadable`` where it has not these
            columns, or an amount that is no number.
    """
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise Problem(422, "batch-file-unreadable", "/file", parameters={"name": path.name[:80]})
    database = _database(folder)
    columns = (
        "CAST(study AS VARCHAR), CAST(dataset AS VARCHAR), CAST(amount AS DOUBLE),"
        " CAST(unit AS VARCHAR)"
    )
    query = f"SELECT {columns} FROM {reader}(?) ORDER BY 1, 2, 4, 3"  # noqa: S608  one of two
    try:
        rows = database.execute(query, [str(path)])
        for study, lines in groupby(_fetched(rows), itemgetter(0)):
            yield study, [(dataset, amount, unit) for _, dataset, amount, unit in lines]
    except (_duckdb().Error, ValueError) as error:
        name = {"name": path.name[:80]}
        raise Problem(422, "batch-file-unreadable", "/file", parameters=name) from error
    finally:
        database.close()


def _fetched(rows: Any) -> Iterator[tuple[str, str, float, str]]:
    while found := rows.fetchmany(ROWS_AT_A_TIME):
        for row in found:
            if None in row:
                raise ValueError("a row without study, dataset, amount or unit")
            yield row


def parquet_of_csv(pieces: Iterable[bytes], numbers: Iterable[str], folder: Path) -> Path:
    """A table as a Parquet file in a folder; memory does not grow with it.

    Args:
        pieces: The table as CSV.
        numbers: Its columns that hold numbers.
        folder: Where both forms are written.

    Raises:
        Problem: 501 ``batch-not-installed``.
    """
    database = _database(folder)
    plain, made = folder / "results.csv", folder / "results.parquet"
    with plain.open("wb") as file:
        file.writelines(pieces)
    as_number = ", ".join(f'CAST("{name}" AS DOUBLE) AS "{name}"' for name in numbers)
    query = f"SELECT * REPLACE ({as_number}) FROM read_csv(?, all_varchar = true, nullstr = '')"  # noqa: S608  names of our own columns
    target = str(made).replace("'", "''")
    try:
        database.execute(f"COPY ({query}) TO '{target}' (FORMAT parquet)", [str(plain)])
    finally:
        database.close()
    return made

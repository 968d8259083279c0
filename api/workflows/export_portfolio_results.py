"""Gives every study of a portfolio run as the rows of a CSV file, chunk by chunk.

Ids, codes and numbers only: no text that people wrote, so no cell can begin a formula.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from api.context import Context
from api.intake.parquet import parquet_of_csv
from api.workflows.read_portfolio_runs import read_portfolio_results
from footprint.portfolio_moves import MOST_DRIVERS
from labels.access import Actor

COLUMNS = (
    *("study", "before_kg_co2e", "after_kg_co2e", "change_kg_co2e", "has_moved"),
    *(f"driver_{n}{what}" for n in range(1, MOST_DRIVERS + 1) for what in ("", "_kg_co2e")),
    "failure",
)

NUMBERS = tuple(name for name in COLUMNS if name.endswith("kg_co2e"))


def export_portfolio_results(context: Context, actor: Actor, run_id: str) -> Iterator[bytes]:
    """The file in pieces, the first with the names of the columns.

    Raises:
        NotFound: There is no such run in one's scope.
        Conflict: ``portfolio-run-not-done``.
    """
    chunks = read_portfolio_results(context, actor, run_id)
    return _pieces(chunks)


def export_portfolio_parquet(context: Context, actor: Actor, run_id: str) -> bytes:
    """The same as a Parquet file, numbers as numbers.

    Raises:
        Problem: 501 ``batch-not-installed``.
        NotFound: There is no such run in one's scope.
        Conflict: ``portfolio-run-not-done``.
    """
    pieces = export_portfolio_results(context, actor, run_id)
    with tempfile.TemporaryDirectory() as folder:
        return parquet_of_csv(pieces, NUMBERS, Path(folder)).read_bytes()


def result_rows(chunk: dict[str, Any]) -> Iterator[dict[str, str]]:
    """The rows of a chunk: its studies, then those that could not be recomputed."""
    for study in chunk["studies"]:
        row = {name: str(study[name]) for name in COLUMNS[:4]}
        row["has_moved"] = "yes" if study["has_moved"] else "no"
        for number, driver in enumerate(study["drivers"], start=1):
            row[f"driver_{number}"] = driver["dataset"]
            row[f"driver_{number}_kg_co2e"] = driver["kg_co2e"]
        yield row
    for failure in chunk["failures"]:
        yield {"study": failure["study"], "failure": failure["code"]}


def _pieces(chunks: Iterator[dict[str, Any]]) -> Iterator[bytes]:
    yield (",".join(COLUMNS) + "\r\n").encode()
    for chunk in chunks:
        text = io.StringIO()
        csv.DictWriter(text, COLUMNS, restval="").writerows(result_rows(chunk))
        yield text.getvalue().encode()

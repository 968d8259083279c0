"""Reads a table of the checks: a CSV file with exactly its columns, beside the shipped datasets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from decimal import Decimal
from importlib.resources.abc import Traversable
from pathlib import Path

from footprint.errors import InventoryError
from footprint.quantities import decimal_amount


def rows_of(
    root: Traversable | Path, name: str, columns: tuple[str, ...]
) -> Iterator[tuple[str, Mapping[str, str]]]:
    """(place, row) of every line of a table; none where the folder has no such table.

    Raises:
        InventoryError: ``reference-file-malformed`` for what is no CSV, other columns, or a line
            too short or too long.
    """
    file = root.joinpath(name)
    if not file.is_file():
        return
    try:
        reader = csv.DictReader(io.StringIO(file.read_text(encoding="utf-8")), strict=True)
        rows = list(reader)
    except (csv.Error, UnicodeDecodeError) as error:
        reason = str(error)[:200]
        raise InventoryError("reference-file-malformed", f"/{name}", reason=reason) from error
    if tuple(reader.fieldnames or ()) != columns:
        raise InventoryError("reference-file-malformed", f"/{name}", reason="columns")
    for number, row in enumerate(rows, start=2):
        place = f"/{name}/{number}"
        if None in row or None in row.values():
            raise InventoryError("reference-file-malformed", place, reason="columns")
        yield place, row


def optional_amount(text: str, place: str) -> Decimal | None:
    """The amount of a cell, None of an empty one."""
    return decimal_amount(text, place) if text else None

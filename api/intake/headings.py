"""Where the columns of a table stand: headings as people write them, and cells by their letters."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from api.intake.rows import MAX_COLUMNS
from api.intake.template import Field, simplified


@dataclass(frozen=True)
class Columns:
    """Where each field stands; the columns the template does not know, by name."""

    known: Mapping[str, int]
    unknown: Mapping[int, str]


def matches(text: str, field: Field) -> bool:
    """Whether a heading is that field's: in Chinese of either script, English, both, or its key."""
    return _written(text) in _names((field,))


def columns_of(
    row: Sequence[str], fields: tuple[Field, ...], needed: Collection[str]
) -> Columns | None:
    """The columns, when the row is the header of a table with these fields."""
    names = _names(fields)
    known = {
        names[written]: position
        for position, text in enumerate(row)
        if (written := _written(text)) in names
    }
    if not set(needed) <= known.keys():
        return None
    taken = set(known.values())
    headings = dict(enumerate(row))
    unknown = {
        position: f"column {headings.get(position) or letter(position)}"
        for position in range(MAX_COLUMNS)
        if position not in taken
    }
    return Columns(known, unknown)


def letter(column: int) -> str:
    """The letters of a column counted from 0."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell_position(place: str) -> tuple[str, int, int]:
    """Sheet, column counted from 0, and row counted from 1, of a place such as ``Lines!AB7``."""
    sheet, _, cell = place.rpartition("!")
    letters = cell.rstrip("0123456789")
    column = 0
    for each in letters:
        column = column * 26 + ord(each) - 64
    return sheet, column - 1, int(cell[len(letters) :])


def _written(text: str) -> str:
    return simplified(" ".join(text.lstrip("#").split()).lower())


@lru_cache(maxsize=256)
def _names(fields: tuple[Field, ...]) -> Mapping[str, str]:
    return {
        name: field.key
        for field in fields
        for name in (
            field.heading.lower(),
            field.chinese.lower(),
            field.english.lower(),
            field.key,
        )
    }

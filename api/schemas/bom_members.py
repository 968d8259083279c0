"""The smallest members of a bill of materials on the wire: amounts, units, names, days."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from footprint import bom as core

Amount = Annotated[
    str,
    StringConstraints(pattern=r"^-?[0-9]{1,16}(\.[0-9]{1,18})?([eE][+-]?[0-9]{1,2})?$"),
    Field(description="A decimal as a string", examples=["12.5"]),
]
UnitText = Annotated[str, StringConstraints(min_length=1, max_length=20)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=core.MAX_NAME)]
Note = Annotated[str, StringConstraints(max_length=core.MAX_NOTE)]
DatasetId = Annotated[str, StringConstraints(min_length=1, max_length=120)]
Language = Literal["zh-Hans", "zh-Hant", "en", "pt"]
LocalName = Annotated[dict[Language, Name], Field(min_length=1)]

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _day(value: object) -> object:
    """Only YYYY-MM-DD: a number is a time stamp elsewhere, and a time has a zone."""
    if isinstance(value, date) or (isinstance(value, str) and _DAY.fullmatch(value)):
        return value
    raise ValueError("a date is written YYYY-MM-DD")


Day = Annotated[date, BeforeValidator(_day)]


class Strict(BaseModel):
    """A wire model: no unknown members, immutable."""

    model_config = ConfigDict(extra="forbid", frozen=True)

"""The smallest members of a bill of materials on the wire: amounts, units, names, days."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)
from pydantic_core import PydanticCustomError

from api.problems import REFUSED_BY_CORE
from footprint import bom as core
from footprint.errors import BomError, FootprintError, QuantityError
from footprint.pedigree import BEST, WORST
from footprint.quantities import decimal_of
from footprint.texts import check_characters


def _amount(value: object) -> object:
    """A text that is no amount is refused in the words of the core, which say what is one.

    What was sent is not repeated. What is out of range is left to the core: it is found with all
    else that is impossible.
    """
    if not isinstance(value, str):
        raise _refused(QuantityError("amount-not-text"))
    if decimal_of(value) is None:
        raise _refused(QuantityError("amount-not-a-number"))
    return value


def _refused(error: FootprintError) -> PydanticCustomError:
    return PydanticCustomError(REFUSED_BY_CORE, "refused", {"refused": error})


Amount = Annotated[
    str,
    StringConstraints(pattern=r"^-?[0-9]{1,16}(\.[0-9]{1,18})?([eE][+-]?[0-9]{1,2})?$"),
    Field(description="A decimal as a string", examples=["12.5"]),
    BeforeValidator(_amount),
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
    raise PydanticCustomError("date_form", "a date is written YYYY-MM-DD")


def _shown(text: str) -> str:
    """The rule of every free text, where no rule of the core reads it."""
    try:
        check_characters(text, "", is_note=True)
    except BomError as error:
        raise _refused(error) from None
    return text


Shown = AfterValidator(_shown)
Day = Annotated[date, BeforeValidator(_day)]


class Strict(BaseModel):
    """A wire model: no unknown members, immutable."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Score = Annotated[int, Field(ge=BEST, le=WORST, strict=True)]


class PedigreeIn(Strict):
    """How good the activity figure is, by indicator: 1 is best, 5 is worst."""

    reliability: Score
    completeness: Score
    time: Score
    geography: Score
    technology: Score

"""Limits a method profile sets to what a study may leave out or miss: data, each with its source.

A line of ``footprint/data/study_limits.csv`` holds for one profile, or with ``*`` for all that have
no line of their own. Shares are 0..1. What is marked ``b`` is unconfirmed and shown as such.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files

_TABLE = files("footprint") / "data" / "study_limits.csv"
_ANY = "*"


class LimitName(StrEnum):
    """What is limited."""

    MASS_BALANCE = "mass-balance-tolerance"
    CUT_OFF_SINGLE = "cut-off-single"
    CUT_OFF_TOGETHER = "cut-off-together"


@dataclass(frozen=True, kw_only=True)
class StudyLimit:
    """A share that should not be passed, whether its source is confirmed, and the source."""

    value: Decimal
    is_confirmed: bool
    source: str


@lru_cache(maxsize=1)
def _limits() -> dict[tuple[str, str], StudyLimit]:
    with _TABLE.open(encoding="utf-8") as lines:
        return {
            (row["profile"], row["limit"]): StudyLimit(
                value=Decimal(row["value"]), is_confirmed=row["mark"] == "a", source=row["source"]
            )
            for row in csv.DictReader(lines)
        }


def study_limit(profile_id: str, name: LimitName) -> StudyLimit:
    """The limit of that name under a profile."""
    limits = _limits()
    return limits.get((profile_id, name.value)) or limits[_ANY, name.value]

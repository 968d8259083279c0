"""Matching of lines with datasets on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from api.schemas.bom_members import DatasetId, Strict, UnitText
from api.schemas.footprints import DecimalText, Out
from api.views import LineMatches
from footprint.quantities import significant_string, unit_name
from lca_db.inventory.matching.atoms import LONGEST_TEXT
from lca_db.inventory.matching.values import Question, Suggestion
from lca_db.records.matches.values import ConfirmedMatch

MOST_LINES = 100
_DIGITS = 3
LineText = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_TEXT)]


class MatchLineIn(Strict):
    """A line as its maker writes it.

    ``category`` is an industry of the inventory or a code: HS, CPC, CAS.
    """

    text: LineText
    unit: UnitText | None = None
    location: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,3}(-[A-Z0-9]{1,3})?$")] = "CN"
    category: Annotated[str, StringConstraints(max_length=60)] = ""

    def to_core(self, place: str) -> Question:
        """The core value; an unknown unit is refused at its place."""
        return Question(
            text=self.text,
            unit="" if self.unit is None else unit_name(self.unit, f"{place}/unit"),
            location=self.location,
            category=self.category,
        )


class MatchIn(Strict):
    """Lines to match, and how many suggestions each is to have."""

    lines: Annotated[list[MatchLineIn], Field(min_length=1, max_length=MOST_LINES)]
    limit: Annotated[int, Field(ge=1, le=20)] = 5

    def to_core(self) -> list[Question]:
        """The core values."""
        return [line.to_core(f"/lines/{number}") for number, line in enumerate(self.lines)]


class ReasonOut(Out):
    """Why: a code, what it is about, and what it added to the score or took off."""

    code: str
    value: str
    weight: DecimalText


class SuggestionOut(Out):
    """A dataset that a line may be."""

    dataset_id: str
    name: dict[str, str]
    unit: str
    location: str
    year: str
    confidence: DecimalText
    score: DecimalText
    reasons: list[ReasonOut]

    @classmethod
    def from_core(cls, suggestion: Suggestion) -> SuggestionOut:
        """From the core value."""
        candidate = suggestion.candidate
        return cls(
            dataset_id=candidate.dataset_id,
            name=dict(candidate.names),
            unit=candidate.unit,
            location=candidate.location,
            year=candidate.year,
            confidence=significant_string(suggestion.confidence, _DIGITS),
            score=significant_string(suggestion.score, _DIGITS),
            reasons=[
                ReasonOut(
                    code=because.reason.value,
                    value=because.value,
                    weight=significant_string(because.weight, _DIGITS),
                )
                for because in suggestion.reasons
            ],
        )


class LineMatchesOut(Out):
    """One line's suggestions, the best first; ``fits`` is false where nothing fits."""

    text: str
    fits: bool
    confirmed_match_id: str | None
    suggestions: list[SuggestionOut]

    @classmethod
    def from_core(cls, matches: LineMatches) -> LineMatchesOut:
        """From the workflow's view."""
        return cls(
            text=matches.question.text,
            fits=matches.fits,
            confirmed_match_id=matches.confirmed_match_id or None,
            suggestions=[SuggestionOut.from_core(found) for found in matches.suggestions],
        )


class ConfirmIn(Strict):
    """Which dataset a text stands for."""

    text: LineText
    unit: UnitText | None = None
    dataset_id: DatasetId

    def to_core(self) -> Question:
        """The line."""
        return Question(text=self.text, unit=unit_name(self.unit, "/unit") if self.unit else "")


class ConfirmedMatchOut(Out):
    """A confirmed match as it is kept."""

    id: str
    text: str
    unit: str
    dataset_id: str
    confirmed_at: datetime

    @classmethod
    def from_core(cls, match: ConfirmedMatch) -> ConfirmedMatchOut:
        """From the stored value."""
        return cls(
            id=match.id,
            text=match.text,
            unit=match.unit,
            dataset_id=match.dataset_id,
            confirmed_at=match.confirmed_at,
        )

"""Recognitions on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from api.schemas.bom_members import Strict
from api.schemas.footprints import Out
from api.schemas.numbers import WholeNumber
from labels.label_status import ReasonClass
from labels.recognition_moves import RecognitionMove
from lca_db.records.recognition.values import Recognition


class RecognitionIn(Strict):
    """A label to recognise, by its address."""

    label_url: Annotated[str, StringConstraints(pattern=r"^[Hh][Tt][Tt][Pp][Ss]?://\S{1,300}$")]


class RecognitionChangeIn(Strict):
    """Suspend, reinstate or revoke a recognition; a reinstatement gives no reason."""

    move: RecognitionMove
    seen_state_version: Annotated[WholeNumber, Field(ge=1)]
    reason: ReasonClass | None = None


class RecognitionOut(Out):
    """This body's recognition of a label of another body."""

    id: str
    label_url: str
    label_number: str
    home_issuer: str
    arrangement_id: str
    state: str
    cause: str
    state_version: int
    is_confirmed: bool
    valid_until: datetime
    home_seen_at: datetime | None

    @classmethod
    def from_core(cls, recognition: Recognition) -> RecognitionOut:
        """From what is stored."""
        return cls(
            id=recognition.id,
            label_url=recognition.label_url,
            label_number=recognition.label_number,
            home_issuer=recognition.home_issuer,
            arrangement_id=recognition.arrangement_id,
            state=recognition.standing.state.value,
            cause=recognition.standing.cause.value,
            state_version=recognition.state_version,
            is_confirmed=recognition.standing.is_confirmed,
            valid_until=recognition.valid_until,
            home_seen_at=recognition.home_seen_at,
        )


class RefreshOut(Out):
    """The recognitions whose standing changed."""

    changed: list[RecognitionOut]

    @classmethod
    def from_core(cls, changed: tuple[Recognition, ...]) -> RefreshOut:
        """From the workflow's answer."""
        return cls(changed=[RecognitionOut.from_core(r) for r in changed])

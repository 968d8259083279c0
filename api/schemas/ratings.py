"""Ratings, indicators, consents and banks' tables on the wire."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from api.schemas.bom_members import Amount, Strict
from api.schemas.cases import Identifier, Number, Sha256, Words
from api.schemas.footprints import Out
from api.views import ConsentedRating, ConsentsView
from labels.ratings.consent import Consent
from labels.ratings.consent import ConsentPurpose as ConsentPurpose  # noqa: PLC0414  handed on
from labels.ratings.indication import BankTable, Indication
from labels.ratings.indicator import Indicator
from labels.ratings.rating import Rating
from lca_db.records.ratings.values import StoredRating


class IndicatorIn(Strict):
    """One reported fact with its source and evidence."""

    kind: Annotated[str, StringConstraints(pattern=r"^[a-z-]{1,60}$")]
    value: Annotated[  # a word or a decimal, as it will be signed: no blanks around it
        str, StringConstraints(pattern=r"^[A-Za-z0-9.-]{1,60}$")
    ]
    period_from: date
    period_to: date
    source: Words
    evidence_sha256: Sha256

    def to_core(self, indicator_id: str, at: datetime) -> Indicator:
        """The core value; what an enterprise reports of itself is not verified."""
        return Indicator(
            id=indicator_id,
            kind=self.kind,
            value=self.value,
            period_from=self.period_from,
            period_to=self.period_to,
            source=self.source,
            evidence_sha256=self.evidence_sha256,
            is_verified=False,
            received_at=at,
        )


class IndicatorOut(Out):
    """An indicator as it is kept."""

    id: str
    kind: str
    value: str
    period_from: date
    period_to: date
    source: str
    evidence_sha256: str
    is_verified: bool
    received_at: datetime

    @classmethod
    def from_core(cls, indicator: Indicator) -> IndicatorOut:
        """From the core value."""
        return cls(
            id=indicator.id,
            kind=indicator.kind,
            value=indicator.value,
            period_from=indicator.period_from,
            period_to=indicator.period_to,
            source=indicator.source,
            evidence_sha256=indicator.evidence_sha256,
            is_verified=indicator.is_verified,
            received_at=indicator.received_at,
        )


class RatingOut(Out):
    """A rating with everything it rests on; recomputable from what it shows."""

    sha256: str
    rating: dict[str, Any]

    @classmethod
    def from_core(cls, rating: Rating) -> RatingOut:
        """From the core value."""
        return cls(sha256=rating.sha256(), rating=dict(rating.to_json()))


class KeptRatingOut(RatingOut):
    """A rating that was asked for and kept."""

    id: str

    @classmethod
    def from_stored(cls, stored: StoredRating) -> KeptRatingOut:
        """From what is stored."""
        return cls(id=stored.id, sha256=stored.sha256, rating=dict(stored.rating.to_json()))


class IndicationOut(Out):
    """Basis points by the bank's own table; the bank decides."""

    grade: str
    basis_points: str | None
    formula: str
    table_version: str
    notice: str

    @classmethod
    def from_core(cls, indication: Indication) -> IndicationOut:
        """From the core value."""
        points = indication.basis_points
        return cls(
            grade=indication.grade,
            basis_points=None if points is None else f"{points:f}",
            formula=indication.formula,
            table_version=indication.table_version,
            notice=indication.notice,
        )


class ConsentedRatingOut(Out):
    """What a bank is answered."""

    rating: RatingOut
    indication: IndicationOut | None

    @classmethod
    def from_core(cls, answered: ConsentedRating) -> ConsentedRatingOut:
        """From the workflow's value."""
        indication = answered.indication
        return cls(
            rating=RatingOut.from_core(answered.rating),
            indication=None if indication is None else IndicationOut.from_core(indication),
        )


class BankTableIn(Strict):
    """A bank's own table: basis points by grade, or by score point."""

    version: Number
    valid_from: date
    valid_to: date
    by_grade: Annotated[dict[str, Amount], Field(max_length=10)]
    per_point: Amount = "0"
    base_score: Amount = "0"

    def to_core(self, bank_id: str) -> BankTable:
        """The core value."""
        return BankTable(
            bank_id=bank_id,
            version=self.version,
            model_id="reference",
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            by_grade={grade: Decimal(points) for grade, points in self.by_grade.items()},
            per_point=Decimal(self.per_point),
            base_score=Decimal(self.base_score),
        )


class RatingReadingIn(Strict):
    """What a bank reads an enterprise's rating for."""

    purpose: ConsentPurpose


class ConsentIn(Strict):
    """Lets one bank read the rating for one purpose until a time."""

    bank_id: Identifier
    purpose: ConsentPurpose
    expires_at: datetime


class ConsentOut(Out):
    """A consent."""

    id: str
    enterprise_id: str
    bank_id: str
    purpose: str
    given_at: datetime
    expires_at: datetime
    revoked_at: datetime | None

    @classmethod
    def from_core(cls, consent: Consent) -> ConsentOut:
        """From the core value."""
        return cls(
            id=consent.id,
            enterprise_id=consent.enterprise_id,
            bank_id=consent.bank_id,
            purpose=consent.purpose.value,
            given_at=consent.given_at,
            expires_at=consent.expires_at,
            revoked_at=consent.revoked_at,
        )


class ReadingOut(Out):
    """A bank's reading, allowed or refused."""

    bank_id: str
    person_id: str
    purpose: str
    at: datetime
    is_allowed: bool


class ConsentsOut(Out):
    """Consents, and every reading that was tried."""

    consents: list[ConsentOut]
    readings: list[ReadingOut]

    @classmethod
    def from_core(cls, view: ConsentsView) -> ConsentsOut:
        """From the workflow's view."""
        return cls(
            consents=[ConsentOut.from_core(c) for c in view.consents],
            readings=[
                ReadingOut(
                    bank_id=r.bank_id,
                    person_id=r.person_id,
                    purpose=r.purpose.value,
                    at=r.at,
                    is_allowed=r.is_allowed,
                )
                for r in view.readings
            ],
        )

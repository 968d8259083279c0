"""Ratings: indicators, ratings, consents, the readings of banks and banks' own tables.

An enterprise sees its own. A bank sees consents given to it and, under a consent in force, the
rating and indicators of that enterprise; nothing else, whatever id it asks for.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ColumnElement, select, true, update
from sqlmodel import col

from labels.ratings.consent import Consent, ConsentPurpose, RatingReading
from labels.ratings.indication import BankTable
from labels.ratings.indicator import Indicator
from labels.ratings.rating import Rating
from lca_db.errors import NotFound
from lca_db.records.content import text_of, value_of
from lca_db.records.ratings.tables import (
    BankTableRow,
    ConsentRow,
    IndicatorRow,
    RatingReadingRow,
    RatingRow,
)
from lca_db.records.ratings.values import StoredRating
from lca_db.repository import Page, Repository


class RatingRepository(Repository):
    """Reads and appends what ratings rest on."""

    def add_indicator(self, organisation_id: str, indicator: Indicator, reported_by: str) -> None:
        """One reported fact; a correction is a later one.

        Raises:
            StorageError: ``scope-violated``.
        """
        self._admit(organisation_id)
        self._insert(
            IndicatorRow(
                id=indicator.id,
                organisation_id=organisation_id,
                kind=indicator.kind,
                value=indicator.value,
                period_from=indicator.period_from,
                period_to=indicator.period_to,
                source=indicator.source,
                evidence_sha256=indicator.evidence_sha256,
                is_verified=indicator.is_verified,
                reported_by=reported_by,
                received_at=indicator.received_at,
                is_test=self._scope.is_test,
            )
        )

    def list_indicators(self, organisation_id: str) -> tuple[Indicator, ...]:
        """All indicators of an enterprise in the order they came."""
        return self._indicators(organisation_id, self._owned(IndicatorRow.organisation_id))

    def add_rating(self, rating_id: str, rating: Rating) -> StoredRating:
        """A rating as it was calculated.

        Raises:
            StorageError: ``scope-violated``.
        """
        self._admit(rating.enterprise_id)
        row = RatingRow(
            id=rating_id,
            organisation_id=rating.enterprise_id,
            model_id=rating.model_id,
            model_version=rating.model_version,
            score=None if rating.score is None else str(rating.score),
            grade=rating.grade,
            as_of=rating.as_of,
            valid_until=rating.valid_until,
            sha256=rating.sha256(),
            body=rating.canonical_bytes(),
            content=text_of(rating),
            is_test=self._scope.is_test,
        )
        self._insert(row)
        return _rating(row)

    def list_ratings(
        self, organisation_id: str, *, after: str | None = None, limit: int = 50
    ) -> Page[StoredRating]:
        """Ratings of an enterprise."""
        statement = select(RatingRow).where(
            col(RatingRow.organisation_id) == organisation_id,
            self._of_mode(RatingRow.is_test),
            self._owned(RatingRow.organisation_id),
        )
        return self._page(statement, RatingRow.id, after=after, limit=limit).map(_rating)

    def give_consent(self, consent: Consent) -> None:
        """A consent of the enterprise to a bank.

        Raises:
            StorageError: ``scope-violated``.
        """
        self._admit(consent.enterprise_id)
        self._insert(
            ConsentRow(
                id=consent.id,
                organisation_id=consent.enterprise_id,
                bank_id=consent.bank_id,
                purpose=consent.purpose.value,
                given_by=consent.given_by,
                given_at=consent.given_at,
                expires_at=consent.expires_at,
                revoked_at=consent.revoked_at,
                is_test=self._scope.is_test,
            )
        )

    def revoke_consent(self, consent_id: str, at: datetime) -> None:
        """The enterprise takes its consent back; once revoked it stays so from the first time.

        Raises:
            NotFound: The enterprise gave no such consent.
        """
        owned = (
            col(ConsentRow.id) == consent_id,
            self._of_mode(ConsentRow.is_test),
            self._owned(ConsentRow.organisation_id),
        )
        self._one(select(ConsentRow).where(*owned), "consent")
        self._change(
            update(ConsentRow)
            .where(*owned, col(ConsentRow.revoked_at).is_(None))
            .values(revoked_at=at)
        )

    def list_consents(self) -> tuple[Consent, ...]:
        """Consents the organisation gave or was given, newest first."""
        rows = self._all(
            select(ConsentRow)
            .where(
                self._of_mode(ConsentRow.is_test),
                self._owned(ConsentRow.organisation_id, ConsentRow.bank_id),
            )
            .order_by(col(ConsentRow.id).desc())
        )
        return tuple(_consent(row) for row in rows)

    def add_reading(self, reading_id: str, reading: RatingReading) -> None:
        """One reading by a bank, allowed or refused.

        Raises:
            Conflict: ``reference-missing`` when the consent is not one between the two.
            StorageError: ``scope-violated``.
        """
        self._admit(reading.bank_id)
        self._insert(
            RatingReadingRow(
                id=reading_id,
                organisation_id=reading.enterprise_id,
                bank_id=reading.bank_id,
                person_id=reading.person_id,
                account_id=reading.account_id,
                purpose=reading.purpose.value,
                consent_id=reading.consent_id,
                at=reading.at,
                is_test=self._scope.is_test,
            )
        )

    def list_readings(
        self, organisation_id: str, *, after: str | None = None, limit: int = 50
    ) -> Page[RatingReading]:
        """Who read an enterprise's rating, or tried to: for the enterprise."""
        statement = select(RatingReadingRow).where(
            col(RatingReadingRow.organisation_id) == organisation_id,
            self._of_mode(RatingReadingRow.is_test),
            self._owned(RatingReadingRow.organisation_id),
        )
        return self._page(statement, RatingReadingRow.id, after=after, limit=limit).map(_reading)

    def indicators_under_consent(self, consent_id: str, at: datetime) -> tuple[Indicator, ...]:
        """The indicators of the enterprise that gave the consent.

        Raises:
            NotFound: The consent was not given to the bank of the scope or is not in force.
        """
        consent = self._consent_in_force(consent_id, at)
        return self._indicators(consent.organisation_id, true())

    def set_bank_table(self, table: BankTable, set_by: str, at: datetime) -> None:
        """A new version of a bank's table.

        Raises:
            Conflict: ``conflict`` when the version exists.
            StorageError: ``scope-violated``.
        """
        self._admit(table.bank_id)
        self._insert(
            BankTableRow(
                bank_id=table.bank_id,
                version=table.version,
                valid_from=table.valid_from,
                valid_to=table.valid_to,
                body=text_of(table),
                set_by=set_by,
                set_at=at,
            )
        )

    def bank_table(self, bank_id: str, on: date) -> BankTable | None:
        """The bank's newest table in force on a day, for the bank itself."""
        row = self._first(
            select(BankTableRow)
            .where(
                col(BankTableRow.bank_id) == bank_id,
                self._owned(BankTableRow.bank_id),
                col(BankTableRow.valid_from) <= on,
                col(BankTableRow.valid_to) >= on,
            )
            .order_by(col(BankTableRow.set_at).desc(), col(BankTableRow.version).desc())
        )
        return None if row is None else value_of(BankTable, row.body)

    def _consent_in_force(self, consent_id: str, at: datetime) -> ConsentRow:
        row = self._one(
            select(ConsentRow).where(
                col(ConsentRow.id) == consent_id,
                self._of_mode(ConsentRow.is_test),
                self._owned(ConsentRow.bank_id),
            ),
            "consent",
        )
        if not _consent(row).is_in_force(at):
            raise NotFound(kind="consent")
        return row

    def _indicators(
        self, organisation_id: str, visible: ColumnElement[bool]
    ) -> tuple[Indicator, ...]:
        rows = self._all(
            select(IndicatorRow)
            .where(
                col(IndicatorRow.organisation_id) == organisation_id,
                self._of_mode(IndicatorRow.is_test),
                visible,
            )
            .order_by(col(IndicatorRow.received_at), col(IndicatorRow.id))
        )
        return tuple(_indicator(row) for row in rows)


def _indicator(row: IndicatorRow) -> Indicator:
    return Indicator(
        id=row.id,
        kind=row.kind,
        value=row.value,
        period_from=row.period_from,
        period_to=row.period_to,
        source=row.source,
        evidence_sha256=row.evidence_sha256,
        is_verified=row.is_verified,
        received_at=row.received_at,
    )


def _rating(row: RatingRow) -> StoredRating:
    return StoredRating(
        id=row.id, rating=value_of(Rating, row.content), sha256=row.sha256, body=row.body
    )


def _consent(row: ConsentRow) -> Consent:
    return Consent(
        id=row.id,
        enterprise_id=row.organisation_id,
        bank_id=row.bank_id,
        purpose=ConsentPurpose(row.purpose),
        given_by=row.given_by,
        given_at=row.given_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
    )


def _reading(row: RatingReadingRow) -> RatingReading:
    return RatingReading(
        enterprise_id=row.organisation_id,
        bank_id=row.bank_id,
        person_id=row.person_id,
        account_id=row.account_id,
        purpose=ConsentPurpose(row.purpose),
        at=row.at,
        consent_id=row.consent_id,
    )

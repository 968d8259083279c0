"""The enterprise's consent to one bank for one purpose, and the record of each reading.

Rules:

* Consent names bank, purpose and expiry, lasts five years at most, and can be revoked at any time;
  without consent in force a bank reads nothing.
* Each reading, allowed or refused, leaves a record that the enterprise sees.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from labels.access import Actor, Role
from labels.case import checked_time
from labels.errors import LabelError, NotAllowed
from labels.scheme import REGISTER_ZONE, add_months, register_day

LONGEST_CONSENT_MONTHS = 60


class ConsentPurpose(StrEnum):
    """What the bank may use the rating for."""

    CREDIT_ASSESSMENT = "credit-assessment"
    LOAN_MONITORING = "loan-monitoring"
    PORTFOLIO_REPORTING = "portfolio-reporting"


@dataclass(frozen=True, kw_only=True)
class Consent:
    """An enterprise's consent to one bank for one purpose, until a time.

    Raises:
        LabelError: ``consent-expiry-in-past``, ``consent-expiry-too-late``, ``time-without-zone``.
    """

    id: str
    enterprise_id: str
    bank_id: str
    purpose: ConsentPurpose
    given_by: str
    given_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None

    def __post_init__(self) -> None:
        if checked_time(self.expires_at) <= checked_time(self.given_at):
            raise LabelError("consent-expiry-in-past", "/expires_at")
        latest = latest_expiry(register_day(self.given_at))
        after_it = datetime.combine(latest + timedelta(days=1), time(), REGISTER_ZONE)
        if self.expires_at >= after_it:
            raise LabelError("consent-expiry-too-late", "/expires_at", latest=latest.isoformat())

    def is_in_force(self, at: datetime) -> bool:
        """Whether the consent holds at that time."""
        is_revoked = self.revoked_at is not None and self.revoked_at <= at
        return self.given_at <= at < self.expires_at and not is_revoked

    def revoked(self, at: datetime) -> Consent:
        """The consent taken back; an earlier revocation stays."""
        return self if self.revoked_at is not None else replace(self, revoked_at=checked_time(at))


def latest_expiry(given_on: date) -> date:
    """The last day a consent given on a day can hold."""
    return add_months(given_on, LONGEST_CONSENT_MONTHS)


@dataclass(frozen=True, kw_only=True)
class RatingReading:
    """One reading of an enterprise's rating by a bank, shown to the enterprise.

    Attributes:
        consent_id: The consent it rested on, None when it was refused.
    """

    enterprise_id: str
    bank_id: str
    person_id: str
    account_id: str
    purpose: ConsentPurpose
    at: datetime
    consent_id: str | None

    @property
    def is_allowed(self) -> bool:
        """Whether the bank was answered."""
        return self.consent_id is not None


def consent_in_force(
    consents: Iterable[Consent],
    *,
    enterprise_id: str,
    bank_id: str,
    purpose: ConsentPurpose,
    at: datetime,
) -> Consent | None:
    """The consent a reading can rest on, the one that lasts longest; None when there is none."""
    fitting = [
        c
        for c in consents
        if (c.enterprise_id, c.bank_id, c.purpose) == (enterprise_id, bank_id, purpose)
        and c.is_in_force(at)
    ]
    return max(fitting, key=lambda c: (c.expires_at, c.id), default=None)


def read_rating(
    consents: Iterable[Consent],
    *,
    enterprise_id: str,
    purpose: ConsentPurpose,
    actor: Actor,
    at: datetime,
) -> RatingReading:
    """The record of a bank's reading; allowed only when a consent is in force.

    Raises:
        NotAllowed: ``step-needs-role`` when the actor is no bank.
    """
    if not actor.has_role(Role.BANK):
        raise NotAllowed("step-needs-role", role=Role.BANK.value)
    consent = consent_in_force(
        consents,
        enterprise_id=enterprise_id,
        bank_id=actor.organisation_id,
        purpose=purpose,
        at=at,
    )
    return RatingReading(
        enterprise_id=enterprise_id,
        bank_id=actor.organisation_id,
        person_id=actor.person_id,
        account_id=actor.account_id,
        purpose=purpose,
        at=at,
        consent_id=consent.id if consent else None,
    )

"""The bank's own table and the enterprise's consent."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from labels.access import Role
from labels.errors import LabelError, NotAllowed, SchemeError
from labels.ratings.consent import Consent, ConsentPurpose, latest_expiry, read_rating
from labels.ratings.indication import THE_BANK_DECIDES, BankTable, indicate
from labels.ratings.rating import rate
from labels.scheme import REGISTER_ZONE
from tests.support.cases import MAKER, NOW, TODAY, an_actor
from tests.unit.ratings.test_rating import MODEL, rated

BANKER = an_actor("per_banker", "org_bank", Role.BANK)
TABLE = BankTable(
    bank_id="org_bank",
    version="2026-11",
    model_id="reference",
    valid_from=date(2026, 1, 1),
    valid_to=date(2026, 12, 31),
    by_grade={
        "A": Decimal(-30),
        "B": Decimal(-15),
        "C": Decimal(0),
        "D": Decimal(10),
        "E": Decimal(25),
    },
)
CONSENT = Consent(
    id="con_1",
    enterprise_id=MAKER,
    bank_id="org_bank",
    purpose=ConsentPurpose.CREDIT_ASSESSMENT,
    given_by="per_preparer",
    given_at=NOW,
    expires_at=NOW + timedelta(days=30),
)


def test_an_indication_comes_from_the_table_of_the_bank_and_says_that_the_bank_decides() -> None:
    indication = indicate(rated(), TABLE, TODAY)
    assert indication.basis_points == Decimal(-30)
    assert indication.notice == THE_BANK_DECIDES
    assert indication.rating_sha256 == rated().sha256()
    assert (indication.bank_id, indication.table_version) == ("org_bank", "2026-11")


def test_another_table_gives_another_indication_of_the_same_rating() -> None:
    steeper = replace(TABLE, by_grade={**TABLE.by_grade, "A": Decimal(-50)})
    assert indicate(rated(), steeper, TODAY).basis_points == Decimal(-50)


def test_a_table_per_point_counts_the_points_above_its_base() -> None:
    per_point = replace(
        TABLE,
        by_grade=dict.fromkeys("ABCDE", Decimal(0)),
        per_point=Decimal("-0.5"),
        base_score=Decimal(60),
    )
    indication = indicate(rated(target_executed_share="0.5"), per_point, TODAY)
    assert indication.basis_points == Decimal("-15")
    assert indication.formula == "A: 0 + -0.5 × (90.00 − 60)"


def test_a_firm_that_is_not_rated_gets_no_indication() -> None:
    indication = indicate(rate(MAKER, [], MODEL, NOW), TABLE, TODAY)
    assert (indication.basis_points, indication.formula) == (None, "")


@pytest.mark.parametrize(
    ("table", "on", "code"),
    [
        (TABLE, date(2027, 1, 1), "bank-table-not-in-force"),
        (replace(TABLE, model_id="other"), TODAY, "bank-table-of-another-model"),
        (replace(TABLE, by_grade={"B": Decimal(1)}), TODAY, "bank-table-without-grade"),
        (
            replace(TABLE, valid_to=date(2030, 1, 1)),
            date(2027, 11, 22),
            "rating-expired",
        ),
    ],
)
def test_no_indication_is_made_when_table_and_rating_do_not_fit(
    table: BankTable, on: date, code: str
) -> None:
    with pytest.raises(SchemeError) as caught:
        indicate(rated(), table, on)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "changes",
    [
        {"by_grade": {"A": Decimal("NaN")}},
        {"by_grade": {"A": Decimal(1001)}},
        {"per_point": Decimal("Infinity")},
        {"base_score": Decimal(101)},
        {"valid_to": date(2025, 12, 31)},
    ],
)
def test_a_table_is_refused_when_it_is_out_of_range(changes: dict[str, object]) -> None:
    with pytest.raises(SchemeError) as caught:
        replace(TABLE, **changes)  # type: ignore[arg-type]
    assert caught.value.code == "bank-table-malformed"


def test_a_consent_holds_from_its_start_until_just_before_its_expiry() -> None:
    assert CONSENT.is_in_force(NOW)
    assert not CONSENT.is_in_force(NOW - timedelta(microseconds=1))
    assert CONSENT.is_in_force(CONSENT.expires_at - timedelta(microseconds=1))
    assert not CONSENT.is_in_force(CONSENT.expires_at)


def test_a_revoked_consent_is_not_in_force_and_stays_revoked() -> None:
    revoked = CONSENT.revoked(NOW + timedelta(days=1))
    assert revoked.is_in_force(NOW)
    assert not revoked.is_in_force(NOW + timedelta(days=1))
    assert revoked.revoked(NOW + timedelta(days=9)) == revoked


def test_a_consent_cannot_end_before_it_begins() -> None:
    with pytest.raises(LabelError) as caught:
        replace(CONSENT, expires_at=NOW)
    assert caught.value.code == "consent-expiry-in-past"


def test_a_consent_lasts_five_years_at_most_to_the_end_of_that_day() -> None:
    latest = TODAY.replace(year=TODAY.year + 5)
    assert latest_expiry(TODAY) == latest
    end_of_day = datetime.combine(latest, time(23, 59, 59), REGISTER_ZONE)
    assert replace(CONSENT, expires_at=end_of_day).is_in_force(end_of_day - timedelta(seconds=1))
    for expires_at in (end_of_day + timedelta(seconds=1), datetime.max.replace(tzinfo=UTC)):
        with pytest.raises(LabelError) as caught:
            replace(CONSENT, expires_at=expires_at)
        assert caught.value.code == "consent-expiry-too-late"
        assert caught.value.parameters == {"latest": latest.isoformat()}


@pytest.mark.parametrize(
    ("changes", "is_allowed"),
    [
        ({}, True),
        ({"bank_id": "org_other_bank"}, False),
        ({"enterprise_id": "org_other"}, False),
        ({"purpose": ConsentPurpose.LOAN_MONITORING}, False),
        ({"given_at": NOW - timedelta(days=9), "expires_at": NOW}, False),
        ({"revoked_at": NOW}, False),
    ],
)
def test_a_reading_is_recorded_and_allowed_only_with_the_fitting_consent(
    changes: dict[str, object], is_allowed: bool
) -> None:
    consent = replace(CONSENT, **changes)  # type: ignore[arg-type]
    reading = read_rating(
        [consent],
        enterprise_id=MAKER,
        purpose=ConsentPurpose.CREDIT_ASSESSMENT,
        actor=BANKER,
        at=NOW,
    )
    assert reading.is_allowed is is_allowed
    assert reading.consent_id == ("con_1" if is_allowed else None)
    assert (reading.bank_id, reading.person_id, reading.at) == ("org_bank", "per_banker", NOW)


def test_nobody_but_a_bank_reads_as_a_bank() -> None:
    with pytest.raises(NotAllowed) as caught:
        read_rating(
            [CONSENT],
            enterprise_id=MAKER,
            purpose=ConsentPurpose.CREDIT_ASSESSMENT,
            actor=replace(BANKER, roles=frozenset({Role.REGULATOR})),
            at=NOW,
        )
    assert caught.value.code == "step-needs-role"

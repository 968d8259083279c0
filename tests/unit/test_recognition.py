"""Recognition: the decision, the statement, and what ends it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from labels.arrangement import (
    Arrangement,
    Direction,
)
from labels.credential.credential import LabelCredential, end_of_day
from labels.credential.keys import Purpose
from labels.credential.trust_list import TrustList
from labels.credential.verdict import NOTHING_REMEMBERED, Verdict, VerdictState
from labels.errors import CredentialError, SchemeError
from labels.recognition import (
    RecognitionCredential,
    RecognitionDecision,
    RecognitionStanding,
    RecognitionState,
    SuspensionCause,
    after_home_status,
    decide_recognition,
    parse_recognition,
    recognition_credential,
    sign_recognition,
    verify_recognition,
)
from tests.unit.credential.arrangements import (
    ALL_THREE,
    a_scope,
    a_signed_arrangement,
    an_arrangement,
)
from tests.unit.credential.builders import (
    GUANGDONG,
    HONG_KONG,
    ISSUED,
    MACAO,
    NOW,
    SLOT,
    Body,
    a_label,
    a_signed_label,
    a_status_list,
    dumped,
    judged,
    loaded,
)

RECOGNITION_SLOT = 17


def a_valid_label_verdict(data: bytes | None = None) -> Verdict[LabelCredential]:
    return judged(data or a_signed_label(), trust_list=ALL_THREE)


def decided(
    arrangement: Arrangement | None = None,
    verdict: Verdict[LabelCredential] | None = None,
    *,
    receiver: Body = HONG_KONG,
    at: datetime = NOW,
) -> RecognitionDecision:
    return decide_recognition(
        verdict or a_valid_label_verdict(),
        a_signed_arrangement(arrangement),
        receiver=receiver.did,
        at=at,
    )


def codes(decision: RecognitionDecision) -> list[str]:
    assert decision.is_granted == (not decision.reasons)
    return [reason.code for reason in decision.reasons]


# -- the decision ------------------------------------------------------------------------------


def test_a_valid_label_in_scope_is_recognised() -> None:
    decision = decided()
    assert codes(decision) == []
    assert decision.valid_until == end_of_day(date(2027, 9, 30))


def test_recognition_ends_with_the_label_when_that_is_earlier() -> None:
    facts = replace(a_label(), valid_until=date(2027, 3, 1))
    verdict = a_valid_label_verdict(a_signed_label(facts))
    assert decided(verdict=verdict).valid_until == end_of_day(date(2027, 3, 1))


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        (a_label(scheme="gba-label"), "recognition-scheme-outside"),
        (a_label(level="certified"), "recognition-level-outside"),
        (a_label(category="cpc-46"), "recognition-category-outside"),
        (a_label(category="cpc-37191"), "recognition-category-outside"),
        (a_label(boundary="gate-to-gate"), "recognition-boundary-outside"),
        (a_label(is_specimen=False), "recognition-specimen-mismatch"),
    ],
)
def test_a_label_outside_the_scope_is_not_recognised(facts, code: str) -> None:  # type: ignore[no-untyped-def]
    decision = decided(verdict=a_valid_label_verdict(a_signed_label(facts)))
    assert codes(decision) == [code]


def test_a_label_of_another_region_is_not_recognised() -> None:
    scope = replace(a_scope(), regions=("HK",))
    assert codes(decided(an_arrangement(scope=scope))) == ["recognition-region-outside"]


def test_a_specimen_is_never_recognised_under_a_real_arrangement() -> None:
    real = an_arrangement(is_fictional=False)
    assert codes(decided(real)) == ["recognition-specimen-mismatch"]


@pytest.mark.parametrize(
    ("direction", "expected"),
    [
        (Direction.MUTUAL, []),
        (Direction.FIRST_BY_SECOND, []),
        (Direction.SECOND_BY_FIRST, ["recognition-direction-not-agreed"]),
    ],
)
def test_recognition_goes_only_in_the_direction_agreed(
    direction: Direction, expected: list[str]
) -> None:
    assert codes(decided(an_arrangement(direction=direction))) == expected


@pytest.mark.parametrize(
    ("direction", "expected"),
    [
        (Direction.MUTUAL, []),
        (Direction.FIRST_BY_SECOND, ["recognition-direction-not-agreed"]),
        (Direction.SECOND_BY_FIRST, []),
    ],
)
def test_the_first_party_may_receive_too(direction: Direction, expected: list[str]) -> None:
    scope = replace(a_scope(), regions=("HK",))
    agreed = a_signed_arrangement(an_arrangement(direction=direction, scope=scope))
    verdict = judged(
        a_signed_label(body=HONG_KONG),
        status_list=a_status_list(body=HONG_KONG),
        trust_list=ALL_THREE,
    )
    decision = decide_recognition(verdict, agreed, receiver=GUANGDONG.did, at=NOW)
    assert codes(decision) == expected


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (datetime.fromisoformat("2026-09-30T23:59:59+08:00"), True),
        (datetime.fromisoformat("2026-10-01T00:00:00+08:00"), False),
        (datetime.fromisoformat("2027-09-30T23:59:59+08:00"), False),
        (datetime.fromisoformat("2027-10-01T00:00:00+08:00"), True),
    ],
)
def test_an_arrangement_holds_from_its_first_to_its_last_day(at: datetime, expected: bool) -> None:
    assert ("recognition-not-in-force" in codes(decided(at=at))) is expected


@pytest.mark.parametrize(
    "status_list",
    [
        a_status_list(suspended=(SLOT,)),
        a_status_list(revoked=(SLOT,)),
        a_status_list(made_at=NOW - timedelta(hours=2)),
        b"",
    ],
    ids=["suspended", "withdrawn", "stale", "unreadable"],
)
def test_only_a_label_valid_this_hour_is_recognised(status_list: bytes) -> None:
    verdict = judged(a_signed_label(), status_list=status_list, trust_list=ALL_THREE)
    assert codes(decided(verdict=verdict)) == ["recognition-label-not-valid"]


def test_a_tampered_label_is_not_recognised_and_gives_no_content() -> None:
    verdict = a_valid_label_verdict(a_signed_label().replace(b"74.1", b"41.7"))
    decision = decided(verdict=verdict)
    assert decision.label is None
    assert not decision.is_granted


def test_every_reason_is_given_at_once() -> None:
    facts = a_label(level="certified", category="cpc-1", boundary="gate-to-gate")
    assert codes(decided(verdict=a_valid_label_verdict(a_signed_label(facts)))) == [
        "recognition-level-outside",
        "recognition-category-outside",
        "recognition-boundary-outside",
    ]


def test_recognition_is_not_transitive() -> None:
    """Guangdong and Hong Kong agreed, Hong Kong and Macao agreed; Macao is owed nothing."""
    hong_kong_macao = a_signed_arrangement(None, HONG_KONG, MACAO)
    decision = decide_recognition(
        a_valid_label_verdict(), hong_kong_macao, receiver=MACAO.did, at=NOW
    )
    assert "recognition-not-a-party" in codes(decision)


def test_a_body_does_not_recognise_its_own_label() -> None:
    assert "recognition-not-a-party" in codes(decided(receiver=GUANGDONG))


# -- the statement -----------------------------------------------------------------------------


def an_unsigned_recognition(decision: RecognitionDecision | None = None) -> bytes:
    return recognition_credential(
        decision or decided(),
        recognition_url=f"https://{HONG_KONG.host}/recognitions/1",
        kid=HONG_KONG.signer(Purpose.RECOGNITION).kid,
        status_url=HONG_KONG.status_url,
        status_slot=RECOGNITION_SLOT,
        issued_at=NOW,
    )


def a_recognition() -> bytes:
    return sign_recognition(an_unsigned_recognition(), HONG_KONG.signer(Purpose.RECOGNITION))


def judged_recognition(
    data: bytes,
    *,
    status_list: bytes | None = None,
    trust_list: TrustList = ALL_THREE,
    label: bytes | None = None,
) -> Verdict[RecognitionCredential]:
    return verify_recognition(
        data,
        label_sha256=a_valid_label_verdict(label).credential_sha256,
        trust_list=trust_list,
        status_list=status_list or a_status_list(body=HONG_KONG),
        remembered=NOTHING_REMEMBERED,
        at=NOW,
    )


def test_a_recognition_names_the_exact_label_and_the_exact_arrangement() -> None:
    recognition = parse_recognition(a_recognition())
    verdict = a_valid_label_verdict()
    assert recognition.label_sha256 == verdict.credential_sha256
    assert recognition.label_number == "TB-2026-000123:001"
    assert recognition.home_issuer == GUANGDONG.did
    assert recognition.arrangement_sha256 == a_signed_arrangement().sha256
    assert recognition.region == "HK"
    assert recognition.envelope.issuer == HONG_KONG.did


def test_a_recognition_is_valid_under_the_receiving_bodys_own_status_list() -> None:
    verdict = judged_recognition(a_recognition())
    assert verdict.is_valid
    assert verdict.issuer == HONG_KONG.trusted()


def test_a_recognition_is_revoked_in_its_own_list_while_the_label_stands() -> None:
    revoked = a_status_list(body=HONG_KONG, revoked=(RECOGNITION_SLOT,))
    assert judged_recognition(a_recognition(), status_list=revoked).state == "withdrawn"
    assert a_valid_label_verdict().is_valid


def test_a_recognition_of_another_label_is_refused() -> None:
    other = a_signed_label(a_label(number="TB-2026-000999"))
    verdict = judged_recognition(a_recognition(), label=other)
    assert (verdict.state, verdict.checks[0].detail) == (
        "malformed",
        "recognition-of-another-label",
    )


def test_a_body_does_not_recognise_for_a_region_that_is_not_its_own() -> None:
    document = loaded(an_unsigned_recognition())
    subject = document["credentialSubject"]
    assert isinstance(subject, dict)
    subject["recognisedIn"] = "MO"
    signed = sign_recognition(dumped(document), HONG_KONG.signer(Purpose.RECOGNITION))
    verdict = judged_recognition(signed)
    assert (verdict.state, verdict.checks[0].detail) == (
        "malformed",
        "recognition-for-another-region",
    )


def test_a_label_key_does_not_sign_recognitions() -> None:
    with pytest.raises(CredentialError, match="key-not-the-one-named"):
        sign_recognition(an_unsigned_recognition(), HONG_KONG.signer(Purpose.LABEL))


def test_no_statement_is_made_without_a_grant() -> None:
    refused = decided(at=NOW + timedelta(days=4000))
    with pytest.raises(SchemeError, match="recognition-not-granted"):
        an_unsigned_recognition(refused)


def test_a_statement_by_a_body_about_its_own_label_is_refused() -> None:
    document = loaded(a_recognition())
    subject = document["credentialSubject"]
    assert isinstance(subject, dict)
    subject["homeIssuer"] = HONG_KONG.did
    with pytest.raises(CredentialError, match="recognition-of-own-label"):
        parse_recognition(dumped(document))


def test_a_recognition_is_no_label_and_a_label_is_no_recognition() -> None:
    assert judged(a_recognition(), trust_list=ALL_THREE).state == "malformed"
    assert judged_recognition(a_signed_label()).state == "malformed"


@pytest.mark.parametrize("junk", [b"", b"{}", b"\xff", b"[" * 9000])
def test_junk_gets_a_verdict_and_no_exception(junk: bytes) -> None:
    assert judged_recognition(junk).state == "malformed"


# -- what the home status does -----------------------------------------------------------------

RECOGNISED = RecognitionStanding(RecognitionState.RECOGNISED)
BY_HOME = RecognitionStanding(RecognitionState.SUSPENDED, SuspensionCause.HOME)
BY_OWN = RecognitionStanding(RecognitionState.SUSPENDED, SuspensionCause.OWN)
REVOKED = RecognitionStanding(RecognitionState.REVOKED)


@pytest.mark.parametrize(
    ("before", "home", "after"),
    [
        (RECOGNISED, VerdictState.VALID, RECOGNISED),
        (RECOGNISED, VerdictState.SUSPENDED, BY_HOME),
        (RECOGNISED, VerdictState.WITHDRAWN, REVOKED),
        (RECOGNISED, VerdictState.SUPERSEDED, REVOKED),
        (RECOGNISED, VerdictState.EXPIRED, RECOGNISED),
        (BY_HOME, VerdictState.VALID, RECOGNISED),
        (BY_HOME, VerdictState.SUSPENDED, BY_HOME),
        (BY_HOME, VerdictState.WITHDRAWN, REVOKED),
        (BY_OWN, VerdictState.VALID, BY_OWN),
        (BY_OWN, VerdictState.SUSPENDED, BY_OWN),
        (BY_OWN, VerdictState.WITHDRAWN, REVOKED),
        (REVOKED, VerdictState.VALID, REVOKED),
        (REVOKED, VerdictState.SUSPENDED, REVOKED),
    ],
)
def test_the_status_at_home_governs_the_recognition(
    before: RecognitionStanding, home: VerdictState, after: RecognitionStanding
) -> None:
    assert after_home_status(before, home, can_lift=True) == after


@pytest.mark.parametrize("home", list(VerdictState))
@pytest.mark.parametrize("before", [RECOGNISED, BY_HOME, BY_OWN, REVOKED])
def test_a_body_that_may_not_act_lifts_nothing_and_follows_everything_else(
    before: RecognitionStanding, home: VerdictState
) -> None:
    able = after_home_status(before, home, can_lift=True)
    after = after_home_status(before, home, can_lift=False)
    is_lifted = before.state is RecognitionState.SUSPENDED and able == RECOGNISED
    assert after == (before if is_lifted else able)


@pytest.mark.parametrize(
    "home",
    [
        VerdictState.CANNOT_BE_CONFIRMED,
        VerdictState.UNKNOWN_ISSUER,
        VerdictState.TAMPERED,
        VerdictState.MALFORMED,
    ],
)
@pytest.mark.parametrize("before", [RECOGNISED, BY_HOME, BY_OWN])
def test_an_uncertain_status_at_home_changes_nothing_and_confirms_nothing(
    before: RecognitionStanding, home: VerdictState
) -> None:
    after = after_home_status(before, home, can_lift=True)
    assert (after.state, after.cause) == (before.state, before.cause)
    assert not after.is_confirmed
    assert after_home_status(after, VerdictState.SUSPENDED, can_lift=True).is_confirmed


def test_an_issue_date_is_what_the_body_signed() -> None:
    assert parse_recognition(a_recognition()).envelope.valid_from == NOW > ISSUED

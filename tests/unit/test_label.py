"""The label: number, serial, permanent address, facts from a granted case, and its states."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footprint.bom import BillOfMaterials
from footprint.result import FootprintResult
from labels.access import Actor, Role
from labels.case import Case, CaseState
from labels.errors import LabelError, NotAllowed, WrongState
from labels.label import LabelFacts, Party, checked_gtin, label_number, label_url, serial
from labels.label_facts import LabelIssue, LabelParties, facts_from
from labels.label_status import (
    ENDED,
    LABEL_TRANSITIONS,
    LIVE,
    MOVES,
    ActivePeriod,
    Label,
    LabelEvent,
    LabelMove,
    LabelState,
    ReasonClass,
    active_periods,
    change_status,
)
from tests.support.cases import (
    CERTIFICATION_BODY,
    CERTIFIER,
    MAKER,
    NOW,
    PREPARER,
    SCHEME,
    TODAY,
    VERIFICATION_BODY,
    a_case,
)
from tests.support.studies import a_study

HOST = "https://label.tanbiao.example"
SERIAL = serial(bytes(range(16)))
GTIN_14 = "09521234543213"
QR_ALPHANUMERIC = re.compile(r"[0-9A-Z $%*+\-./:]+")
SERVICE = Actor.service("sweep")


# Number, serial, address.


def test_a_number_holds_year_and_sequence_and_the_version_follows_the_colon() -> None:
    assert label_number(2026, 123) == "TB-2026-000123"
    assert replace(some_facts(), number="TB-2026-000123", version=2).full_number == (
        "TB-2026-000123:002"
    )


@pytest.mark.parametrize(("year", "sequence"), [(2026, 0), (2026, 1_000_000), (26, 1)])
def test_a_number_is_refused_when_it_would_not_fit(year: int, sequence: int) -> None:
    with pytest.raises(LabelError) as caught:
        label_number(year, sequence)
    assert caught.value.code == "label-number-out-of-range"


@given(st.binary(min_size=16, max_size=16))
def test_a_serial_is_26_base32_characters_and_keeps_every_bit(random_bytes: bytes) -> None:
    text = serial(random_bytes)
    assert re.fullmatch(r"[A-Z2-7]{26}", text)
    value = int("".join(f"{'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.index(c):05b}" for c in text), 2)
    assert value >> 2 == int.from_bytes(random_bytes, "big")


@pytest.mark.parametrize("length", [0, 15, 17])
def test_a_serial_is_refused_when_it_is_not_of_128_bits(length: int) -> None:
    with pytest.raises(LabelError) as caught:
        serial(bytes(length))
    assert caught.value.code == "serial-malformed"


@given(st.binary(min_size=16, max_size=16), st.booleans())
def test_an_address_matches_one_form_and_the_alphanumeric_mode_of_a_qr_code(
    random_bytes: bytes, has_gtin: bool
) -> None:
    url = label_url(HOST, serial(random_bytes), GTIN_14 if has_gtin else None)
    middle = f"01/{GTIN_14}/21" if has_gtin else "L"
    assert re.fullmatch(rf"HTTPS://LABEL\.TANBIAO\.EXAMPLE/{middle}/[A-Z2-7]{{26}}", url)
    assert QR_ALPHANUMERIC.fullmatch(url)


def test_a_short_gtin_is_padded_to_fourteen_digits_in_the_address() -> None:
    assert label_url(HOST, SERIAL, "9521234543213").endswith(f"/01/{GTIN_14}/21/{SERIAL}")


@pytest.mark.parametrize("base_url", ["http://127.0.0.1:8000", "http://localhost:8000/"])
def test_plain_http_is_allowed_when_the_register_is_this_computer(base_url: str) -> None:
    expected = base_url.rstrip("/").upper()
    assert label_url(base_url, SERIAL, None) == f"{expected}/L/{SERIAL}"


@pytest.mark.parametrize(
    ("base_url", "code"),
    [
        ("http://label.tanbiao.example", "label-host-insecure"),
        ("http://192.168.1.20:8000", "label-host-insecure"),
        ("http://127.0.0.1.evil.example", "label-host-insecure"),
        ("https://label.tanbiao.example/phish", "label-host-malformed"),
        ("https://user@label.tanbiao.example", "label-host-malformed"),
        ("https://label.tanbiao.example?x=1", "label-host-malformed"),
        ("https://label_tanbiao.example", "label-host-malformed"),
        ("https://label.tanbiao.example:99999", "label-host-malformed"),
        ("ftp://label.tanbiao.example", "label-host-malformed"),
        ("label.tanbiao.example", "label-host-malformed"),
        ("https://", "label-host-malformed"),
        ("https://碳标.example", "label-host-malformed"),
    ],
)
def test_an_address_is_refused_when_the_host_is_not_a_plain_register(
    base_url: str, code: str
) -> None:
    with pytest.raises(LabelError) as caught:
        label_url(base_url, SERIAL, None)
    assert caught.value.code == code


@pytest.mark.parametrize("gtin", ["96385074", "036000291452", "9521234543213", GTIN_14])
def test_a_gtin_is_accepted_when_its_check_digit_is_right(gtin: str) -> None:
    assert checked_gtin(gtin) == gtin


@given(st.integers(0, 13), st.integers(1, 9))
def test_a_gtin_is_refused_when_one_digit_is_wrong(place: int, by: int) -> None:
    digits = list(GTIN_14)
    digits[place] = str((int(digits[place]) + by) % 10)
    with pytest.raises(LabelError) as caught:
        checked_gtin("".join(digits))
    assert caught.value.code == "gtin-check-digit"


@pytest.mark.parametrize("gtin", ["", "952123454321X", "952123454", "095212345432130", "９５２１"])
def test_a_gtin_is_refused_when_it_is_no_gtin(gtin: str) -> None:
    with pytest.raises(LabelError) as caught:
        checked_gtin(gtin)
    assert caught.value.code == "gtin-malformed"


@pytest.mark.parametrize("text", ["", "lower", SERIAL.lower(), SERIAL + "A", SERIAL[:-1] + "1"])
def test_an_address_is_refused_when_the_serial_is_malformed(text: str) -> None:
    with pytest.raises(LabelError) as caught:
        label_url(HOST, text, None)
    assert caught.value.code == "serial-malformed"


# Facts.


def a_party(party_id: str) -> Party:
    return Party(id=party_id, name={"en": party_id}, legal_id="DEMO", region="CN-GD")


PARTIES = LabelParties(
    manufacturer=a_party(MAKER),
    plant="Nansha",
    verification_body=a_party(VERIFICATION_BODY),
    certification_body=a_party(CERTIFICATION_BODY),
)
ISSUE = LabelIssue(
    number="TB-2026-000001",
    version=1,
    serial=SERIAL,
    base_url=HOST,
    issued_on=TODAY,
    valid_until=date(2027, 12, 31),
)


def a_granted_study(gtin: str | None = None) -> tuple[Case, BillOfMaterials, FootprintResult]:
    bom, result = a_study(gtin)
    hashes = {"bom_sha256": result.bom_sha256, "result_sha256": result.sha256()}
    return a_case(CaseState.DECIDED_GRANTED, **hashes), bom, result


def some_facts(gtin: str | None = None) -> LabelFacts:
    case, bom, result = a_granted_study(gtin)
    return facts_from(
        case=case, result=result, bom=bom, scheme=SCHEME, parties=PARTIES, issue=ISSUE
    )


def test_the_facts_are_those_of_study_case_and_scheme() -> None:
    case, bom, result = a_granted_study(GTIN_14)
    facts = some_facts(GTIN_14)
    assert facts.full_number == "TB-2026-000001:001"
    assert facts.url == f"HTTPS://LABEL.TANBIAO.EXAMPLE/01/{GTIN_14}/21/{SERIAL}"
    assert (facts.scheme, facts.scheme_version) == (SCHEME.id, SCHEME.version)
    assert (facts.level, facts.is_specimen) == ("disclosed", True)
    printed = facts.footprint
    assert (printed.value, printed.value_unrounded, printed.unit) == (
        "24.0",
        "24.0000000000",
        "kgCO2e",
    )
    assert (printed.unit_kind, printed.unit_amount, printed.unit_name) == (
        "declared",
        "1",
        "piece",
    )
    assert [s.stage for s in printed.stages] == [s.stage.value for s in result.stages]
    assert printed.partition["fossil"] == "24.0000000000"
    assert printed.result_sha256 == case.result_sha256 == result.sha256()
    assert (printed.period_from, printed.period_to) == (bom.period_from, bom.period_to)
    assert case.statement is not None
    assert facts.statement_number == case.statement.number
    assert facts.assurance_level == "limited"


def test_no_facts_are_made_before_the_grant_or_after_a_refusal() -> None:
    case, bom, result = a_granted_study()
    for state in CaseState:
        if state is CaseState.DECIDED_GRANTED:
            continue
        with pytest.raises(WrongState) as caught:
            facts_from(
                case=replace(case, state=state),
                result=result,
                bom=bom,
                scheme=SCHEME,
                parties=PARTIES,
                issue=ISSUE,
            )
        assert caught.value.code == "label-without-grant"


@pytest.mark.parametrize(
    ("changes", "member"),
    [
        ({"bom_sha256": "00" * 32}, "bom_sha256"),
        ({"result_sha256": "00" * 32}, "result_sha256"),
        ({"product_category": "cpc-47150"}, "category"),
        ({"applicant_id": "org_other"}, "manufacturer"),
        ({"verification_body_id": "org_other"}, "verification_body"),
        ({"certification_body_id": "org_other"}, "certification_body"),
        ({"scheme": replace(SCHEME.reference, sha256="00" * 32)}, "scheme"),
    ],
)
def test_no_facts_are_made_when_something_is_of_another_case(
    changes: dict[str, object], member: str
) -> None:
    case, bom, result = a_granted_study()
    with pytest.raises(LabelError) as caught:
        facts_from(
            case=replace(case, **changes),  # type: ignore[arg-type]
            result=result,
            bom=bom,
            scheme=SCHEME,
            parties=PARTIES,
            issue=ISSUE,
        )
    assert caught.value.code == "facts-of-another-case"
    assert caught.value.parameters["member"] == member


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"version": 0}, "label-version-out-of-range"),
        ({"version": 1000}, "label-version-out-of-range"),
        ({"valid_until": TODAY - timedelta(days=1)}, "label-validity-ended"),
    ],
)
def test_an_issue_is_refused_when_version_or_dates_cannot_be(
    changes: dict[str, object], code: str
) -> None:
    with pytest.raises(LabelError) as caught:
        replace(ISSUE, **changes)  # type: ignore[arg-type]
    assert caught.value.code == code


# States.


def a_label(state: LabelState = LabelState.PREPARED, **changes: object) -> Label:
    label = Label(
        id="lbl_1",
        case_id="cse_1",
        holder_id=MAKER,
        certification_body_id=CERTIFICATION_BODY,
        number="TB-2026-000001",
        version=1,
        serial=SERIAL,
        issued_on=TODAY,
        valid_until=date(2027, 12, 31),
        changed_at=NOW,
        state=state,
    )
    return replace(label, **changes)  # type: ignore[arg-type]


AFTER_VALIDITY = datetime(2027, 12, 31, 16, 0, tzinfo=NOW.tzinfo)
MOVERS = {Role.CERTIFIER: CERTIFIER, Role.MANUFACTURER: PREPARER, None: SERVICE}


def moved(
    label: Label, move: LabelMove, at: datetime = NOW, reason: ReasonClass | None = None
) -> tuple[Label, LabelEvent]:
    """One move by whoever may make it, for the first allowed reason."""
    rule = MOVES[move]
    given_reason = reason or (rule.reasons[0] if rule.reasons else None)
    return change_status(
        label,
        move,
        MOVERS[rule.role],
        AFTER_VALIDITY if move is LabelMove.EXPIRE and at is NOW else at,
        seen_state_version=label.state_version,
        reason=given_reason,
    )


@pytest.mark.parametrize("move", list(LabelMove))
@pytest.mark.parametrize("state", list(LabelState))
def test_a_move_exists_exactly_from_its_states(state: LabelState, move: LabelMove) -> None:
    label = a_label(state)
    if state in MOVES[move].from_states:
        after, event = moved(label, move)
        assert after.state is event.to_state is MOVES[move].to_state
        assert after.state_version == event.state_version == label.state_version + 1
        assert event.from_state is state
    else:
        with pytest.raises(WrongState) as caught:
            moved(label, move)
        assert caught.value.code == "label-state-wrong"


def test_nothing_leaves_a_final_state_in_the_exported_transitions() -> None:
    assert {t.from_state for t in LABEL_TRANSITIONS} == {LabelState.PREPARED} | LIVE
    assert {t.to_state for t in LABEL_TRANSITIONS} >= ENDED
    assert {t.role for t in LABEL_TRANSITIONS if t.move is LabelMove.EXPIRE} == {""}
    assert {t.role for t in LABEL_TRANSITIONS if t.move is LabelMove.ACTIVATE} == {"certifier", ""}


@pytest.mark.parametrize("move", list(LabelMove))
@pytest.mark.parametrize("reason", [None, *ReasonClass])
def test_a_reason_is_taken_from_the_list_of_the_move(
    move: LabelMove, reason: ReasonClass | None
) -> None:
    rule = MOVES[move]
    label = a_label(min(rule.from_states))
    at = AFTER_VALIDITY if move is LabelMove.EXPIRE else NOW
    only = rule.reasons[0] if len(rule.reasons) == 1 else None
    if reason in (rule.reasons or (None,)) or (reason is None and only):
        after, _ = change_status(
            label, move, MOVERS[rule.role], at, seen_state_version=1, reason=reason
        )
        assert after.reason is (reason or only)
    else:
        with pytest.raises(LabelError) as caught:
            change_status(label, move, MOVERS[rule.role], at, seen_state_version=1, reason=reason)
        assert caught.value.code == "label-reason-not-allowed"


@pytest.mark.parametrize("move", list(LabelMove))
def test_only_its_own_people_move_a_label(move: LabelMove) -> None:
    rule = MOVES[move]
    label = a_label(min(rule.from_states))
    honest = MOVERS[rule.role]
    strangers = {
        "test-and-live-mixed": replace(honest, is_test=True),
        "administrator-cannot-act": replace(
            CERTIFIER, roles=frozenset({Role.ADMINISTRATOR, *Role})
        ),
    }
    if rule.role is None:
        strangers["service-only"] = CERTIFIER
    else:
        strangers["organisation-not-party"] = replace(honest, organisation_id="org_other")
        strangers["step-needs-role"] = replace(honest, roles=frozenset({Role.BANK}))
    if not rule.is_open_to_service:
        strangers["service-cannot-act"] = SERVICE
    for code, actor in strangers.items():
        with pytest.raises(NotAllowed) as caught:
            change_status(label, move, actor, NOW, seen_state_version=1)
        assert caught.value.code == code


def test_a_move_is_refused_when_the_label_was_changed_meanwhile() -> None:
    label, _ = moved(a_label(LabelState.ACTIVE), LabelMove.SUSPEND)
    with pytest.raises(WrongState) as caught:
        change_status(label, LabelMove.REINSTATE, CERTIFIER, NOW, seen_state_version=1)
    assert caught.value.code == "label-version-stale"


def test_a_label_past_its_last_day_counts_as_expired_before_anybody_wrote_it() -> None:
    for state in LIVE:
        label = a_label(state)
        assert label.state_on(label.valid_until) is state
        assert label.state_on(label.valid_until + timedelta(days=1)) is LabelState.EXPIRED
    withdrawn = a_label(LabelState.WITHDRAWN)
    assert withdrawn.state_on(date(2030, 1, 1)) is LabelState.WITHDRAWN


@pytest.mark.parametrize(
    ("state", "move"),
    [
        (LabelState.PREPARED, LabelMove.ACTIVATE),
        (LabelState.SUSPENDED, LabelMove.REINSTATE),
    ],
)
def test_a_label_does_not_become_active_when_its_validity_has_ended(
    state: LabelState, move: LabelMove
) -> None:
    moved(a_label(state), move, at=AFTER_VALIDITY - timedelta(seconds=1))
    with pytest.raises(WrongState) as caught:
        moved(a_label(state), move, at=AFTER_VALIDITY)
    assert caught.value.code == "label-validity-ended"


def test_a_label_does_not_expire_on_its_last_day() -> None:
    with pytest.raises(WrongState) as caught:
        moved(
            a_label(LabelState.ACTIVE),
            LabelMove.EXPIRE,
            at=AFTER_VALIDITY - timedelta(seconds=1),
        )
    assert caught.value.code == "label-validity-not-ended"


def test_the_published_day_of_a_change_is_a_day_of_the_register() -> None:
    late = datetime(2026, 11, 21, 17, 0, tzinfo=NOW.tzinfo)
    label, _ = moved(a_label(LabelState.ACTIVE), LabelMove.SUSPEND, at=late)
    assert label.changed_on == date(2026, 11, 22)


def test_the_days_a_label_was_active_leave_out_suspensions() -> None:
    label, activated = moved(a_label(), LabelMove.ACTIVATE)
    label, suspended = moved(label, LabelMove.SUSPEND, at=NOW + timedelta(days=10))
    assert active_periods(label, [suspended, activated]) == (
        ActivePeriod(TODAY, TODAY + timedelta(days=9)),
    )
    label, reinstated = moved(label, LabelMove.REINSTATE, at=NOW + timedelta(days=20))
    history = [activated, suspended, reinstated]
    assert active_periods(label, history)[1] == ActivePeriod(
        TODAY + timedelta(days=20), label.valid_until
    )
    label, expired = moved(label, LabelMove.EXPIRE)
    assert active_periods(label, [*history, expired])[1].last_on == label.valid_until


def test_a_label_suspended_on_its_first_day_was_never_active() -> None:
    label, activated = moved(a_label(), LabelMove.ACTIVATE)
    label, suspended = moved(label, LabelMove.SUSPEND)
    assert active_periods(label, [activated, suspended]) == ()

"""The life of a label: its moves, who makes them, their reasons, and the days it was active."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial

import pytest

from labels.access import Actor, Body, Role
from labels.errors import LabelError, NotAllowed, WrongState
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
    CATEGORY,
    CERTIFICATION_BODY,
    CERTIFIER,
    CERTIFYING_BODY,
    MAKER,
    NOW,
    PREPARER,
    TODAY,
)

SERVICE = Actor.service("sweep")
changed = partial(change_status, body=CERTIFYING_BODY, category=CATEGORY)
SERIAL = "K7Q2M5XWZ4T6R3PJ2BVDNHCY5A"


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
    return changed(
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
        after, _ = changed(label, move, MOVERS[rule.role], at, seen_state_version=1, reason=reason)
        assert after.reason is (reason or only)
    else:
        with pytest.raises(LabelError) as caught:
            changed(label, move, MOVERS[rule.role], at, seen_state_version=1, reason=reason)
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


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (None, "body-scope-missing"),
        (replace(CERTIFYING_BODY, is_suspended=True), "body-suspended"),
        (replace(CERTIFYING_BODY, scope_until=TODAY - timedelta(days=1)), "body-scope-missing"),
        (replace(CERTIFYING_BODY, scope_from=TODAY + timedelta(days=1)), "body-scope-missing"),
        (replace(CERTIFYING_BODY, categories=("cpc-415",)), "body-scope-missing"),
    ],
)
def test_a_body_that_lost_its_accreditation_suspends_and_withdraws_and_reinstates_nothing(
    body: Body | None, code: str
) -> None:
    def by_that_body(label: Label, move: LabelMove, reason: ReasonClass | None) -> Label:
        seen = label.state_version
        after, _ = change_status(
            label,
            move,
            CERTIFIER,
            NOW,
            seen_state_version=seen,
            reason=reason,
            body=body,
            category=CATEGORY,
        )
        return after

    active = a_label(LabelState.ACTIVE)
    suspended = by_that_body(active, LabelMove.SUSPEND, ReasonClass.BODY_SCOPE_LOST)
    with pytest.raises(NotAllowed) as caught:
        by_that_body(suspended, LabelMove.REINSTATE, None)
    assert caught.value.code == code
    withdrawn = by_that_body(suspended, LabelMove.WITHDRAW, ReasonClass.BODY_SCOPE_LOST)
    assert withdrawn.state is LabelState.WITHDRAWN


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


def test_a_private_note_holds_nothing_that_is_not_seen() -> None:
    label = a_label(LabelState.ACTIVE)
    for note in ("Found\u202e out.", "Found\u3164 out.", "Z" + "\u0301" * 4):
        with pytest.raises(LabelError) as caught:
            changed(
                label,
                LabelMove.SUSPEND,
                CERTIFIER,
                NOW,
                seen_state_version=1,
                reason=ReasonClass.UNDER_INVESTIGATION,
                note=note,
            )
        assert caught.value.code in {"name-character-refused", "text-marks-heaped"}
        assert caught.value.place == "/note"

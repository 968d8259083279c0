"""The certification case: its steps, its findings and what blocks a grant."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from labels.access import Actor, Role
from labels.case import Case, CaseState, FindingSeverity, FindingState, Opinion
from labels.case_commands import (
    CaseCommand,
    OpenFinding,
    ReturnFinding,
    ReviewApplication,
    SurrenderApplication,
)
from labels.case_steps import STEPS, TRANSITIONS
from labels.certification import apply
from labels.errors import LabelError, SchemeError, WrongState
from tests.support.cases import (
    BOM_SHA256,
    CERTIFIER,
    NOW,
    PREPARER,
    RESULT_SHA256,
    SCHEME,
    TODAY,
    VERIFIER,
    WAY,
    a_case,
    a_submitted_case,
    some_criteria,
    stepped,
    to_answer_finding,
    to_close_finding,
    to_decide,
    to_issue_statement,
    to_open_finding,
    to_review_application,
)


def refused(
    case: Case, command: CaseCommand, actor: Actor, kind: type[LabelError] = LabelError
) -> LabelError:
    with pytest.raises(kind) as caught:
        apply(case, command, actor, NOW)
    return caught.value


def after(case: Case, command: CaseCommand, actor: Actor) -> Case:
    return apply(case, command, actor, NOW)[0]


def test_the_straight_way_leads_to_an_issued_case() -> None:
    case = a_case(CaseState.ISSUED)
    assert case.label_id == "lbl_1"
    assert case.version == 1 + len(WAY)
    persons = {case.preparer_id, case.verifier_id, case.reviewer_id, case.decision_maker_id}
    assert len(persons) == 4
    assert None not in persons


def test_an_event_names_person_role_states_scheme_and_hashes_when_a_step_is_taken() -> None:
    case = a_case(CaseState.TECHNICALLY_REVIEWED)
    granted, event = apply(case, to_decide(case), CERTIFIER, NOW)
    assert (event.kind, event.from_state, event.to_state) == (
        "decision-taken",
        CaseState.TECHNICALLY_REVIEWED,
        CaseState.DECIDED_GRANTED,
    )
    assert (event.person_id, event.role) == (CERTIFIER.person_id, "certifier")
    assert event.case_version == granted.version == case.version + 1
    assert event.scheme == SCHEME.reference
    assert (event.bom_sha256, event.result_sha256) == (BOM_SHA256, RESULT_SHA256)
    assert event.to_json()["to_state"] == "decided-granted"


def test_a_decision_records_scheme_evidence_persons_and_time() -> None:
    case = a_case(CaseState.TECHNICALLY_REVIEWED)
    decision = after(case, to_decide(case), CERTIFIER).decision
    assert decision is not None
    assert decision.scheme == SCHEME.reference
    assert decision.evidence_sha256 == case.evidence_sha256()
    assert decision.decided_at == NOW
    assert (
        decision.preparer_id,
        decision.verifier_id,
        decision.reviewer_id,
        decision.decision_maker_id,
    ) == ("per_preparer", "per_verifier", "per_reviewer", "per_certifier")


def test_the_evidence_hash_changes_when_anything_it_rests_on_changes() -> None:
    case = a_case(CaseState.TECHNICALLY_REVIEWED)
    assert case.statement is not None
    changed = [
        replace(case, bom_sha256="00" * 32),
        replace(case, result_sha256="00" * 32),
        replace(case, agreement_number="AG-2026-8"),
        replace(case, statement=replace(case.statement, report_sha256="00" * 32)),
        replace(case, review=None),
    ]
    assert len({c.evidence_sha256() for c in (case, *changed)}) == len(changed) + 1


@pytest.mark.parametrize("state", [s for s in CaseState if s not in WAY])
def test_no_step_exists_when_the_case_has_ended(state: CaseState) -> None:
    case = replace(a_case(CaseState.TECHNICALLY_REVIEWED), state=state)
    assert case.is_terminal
    assert refused(case, to_decide(case), CERTIFIER, WrongState).code == "case-state-wrong"


def test_the_exported_transitions_are_exactly_the_moves_of_the_steps() -> None:
    moves = {(t.from_state, t.kind, t.to_state) for t in TRANSITIONS}
    assert moves == {
        (a, step.kind, b) for step in STEPS.values() for a, to in step.moves.items() for b in to
    }
    assert (CaseState.TECHNICALLY_REVIEWED, "decision-taken", CaseState.DECIDED_GRANTED) in moves
    assert not any(t.from_state is CaseState.ISSUED for t in TRANSITIONS)
    assert all(t.role is not Role.ADMINISTRATOR for t in TRANSITIONS)


# Findings.


def test_a_minor_finding_blocks_the_grant_until_it_is_closed() -> None:
    case = a_case(CaseState.IN_VERIFICATION)
    case = after(case, to_open_finding(case), VERIFIER)
    case = stepped(stepped(case))
    assert case.state is CaseState.TECHNICALLY_REVIEWED
    error = refused(case, to_decide(case), CERTIFIER, WrongState)
    assert (error.code, error.parameters["count"]) == ("findings-open", "1")
    case = after(case, to_answer_finding(case), PREPARER)
    assert refused(case, to_decide(case), CERTIFIER).code == "findings-open"
    case = after(case, to_close_finding(case), VERIFIER)
    assert after(case, to_decide(case), CERTIFIER).state is CaseState.DECIDED_GRANTED


def test_a_major_finding_blocks_a_favourable_statement_but_not_an_adverse_one() -> None:
    case = a_case(CaseState.IN_VERIFICATION)
    case = after(case, to_open_finding(case, severity=FindingSeverity.MAJOR), VERIFIER)
    assert refused(case, to_issue_statement(case), VERIFIER).code == "findings-open"
    adverse = to_issue_statement(case, Opinion.ADVERSE)
    assert after(case, adverse, VERIFIER).state is CaseState.STATEMENT_ISSUED


@pytest.mark.parametrize("opinion", [Opinion.MODIFIED, Opinion.ADVERSE, Opinion.DISCLAIMED])
def test_a_grant_is_refused_when_the_scheme_does_not_accept_the_opinion(opinion: Opinion) -> None:
    case = a_case(CaseState.IN_VERIFICATION)
    case = stepped(after(case, to_issue_statement(case, opinion), VERIFIER))
    assert refused(case, to_decide(case), CERTIFIER).code == "opinion-not-accepted"
    refusal = to_decide(case, is_granted=False, reason="The opinion is adverse.")
    assert after(case, refusal, CERTIFIER).state is CaseState.REFUSED


def test_a_finding_is_answered_returned_answered_and_closed() -> None:
    case = a_case(CaseState.IN_VERIFICATION)
    case = after(case, to_open_finding(case), VERIFIER)
    assert refused(case, to_close_finding(case), VERIFIER).code == "finding-state-wrong"
    case = after(case, to_answer_finding(case), PREPARER)
    back = ReturnFinding(seen=case.seen, finding_id="F1", text="April is missing as well.")
    case = after(case, back, VERIFIER)
    assert case.finding("F1").state is FindingState.OPENED
    case = after(case, to_answer_finding(case), PREPARER)
    case = after(case, to_close_finding(case), VERIFIER)
    assert case.open_findings() == ()
    assert refused(case, to_answer_finding(case), PREPARER).code == "finding-state-wrong"


def test_notes_may_have_several_lines_and_numbers_may_not() -> None:
    case = a_case(CaseState.IN_VERIFICATION)
    finding = replace(to_open_finding(case), text="March is missing.\nApril too.")
    assert after(case, finding, VERIFIER).finding("F1").text.count("\n") == 1
    for number in ("VS-1\nVS-2", "VS\u200b-1"):
        statement = replace(to_issue_statement(case), number=number)
        assert refused(case, statement, VERIFIER).code == "name-character-refused"


@pytest.mark.parametrize("is_granted", [True, False])
def test_the_reason_of_a_decision_hides_nothing(is_granted: bool) -> None:
    case = a_case(CaseState.TECHNICALLY_REVIEWED)
    decision = to_decide(case, is_granted=is_granted, reason="Criteria met.\u202e")
    assert refused(case, decision, CERTIFIER).code == "name-character-refused"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"finding_id": "F1"}, "finding-exists"),
        ({"text": "  "}, "text-missing"),
        ({"text": "x" * 4001}, "text-too-long"),
        ({"text": "closed\u202e"}, "name-character-refused"),
        ({"text": "Z" + "\u0301" * 400}, "text-marks-heaped"),
        ({"due_on": TODAY - timedelta(days=1)}, "finding-due-in-past"),
    ],
)
def test_a_finding_is_refused_when_it_cannot_be_used(changes: dict[str, object], code: str) -> None:
    case = a_case(CaseState.IN_VERIFICATION)
    case = after(case, to_open_finding(case), VERIFIER)
    command = replace(to_open_finding(case, "F2"), **changes)  # type: ignore[arg-type]
    assert isinstance(command, OpenFinding)
    assert refused(case, command, VERIFIER).code == code


def test_an_unknown_finding_is_refused() -> None:
    case = a_case(CaseState.IN_VERIFICATION)
    assert refused(case, to_answer_finding(case, "F9"), PREPARER).code == "finding-unknown"


# What a grant needs besides.


def test_a_grant_is_refused_when_a_criterion_was_not_examined() -> None:
    case = a_case(CaseState.TECHNICALLY_REVIEWED)
    command = to_decide(case, criteria=some_criteria()[1:])
    error = refused(case, command, CERTIFIER, WrongState)
    assert error.code == "criteria-not-examined"
    assert error.parameters["criteria"] == "scheme-in-force"


def test_a_grant_is_refused_when_a_blocking_criterion_is_not_met() -> None:
    case = a_case(CaseState.TECHNICALLY_REVIEWED)
    command = to_decide(case, criteria=some_criteria(boundary="gate-to-gate"))
    error = refused(case, command, CERTIFIER, WrongState)
    assert (error.code, error.parameters["criteria"]) == ("criteria-not-met", "boundary-accepted")


def test_a_grant_names_the_criteria_it_only_discloses() -> None:
    case = a_case(CaseState.TECHNICALLY_REVIEWED)
    command = to_decide(case, criteria=some_criteria(completeness=None))
    decision = after(case, command, CERTIFIER).decision
    assert decision is not None
    assert (decision.unmet_criteria, decision.unassessed_criteria) == ((), ("completeness",))


def test_a_grant_is_refused_when_the_scheme_is_not_the_one_of_the_case() -> None:
    case = a_case(CaseState.TECHNICALLY_REVIEWED)
    command = replace(to_decide(case), scheme=replace(SCHEME, sha256="00" * 32))
    assert refused(case, command, CERTIFIER, SchemeError).code == "scheme-not-pinned"


def test_a_grant_is_refused_when_the_scheme_is_no_longer_in_force() -> None:
    case = a_case(CaseState.TECHNICALLY_REVIEWED)
    ended = replace(SCHEME, valid_to=TODAY - timedelta(days=1))
    command = replace(to_decide(case), scheme=ended)
    assert refused(case, command, CERTIFIER, SchemeError).code == "scheme-not-in-force"


def test_a_grant_is_refused_when_the_scheme_asks_for_more_assurance() -> None:
    case = a_case(CaseState.TECHNICALLY_REVIEWED)
    strict = replace(SCHEME, assurance_levels=("reasonable",))
    command = replace(to_decide(case), scheme=strict)
    assert refused(case, command, CERTIFIER, WrongState).code == "assurance-not-accepted"


def test_a_refusal_needs_a_reason() -> None:
    reviewed = a_case(CaseState.TECHNICALLY_REVIEWED)
    decision = to_decide(reviewed, is_granted=False, reason=" ")
    assert refused(reviewed, decision, CERTIFIER).code == "text-missing"
    submitted = a_case()
    application = ReviewApplication(seen=submitted.seen, is_accepted=False)
    assert refused(submitted, application, CERTIFIER).code == "text-missing"
    application = replace(application, reason="Category not covered.")
    assert after(submitted, application, CERTIFIER).state is CaseState.REFUSED


# Surrender, time, and the values themselves.


@pytest.mark.parametrize("state", [s for s in WAY if s is not CaseState.DECIDED_GRANTED])
def test_the_applicant_can_surrender_before_the_decision(state: CaseState) -> None:
    case = a_case(state)
    command = SurrenderApplication(seen=case.seen, reason="The product is discontinued.")
    assert after(case, command, PREPARER).state is CaseState.SURRENDERED


def test_the_applicant_cannot_surrender_a_granted_case() -> None:
    case = a_case(CaseState.DECIDED_GRANTED)
    command = SurrenderApplication(seen=case.seen, reason="The product is discontinued.")
    assert refused(case, command, PREPARER, WrongState).code == "case-state-wrong"


def test_an_event_is_never_earlier_than_the_one_before() -> None:
    case = a_case()
    accepted, event = apply(
        case, to_review_application(case), CERTIFIER, NOW - timedelta(minutes=1)
    )
    assert event.at == accepted.updated_at == NOW


def test_a_time_without_zone_is_refused() -> None:
    case = a_case()
    with pytest.raises(LabelError) as caught:
        apply(case, to_review_application(case), CERTIFIER, NOW.replace(tzinfo=None))
    assert caught.value.code == "time-without-zone"


@pytest.mark.parametrize("digest", ["", "B1" * 32, "b1" * 31, "b1" * 33])
def test_a_case_is_refused_when_its_hash_is_malformed(digest: str) -> None:
    with pytest.raises(LabelError) as caught:
        a_submitted_case(bom_sha256=digest)
    assert (caught.value.code, caught.value.place) == ("hash-malformed", "/bom_sha256")


def test_the_given_case_is_unchanged_when_a_step_is_taken() -> None:
    case = a_case()
    copy = replace(case)
    apply(case, to_review_application(case), CERTIFIER, NOW)
    assert case == copy

"""Who may take a step in a case: four eyes (threat 7), what was seen (8, 9), independent bodies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from labels.access import Actor, Consultancy, Role
from labels.case import Case, CaseState
from labels.case_commands import (
    CaseCommand,
    VoidCase,
)
from labels.certification import apply, must_be_recorded, refusal_event, submit_application
from labels.errors import LabelError, NotAllowed, WrongState
from tests.support.cases import (
    BOM_SHA256,
    CERTIFICATION_BODY,
    CERTIFIER,
    CERTIFYING_BODY,
    MAKER,
    NOW,
    PREPARER,
    RESULT_SHA256,
    REVIEWER,
    SCHEME,
    TODAY,
    VERIFICATION_BODY,
    VERIFIER,
    VERIFYING_BODY,
    WAY,
    a_case,
    a_submitted_case,
    an_actor,
    stepped,
    to_answer_finding,
    to_close_finding,
    to_complete_review,
    to_conclude_agreement,
    to_decide,
    to_issue_statement,
    to_mark_issued,
    to_open_finding,
    to_review_application,
    to_start_verification,
)


def refused(
    case: Case, command: CaseCommand, actor: Actor, kind: type[LabelError] = LabelError
) -> LabelError:
    with pytest.raises(kind) as caught:
        apply(case, command, actor, NOW)
    return caught.value


def after(case: Case, command: CaseCommand, actor: Actor) -> Case:
    return apply(case, command, actor, NOW)[0]


# Threat 7: a person approves their own work, or holds two roles.

TWO_ACCOUNTS = [
    (CaseState.AGREEMENT_CONCLUDED, to_start_verification, "per_preparer", "person-prepared-case"),
    (CaseState.STATEMENT_ISSUED, to_complete_review, "per_preparer", "person-prepared-case"),
    (CaseState.STATEMENT_ISSUED, to_complete_review, "per_verifier", "person-verified-case"),
    (CaseState.TECHNICALLY_REVIEWED, to_decide, "per_preparer", "person-prepared-case"),
    (CaseState.TECHNICALLY_REVIEWED, to_decide, "per_verifier", "person-verified-case"),
    (CaseState.TECHNICALLY_REVIEWED, to_decide, "per_reviewer", "person-reviewed-case"),
]


@pytest.mark.parametrize(("state", "make", "person", "code"), TWO_ACCOUNTS)
def test_threat_7_a_second_account_does_not_help_when_a_person_approves_their_own_work(
    state: CaseState, make: Callable[[Case], CaseCommand], person: str, code: str
) -> None:
    case = a_case(state)
    honest = WAY[state][1]
    two_faced = replace(honest, person_id=person, account_id="acc_second")
    error = refused(case, make(case), two_faced, NotAllowed)
    assert error.code == code
    assert after(case, make(case), honest).version == case.version + 1


def test_threat_7_a_refused_decision_is_recorded_when_the_decider_had_verified() -> None:
    case = a_case(CaseState.TECHNICALLY_REVIEWED)
    two_faced = replace(CERTIFIER, person_id=VERIFIER.person_id)
    command = to_decide(case)
    error = refused(case, command, two_faced, NotAllowed)
    assert must_be_recorded(error)
    event = refusal_event(case, command, two_faced, NOW, error)
    assert event.kind == "attempt-refused"
    assert event.details["step"] == "decision-taken"
    assert event.details["code"] == "person-verified-case"
    assert (event.person_id, event.account_id) == (VERIFIER.person_id, CERTIFIER.account_id)
    assert event.from_state is event.to_state is CaseState.TECHNICALLY_REVIEWED
    assert event.case_version == case.version


def test_threat_7_one_account_with_all_roles_cannot_decide_what_it_prepared() -> None:
    case = a_case(CaseState.TECHNICALLY_REVIEWED)
    everything = replace(PREPARER, roles=frozenset(Role) - {Role.ADMINISTRATOR})
    assert refused(case, to_decide(case), everything, NotAllowed).code == "person-prepared-case"


def test_threat_7_a_contributor_counts_as_preparer() -> None:
    case = a_case(CaseState.TECHNICALLY_REVIEWED)
    case = replace(case, contributor_ids=frozenset({CERTIFIER.person_id}))
    assert refused(case, to_decide(case), CERTIFIER).code == "person-prepared-case"


def test_threat_7_who_answers_a_finding_has_prepared_the_case() -> None:
    case = a_case(CaseState.IN_VERIFICATION)
    case = after(case, to_open_finding(case), VERIFIER)
    helper = an_actor(REVIEWER.person_id, MAKER, Role.MANUFACTURER)
    case = after(case, to_answer_finding(case), helper)
    case = after(case, to_close_finding(case), VERIFIER)
    case = stepped(case)
    assert refused(case, to_complete_review(case), REVIEWER).code == "person-prepared-case"


def test_threat_7_the_verifier_cannot_answer_their_own_finding() -> None:
    case = a_case(CaseState.IN_VERIFICATION)
    case = after(case, to_open_finding(case), VERIFIER)
    two_faced = an_actor(VERIFIER.person_id, MAKER, Role.MANUFACTURER)
    assert refused(case, to_answer_finding(case), two_faced).code == "person-verified-case"


@pytest.mark.parametrize("state", list(WAY))
def test_an_administrator_cannot_act_whatever_other_roles_the_account_has(
    state: CaseState,
) -> None:
    case = a_case(state)
    make, actor = WAY[state]
    administrator = replace(actor, roles=actor.roles | {Role.ADMINISTRATOR})
    assert refused(case, make(case), administrator).code == "administrator-cannot-act"


@pytest.mark.parametrize("state", list(WAY))
def test_the_right_role_at_another_organisation_is_refused(state: CaseState) -> None:
    case = a_case(state)
    make, actor = WAY[state]
    stranger = replace(actor, person_id="per_stranger", organisation_id="org_other")
    assert refused(case, make(case), stranger).code == "organisation-not-party"


@pytest.mark.parametrize("state", list(WAY))
def test_a_colleague_without_the_role_is_refused(state: CaseState) -> None:
    case = a_case(state)
    make, actor = WAY[state]
    colleague = replace(actor, person_id="per_colleague", roles=frozenset({Role.BANK}))
    assert refused(case, make(case), colleague).code == "step-needs-role"


def test_another_verifier_of_the_same_body_cannot_finish_the_verification() -> None:
    case = a_case(CaseState.IN_VERIFICATION)
    colleague = replace(VERIFIER, person_id="per_colleague")
    assert refused(case, to_issue_statement(case), colleague).code == "person-not-assigned"


def test_a_test_account_cannot_touch_a_live_case() -> None:
    case = a_case()
    tester = replace(CERTIFIER, is_test=True)
    assert refused(case, to_review_application(case), tester).code == "test-and-live-mixed"


def test_an_account_without_a_person_is_refused() -> None:
    case = a_case()
    nobody = replace(CERTIFIER, person_id="")
    assert refused(case, to_review_application(case), nobody).code == "person-unknown"


def test_the_service_finishes_an_issue_and_nothing_else() -> None:
    service = Actor.service("reconcile-issues")
    granted = a_case(CaseState.DECIDED_GRANTED)
    issued, event = apply(granted, to_mark_issued(granted), service, NOW)
    assert issued.state is CaseState.ISSUED
    assert (event.person_id, event.account_id, event.role) == ("", "service:reconcile-issues", "")
    reviewed = a_case(CaseState.TECHNICALLY_REVIEWED)
    assert refused(reviewed, to_decide(reviewed), service).code == "service-cannot-act"


# Threat 8: the study changes after an approval.


@pytest.mark.parametrize("state", list(WAY))
@pytest.mark.parametrize("member", ["bom_sha256", "result_sha256"])
def test_threat_8_a_step_is_refused_when_its_author_saw_another_study(
    state: CaseState, member: str
) -> None:
    case = a_case(state)
    make, actor = WAY[state]
    command = make(case)
    seen = replace(command.seen, **{member: "00" * 32})  # type: ignore[arg-type]
    other = replace(command, seen=seen)
    error = refused(case, other, actor, WrongState)
    assert error.code == "case-evidence-changed"
    assert must_be_recorded(error)


@pytest.mark.parametrize("state", list(WAY))
def test_threat_8_a_new_study_version_voids_every_approval_between_each_pair_of_steps(
    state: CaseState,
) -> None:
    case = a_case(state)
    make, actor = WAY[state]
    waiting = make(case)
    void = after(case, VoidCase(seen=case.seen, new_study_id="stu_2"), PREPARER)
    assert void.state is CaseState.VOID
    assert refused(void, waiting, actor, WrongState).code == "case-version-stale"
    again = replace(waiting, seen=void.seen)
    assert refused(void, again, actor, WrongState).code == "case-state-wrong"


def test_threat_9_the_second_of_two_decisions_is_refused_when_both_saw_the_same_version() -> None:
    case = a_case(CaseState.TECHNICALLY_REVIEWED)
    first = to_decide(case)
    other = replace(CERTIFIER, person_id="per_other_certifier")
    decided = after(case, first, CERTIFIER)
    assert refused(decided, first, other, WrongState).code == "case-version-stale"


# Independence and scope of the bodies.


def test_an_application_is_refused_when_one_body_would_verify_and_certify() -> None:
    with pytest.raises(NotAllowed) as caught:
        submit_application(
            case_id="cse_1",
            study_id="stu_1",
            product_category="cpc-46420",
            verification_body_id=CERTIFICATION_BODY,
            certification_body_id=CERTIFICATION_BODY,
            scheme=SCHEME.reference,
            bom_sha256=BOM_SHA256,
            result_sha256=RESULT_SHA256,
            actor=PREPARER,
            at=NOW,
        )
    assert caught.value.code == "bodies-not-separate"


@pytest.mark.parametrize("organisation", [VERIFICATION_BODY, CERTIFICATION_BODY])
def test_an_application_is_refused_when_the_applicant_is_one_of_the_bodies(
    organisation: str,
) -> None:
    with pytest.raises(NotAllowed) as caught:
        a_submitted_case(replace(PREPARER, organisation_id=organisation))
    assert caught.value.code == "body-is-applicant"
    is_verifying = organisation == VERIFICATION_BODY
    kind = "verification-body" if is_verifying else "certification-body"
    assert caught.value.parameters == {"kind": kind}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        (
            {"verification_body": replace(VERIFYING_BODY, affiliates=frozenset({MAKER}))},
            "body-affiliated",
        ),
        (
            {
                "certification_body": replace(
                    CERTIFYING_BODY, affiliates=frozenset({VERIFICATION_BODY})
                )
            },
            "bodies-not-separate",
        ),
        ({"verification_body": CERTIFYING_BODY}, "body-not-engaged"),
        (
            {"certification_body": replace(CERTIFYING_BODY, kind=VERIFYING_BODY.kind)},
            "body-wrong-kind",
        ),
        ({"certification_body": replace(CERTIFYING_BODY, is_suspended=True)}, "body-suspended"),
    ],
)
def test_no_agreement_is_concluded_when_a_body_is_not_independent_or_not_in_scope(
    changes: dict[str, object], code: str
) -> None:
    case = a_case(CaseState.APPLICATION_REVIEWED)
    command = replace(to_conclude_agreement(case), **changes)  # type: ignore[arg-type]
    assert refused(case, command, CERTIFIER, NotAllowed).code == code


@pytest.mark.parametrize("consulted", [VERIFICATION_BODY, CERTIFICATION_BODY])
def test_no_agreement_is_concluded_with_a_body_that_was_declared_as_consultancy(
    consulted: str,
) -> None:
    declared = (Consultancy(organisation_id=consulted, ended_on=date(2025, 6, 1)),)
    case = a_case(CaseState.APPLICATION_REVIEWED, consultancies=declared)
    assert refused(case, to_conclude_agreement(case), CERTIFIER).code == "body-consulted"


def test_a_consultancy_before_the_look_back_period_bars_nobody() -> None:
    long_ago = Consultancy(organisation_id=VERIFICATION_BODY, ended_on=date(2024, 11, 20))
    case = a_case(CaseState.APPLICATION_REVIEWED, consultancies=(long_ago,))
    agreed = after(case, to_conclude_agreement(case), CERTIFIER)
    assert agreed.state is CaseState.AGREEMENT_CONCLUDED
    on_the_day = replace(case, consultancies=(replace(long_ago, ended_on=date(2024, 11, 21)),))
    command = to_conclude_agreement(on_the_day)
    assert refused(on_the_day, command, CERTIFIER).code == "body-consulted"


def test_no_label_is_granted_when_the_certification_body_has_lost_its_scope() -> None:
    case = a_case(CaseState.TECHNICALLY_REVIEWED)
    lapsed = replace(CERTIFYING_BODY, scope_until=TODAY - timedelta(days=1))
    command = replace(to_decide(case), certification_body=lapsed)
    assert refused(case, command, CERTIFIER).code == "body-scope-missing"
    last_day = replace(CERTIFYING_BODY, scope_until=TODAY)
    command = replace(command, certification_body=last_day)
    assert after(case, command, CERTIFIER).state is CaseState.DECIDED_GRANTED


AFFILIATED = {
    "verification": {"verification_body": replace(VERIFYING_BODY, affiliates=frozenset({MAKER}))},
    "certification": {
        "certification_body": replace(CERTIFYING_BODY, affiliates=frozenset({MAKER}))
    },
}


@pytest.mark.parametrize("side", AFFILIATED)
@pytest.mark.parametrize(
    ("state", "step", "actor"),
    [
        (CaseState.IN_VERIFICATION, to_issue_statement, VERIFIER),
        (CaseState.TECHNICALLY_REVIEWED, to_decide, CERTIFIER),
        (CaseState.DECIDED_GRANTED, to_mark_issued, CERTIFIER),
    ],
)
def test_a_body_that_became_an_affiliate_of_the_applicant_goes_no_further(
    side: str, state: CaseState, step: Callable[[Case], CaseCommand], actor: Actor
) -> None:
    """Independence is asked of the bodies as they stand on the day, not of the day they began."""
    case = a_case(state)
    command = replace(step(case), **AFFILIATED[side])  # type: ignore[arg-type]
    assert refused(case, command, actor, NotAllowed).code == "body-affiliated"
    assert after(case, step(case), actor).state is not state


@pytest.mark.parametrize(
    ("state", "step"),
    [
        (CaseState.TECHNICALLY_REVIEWED, to_decide),
        (CaseState.DECIDED_GRANTED, to_mark_issued),
    ],
)
@pytest.mark.parametrize(
    "changes",
    [
        {"certification_body": replace(CERTIFYING_BODY, is_suspended=True)},
        {"certification_body": replace(CERTIFYING_BODY, scope_until=TODAY - timedelta(days=1))},
        {"verification_body": replace(VERIFYING_BODY, is_suspended=True)},
    ],
)
def test_nothing_is_granted_or_issued_through_a_suspended_body(
    state: CaseState, step: Callable[[Case], CaseCommand], changes: dict[str, object]
) -> None:
    case = a_case(state)
    command = replace(step(case), **changes)  # type: ignore[arg-type]
    bodies = (command.certification_body, command.verification_body)  # type: ignore[union-attr]
    is_suspended = any(body.is_suspended for body in bodies if body is not None)
    code = "body-suspended" if is_suspended else "body-scope-missing"
    assert refused(case, command, CERTIFIER).code == code


def test_a_verification_body_whose_scope_ended_since_its_statement_bars_no_grant() -> None:
    case = a_case(CaseState.TECHNICALLY_REVIEWED)
    ended = replace(VERIFYING_BODY, scope_until=TODAY - timedelta(days=1))
    granted = after(case, replace(to_decide(case), verification_body=ended), CERTIFIER)
    assert granted.state is CaseState.DECIDED_GRANTED


def test_an_application_is_refused_whatever_has_become_of_the_bodies() -> None:
    case = a_case(CaseState.TECHNICALLY_REVIEWED)
    command = replace(
        to_decide(case, is_granted=False, reason="The bodies are no longer independent."),
        certification_body=AFFILIATED["certification"]["certification_body"],
    )
    assert after(case, command, CERTIFIER).state is CaseState.REFUSED

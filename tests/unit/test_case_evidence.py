"""Documents in a case: named ones must be filed, and the statement's list is what is decided on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from labels.assessment import Criterion, EvidenceItem, Outcome, assess
from labels.case import Case, CaseState
from labels.case_commands import CaseCommand
from labels.case_evidence import EvidenceStanding, counted_evidence, standing_of
from labels.certification import apply
from labels.errors import LabelError
from labels.scheme import Effect
from tests.support.cases import (
    CERTIFIER,
    FILED,
    METERS,
    NOW,
    PREPARER,
    REPORT,
    SCHEME,
    TODAY,
    VERIFIER,
    a_case,
    a_summary,
    to_answer_finding,
    to_conclude_agreement,
    to_decide,
    to_issue_statement,
    to_open_finding,
)

OTHER = EvidenceItem(kind="activity-data", sha256="77" * 32)
OTHER_FILED = (OTHER.kind, OTHER.sha256)
BEFORE, AFTER = NOW - timedelta(minutes=1), NOW + timedelta(minutes=1)


def refusal(case: Case, command: CaseCommand, actor: object) -> tuple[str, str]:
    with pytest.raises(LabelError) as caught:
        apply(case, command, actor, NOW)  # type: ignore[arg-type]
    return caught.value.code, caught.value.place


def test_an_agreement_names_a_document_that_is_filed() -> None:
    case = a_case(CaseState.APPLICATION_REVIEWED)
    command = replace(to_conclude_agreement(case), filed=frozenset({OTHER.sha256}))
    assert refusal(case, command, CERTIFIER) == ("document-unknown", "/document_sha256")
    agreed, _ = apply(case, replace(command, document_sha256=OTHER.sha256), CERTIFIER, NOW)
    assert agreed.agreement_sha256 == OTHER.sha256


def test_a_statement_names_a_report_that_is_filed() -> None:
    case = a_case(CaseState.IN_VERIFICATION)
    command = replace(to_issue_statement(case), filed=(METERS, OTHER))
    assert refusal(case, command, VERIFIER) == ("document-unknown", "/report_sha256")


def test_a_statement_names_examined_documents_that_are_filed() -> None:
    case = a_case(CaseState.IN_VERIFICATION)
    named = (METERS.sha256, OTHER.sha256)
    command = replace(to_issue_statement(case), evidence_sha256=named)
    assert refusal(case, command, VERIFIER) == ("document-unknown", "/evidence_sha256/1")


def test_an_answer_names_documents_that_are_filed() -> None:
    case, _ = apply(
        a_case(CaseState.IN_VERIFICATION),
        to_open_finding(a_case(CaseState.IN_VERIFICATION)),
        VERIFIER,
        NOW,
    )
    command = replace(to_answer_finding(case), filed=frozenset())
    assert refusal(case, command, PREPARER) == ("document-unknown", "/evidence_sha256/0")


def test_who_may_not_take_a_step_is_told_that_whatever_document_is_named() -> None:
    case = a_case(CaseState.IN_VERIFICATION)
    command = replace(to_issue_statement(case), filed=())
    assert refusal(case, command, PREPARER)[0] == "person-prepared-case"


def test_a_statement_pins_what_was_examined_each_with_its_kind_and_once() -> None:
    case = a_case(CaseState.IN_VERIFICATION)
    both_kinds = replace(METERS, kind="site-visit-record")
    filed = (METERS, both_kinds, METERS, OTHER, REPORT)
    stated, event = apply(case, replace(to_issue_statement(case), filed=filed), VERIFIER, NOW)
    assert stated.statement is not None
    assert stated.statement.evidence == (METERS, both_kinds, REPORT)
    assert event.details["evidence"].split() == [METERS.sha256, METERS.sha256, REPORT.sha256]


def test_before_a_statement_everything_filed_counts() -> None:
    case = a_case(CaseState.IN_VERIFICATION)
    assert counted_evidence(case, (METERS, OTHER)) == (METERS, OTHER)


def test_after_a_statement_only_its_documents_count() -> None:
    case = a_case(CaseState.STATEMENT_ISSUED)
    assert counted_evidence(case, (*FILED, OTHER)) == FILED
    refiled = replace(OTHER, sha256=METERS.sha256, kind="site-visit-record")
    assert refiled not in counted_evidence(case, (*FILED, refiled))


def test_a_case_is_not_granted_on_a_document_that_came_after_the_statement() -> None:
    """The kind the scheme asks for is filed, but the verifier never saw it."""
    in_verification = a_case(CaseState.IN_VERIFICATION)
    without = replace(to_issue_statement(in_verification), evidence_sha256=())
    stated, _ = apply(in_verification, without, VERIFIER, NOW)
    case = replace(a_case(CaseState.TECHNICALLY_REVIEWED), statement=stated.statement)
    needed = replace(SCHEME.required_evidence, effect=Effect.BLOCKS)
    blocking = replace(SCHEME, required_evidence=needed)
    criteria = assess(a_summary(), counted_evidence(case, FILED), blocking, TODAY)
    found = next(c for c in criteria if c.criterion is Criterion.EVIDENCE_COMPLETE)
    assert found.outcome is Outcome.NOT_MET
    assert refusal(case, to_decide(case, criteria=criteria), CERTIFIER)[0] == "criteria-not-met"


def test_a_document_stands_by_the_statement_and_the_time_it_came() -> None:
    open_case, stated = a_case(CaseState.IN_VERIFICATION), a_case(CaseState.STATEMENT_ISSUED)
    assert standing_of(open_case, *OTHER_FILED, BEFORE) is EvidenceStanding.OPEN
    assert standing_of(stated, METERS.kind, METERS.sha256, BEFORE) is EvidenceStanding.STATED
    assert standing_of(stated, *OTHER_FILED, AFTER) is EvidenceStanding.LATER
    assert standing_of(stated, *OTHER_FILED, BEFORE) is EvidenceStanding.LEFT_OUT


def test_the_evidence_hash_of_a_decision_covers_the_list_of_the_statement() -> None:
    case = a_case(CaseState.TECHNICALLY_REVIEWED)
    assert case.statement is not None
    fewer = replace(case, statement=replace(case.statement, evidence=(REPORT,)))
    assert fewer.evidence_sha256() != case.evidence_sha256()

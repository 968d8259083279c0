"""Random lives of a certification case against an oracle of its own.

The machine prefers the likely next step, taken by the right person or by another one under the
right account, so that late states are reached; counters prove that they were. The oracle reads the
events alone. The last test plants defects into the rules and must see the machine find each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from labels import case_steps, certification
from labels.access import Actor, Role
from labels.case import Case, CaseEvent, CaseState, FindingSeverity, FindingState, Opinion, Seen
from labels.case_commands import (
    CaseCommand,
    Decide,
    ReturnFinding,
    SurrenderApplication,
    VoidCase,
)
from labels.case_steps import STEPS, TRANSITIONS, Step
from labels.certification import apply, must_be_recorded, refusal_event
from labels.errors import LabelError, NotAllowed
from tests.support.cases import (
    BOM_SHA256,
    CERTIFICATION_BODY,
    CERTIFIER,
    MAKER,
    NOW,
    PREPARER,
    RESULT_SHA256,
    REVIEWER,
    VERIFICATION_BODY,
    VERIFIER,
    WAY,
    a_submitted_case,
    to_answer_finding,
    to_close_finding,
    to_complete_review,
    to_decide,
    to_issue_statement,
    to_open_finding,
)

PEOPLE = ("per_verifier", "per_reviewer", "per_preparer", "per_certifier", "per_fifth")
ACCOUNTS = (PREPARER, VERIFIER, REVIEWER, CERTIFIER)
QUICK = settings(
    max_examples=120,
    stateful_step_count=80,
    derandomize=True,
    database=None,
    deadline=None,
    report_multiple_bugs=False,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
MOVES = {(t.from_state, t.kind, t.to_state) for t in TRANSITIONS}
SIDES = {
    "application-reviewed": CERTIFICATION_BODY,
    "agreement-concluded": CERTIFICATION_BODY,
    "verification-started": VERIFICATION_BODY,
    "finding-opened": VERIFICATION_BODY,
    "finding-answered": MAKER,
    "finding-returned": VERIFICATION_BODY,
    "finding-closed": VERIFICATION_BODY,
    "statement-issued": VERIFICATION_BODY,
    "technical-review-completed": CERTIFICATION_BODY,
    "decision-taken": CERTIFICATION_BODY,
    "label-issued": CERTIFICATION_BODY,
    "application-surrendered": MAKER,
    "case-voided": MAKER,
}
EXAMINED = (CaseState.IN_VERIFICATION, CaseState.STATEMENT_ISSUED, CaseState.TECHNICALLY_REVIEWED)
LUCK = st.sampled_from(("good", "another", "good", "unfavourable", "good", "too early", "another"))
UNLIKELY = (
    "decide",
    "review",
    "state an opinion",
    "by anybody",
    "again",
    "another study",
    "surrender",
    "void",
)
reached: Counter[str] = Counter()


class CaseMachine(RuleBasedStateMachine):
    """One case; every attempt goes through :meth:`attempt`, which keeps the history."""

    def __init__(self) -> None:
        super().__init__()
        self.minutes = 0
        self.begin()

    def begin(self) -> None:
        """A fresh case, its history empty."""
        self.case: Case = a_submitted_case()
        self.history: list[CaseEvent] = []
        self.refusals: list[CaseEvent] = []
        self.old_commands: list[CaseCommand] = [to_decide(self.case)]
        self.is_recorded = True

    def attempt(self, command: CaseCommand, actor: Actor) -> None:
        """Take a step or be refused; a refusal leaves the case as it was."""
        before = self.case
        self.minutes += 1
        at = NOW + timedelta(minutes=self.minutes)
        try:
            self.case, event = apply(before, command, actor, at)
        except LabelError as error:
            reached[f"refused {error.code}"] += 1
            self.refusals.append(refusal_event(before, command, actor, at, error))
            self.is_recorded = must_be_recorded(error) or not isinstance(error, NotAllowed)
            return
        self.history.append(event)
        self.old_commands.append(command)
        reached[event.to_state.value] += 1
        reached[event.kind] += 1
        seen = (command.seen.bom_sha256, command.seen.result_sha256)
        assert seen == (BOM_SHA256, RESULT_SHA256), "acted on a study that was not seen"
        assert command.seen.case_version == before.version, "acted on a stale case"

    def persons(self, *kinds: str) -> set[str]:
        """Who took these steps, by the events."""
        return {event.person_id for event in self.history if event.kind in kinds}

    # Two rules for what is likely, one for everything else: rules are drawn evenly, and a machine
    # that mostly tries nonsense never gets to the end of a case.

    @precondition(lambda self: self.case.state in WAY)
    @rule(person=st.sampled_from(PEOPLE), luck=LUCK)
    def likely_next_step(self, person: str, luck: str) -> None:
        """The next step by the right person; at times by another, unfavourable or too early."""
        case = self.case
        make, actor = WAY[case.state]
        command = make(case)
        if luck == "unfavourable" and case.state is CaseState.TECHNICALLY_REVIEWED:
            command = to_decide(case, is_granted=False, reason="Not convinced.")
        if luck == "unfavourable" and case.state is CaseState.IN_VERIFICATION:
            command = to_issue_statement(case, Opinion.ADVERSE)
        if luck == "too early" and case.state is not CaseState.DECIDED_GRANTED:
            command, actor = to_decide(case), CERTIFIER
        self.attempt(command, replace(actor, person_id=person) if luck == "another" else actor)

    @precondition(lambda self: self.case.is_terminal)
    @rule()
    def another_case(self) -> None:
        """The next case, so that no step is spent on one that has ended."""
        self.begin()

    @precondition(lambda self: self.case.state in EXAMINED)
    @rule(
        severity=st.sampled_from(FindingSeverity),
        person=st.sampled_from(PEOPLE),
        luck=LUCK,
        which=st.integers(0, 2),
    )
    def likely_finding_step(
        self, severity: FindingSeverity, person: str, luck: str, which: int
    ) -> None:
        """Open, answer, return or close a finding; at times by another person."""
        findings = self.case.open_findings() or self.case.findings
        command: CaseCommand
        actor = VERIFIER
        if which >= len(findings):
            findings = self.case.findings
            command = to_open_finding(self.case, f"F{len(findings) + 1}", severity)
        elif findings[which].state is not FindingState.ANSWERED:
            command, actor = to_answer_finding(self.case, findings[which].id), PREPARER
        elif luck == "unfavourable" or not self.persons("finding-returned"):  # once per case
            finding_id = findings[which].id
            command = ReturnFinding(seen=self.case.seen, finding_id=finding_id, text="Not enough.")
        else:
            command = to_close_finding(self.case, findings[which].id)
        self.attempt(command, replace(actor, person_id=person) if luck == "another" else actor)

    @rule(
        kind=st.sampled_from(UNLIKELY),
        account=st.sampled_from(ACCOUNTS),
        person=st.sampled_from(PEOPLE),
        roles=st.frozensets(st.sampled_from(Role)),
        number=st.integers(0, 50),
    )
    def something_unlikely(
        self, kind: str, account: Actor, person: str, roles: frozenset[Role], number: int
    ) -> None:
        """A step at the wrong time, by anybody, on another study, or a second time."""
        case = self.case
        make, actor = WAY.get(case.state, (to_decide, CERTIFIER))
        match kind:
            case "decide":
                command = to_decide(case, is_granted=number > 9, reason="As reviewed.")
                self.attempt(command, replace(CERTIFIER, person_id=person))
            case "review":
                self.attempt(to_complete_review(case), replace(REVIEWER, person_id=person))
            case "state an opinion":
                opinion = tuple(Opinion)[number % len(Opinion)]
                self.attempt(to_issue_statement(case, opinion), account)
            case "by anybody":
                self.attempt(make(case), replace(account, person_id=person, roles=roles))
            case "again":
                repeated = self.old_commands[number % len(self.old_commands)]
                self.attempt(repeated, account)
            case "another study":
                member = ("bom_sha256", "result_sha256")[number % 2]
                seen: Seen = replace(case.seen, **{member: "00" * 32})  # type: ignore[arg-type]
                self.attempt(replace(make(case), seen=seen), actor)
            case "surrender" if number % 4 == 0:
                self.attempt(SurrenderApplication(seen=case.seen, reason="Stopped."), PREPARER)
            case "void" if number % 4 == 0:
                self.attempt(VoidCase(seen=case.seen, new_study_id="stu_2"), PREPARER)

    @invariant()
    def four_persons_are_different(self) -> None:
        prepared = {PREPARER.person_id} | self.persons("finding-answered")
        verified = self.persons(
            "verification-started", "finding-opened", "finding-closed", "statement-issued"
        )
        reviewed = self.persons("technical-review-completed")
        decided = self.persons("decision-taken")
        assert not prepared & verified, "verified own work"
        assert not (prepared | verified) & reviewed, "reviewed own work"
        assert not (prepared | verified | reviewed) & decided, "decided own work"
        assert len(verified) <= 1, "two people verified one case"

    @invariant()
    def the_history_is_a_chain_of_legal_moves(self) -> None:
        state, version = CaseState.APPLICATION_SUBMITTED, 1
        for event in self.history:
            assert event.from_state is state, "history has a gap"
            assert event.case_version == version + 1
            assert (state, event.kind, event.to_state) in MOVES, "illegal move"
            assert event.organisation_id == SIDES[event.kind], "somebody else's step"
            state, version = event.to_state, event.case_version
        assert (self.case.state, self.case.version) == (state, version)
        times = [event.at for event in self.history]
        assert times == sorted(times)

    @invariant()
    def a_granted_case_has_every_finding_closed_and_a_favourable_statement(self) -> None:
        kinds = [event.kind for event in self.history]
        if CaseState.DECIDED_GRANTED in {event.to_state for event in self.history}:
            still_open: set[str] = set()
            for event in self.history[: kinds.index("decision-taken")]:
                if event.kind == "finding-opened":
                    still_open.add(event.details["finding"])
                if event.kind == "finding-closed":
                    still_open.discard(event.details["finding"])
            assert not still_open, "granted with open findings"
            statement = self.history[kinds.index("statement-issued")]
            assert statement.details["opinion"] == "unmodified", "granted on a bad opinion"
            assert "technical-review-completed" in kinds, "granted without review"

    @invariant()
    def refused_attempts_are_events_that_change_nothing(self) -> None:
        assert self.is_recorded, "a refusal would be forgotten"
        for event in self.refusals[-1:]:
            assert event.kind == "attempt-refused"
            assert event.from_state is event.to_state
            assert event.details["code"]


def test_no_random_life_of_a_case_breaks_a_rule() -> None:
    reached.clear()
    run_state_machine_as_test(CaseMachine, settings=QUICK)
    wanted = {
        **{state.value: 3 for state in CaseState if state is not CaseState.APPLICATION_SUBMITTED},
        "finding-closed": 3,
        "finding-returned": 1,
        "refused person-prepared-case": 3,
        "refused person-verified-case": 3,
        "refused person-reviewed-case": 3,
        "refused person-not-assigned": 3,
        "refused findings-open": 3,
        "refused opinion-not-accepted": 1,
        "refused case-evidence-changed": 3,
        "refused case-version-stale": 3,
        "refused administrator-cannot-act": 3,
    }
    seldom = {name: reached[name] for name, least in wanted.items() if reached[name] < least}
    assert not seldom, f"the machine hardly reaches {seldom}"


def _without_four_eyes(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(case_steps, "FOUR_EYES", {})


def _four_eyes_without_reviewer(patch: pytest.MonkeyPatch) -> None:
    lenient = tuple(p for p in case_steps.FOUR_EYES[Decide] if p is not case_steps.Part.REVIEWER)
    patch.setattr(case_steps, "FOUR_EYES", {**case_steps.FOUR_EYES, Decide: lenient})


def _any_verifier_goes_on(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(case_steps, "ASSIGNED", frozenset())


def _review_can_be_skipped(patch: pytest.MonkeyPatch) -> None:
    step: Step = STEPS[Decide]
    moves = {**step.moves, CaseState.STATEMENT_ISSUED: (CaseState.DECIDED_GRANTED,)}
    steps = {**STEPS, Decide: replace(step, moves=moves)}
    patch.setattr(case_steps, "STEPS", steps)
    patch.setattr(certification, "STEPS", steps)


def _open_findings_are_overlooked(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Case, "open_findings", lambda self, *_: ())


def _nobody_checks_what_was_seen(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(certification, "check_seen", lambda case, command: None)


@pytest.mark.parametrize(
    "plant",
    [
        _without_four_eyes,
        _four_eyes_without_reviewer,
        _any_verifier_goes_on,
        _review_can_be_skipped,
        _open_findings_are_overlooked,
        _nobody_checks_what_was_seen,
    ],
)
def test_the_machine_finds_a_planted_defect(
    plant: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(CaseMachine, settings=QUICK)

"""Takes the certification decision: criteria assessed today, by a person apart from the others."""

from __future__ import annotations

from dataclasses import dataclass

from api.context import Context
from api.idempotency import Once
from api.workflows.act_on_case import act_on_case
from api.workflows.calculate_footprint import Calculation, recalculate_study
from api.workflows.issue_label import rehearse_issue
from labels.access import Actor, BodyKind, Scope
from labels.assessment import CriterionFinding, EvidenceItem, assess, summary_of
from labels.case import Case, Seen
from labels.case_commands import Decide
from labels.case_evidence import counted_evidence
from labels.scheme import register_day, scheme
from lca_db.records.studies.values import Study
from lca_db.unit_of_work import UnitOfWork


def decide_certification(
    context: Context,
    actor: Actor,
    case_id: str,
    *,
    seen: Seen,
    is_granted: bool,
    reason: str,
    once: Once[Case] | None = None,
) -> Case:
    """The decided case.

    The study is recalculated from its own bytes and compared before anything is decided on it, and
    a grant is refused whose label could not be issued: such a case could never come to its end.

    Raises:
        NotAllowed: The decision-maker prepared, verified or reviewed, or is of another body.
        WrongState: Findings are open, the opinion or a blocking criterion stands in the way.
        Conflict: ``result-not-reproduced``, or somebody was faster.
        LabelError: What the issue of the label would answer.
    """
    examined = _examined(context, actor, case_id)

    def command(uow: UnitOfWork, case: Case) -> Decide:
        return Decide(
            seen=seen,
            is_granted=is_granted,
            reason=reason,
            verification_body=uow.organisations.hold(
                case.verification_body_id, BodyKind.VERIFICATION
            ),
            certification_body=uow.organisations.hold(
                case.certification_body_id, BodyKind.CERTIFICATION
            ),
            scheme=scheme(case.scheme.id, case.scheme.version),
            criteria=examined.criteria,
        )

    def look_ahead(uow: UnitOfWork, decided: Case) -> None:
        if is_granted:
            rehearse_issue(context, uow, decided, examined.study, examined.calculation)

    return act_on_case(context, actor, case_id, command, once, look_ahead)


def assess_case(context: Context, actor: Actor, case_id: str) -> tuple[CriterionFinding, ...]:
    """Every criterion of the scheme against the recalculated study and the evidence that counts."""
    return _examined(context, actor, case_id).criteria


@dataclass(frozen=True)
class _Examined:
    """The study recalculated, and what the scheme says of it."""

    study: Study
    calculation: Calculation
    criteria: tuple[CriterionFinding, ...]


def _examined(context: Context, actor: Actor, case_id: str) -> _Examined:
    with UnitOfWork(context.engine, Scope.of(actor), read_only=True) as uow:
        case = uow.cases.get(case_id)
        study = uow.studies.get(case.study_id)
        bom_bytes = uow.studies.bom_of(case.study_id)
        filed = tuple(
            EvidenceItem(kind=item.kind, sha256=item.sha256)
            for item in uow.studies.list_evidence(case.study_id)
        )
    calculation = recalculate_study(context, study, bom_bytes)
    criteria = assess(
        summary_of(calculation.result, calculation.bom),
        counted_evidence(case, filed),
        scheme(case.scheme.id, case.scheme.version),
        register_day(context.now()),
    )
    return _Examined(study, calculation, criteria)

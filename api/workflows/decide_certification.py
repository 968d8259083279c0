"""Takes the certification decision: criteria assessed today, by a person apart from the others."""

from __future__ import annotations

from api.context import Context
from api.idempotency import Once
from api.workflows.act_on_case import act_on_case
from api.workflows.calculate_footprint import recalculate_study
from labels.access import Actor, BodyKind, Scope
from labels.assessment import CriterionFinding, EvidenceItem, assess, summary_of
from labels.case import Case, Seen
from labels.case_commands import Decide
from labels.case_evidence import counted_evidence
from labels.scheme import register_day, scheme
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

    The study is recalculated from its own bytes and compared before anything is decided on it.

    Raises:
        NotAllowed: The decision-maker prepared, verified or reviewed, or is of another body.
        WrongState: Findings are open, the opinion or a blocking criterion stands in the way.
        Conflict: ``result-not-reproduced``, or somebody was faster.
    """
    criteria = assess_case(context, actor, case_id)

    def command(uow: UnitOfWork, case: Case) -> Decide:
        return Decide(
            seen=seen,
            is_granted=is_granted,
            reason=reason,
            verification_body=uow.organisations.body(
                case.verification_body_id, BodyKind.VERIFICATION
            ),
            certification_body=uow.organisations.body(
                case.certification_body_id, BodyKind.CERTIFICATION
            ),
            scheme=scheme(case.scheme.id, case.scheme.version),
            criteria=criteria,
        )

    return act_on_case(context, actor, case_id, command, once)


def assess_case(context: Context, actor: Actor, case_id: str) -> tuple[CriterionFinding, ...]:
    """Every criterion of the scheme against the recalculated study and the evidence that counts."""
    with UnitOfWork(context.engine, Scope.of(actor), read_only=True) as uow:
        case = uow.cases.get(case_id)
        study = uow.studies.get(case.study_id)
        bom_bytes = uow.studies.bom_of(case.study_id)
        filed = tuple(
            EvidenceItem(kind=item.kind, sha256=item.sha256)
            for item in uow.studies.list_evidence(case.study_id)
        )
    calculation = recalculate_study(context, study, bom_bytes)
    return assess(
        summary_of(calculation.result, calculation.bom),
        counted_evidence(case, filed),
        scheme(case.scheme.id, case.scheme.version),
        register_day(context.now()),
    )

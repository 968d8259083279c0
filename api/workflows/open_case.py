"""Opens a certification case: an application for a label on one study version."""

from __future__ import annotations

from dataclasses import dataclass

from api.context import Context
from api.idempotency import Once, claim, keep
from api.security.policy import Action, require
from labels.access import Actor, BodyKind, Scope, check_bodies
from labels.case import Case
from labels.certification import submit_application
from labels.scheme import scheme
from lca_db.errors import Conflict
from lca_db.records.studies.values import Study
from lca_db.unit_of_work import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class Application:
    """What an applicant asks for."""

    study_id: str
    verification_body_id: str
    certification_body_id: str
    scheme_id: str


def open_case(
    context: Context, actor: Actor, application: Application, once: Once[Case] | None = None
) -> Case:
    """The new case; both bodies must exist, be apart and be independent of the applicant.

    Raises:
        NotAllowed: ``role-missing``, ``bodies-not-separate``, ``body-is-applicant`` ...
        NotFound: The study is not the applicant's.
        SchemeError: ``scheme-unknown``.
        Conflict: ``study-not-newest``, ``case-under-way``.
    """
    require(actor, Action.OPEN_CASE)
    reference = scheme(application.scheme_id).reference
    now = context.now()
    with UnitOfWork(context.engine, Scope.of(actor)) as uow:
        claim(once, uow, now)
        study = uow.studies.get(application.study_id)
        product = uow.products.get(study.product_id)
        _check_open_to_application(uow, study)
        check_bodies(
            actor.organisation_id,
            uow.organisations.body(application.verification_body_id, BodyKind.VERIFICATION),
            uow.organisations.body(application.certification_body_id, BodyKind.CERTIFICATION),
        )
        case, event = submit_application(
            case_id=context.ids("cas"),
            study_id=study.id,
            product_category=product.category,
            verification_body_id=application.verification_body_id,
            certification_body_id=application.certification_body_id,
            scheme=reference,
            bom_sha256=study.bom_sha256,
            result_sha256=study.result_sha256,
            actor=actor,
            at=now,
            contributor_ids=frozenset({study.preparer_id}) - {actor.person_id},
        )
        uow.cases.add(case, event)
        keep(once, uow, case)
        uow.commit()
    return case


def _check_open_to_application(uow: UnitOfWork, study: Study) -> None:
    """Only the newest version is certified, and a product is in one case at a time."""
    newest = uow.studies.newest(study.product_id)
    if newest.id != study.id:
        raise Conflict("study-not-newest", version=str(newest.version))
    if uow.studies.list_cases_under_way(study.product_id):
        raise Conflict("case-under-way")

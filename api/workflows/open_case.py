"""Opens a certification case: an application for a label on one study version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from api.context import Context
from api.idempotency import Once, claim, keep
from api.schemas.bom_declarations import DeclarationsIn
from api.security.policy import Action, require
from api.strict_json import strict_loads
from footprint.instruments import claimed_serials
from labels.access import Actor, BodyKind, Consultancy, Scope, check_bodies
from labels.case import Case
from labels.certification import submit_application
from labels.credential.subject import check_category
from labels.scheme import Scheme, register_day, scheme
from lca_db.errors import Conflict
from lca_db.records.studies.values import Study
from lca_db.unit_of_work import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class Application:
    """What an applicant asks for.

    Attributes:
        consultancies: Organisations that helped to compute the product, and until when.
    """

    study_id: str
    verification_body_id: str
    certification_body_id: str
    scheme_id: str
    consultancies: tuple[Consultancy, ...] = ()


def open_case(
    context: Context, actor: Actor, application: Application, once: Once[Case] | None = None
) -> Case:
    """The new case; both bodies must exist, be apart and be independent of the applicant.

    Whoever has an account in a consultancy of the look-back period counts as one who prepared, so
    that no body lets them verify, review or decide here.

    Raises:
        NotAllowed: ``role-missing``, ``bodies-not-separate``, ``body-is-applicant``,
            ``body-consulted`` ...
        NotFound: The study is not the applicant's, or a consultancy is no organisation here.
        SchemeError: ``scheme-unknown``; ``validity-already-ended`` for a footprint too old for any
            label, ``reference-period-too-long`` for one no label is granted on.
        LabelError: ``category-malformed`` where no credential could name the product's category.
        Conflict: ``study-not-newest``, ``case-under-way``, or ``certificate-claimed-elsewhere``
            where another product claims a certificate of electricity of this one.
    """
    require(actor, Action.OPEN_CASE)
    rules = scheme(application.scheme_id)
    now = context.now()
    look_back_from = rules.look_back_from(register_day(now))
    bill = _bill_of(context, actor, application.study_id, once)
    _check_can_be_labelled(context, bill, rules)
    serials = claimed_serials(DeclarationsIn.of_bill(bill).declarations().electricity)
    with UnitOfWork(context.engine, Scope.of(actor)) as uow:
        claim(once, uow, now)
        study = uow.studies.get(application.study_id)
        uow.products.lock(study.product_id)  # no other study or case of it until the commit
        product = uow.products.get(study.product_id)
        _check_open_to_application(uow, study)
        check_bodies(
            actor.organisation_id,
            uow.organisations.body(application.verification_body_id, BodyKind.VERIFICATION),
            uow.organisations.body(application.certification_body_id, BodyKind.CERTIFICATION),
            application.consultancies,
            look_back_from,
        )
        helpers = _consultants(uow, application.consultancies, look_back_from)
        case, event = submit_application(
            case_id=context.ids("cas"),
            study_id=study.id,
            product_category=product.category,
            verification_body_id=application.verification_body_id,
            certification_body_id=application.certification_body_id,
            scheme=rules.reference,
            bom_sha256=study.bom_sha256,
            result_sha256=study.result_sha256,
            actor=actor,
            at=now,
            contributor_ids=(helpers | {study.preparer_id}) - {actor.person_id},
            consultancies=application.consultancies,
        )
        uow.cases.add(case, event)
        uow.instrument_claims.claim(case, serials, now)
        keep(once, uow, case)
        uow.commit()
    return case


def _bill_of(
    context: Context, actor: Actor, study_id: str, once: Once[Case] | None
) -> Mapping[str, Any]:
    """The bill as it was submitted; an application that was sent before is answered as then."""
    with UnitOfWork(context.engine, Scope.of(actor), read_only=True) as uow:
        if once is not None:
            once.look(uow)
        bill: Mapping[str, Any] = strict_loads(uow.studies.bom_of(study_id))
    return bill


def _check_can_be_labelled(context: Context, bill: Mapping[str, Any], rules: Scheme) -> None:
    """A case that could never come to a label is not worth anybody's work.

    A period that is not over yet is the decision's to judge, when it may have come to its end.
    """
    check_category(bill["product"]["category"])
    first, last = (date.fromisoformat(bill["reference_period"][end]) for end in ("from", "to"))
    today = register_day(context.now())
    rules.valid_until(today, date.max, min(last, today))
    if first <= today:
        rules.check_period_length(first, last)


def _check_open_to_application(uow: UnitOfWork, study: Study) -> None:
    """Only the newest version is certified, and a product is in one case at a time."""
    newest = uow.studies.newest(study.product_id)
    if newest.id != study.id:
        raise Conflict("study-not-newest", version=str(newest.version))
    if uow.studies.list_cases_under_way(study.product_id):
        raise Conflict("case-under-way")


def _consultants(
    uow: UnitOfWork, consultancies: tuple[Consultancy, ...], look_back_from: date
) -> frozenset[str]:
    """Everybody of the consultancies that still matter; all must be organisations known here."""
    for consultancy in consultancies:
        uow.organisations.get(consultancy.organisation_id)
    recent = {c.organisation_id for c in consultancies if c.ended_on >= look_back_from}
    return uow.organisations.persons_of(recent)

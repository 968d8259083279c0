"""Submits a bill of materials: calculates its footprint and stores both as a new study version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from api.context import Context
from api.idempotency import Once, claim, keep
from api.schemas.bom import BomIn
from api.security.policy import Action, require
from api.workflows.calculate_footprint import Calculation, calculate_footprint
from labels.access import Actor, Scope
from labels.case import Case
from labels.case_commands import VoidCase
from labels.certification import apply
from lca_db.records.products.values import Product
from lca_db.records.studies.values import Study
from lca_db.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class SubmittedStudy:
    """The stored study with what it was calculated from.

    Attributes:
        voided_case_ids: Cases on earlier versions of the product that ended by this one.
    """

    study: Study
    calculation: Calculation
    voided_case_ids: tuple[str, ...] = ()


def submit_bom(
    context: Context, actor: Actor, document: BomIn, once: Once[SubmittedStudy] | None = None
) -> SubmittedStudy:
    """A new immutable study version of the product of that model; nothing is stored on refusal.

    A changed bill or result is a new version, and no approval of an earlier one holds for it: cases
    under way on earlier versions are void from here on. The same bill with the same result leaves
    them as they are.

    Raises:
        FootprintError: Everything in the bill that cannot be used, with its place.
        NotAllowed: ``role-missing``.
    """
    require(actor, Action.SUBMIT_BOM)
    calculation = calculate_footprint(context, document)
    result, result_sha256 = calculation.result.canonical_bytes(), calculation.result.sha256()
    now = context.now()
    with UnitOfWork(context.engine, Scope.of(actor)) as uow:
        claim(once, uow, now)
        product = _product(context, uow, actor, calculation)
        uow.studies.add_bom(
            actor.organisation_id, calculation.bom_sha256, calculation.bom_bytes, now
        )
        study = Study(
            id=context.ids("std"),
            organisation_id=actor.organisation_id,
            product_id=product.id,
            version=uow.studies.next_version(product.id),
            bom_sha256=calculation.bom_sha256,
            release_id=calculation.provenance.release_id,
            method=calculation.result.method,
            result_sha256=result_sha256,
            result=result,
            provenance=calculation.provenance.to_json(),
            plant=document.product.plant,
            preparer_id=actor.person_id,
            created_at=now,
            is_test=actor.is_test,
        )
        uow.studies.add(study)
        submitted = SubmittedStudy(study, calculation, _void_cases(uow, actor, study, now))
        keep(once, uow, submitted)
        uow.commit()
    return submitted


def cases_ended_by(
    uow: UnitOfWork, product_id: str, bom_sha256: str, result_sha256: str
) -> list[Case]:
    """The product's cases under way on another bill or result than the one given."""
    cases = [uow.cases.get(case_id) for case_id in uow.studies.list_cases_under_way(product_id)]
    return [c for c in cases if (c.bom_sha256, c.result_sha256) != (bom_sha256, result_sha256)]


def _void_cases(uow: UnitOfWork, actor: Actor, study: Study, at: datetime) -> tuple[str, ...]:
    ended = cases_ended_by(uow, study.product_id, study.bom_sha256, study.result_sha256)
    for case in ended:
        command = VoidCase(seen=case.seen, new_study_id=study.id)
        after, event = apply(case, command, actor, at)
        uow.cases.save(case, after, event)
    return tuple(case.id for case in ended)


def _product(context: Context, uow: UnitOfWork, actor: Actor, calculation: Calculation) -> Product:
    """The product of that model, held and described as its newest bill describes it."""
    described = calculation.bom.product
    existing = uow.products.find_by_model(described.model, is_held=True)
    product = Product(
        id=existing.id if existing else context.ids("prd"),
        organisation_id=actor.organisation_id,
        names=dict(described.name),
        model=described.model,
        category=described.category,
        gtin=described.gtin,
        created_at=existing.created_at if existing else context.now(),
        is_test=actor.is_test,
    )
    if existing is None:
        uow.products.add(product)
        return product
    if product != existing:
        uow.products.describe(product)
    return product

"""Shows a product with the versions of its study and what became of each."""

from __future__ import annotations

from dataclasses import dataclass

from api.context import Context
from api.schemas.footprints import ResultOut
from api.security.policy import Action, require
from api.workflows.view_products import result_of
from labels.access import Actor, Scope
from labels.case import Case
from lca_db.records.products.values import Product
from lca_db.records.studies.values import Study
from lca_db.unit_of_work import UnitOfWork

MOST_VERSIONS = 50


@dataclass(frozen=True, kw_only=True)
class StudyVersion:
    """One version of a product's study."""

    study: Study
    result: ResultOut
    case: Case | None


@dataclass(frozen=True, kw_only=True)
class ProductView:
    """A product and its newest study versions, newest first."""

    product: Product
    versions: tuple[StudyVersion, ...]
    has_more: bool


def view_product(context: Context, actor: Actor, product_id: str) -> ProductView:
    """The product of that id.

    Raises:
        NotAllowed: ``role-missing``.
        NotFound: It is not the actor's, or there is none.
    """
    require(actor, Action.READ_STUDIES)
    with UnitOfWork(context.engine, Scope.of(actor), read_only=True) as uow:
        product = uow.products.get(product_id)
        page = uow.studies.list_(product_id=product_id, limit=MOST_VERSIONS)
        versions = []
        for summary in page.items:
            study = uow.studies.get(summary.id)
            versions.append(
                StudyVersion(
                    study=study,
                    result=result_of(study),
                    case=uow.cases.find_open(study.id),
                )
            )
    return ProductView(
        product=product, versions=tuple(versions), has_more=page.next_after is not None
    )

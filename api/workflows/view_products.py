"""Shows an enterprise's products with the newest study and the case or label of each."""

from __future__ import annotations

from dataclasses import dataclass

from api.context import Context
from api.schemas.footprints import ResultOut
from api.security.policy import Action, require
from api.strict_json import strict_loads
from labels.access import Actor, Scope
from labels.case import Case
from lca_db.records.products.values import Product
from lca_db.records.studies.values import Study
from lca_db.unit_of_work import UnitOfWork

PAGE_SIZE = 50


@dataclass(frozen=True, kw_only=True)
class ProductSummary:
    """A product with its newest study.

    Attributes:
        result: The newest study's footprint; None while there is no study.
        case: The open or finished case of the newest study, None where there is none.
    """

    product: Product
    study: Study | None
    result: ResultOut | None
    case: Case | None


@dataclass(frozen=True, kw_only=True)
class ProductList:
    """A stretch of the list, newest first."""

    items: tuple[ProductSummary, ...]
    next_after: str | None


def view_products(context: Context, actor: Actor, after: str | None = None) -> ProductList:
    """The products of the actor's organisation.

    Raises:
        NotAllowed: ``role-missing``.
    """
    require(actor, Action.SUBMIT_BOM)
    with UnitOfWork(context.engine, Scope.of(actor), read_only=True) as uow:
        page = uow.products.list_(after=after, limit=PAGE_SIZE)
        return ProductList(
            items=tuple(_summary(uow, product) for product in page.items),
            next_after=page.next_after,
        )


def _summary(uow: UnitOfWork, product: Product) -> ProductSummary:
    newest = uow.studies.list_(product_id=product.id, limit=1).items
    if not newest:
        return ProductSummary(product=product, study=None, result=None, case=None)
    study = uow.studies.get(newest[0].id)
    return ProductSummary(
        product=product,
        study=study,
        result=result_of(study),
        case=uow.cases.find_open(study.id),
    )


def result_of(study: Study) -> ResultOut:
    """The stored result as the wire shows it."""
    return ResultOut.model_validate(strict_loads(study.result))

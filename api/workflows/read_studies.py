"""Reads products, studies and bills: one's own, and those in a case of one's body."""

from __future__ import annotations

from api.context import Context
from api.security.policy import Action, require
from labels.access import Actor, Scope
from lca_db.records.products.values import Product
from lca_db.records.studies.values import Study, StudySummary
from lca_db.repository import Page
from lca_db.unit_of_work import UnitOfWork


def list_products(
    context: Context, actor: Actor, *, after: str | None = None, limit: int = 50
) -> Page[Product]:
    """The organisation's products, newest first."""
    require(actor, Action.READ_STUDIES)
    with UnitOfWork(context.engine, Scope.of(actor), read_only=True) as uow:
        return uow.products.list_(after=after, limit=limit)


def read_product(context: Context, actor: Actor, product_id: str) -> Product:
    """One product, or :class:`NotFound`."""
    require(actor, Action.READ_STUDIES)
    with UnitOfWork(context.engine, Scope.of(actor), read_only=True) as uow:
        return uow.products.get(product_id)


def list_studies(
    context: Context,
    actor: Actor,
    *,
    product_id: str | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Page[StudySummary]:
    """Studies, newest first."""
    require(actor, Action.READ_STUDIES)
    with UnitOfWork(context.engine, Scope.of(actor), read_only=True) as uow:
        return uow.studies.list_(product_id=product_id, after=after, limit=limit)


def read_study(context: Context, actor: Actor, study_id: str) -> Study:
    """One study, or :class:`NotFound`."""
    require(actor, Action.READ_STUDIES)
    with UnitOfWork(context.engine, Scope.of(actor), read_only=True) as uow:
        return uow.studies.get(study_id)


def read_bom(context: Context, actor: Actor, study_id: str) -> bytes:
    """The exact bytes a study was calculated from."""
    require(actor, Action.READ_STUDIES)
    with UnitOfWork(context.engine, Scope.of(actor), read_only=True) as uow:
        return uow.studies.bom_of(study_id)

"""Reads organisations, as everybody may know them."""

from __future__ import annotations

from api.context import Context
from labels.access import OrganisationKind, Scope
from lca_db.records.organisations.values import Organisation
from lca_db.unit_of_work import UnitOfWork

_SCOPE = Scope.everything("read organisations")


def list_organisations(
    context: Context, kind: OrganisationKind | None = None
) -> tuple[Organisation, ...]:
    """Organisations as everybody may know them, of one kind or all."""
    kinds = tuple(OrganisationKind) if kind is None else (kind,)
    with UnitOfWork(context.engine, _SCOPE, read_only=True) as uow:
        return tuple(o for each in kinds for o in uow.organisations.list_of_kind(each))

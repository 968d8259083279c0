"""Enters an organisation: a maker, a body, a bank or an authority."""

from __future__ import annotations

from api.context import Context
from api.security.policy import Action, require
from labels.access import Actor, OrganisationKind, Scope
from labels.names import checked_name
from lca_db.records.organisations.values import Organisation
from lca_db.unit_of_work import UnitOfWork

_SCOPE = Scope.everything("add organisation")


def add_organisation(
    context: Context,
    actor: Actor,
    *,
    kind: OrganisationKind,
    names: dict[str, str],
    legal_id: str,
    region: str,
) -> Organisation:
    """A new organisation; its registration number, however it is written, is unique in its region.

    Raises:
        LabelError: A name that mixes scripts or has characters nobody sees.
        Conflict: The number is registered already.
    """
    require(actor, Action.MANAGE_ACCOUNTS)
    organisation = Organisation(
        id=context.ids("org"),
        kind=kind,
        names={tag: checked_name(name, f"/names/{tag}") for tag, name in names.items()},
        legal_id=checked_name(legal_id, "/legal_id"),
        region=region,
        created_at=context.now(),
    )
    with UnitOfWork(context.engine, _SCOPE) as uow:
        uow.organisations.add(organisation)
        uow.commit()
    return organisation

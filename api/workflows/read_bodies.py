"""Reads what conformity-assessment bodies are accredited for, and who entered what."""

from __future__ import annotations

from collections.abc import Mapping

from api.context import Context
from api.security.policy import Action, require
from api.views import BodyView, NamedBodyEvent
from labels.access import Actor, BodyKind, OrganisationKind, Scope
from labels.scheme import register_day
from lca_db.errors import NotFound
from lca_db.records.organisations.values import AccreditedBody, Organisation
from lca_db.unit_of_work import UnitOfWork

_SCOPE = Scope.everything("read bodies")
_KINDS = (OrganisationKind.VERIFICATION_BODY, OrganisationKind.CERTIFICATION_BODY)


def list_bodies(context: Context) -> tuple[BodyView, ...]:
    """Every organisation that is a body, with or without an accreditation entered."""
    with UnitOfWork(context.engine, _SCOPE, read_only=True) as uow:
        entered = {
            each.body.organisation_id: each
            for kind in BodyKind
            for each in uow.organisations.list_bodies(kind)
        }
        found = [o for kind in _KINDS for o in uow.organisations.list_of_kind(kind)]
    return tuple(_view(context, each, entered.get(each.id)) for each in found)


def read_body(context: Context, organisation_id: str) -> BodyView:
    """One body; what a body is accredited for is public.

    Raises:
        NotFound: There is no such organisation, or it is no body.
    """
    with UnitOfWork(context.engine, _SCOPE, read_only=True) as uow:
        organisation = uow.organisations.get(organisation_id)
        entered = uow.organisations.find_entered_body(organisation_id)
    if organisation.kind not in _KINDS:
        raise NotFound("body")
    return _view(context, organisation, entered)


def list_body_history(
    context: Context, actor: Actor, organisation_id: str
) -> tuple[NamedBodyEvent, ...]:
    """Everything that was ever entered of a body, newest first.

    Raises:
        NotAllowed: ``role-missing``.
        NotFound: There is no such organisation.
    """
    require(actor, Action.MANAGE_ACCOUNTS)
    with UnitOfWork(context.engine, _SCOPE, read_only=True) as uow:
        uow.organisations.get(organisation_id)
        events = uow.organisations.list_body_events(organisation_id)
        people: Mapping[str, str] = uow.organisations.person_names({e.person_id for e in events})
    return tuple(NamedBodyEvent(e, people.get(e.person_id, "")) for e in reversed(events))


def _view(context: Context, organisation: Organisation, entered: AccreditedBody | None) -> BodyView:
    today = register_day(context.now())
    standing = None if entered is None else entered.body.standing(today)
    return BodyView(organisation, entered, standing)

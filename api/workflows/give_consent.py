"""Lets one bank read an enterprise's rating for one purpose until a time, or takes that back."""

from __future__ import annotations

from datetime import datetime

from api.context import Context
from api.idempotency import Once, claim, keep
from api.security.policy import Action, require
from api.views import ConsentsView
from labels.access import Actor, OrganisationKind, Scope
from labels.errors import LabelError
from labels.ratings.consent import Consent, ConsentPurpose
from lca_db.unit_of_work import UnitOfWork


def give_consent(
    context: Context,
    actor: Actor,
    *,
    bank_id: str,
    purpose: ConsentPurpose,
    expires_at: datetime,
    once: Once[Consent] | None = None,
) -> Consent:
    """The consent of the actor's own enterprise.

    Raises:
        LabelError: ``consent-not-to-a-bank``, ``time-without-zone``, ``consent-expiry-in-past``,
            ``consent-expiry-too-late``.
        NotFound: There is no such bank.
    """
    require(actor, Action.GIVE_CONSENT)
    if expires_at.tzinfo is None:
        raise LabelError("time-without-zone", "/expires_at")
    now = context.now()
    consent = Consent(
        id=context.ids("cns"),
        enterprise_id=actor.organisation_id,
        bank_id=bank_id,
        purpose=purpose,
        given_by=actor.person_id,
        given_at=now,
        expires_at=expires_at,
    )
    with UnitOfWork(context.engine, Scope.of(actor)) as uow:
        claim(once, uow, now)
        if uow.organisations.get(bank_id).kind is not OrganisationKind.BANK:
            raise LabelError("consent-not-to-a-bank", "/bank_id")
        uow.ratings.give_consent(consent)
        keep(once, uow, consent)
        uow.commit()
    return consent


def revoke_consent(context: Context, actor: Actor, consent_id: str) -> None:
    """Takes a consent back; what was read before stays in the log."""
    require(actor, Action.GIVE_CONSENT)
    with UnitOfWork(context.engine, Scope.of(actor)) as uow:
        uow.ratings.revoke_consent(consent_id, context.now())
        uow.commit()


def read_consents(context: Context, actor: Actor) -> ConsentsView:
    """Consents given, and every reading, newest first."""
    require(actor, Action.GIVE_CONSENT)
    with UnitOfWork(context.engine, Scope.of(actor), read_only=True) as uow:
        consents = uow.ratings.list_consents()
        readings = uow.ratings.list_readings(actor.organisation_id)
    return ConsentsView(consents, readings.items)

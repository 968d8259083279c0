"""Shows a bank the enterprises that have consented to its reading their rating."""

from __future__ import annotations

from dataclasses import dataclass

from api.context import Context
from api.security.policy import Action, require
from labels.access import Actor, Scope
from labels.label import LocalText
from labels.ratings.consent import Consent
from lca_db.unit_of_work import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class ConsentedEnterprise:
    """A consent given to the bank."""

    consent: Consent
    names: LocalText
    legal_id: str
    region: str
    is_in_force: bool


def view_enterprises(context: Context, actor: Actor) -> tuple[ConsentedEnterprise, ...]:
    """Consents given to the actor's bank, newest first; ended ones too, marked so.

    Raises:
        NotAllowed: ``role-missing``.
    """
    require(actor, Action.READ_RATING_AS_BANK)
    now = context.now()
    with UnitOfWork(context.engine, Scope.of(actor), read_only=True) as uow:
        found = []
        for consent in uow.ratings.list_consents():
            if consent.bank_id != actor.organisation_id:
                continue
            enterprise = uow.organisations.get(consent.enterprise_id)
            found.append(
                ConsentedEnterprise(
                    consent=consent,
                    names=enterprise.names,
                    legal_id=enterprise.legal_id,
                    region=enterprise.region,
                    is_in_force=consent.is_in_force(now),
                )
            )
    return tuple(found)

"""Who is signed in, as pages greet them: name, organisation and the role their work follows."""

from __future__ import annotations

from dataclasses import dataclass

from api.context import Context
from labels.access import Actor, Role, Scope
from labels.label import LocalText
from lca_db.records.organisations.values import Account
from lca_db.unit_of_work import UnitOfWork

# Of several roles, the first one here is greeted with and opens its work list.
_FIRST = (
    Role.CERTIFIER,
    Role.REVIEWER,
    Role.VERIFIER,
    Role.MANUFACTURER,
    Role.BANK,
    Role.REGULATOR,
    Role.ADMINISTRATOR,
)


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """A signed-in person.

    Attributes:
        role: The role their work list follows.
        roles: All roles of the account, as words.
    """

    actor: Actor
    name: str
    role: str
    roles: frozenset[str]
    organisation: LocalText
    organisation_kind: str


def view_signed_in(context: Context, account: Account) -> SignedIn:
    """The person of an account."""
    with UnitOfWork(context.engine, Scope.everything("greet"), read_only=True) as uow:
        names = uow.organisations.person_names((account.person_id,))
        organisation = uow.organisations.get(account.organisation_id)
    role = next((r for r in _FIRST if r in account.roles), Role.ADMINISTRATOR)
    return SignedIn(
        actor=account.actor(),
        name=names.get(account.person_id, ""),
        role=role.value,
        roles=frozenset(r.value for r in account.roles),
        organisation=organisation.names,
        organisation_kind=organisation.kind.value,
    )

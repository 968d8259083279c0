"""Organisations, bodies, people and their accounts.

What an organisation is called and accredited for is public and not limited by the scope; accounts
are seen by their own organisation only (signing in itself uses a scope for everything).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select, update
from sqlmodel import col

from labels.access import Body, BodyKind, OrganisationKind, Role
from labels.label import Party
from labels.name_skeletons import name_skeletons, registration_skeleton
from lca_db.errors import Conflict, NotFound
from lca_db.records.organisations.body_rows import (
    accredited_body,
    body_event,
    body_of,
    entered_json,
)
from lca_db.records.organisations.tables import (
    AccountRow,
    BodyEventRow,
    BodyRow,
    OrganisationNameRow,
    OrganisationRow,
    PersonIdentityRow,
    PersonRow,
)
from lca_db.records.organisations.values import (
    Account,
    AccreditedBody,
    BodyEvent,
    Organisation,
    Person,
    email_skeleton,
    role_names,
    roles_of,
)
from lca_db.repository import Page, Repository


class OrganisationRepository(Repository):
    """Reads and adds organisations, people and accounts."""

    def add(self, organisation: Organisation) -> None:
        """A new organisation.

        Raises:
            Conflict: ``registration-number-taken``, ``organisation-name-taken`` when a name of
                it, in whatever language, looks like one of another organisation.
        """
        number = registration_skeleton(organisation.legal_id)
        registered = select(OrganisationRow).where(
            col(OrganisationRow.region) == organisation.region,
            col(OrganisationRow.legal_id_skeleton) == number,
        )
        if self._first(registered) is not None:
            raise Conflict("registration-number-taken", "/legal_id", number=organisation.legal_id)
        skeletons = {
            skeleton: name
            for name in organisation.names.values()
            for skeleton in name_skeletons(name)
        }
        taken = select(col(OrganisationNameRow.name_skeleton)).where(
            col(OrganisationNameRow.name_skeleton).in_(skeletons)
        )
        for skeleton in self._session.scalars(taken):
            raise Conflict("organisation-name-taken", "/names", name=skeletons[skeleton])
        self._insert(
            OrganisationRow(
                id=organisation.id,
                kind=organisation.kind.value,
                names=dict(organisation.names),
                legal_id=organisation.legal_id,
                legal_id_skeleton=number,
                region=organisation.region,
                is_test=organisation.is_test,
                created_at=organisation.created_at,
            )
        )
        rows = [{"name_skeleton": s, "organisation_id": organisation.id} for s in skeletons]
        self._insert_many(OrganisationNameRow, rows)

    def get(self, organisation_id: str) -> Organisation:
        """The organisation of that id, or :class:`NotFound`."""
        return _organisation(self._organisation_row(organisation_id))

    def known_ids(self, organisation_ids: Iterable[str]) -> frozenset[str]:
        """Those of the ids that are organisations."""
        wanted = col(OrganisationRow.id).in_(set(organisation_ids))
        return frozenset(
            self._session.execute(select(col(OrganisationRow.id)).where(wanted)).scalars()
        )

    def list_of_kind(self, kind: OrganisationKind) -> tuple[Organisation, ...]:
        """All organisations of one kind, oldest first."""
        rows = self._all(
            select(OrganisationRow)
            .where(col(OrganisationRow.kind) == kind.value)
            .order_by(col(OrganisationRow.id))
        )
        return tuple(_organisation(row) for row in rows)

    def party(self, organisation_id: str) -> Party:
        """The organisation as a label names it."""
        row = self._organisation_row(organisation_id)
        body = self._first(select(BodyRow).where(col(BodyRow.organisation_id) == organisation_id))
        return Party(
            id=row.id,
            name=dict(row.names),
            legal_id=row.legal_id,
            region=row.region,
            accreditation=body.accreditation if body else "",
        )

    def set_body(self, body: Body, accreditation: str, contact: str = "") -> None:
        """What a body is accredited for and where the public reaches it, from now on."""
        self._upsert(
            BodyRow,
            ("organisation_id",),
            {
                "organisation_id": body.organisation_id,
                "kind": body.kind.value,
                "accreditation": accreditation,
                "contact": contact,
                "categories": list(body.categories),
                "scope_from": body.scope_from,
                "scope_until": body.scope_until,
                "is_suspended": body.is_suspended,
                "affiliates": sorted(body.affiliates),
            },
        )

    def hold_body(self, organisation_id: str) -> AccreditedBody | None:
        """The body as it stands, held until the commit; None where nothing was entered."""
        of_body = select(BodyRow).where(col(BodyRow.organisation_id) == organisation_id)
        row = self._first(of_body.with_for_update())
        return None if row is None else accredited_body(row)

    def find_entered_body(self, organisation_id: str) -> AccreditedBody | None:
        """The body as it stands, with its accreditation; None where nothing was entered."""
        row = self._first(select(BodyRow).where(col(BodyRow.organisation_id) == organisation_id))
        return None if row is None else accredited_body(row)

    def hold_certification_body(self, organisation_id: str) -> Body | None:
        """The certification body as it stands, held until the commit: not suspended meanwhile.

        None where nothing was entered, or another kind of body.
        """
        body = entered.body if (entered := self.hold_body(organisation_id)) else None
        return body if body and body.kind is BodyKind.CERTIFICATION else None

    def hold(self, organisation_id: str, kind: BodyKind) -> Body:
        """The body as it stands, held until the commit, or :class:`NotFound`.

        Hold the verification body before the certification body: nobody waits for a waiting one.
        """
        entered = self.hold_body(organisation_id)
        if entered is None or entered.body.kind is not kind:
            raise NotFound(kind="body")
        return entered.body

    def add_body_event(self, event: BodyEvent) -> None:
        """One more line of the history of a body.

        Raises:
            Conflict: ``conflict`` when somebody else changed it meanwhile.
        """
        body = event.entered.body
        self._insert(
            BodyEventRow(
                organisation_id=body.organisation_id,
                number=event.number,
                at=event.at,
                person_id=event.person_id,
                account_id=event.account_id,
                content=entered_json(event.entered),
            )
        )

    def list_body_events(self, organisation_id: str) -> tuple[BodyEvent, ...]:
        """The history of a body, oldest first."""
        rows = self._all(
            select(BodyEventRow)
            .where(col(BodyEventRow.organisation_id) == organisation_id)
            .order_by(col(BodyEventRow.number))
        )
        return tuple(body_event(row) for row in rows)

    def body(self, organisation_id: str, kind: BodyKind) -> Body:
        """The body as it stands today, or :class:`NotFound`."""
        row = self._one(
            select(BodyRow).where(
                col(BodyRow.organisation_id) == organisation_id, col(BodyRow.kind) == kind.value
            ),
            "body",
        )
        return body_of(row)

    def list_bodies(self, kind: BodyKind) -> tuple[AccreditedBody, ...]:
        """All bodies of one kind with their accreditation."""
        rows = self._all(
            select(BodyRow)
            .where(col(BodyRow.kind) == kind.value)
            .order_by(col(BodyRow.organisation_id))
        )
        return tuple(accredited_body(row) for row in rows)

    def add_person(self, person: Person) -> None:
        """A new natural person."""
        self._insert(PersonRow(id=person.id, display_name=person.display_name))

    def find_person_by_identity(self, identity_hash: str) -> str | None:
        """The id of the person an identity document belongs to."""
        row = self._first(
            select(PersonIdentityRow).where(col(PersonIdentityRow.identity_hash) == identity_hash)
        )
        return None if row is None else row.person_id

    def add_identity(self, person_id: str, identity_hash: str, salt_sha256: str) -> None:
        """One more identity document of a person, and by what the salt of its hash is known.

        Raises:
            Conflict: ``conflict`` when it is somebody's already.
        """
        self._insert(
            PersonIdentityRow(
                identity_hash=identity_hash, person_id=person_id, salt_sha256=salt_sha256
            )
        )

    def persons_of(self, organisation_ids: Iterable[str]) -> frozenset[str]:
        """Ids of everybody with an account in these organisations; no more of them is told."""
        found = self._session.execute(
            select(col(AccountRow.person_id)).where(
                col(AccountRow.organisation_id).in_(set(organisation_ids))
            )
        )
        return frozenset(found.scalars())

    def person_names(self, person_ids: Iterable[str]) -> dict[str, str]:
        """Names of people by id; ids nobody has are left out."""
        rows = self._all(select(PersonRow).where(col(PersonRow.id).in_(set(person_ids))))
        return {row.id: row.display_name for row in rows}

    def add_account(self, account: Account) -> None:
        """A new account of a person.

        Raises:
            Conflict: ``conflict`` when the address is taken, in whatever spelling.
        """
        self._admit(account.organisation_id)
        self._insert(
            AccountRow(
                id=account.id,
                person_id=account.person_id,
                organisation_id=account.organisation_id,
                email=account.email,
                email_skeleton=email_skeleton(account.email),
                password_hash=account.password_hash,
                roles=role_names(account.roles),
                is_test=account.is_test,
                created_at=account.created_at,
                disabled_at=account.disabled_at,
            )
        )

    def find_account(self, account_id: str) -> Account | None:
        """The account of that id within the scope."""
        row = self._first(
            select(AccountRow).where(
                col(AccountRow.id) == account_id, self._owned(AccountRow.organisation_id)
            )
        )
        return None if row is None else _account(row)

    def find_account_by_email(self, email: str) -> Account | None:
        """The account of that address within the scope, in whatever spelling."""
        row = self._first(
            select(AccountRow).where(
                col(AccountRow.email_skeleton) == email_skeleton(email),
                self._owned(AccountRow.organisation_id),
            )
        )
        return None if row is None else _account(row)

    def list_accounts(self, *, after: str | None = None, limit: int = 50) -> Page[Account]:
        """Accounts within the scope."""
        statement = select(AccountRow).where(self._owned(AccountRow.organisation_id))
        return self._page(statement, AccountRow.id, after=after, limit=limit).map(_account)

    def disable_account(self, account_id: str, at: datetime) -> None:
        """The account can no longer be used, or :class:`NotFound`; its first time stays.

        Raises:
            Conflict: ``rule-violated`` for the last enabled administrator; ask
                :meth:`hold_administrators` first.
        """
        statement = update(AccountRow).where(
            col(AccountRow.id) == account_id,
            col(AccountRow.disabled_at).is_(None),
            self._owned(AccountRow.organisation_id),
        )
        if not self._change(statement.values(disabled_at=at)) and not self.find_account(account_id):
            raise NotFound(kind="account")

    def enable_account(self, account_id: str) -> None:
        """The account can be used again, or :class:`NotFound`."""
        self._change_account(account_id, disabled_at=None)

    def hold_administrators(self) -> frozenset[str]:
        """Ids of the accounts of enabled administrators; nobody else changes them meanwhile."""
        held = (
            select(AccountRow)
            .where(
                col(AccountRow.roles) == role_names(frozenset({Role.ADMINISTRATOR})),
                col(AccountRow.disabled_at).is_(None),
                self._of_mode(AccountRow.is_test),
            )
            .order_by(col(AccountRow.id))
            .with_for_update()
        )
        return frozenset(row.id for row in self._all(held))

    def hold_enabled_account(self, account_id: str) -> Account:
        """The account while it is enabled, held until the commit, or :class:`NotFound`."""
        row = self._one(
            select(AccountRow)
            .where(
                col(AccountRow.id) == account_id,
                col(AccountRow.disabled_at).is_(None),
                self._owned(AccountRow.organisation_id),
            )
            .with_for_update(),
            "account",
        )
        return _account(row)

    def count_accounts(self) -> int:
        """How many accounts exist: none in a fresh database."""
        count: int = self._session.execute(
            select(func.count()).select_from(AccountRow)
        ).scalar_one()
        return count

    def identity_salts(self) -> frozenset[str]:
        """Fingerprints of the salts under which people are known by a document; one, or none."""
        salts = select(col(PersonIdentityRow.salt_sha256)).distinct()
        return frozenset(self._session.execute(salts).scalars())

    def _change_account(self, account_id: str, **values: object) -> None:
        statement = update(AccountRow).where(
            col(AccountRow.id) == account_id, self._owned(AccountRow.organisation_id)
        )
        if not self._change(statement.values(**values)):
            raise NotFound(kind="account")

    def _organisation_row(self, organisation_id: str) -> OrganisationRow:
        return self._one(
            select(OrganisationRow).where(col(OrganisationRow.id) == organisation_id),
            "organisation",
        )


def _organisation(row: OrganisationRow) -> Organisation:
    return Organisation(
        id=row.id,
        kind=OrganisationKind(row.kind),
        names=dict(row.names),
        legal_id=row.legal_id,
        region=row.region,
        created_at=row.created_at,
        is_test=row.is_test,
    )


def _account(row: AccountRow) -> Account:
    return Account(
        id=row.id,
        person_id=row.person_id,
        organisation_id=row.organisation_id,
        email=row.email,
        password_hash=row.password_hash,
        roles=roles_of(row.roles),
        created_at=row.created_at,
        is_test=row.is_test,
        disabled_at=row.disabled_at,
    )

"""Fills a fresh instance with the fictional organisations, people and the shipped inventory."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from api.context import Context
from api.demo.kept_tables import kept_draws, kept_table
from api.demo.world import (
    CATEGORIES,
    DEMO_PASSWORD,
    SCOPE_FROM,
    SCOPE_UNTIL,
    DemoOrganisation,
    DemoPerson,
)
from api.security.identities import identity_hash, salt_sha256
from api.security.passwords import password_hash
from api.settings import Settings
from api.workflows.create_keys import create_keys
from api.workflows.freeze_release import freeze_release
from api.workflows.make_api_key import make_api_key
from api.workflows.set_body_scope import set_body_scope
from labels.access import Actor, Body, BodyKind, OrganisationKind, Role, Scope
from lca_db import schema
from lca_db.inventory.reference_files import load_reference
from lca_db.records.organisations.values import (
    Account,
    Organisation,
    Person,
    email_skeleton,
)
from lca_db.unit_of_work import UnitOfWork

_HASHING_THREADS = 2


@dataclass(frozen=True)
class Seeded:
    """Ids of the organisations and API keys of the people, by their short names."""

    organisations: dict[str, str]
    keys: dict[str, str]


def prepare_instance(settings: Settings, year: int) -> None:
    """Keys and schema of a new instance; existing ones are kept."""
    from lca_db.engine import open_engine  # noqa: PLC0415  only where an instance is prepared

    settings.data_dir.mkdir(parents=True, exist_ok=True)
    engine = open_engine(settings.resolved_database_url)
    schema.upgrade(engine)
    create_keys(settings, engine, year)
    engine.dispose()


def seed(
    context: Context,
    organisations: tuple[DemoOrganisation, ...],
    people: tuple[DemoPerson, ...],
    *,
    with_inventory: bool,
) -> Seeded:
    """Everything but what people do; their deeds go through the HTTP API."""
    with ThreadPoolExecutor(_HASHING_THREADS) as hashing:  # outside Python's lock
        password = hashing.submit(password_hash, DEMO_PASSWORD)
        hashes = {p.key: hashing.submit(identity_hash, context, p.identity) for p in people}
        snapshot = load_reference()[0] if with_inventory else None
        ids = {o.key: _add_organisation(context, o) for o in organisations}
        stored = password.result()
        identities = {key: hashed.result() for key, hashed in hashes.items()}
    keys = {}
    for person in people:
        identity = identities[person.key]
        account = _add_account(context, person, ids[person.organisation], stored, identity)
        keys[person.key] = make_api_key(context, account, "demo").secret
        if person.role is Role.ADMINISTRATOR:
            _enter_bodies(context, account.actor(), organisations, ids)
    if snapshot is not None:
        folder = context.settings.data_dir.parents[1] / "tables"
        freeze_release(
            context,
            snapshot,
            "shipped reference inventory",
            kept_table(folder),
            sampler=kept_draws(folder),
        )
    return Seeded(ids, keys)


def _add_organisation(context: Context, described: DemoOrganisation) -> str:
    organisation = Organisation(
        id=context.ids("org"),
        kind=OrganisationKind(described.kind),
        names=described.names,
        legal_id=described.legal_id,
        region=described.region,
        created_at=context.now(),
    )
    with UnitOfWork(context.engine, Scope.everything("seed")) as uow:
        uow.organisations.add(organisation)
        uow.commit()
    return organisation.id


def _enter_bodies(
    context: Context,
    administrator: Actor,
    organisations: tuple[DemoOrganisation, ...],
    ids: Mapping[str, str],
) -> None:
    """What the bodies are accredited for, as an administrator enters it: the register says so."""
    for described in organisations:
        if described.accreditation:
            body = Body(
                organisation_id=ids[described.key],
                kind=BodyKind(described.kind),
                categories=CATEGORIES,
                scope_from=SCOPE_FROM,
                scope_until=SCOPE_UNTIL,
            )
            set_body_scope(context, administrator, body, described.accreditation, described.contact)


def _add_account(
    context: Context, described: DemoPerson, organisation_id: str, stored: str, identity: str
) -> Account:
    person = Person(id=context.ids("psn"), display_name=described.name)
    account = Account(
        id=context.ids("acc"),
        person_id=person.id,
        organisation_id=organisation_id,
        email=email_skeleton(described.email),
        password_hash=stored,
        roles=frozenset({described.role}),
        created_at=context.now(),
    )
    with UnitOfWork(context.engine, Scope.everything("seed")) as uow:
        uow.organisations.add_person(person)
        uow.organisations.add_identity(person.id, identity, salt_sha256(context))
        uow.organisations.add_account(account)
        uow.commit()
    return account

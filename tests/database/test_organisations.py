"""Organisations, people, accounts and what they sign in with."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from labels.access import ROLES_BY_KIND, BodyKind, OrganisationKind, Role, Scope
from lca_db.errors import Conflict, NotFound
from lca_db.unit_of_work import UnitOfWork
from tests.database.full_world import IN_A_YEAR
from tests.database.sign_in_rows import a_body_event, a_session, an_api_key, an_invitation
from tests.database.world import (
    OWN,
    SERVICE,
    an_account,
    an_organisation,
    found,
)
from tests.support.cases import CERTIFICATION_BODY, MAKER, NOW, VERIFICATION_BODY, a_body

LATER = NOW + timedelta(hours=1)
SIGNING_IN = Scope.everything("sign-in")
HASH = "cd" * 32
SALT = "5a" * 32


@pytest.fixture
def engine(database: Engine) -> Engine:
    found(database)
    return database


def test_an_organisation_comes_back_as_it_was(engine: Engine) -> None:
    with UnitOfWork(engine, OWN, read_only=True) as uow:
        assert uow.organisations.get(MAKER) == an_organisation(MAKER, OrganisationKind.MANUFACTURER)
        makers = uow.organisations.list_of_kind(OrganisationKind.MANUFACTURER)
        assert [o.id for o in makers] == ["org_maker", "org_other"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"legal_id": "LEGAL-org_maker"}, "registration-number-taken"),
        ({"legal_id": "\uff4c\uff45\uff47\uff41\uff4c org-Maker"}, "registration-number-taken"),
        ({"legal_id": "+IEGA1 0rg maker"}, "registration-number-taken"),
        ({"names": {"en": "\u041erg M\u0430k\u0435r"}}, "organisation-name-taken"),
        ({"names": {"en": "\u039frg maker"}}, "organisation-name-taken"),
        ({"names": {"en": "Org Maker"}}, "organisation-name-taken"),
        ({"names": {"en": "New", "zh-Hans": "机构　ORG-maker"}}, "organisation-name-taken"),
        ({"names": {"pt": "Org. Maker", "en": "New"}}, "organisation-name-taken"),
    ],
)
def test_threat_30_an_organisation_that_looks_like_another_is_a_conflict(
    engine: Engine, changes: dict[str, object], code: str
) -> None:
    """By its registration, or by a name in any language, whichever stands first."""
    copy = replace(an_organisation("org_new", OrganisationKind.MANUFACTURER), **changes)  # type: ignore[arg-type]
    with pytest.raises(Conflict, match=code), UnitOfWork(engine, SERVICE) as uow:
        uow.organisations.add(copy)


def test_a_body_is_what_it_is_accredited_for_today(engine: Engine) -> None:
    narrower = replace(a_body(BodyKind.VERIFICATION), categories=("cpc-41",), is_suspended=True)
    with UnitOfWork(engine, SERVICE) as uow:
        assert uow.organisations.body(VERIFICATION_BODY, BodyKind.VERIFICATION) == a_body(
            BodyKind.VERIFICATION
        )
        uow.organisations.set_body(narrower, "CNAS-2", "complaints@body.example")
        uow.commit()
    with UnitOfWork(engine, OWN, read_only=True) as uow:
        (listed,) = uow.organisations.list_bodies(BodyKind.VERIFICATION)
        assert (listed.body, listed.accreditation) == (narrower, "CNAS-2")
        assert listed.contact == "complaints@body.example"
        assert uow.organisations.find_entered_body(VERIFICATION_BODY) == listed
        assert uow.organisations.find_entered_body(MAKER) is None
        party = uow.organisations.party(VERIFICATION_BODY)
        assert (party.accreditation, party.legal_id) == ("CNAS-2", f"LEGAL-{VERIFICATION_BODY}")
        assert uow.organisations.party(MAKER).accreditation == ""
        with pytest.raises(NotFound):
            uow.organisations.body(CERTIFICATION_BODY, BodyKind.VERIFICATION)


def test_the_history_of_a_body_only_grows(engine: Engine) -> None:
    first, second = a_body_event(), a_body_event(2)
    with UnitOfWork(engine, SERVICE) as uow:
        uow.organisations.add_body_event(first)
        uow.organisations.add_body_event(second)
        uow.commit()
    with UnitOfWork(engine, OWN, read_only=True) as uow:
        assert uow.organisations.list_body_events(VERIFICATION_BODY) == (first, second)
        assert uow.organisations.list_body_events(CERTIFICATION_BODY) == ()
    with pytest.raises(Conflict, match="conflict"), UnitOfWork(engine, SERVICE) as uow:
        uow.organisations.add_body_event(second)


def test_an_account_acts_for_its_person_with_its_roles(engine: Engine) -> None:
    with UnitOfWork(engine, SIGNING_IN, read_only=True) as uow:
        account = uow.organisations.find_account_by_email("PER_Preparer@Specimen.example ")
        assert account == an_account("per_preparer", MAKER, Role.MANUFACTURER)
        assert account is not None
        assert account.actor().person_id == "per_preparer"
        assert account.actor(frozenset({Role.BANK})).roles == frozenset()
        assert uow.organisations.find_account_by_email("nobody@specimen.example") is None


def test_an_address_in_another_spelling_is_the_same_address(engine: Engine) -> None:
    twin = replace(
        an_account("per_verifier", MAKER, Role.MANUFACTURER),
        email="ＰＥＲ_preparer@SPECIMEN.example",
    )
    with pytest.raises(Conflict, match="conflict"), UnitOfWork(engine, OWN) as uow:
        uow.organisations.add_account(twin)


def test_disabling_changes_only_the_account_named(engine: Engine) -> None:
    with UnitOfWork(engine, OWN) as uow:
        uow.organisations.disable_account("acc_per_preparer", LATER)
        uow.commit()
    with UnitOfWork(engine, SIGNING_IN, read_only=True) as uow:
        changed = uow.organisations.find_account("acc_per_preparer")
        other = uow.organisations.find_account("acc_per_other")
    assert changed is not None
    assert changed.disabled_at == LATER
    assert other == an_account("per_other", "org_other", Role.MANUFACTURER)


def test_a_session_ends_and_stays_ended(engine: Engine) -> None:
    with UnitOfWork(engine, SIGNING_IN) as uow:
        uow.sign_in.add_session(a_session())
        uow.sign_in.touch_session(a_session().token_sha256, LATER)
        uow.sign_in.touch_session(a_session().token_sha256, NOW)  # never back in time
        uow.commit()
    with UnitOfWork(engine, SIGNING_IN) as uow:
        seen = uow.sign_in.find_session(a_session().token_sha256)
        assert seen == replace(a_session(), last_seen_at=LATER)
        uow.sign_in.end_session(a_session().token_sha256, LATER)
        uow.sign_in.end_session(a_session().token_sha256, IN_A_YEAR)
        uow.commit()
    with UnitOfWork(engine, SIGNING_IN, read_only=True) as uow:
        ended = uow.sign_in.find_session(a_session().token_sha256)
        assert ended is not None
        assert ended.revoked_at == LATER
        assert uow.sign_in.find_session(HASH) is None


def test_threat_24_a_new_password_ends_every_session_of_the_account(engine: Engine) -> None:
    tokens = [f"{n:064x}" for n in range(3)]
    with UnitOfWork(engine, SIGNING_IN) as uow:
        for token in tokens:
            uow.sign_in.add_session(a_session(token))
        uow.sign_in.add_session(replace(a_session(HASH), account_id="acc_per_other"))
        uow.sign_in.end_sessions_of("acc_per_preparer", LATER)
        uow.commit()
    with UnitOfWork(engine, SIGNING_IN, read_only=True) as uow:
        ended = [uow.sign_in.find_session(token) for token in tokens]
        assert [session and session.revoked_at for session in ended] == [LATER] * 3
        other = uow.sign_in.find_session(HASH)
        assert other is not None
        assert other.revoked_at is None


def test_a_revoked_key_is_no_key(engine: Engine) -> None:
    with UnitOfWork(engine, OWN) as uow:
        uow.sign_in.add_api_key(an_api_key())
        assert uow.sign_in.find_api_key(an_api_key().key_sha256) == an_api_key()
        uow.sign_in.revoke_api_key("acc_per_preparer", "key_1", LATER)
        uow.commit()
    with UnitOfWork(engine, OWN) as uow:
        assert uow.sign_in.find_api_key(an_api_key().key_sha256) is None
        assert uow.sign_in.list_api_keys("acc_per_preparer") == (
            replace(an_api_key(), revoked_at=LATER),
        )
        with pytest.raises(NotFound):
            uow.sign_in.revoke_api_key("acc_per_preparer", "key_1", LATER)


def test_threat_25_a_one_time_link_works_once_and_in_time(engine: Engine) -> None:
    with UnitOfWork(engine, SIGNING_IN) as uow:
        uow.sign_in.add_invitation(an_invitation())
        uow.sign_in.add_invitation(an_invitation(HASH))
        uow.commit()
    with UnitOfWork(engine, SIGNING_IN) as uow:
        used = uow.sign_in.use_invitation(an_invitation().token_sha256, LATER)
        assert used == replace(an_invitation(), used_at=LATER)
        uow.commit()
    for token, at in ((an_invitation().token_sha256, LATER), (HASH, IN_A_YEAR), ("ef" * 32, NOW)):
        with pytest.raises(NotFound), UnitOfWork(engine, SIGNING_IN) as uow:
            uow.sign_in.use_invitation(token, at)


def test_threat_25_attempts_are_counted_by_key_and_window(engine: Engine) -> None:
    with UnitOfWork(engine, SIGNING_IN) as uow:
        counts = [uow.sign_in.add_attempt("ip:192.0.2.1", NOW) for _ in range(3)]
        assert counts == [1, 2, 3]
        assert uow.sign_in.add_attempt("ip:192.0.2.1", LATER) == 1
        assert uow.sign_in.count_attempts("ip:192.0.2.2", NOW) == 0
        uow.sign_in.forget_attempts("ip:192.0.2.1")
        assert uow.sign_in.count_attempts("ip:192.0.2.1", NOW) == 0


def test_threat_25_a_fresh_database_has_no_account(database: Engine) -> None:
    with UnitOfWork(database, SIGNING_IN, read_only=True) as uow:
        assert uow.organisations.count_accounts() == 0


def test_an_account_disabled_twice_keeps_its_first_time_and_can_be_enabled(engine: Engine) -> None:
    for disabled_at, expected in ((NOW, NOW), (LATER, NOW), (None, None)):
        with UnitOfWork(engine, SERVICE) as uow:
            if disabled_at is None:
                uow.organisations.enable_account("acc_per_other")
            else:
                uow.organisations.disable_account("acc_per_other", disabled_at)
            uow.commit()
        with UnitOfWork(engine, SERVICE, read_only=True) as uow:
            account = uow.organisations.find_account("acc_per_other")
        assert account is not None
        assert account.disabled_at == expected
    with pytest.raises(NotFound), UnitOfWork(engine, SERVICE) as uow:
        uow.organisations.disable_account("acc_nobody", NOW)


def test_a_disabled_account_is_held_by_nobody(engine: Engine) -> None:
    with UnitOfWork(engine, SERVICE) as uow:
        assert uow.organisations.hold_enabled_account("acc_per_other").id == "acc_per_other"
        uow.organisations.disable_account("acc_per_other", NOW)
        with pytest.raises(NotFound):
            uow.organisations.hold_enabled_account("acc_per_other")


@pytest.mark.parametrize("kind", OrganisationKind)
@pytest.mark.parametrize("role", Role)
def test_the_tables_give_a_role_to_people_of_its_kind_of_organisation_only(
    sqlite_database: Engine, kind: OrganisationKind, role: Role
) -> None:
    """On SQLite for every pair; the guard itself is tried on both databases."""
    found(sqlite_database)
    with UnitOfWork(sqlite_database, SERVICE) as uow:
        uow.organisations.add(an_organisation("org_new", kind))
        account = replace(an_account("per_verifier", "org_new", role), id="acc_new")
        if role in ROLES_BY_KIND[kind]:
            uow.organisations.add_account(account)
        else:
            with pytest.raises(Conflict) as refused:
                uow.organisations.add_account(account)
            assert refused.value.parameters["rule"] == "account_roles"


def test_a_reviewer_and_certifier_of_one_body_is_one_account(engine: Engine) -> None:
    both = an_account("per_verifier", CERTIFICATION_BODY, Role.REVIEWER, Role.CERTIFIER)
    mixed = an_account("per_reviewer", CERTIFICATION_BODY, Role.REVIEWER, Role.VERIFIER)
    with UnitOfWork(engine, SERVICE) as uow:
        uow.organisations.add_account(both)
        uow.commit()
    for account in (mixed, an_account("per_certifier", CERTIFICATION_BODY)):
        with pytest.raises(Conflict), UnitOfWork(engine, SERVICE) as uow:
            uow.organisations.add_account(account)


def test_an_identity_document_belongs_to_one_person(engine: Engine) -> None:
    with UnitOfWork(engine, SERVICE) as uow:
        assert uow.organisations.find_person_by_identity(HASH) is None
        uow.organisations.add_identity("per_preparer", HASH, SALT)
        uow.organisations.add_identity("per_preparer", "ef" * 32, SALT)  # a second document
        uow.commit()
    with UnitOfWork(engine, SERVICE) as uow:
        assert uow.organisations.find_person_by_identity("ef" * 32) == "per_preparer"
        assert uow.organisations.identity_salts() == {SALT}
        with pytest.raises(Conflict):
            uow.organisations.add_identity("per_other", HASH, SALT)


def test_an_invitation_to_join_names_a_person(engine: Engine) -> None:
    nobody = replace(an_invitation(), identity_hash=None)
    with pytest.raises(Conflict) as refused, UnitOfWork(engine, SIGNING_IN) as uow:
        uow.sign_in.add_invitation(nobody)
    assert "person_named" in refused.value.parameters["rule"]


def test_all_keys_of_an_account_end_at_once_and_nobody_elses(engine: Engine) -> None:
    with UnitOfWork(engine, SIGNING_IN) as uow:
        uow.sign_in.add_api_key(an_api_key("key_1", "01" * 32))
        uow.sign_in.add_api_key(an_api_key("key_2", "02" * 32))
        uow.sign_in.add_api_key(replace(an_api_key("key_3", "03" * 32), account_id="acc_per_other"))
        with pytest.raises(NotFound):
            uow.sign_in.revoke_api_key("acc_per_other", "key_1", LATER)
        uow.sign_in.revoke_api_key("acc_per_preparer", "key_1", NOW)
        uow.sign_in.revoke_api_keys_of("acc_per_preparer", LATER)
        uow.commit()
    with UnitOfWork(engine, SIGNING_IN, read_only=True) as uow:
        times = {k.id: k.revoked_at for k in uow.sign_in.list_api_keys("acc_per_preparer")}
        assert times == {"key_1": NOW, "key_2": LATER}
        assert uow.sign_in.find_api_key("03" * 32) is not None


def test_the_last_use_of_a_key_never_runs_back(engine: Engine) -> None:
    with UnitOfWork(engine, SIGNING_IN) as uow:
        uow.sign_in.add_api_key(an_api_key())
        for at in (LATER, NOW):
            uow.sign_in.touch_api_key("key_1", at)
            key = uow.sign_in.find_api_key(an_api_key().key_sha256)
            assert key is not None
            assert key.last_used_at == LATER


def test_threat_25_one_attempt_is_taken_back_and_the_others_stay(engine: Engine) -> None:
    with UnitOfWork(engine, SIGNING_IN) as uow:
        for _ in range(3):
            uow.sign_in.add_attempt("ip:192.0.2.1", NOW)
        counts = []
        for _ in range(4):
            uow.sign_in.take_back_attempt("ip:192.0.2.1", NOW)
            counts.append(uow.sign_in.count_attempts("ip:192.0.2.1", NOW))
        assert counts == [2, 1, 0, 0]


def test_no_secret_is_stored(engine: Engine) -> None:
    """Of tokens and keys there are columns for the hash and none for the thing itself."""
    with engine.connect() as connection:
        for table in ("session", "api_key", "invitation"):
            row = connection.execute(text(f"SELECT * FROM {table}"))
            columns = set(row.keys())
            assert not {"token", "key", "secret", "value"} & columns
            assert {"token_sha256", "key_sha256"} & columns

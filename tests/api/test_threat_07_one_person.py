"""Threat 7: one human is one person here, whatever number of accounts they are invited to.

The inviter names an identity document, the invited shows it; only its salted hash is kept.
"""

from __future__ import annotations

import itertools
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from api.commands.instance import opened_database, opened_instance
from api.context import Context
from api.demo.seed import Seeded
from api.demo.world import DEMO_PASSWORD
from api.problems import Problem
from api.schemas.administration import IdentityIn
from api.workflows.accept_invitation import ATTEMPTS_PER_LINK, accept_invitation
from api.workflows.add_organisation import add_organisation
from api.workflows.create_keys import create_keys
from api.workflows.invite_person import invite_first_administrator, invite_person
from api.workflows.make_api_key import make_api_key
from labels.access import OrganisationKind, Role, Scope
from labels.errors import CredentialError
from labels.locale import LANGUAGES, translator
from lca_db import schema
from lca_db.records.organisations.values import Account
from lca_db.unit_of_work import UnitOfWork
from tests.support.browsing import Browser, signed_in
from tests.support.instance import BASE_URL, Instance, settings_of
from tests.support.walk import CERTIFIER, REVIEWER, Walk, an_application

Document = dict[str, str]
ADMIN = "admin"
LANGUAGE_PAIRS = list(itertools.combinations(LANGUAGES, 2))
NO_IDENTITY = "identity-not-the-invited"


def passport(number: str, issuer: str = "CN") -> Document:
    return {
        "identity_kind": "passport",
        "identity_issuer": issuer,
        "identity_number": number,
    }


PASSPORT = passport("E 1234-5678")
SAME_PASSPORT = passport("e12345678")
CARD = {"identity_kind": "cn-resident-card", "identity_number": "11010519491231002X"}


def invite(
    instance: Instance, organisation: str, role: str, document: Document, *, status: int = 201
) -> str:
    """The token of a link, or the code of the refusal."""
    asked = {
        "organisation_id": instance.organisations[organisation],
        "roles": [role],
        **document,
    }
    answered: dict[str, Any] = instance.post("/v1/invitations", ADMIN, asked, status=status)
    return str(answered["url"].rpartition("=")[2] if status == 201 else answered["code"])


def accept(instance: Instance, token: str, email: str, document: Document) -> httpx2.Response:
    return instance.http.post(
        "/invitation",
        data={
            "token": token,
            "name": "李雷 Li Lei",
            "email": email,
            "password": DEMO_PASSWORD,
            **document,
        },
        headers={"Origin": BASE_URL, "Accept": "text/html"},
        follow_redirects=False,
    )


def joined(
    instance: Instance,
    organisation: str,
    role: str,
    document: Document,
) -> Account:
    """An account made by invitation, as everybody makes theirs."""
    email = f"{role}.{organisation}@specimen.example"
    answer = accept(instance, invite(instance, organisation, role, document), email, document)
    assert answer.status_code == 303, answer.text
    with UnitOfWork(instance.context.engine, Scope.everything("test"), read_only=True) as uow:
        account = uow.organisations.find_account_by_email(email)
    assert account is not None
    return account


def with_keys(instance: Instance, **accounts: Account) -> Instance:
    keys = {
        name: make_api_key(instance.context, account, "test").secret
        for name, account in accounts.items()
    }
    return replace(
        instance, seeded=Seeded(instance.organisations, {**instance.seeded.keys, **keys})
    )


def invited_on_pages(instance: Instance, organisation: str, role: str, language: str) -> str:
    """The person an account made on the pages of that language belongs to."""
    administrator = signed_in(instance, "admin")
    page = administrator.open(f"/administration?lang={language}")
    translated = translator(language).text("identity_kind.passport")
    (value,) = {
        option.attributes["value"]
        for option in page.root.find_all("option")
        if option.text == translated
    }
    document = {**PASSPORT, "identity_kind": value}
    asked = {"organisation_id": instance.organisations[organisation], "role": role, **document}
    page = administrator.send(page, "/administration/invitations", asked)
    link = re.search(r"/invitation\?token=[\w-]+", page.text)
    assert link is not None, page.text
    guest = Browser(instance)
    email = f"{role}.pages@specimen.example"
    typed = {"name": "李雷 Li Lei", "email": email, "password": DEMO_PASSWORD, **document}
    page = guest.open(f"{link[0]}&lang={language}")
    assert guest.send(page, "/invitation", typed).path == "/sign-in"
    with UnitOfWork(instance.context.engine, Scope.everything("test"), read_only=True) as uow:
        account = uow.organisations.find_account_by_email(email)
    assert account is not None
    return account.person_id


def sign_in(instance: Instance, email: str) -> None:
    answer = instance.http.post(
        "/sign-in",
        data={"email": email, "password": DEMO_PASSWORD},
        headers={"Origin": BASE_URL},
        follow_redirects=False,
    )
    assert answer.status_code == 303


def persons(instance: Instance) -> int:
    with instance.context.engine.connect() as connection:
        return int(connection.execute(text("SELECT count(*) FROM person")).scalar_one())


def verified_by(walk: Walk, person: str) -> None:
    walk.agree()
    walk.step(person, "start-verification")
    walk.step(
        person,
        "issue-statement",
        number="SPECIMEN-VS",
        opinion="unmodified",
        assurance_level="limited",
        report_sha256=walk.report,
        evidence_sha256=walk.filed(),
    )


def test_threat_07_one_human_with_two_invitations_is_one_person_and_cannot_decide_own_work(
    instance: Instance,
) -> None:
    """Verifier in one body, certifier in the other, the document spelt in two ways."""
    before = persons(instance)
    verifier = joined(instance, "zhujiang", "verifier", PASSPORT)
    certifier = joined(instance, "tanbiao-gd", "certifier", SAME_PASSPORT)
    assert verifier.id != certifier.id
    assert verifier.person_id == certifier.person_id
    assert persons(instance) == before + 1
    found = with_keys(instance, first=verifier, second=certifier)
    walk = an_application(found)
    verified_by(walk, "first")
    walk.review()
    refused = walk.try_decide("second")
    assert (refused.status_code, refused.json()["code"]) == (403, "person-verified-case")
    walk.decide()  # and somebody else can
    with found.context.engine.connect() as connection:
        row = connection.execute(
            text(
                "SELECT preparer_id, verifier_id, reviewer_id, decision_maker_id"
                " FROM certification_case"
            )
        ).one()
    assert len(set(row)) == 4
    assert row.verifier_id == verifier.person_id


@pytest.mark.parametrize(("first", "second"), LANGUAGE_PAIRS)
def test_threat_07_one_passport_is_one_person_whatever_language_the_forms_speak(
    sqlite_instance: Instance, first: str, second: str
) -> None:
    """Both accounts are made on the pages: what is chosen is hashed, not a word of a language."""
    verifier = invited_on_pages(sqlite_instance, "zhujiang", "verifier", first)
    certifier = invited_on_pages(sqlite_instance, "tanbiao-gd", "certifier", second)
    assert verifier == certifier


def test_threat_07_the_same_human_does_not_review_what_they_verified(
    sqlite_instance: Instance,
) -> None:
    verifier = joined(sqlite_instance, "zhujiang", "verifier", PASSPORT)
    reviewer = joined(sqlite_instance, "tanbiao-gd", "reviewer", PASSPORT)
    walk = an_application(with_keys(sqlite_instance, first=verifier, second=reviewer))
    verified_by(walk, "first")
    answer = walk.try_step(
        "second", "complete-technical-review", is_grant_recommended=True, note="Complete."
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "person-verified-case")


def test_threat_07_who_is_signed_in_stays_the_same_person_with_another_document(
    instance: Instance,
) -> None:
    """A second document cannot make a second person of somebody who is known at the browser."""
    verifier = joined(instance, "zhujiang", "verifier", PASSPORT)
    token = invite(instance, "tanbiao-gd", "certifier", CARD)
    sign_in(instance, verifier.email)
    page = instance.http.get(f"/invitation?token={token}", headers={"Accept-Language": "en"})
    assert "the new account will belong to the same person" in page.text
    answer = accept(instance, token, "second@specimen.example", CARD)
    assert answer.status_code == 303, answer.text
    instance.http.cookies.clear()
    third = joined(
        instance, "lingnan-bank", "bank", CARD | {"identity_number": "１１０１０５ 19491231 002x"}
    )
    assert third.person_id == verifier.person_id, "from now on either document names the person"


def shown_at(context: Context, token: str, email: str, document: Document | None) -> Account:
    """The account a link makes for whoever shows that document."""
    return accept_invitation(
        context,
        token,
        name="李雷 Li Lei",
        email=email,
        password=DEMO_PASSWORD,
        identity=IdentityIn.model_validate(document).document() if document else None,
    )


def test_threat_07_the_first_administrator_is_known_by_the_document_shown_at_set_up(
    tmp_path: Path,
) -> None:
    """Nobody invites them, yet the same passport names the same human in every invitation."""
    settings = settings_of(tmp_path / "new")
    settings.data_dir.mkdir(exist_ok=True)
    with opened_database(settings) as engine:
        schema.upgrade(engine)
        create_keys(settings, engine, 2026)
    with opened_instance(settings) as context:
        link = invite_first_administrator(context)
        with pytest.raises(Problem) as refused:
            shown_at(context, link, "first@specimen.example", None)
        assert refused.value.code == "identity-missing"
        first = shown_at(context, link, "first@specimen.example", PASSPORT)
        body = add_organisation(
            context,
            first.actor(),
            kind=OrganisationKind.VERIFICATION_BODY,
            names={"en": "SPECIMEN Verifiers"},
            legal_id="SPECIMEN-V",
            region="CN-GD",
        )
        same = IdentityIn.model_validate(SAME_PASSPORT).document()
        again = invite_person(context, first.actor(), body.id, frozenset({Role.VERIFIER}), same)
        second = shown_at(context, again, "second@specimen.example", SAME_PASSPORT)
    assert first.id != second.id
    assert first.person_id == second.person_id
    shutil.rmtree(settings.resolved_key_dir)
    with (
        opened_database(settings) as engine,
        pytest.raises(CredentialError, match="identity-salt-missing"),
    ):
        create_keys(settings, engine, 2026)  # another salt would make another person of them


def test_threat_07_a_document_of_another_person_is_not_taken_over(
    sqlite_instance: Instance,
) -> None:
    verifier = joined(sqlite_instance, "zhujiang", "verifier", PASSPORT)
    other = joined(sqlite_instance, "lingnan-bank", "bank", passport("K99999999"))
    token = invite(sqlite_instance, "tanbiao-gd", "certifier", PASSPORT)
    sign_in(sqlite_instance, other.email)
    answer = accept(sqlite_instance, token, "third@specimen.example", PASSPORT)
    assert answer.status_code == 409
    assert "identity-of-another-person" in answer.text
    sqlite_instance.http.cookies.clear()
    again = accept(sqlite_instance, token, "third@specimen.example", PASSPORT)
    assert again.status_code == 303, "the refusal used nothing up"
    assert verifier.person_id != other.person_id


def test_a_link_in_wrong_hands_is_of_no_use_and_its_number_cannot_be_guessed(
    instance: Instance,
) -> None:
    token = invite(instance, "zhujiang", "verifier", PASSPORT)
    for number in range(ATTEMPTS_PER_LINK):
        wrong = accept(instance, token, "thief@specimen.example", passport(f"E0000000{number}"))
        assert wrong.status_code == 422
        assert NO_IDENTITY in wrong.text
        assert "12345678" not in wrong.text
    late = accept(instance, token, "thief@specimen.example", PASSPORT)
    assert late.status_code == 404, "ask for a new link"


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ({}, "request-malformed"),
        (PASSPORT | {"identity_kind": "护照"}, "request-malformed"),
        (passport(""), "request-malformed"),
        (passport(" - - - - - "), "identity-number-malformed"),
        (passport("passport E12345678"), "identity-number-malformed"),
        (passport("护照 E12345678"), "identity-character-refused"),
        (passport("E12345678", ""), "identity-issuer-unfit"),
        (passport("H12345678", "HK"), "identity-issuer-unknown"),
    ],
)
def test_an_inviter_must_name_the_person_in_the_one_way_there_is(
    sqlite_instance: Instance, document: Document, code: str
) -> None:
    answered = invite(sqlite_instance, "zhujiang", "verifier", document, status=422)
    assert answered == code


def test_who_shows_nothing_is_not_the_invited(sqlite_instance: Instance) -> None:
    token = invite(sqlite_instance, "zhujiang", "verifier", PASSPORT)
    for _ in range(ATTEMPTS_PER_LINK + 1):
        answer = accept(sqlite_instance, token, "thief@specimen.example", {})
        assert answer.status_code == 422
        assert "identity-missing" in answer.text
    assert accept(sqlite_instance, token, "own@specimen.example", PASSPORT).status_code == 303


@pytest.mark.parametrize(
    ("organisation", "fitting"),
    [
        ("haiju", {"manufacturer"}),
        ("zhujiang", {"verifier"}),
        ("tanbiao-gd", {"reviewer", "certifier"}),
        ("lingnan-bank", {"bank"}),
        ("authority", {"regulator"}),
        ("operator", {"administrator"}),
    ],
)
def test_nobody_is_invited_to_a_role_of_another_kind_of_organisation(
    sqlite_instance: Instance, organisation: str, fitting: set[str]
) -> None:
    for role in Role:
        status = 201 if role in fitting else 422
        answered = invite(sqlite_instance, organisation, role, PASSPORT, status=status)
        assert status == 201 or answered == "role-not-of-kind", role


def test_the_reviewer_and_the_certifier_are_the_certification_bodys(
    sqlite_instance: Instance,
) -> None:
    """As the steps of a case have it: both act on the certification body's side."""
    body = sqlite_instance.organisations["tanbiao-gd"]
    assert {sqlite_instance.actor(p).organisation_id for p in (REVIEWER, CERTIFIER)} == {body}


def test_the_right_document_uses_no_try_up_whatever_else_is_wrong(instance: Instance) -> None:
    """Somebody whose address has an account here may not know it; they try again with another."""
    joined(instance, "lingnan-bank", "bank", passport("K99999999"))
    token = invite(instance, "zhujiang", "verifier", PASSPORT)
    for _ in range(ATTEMPTS_PER_LINK + 1):
        taken = accept(instance, token, "bank.lingnan-bank@specimen.example", PASSPORT)
        assert taken.status_code == 409
        assert "email-taken" in taken.text
    assert accept(instance, token, "another@specimen.example", PASSPORT).status_code == 303


def test_the_check_digit_of_a_machine_readable_line_makes_no_second_person(
    sqlite_instance: Instance,
) -> None:
    joined(sqlite_instance, "zhujiang", "verifier", PASSPORT)
    refused = invite(sqlite_instance, "tanbiao-gd", "certifier", passport("E123456782"), status=422)
    assert refused == "identity-number-malformed"

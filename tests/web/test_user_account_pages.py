"""API keys and accounts on the pages: shown once, ended with a button, and for whom they are."""

from __future__ import annotations

import re

from tests.support.browsing import Browser, Page, controls, form_values, links, signed_in
from tests.support.instance import Instance

PASSPORT = {"identity_kind": "passport", "identity_issuer": "CN", "identity_number": "E12345678"}
SECRET = re.compile(r"tb_live_[A-Za-z0-9_-]{43}")


def secret_on(page: Page) -> str:
    found = SECRET.search(page.text)
    assert found is not None, page.text
    return found[0]


def test_a_person_makes_a_key_sees_it_once_and_revokes_it(sqlite_instance: Instance) -> None:
    browser = signed_in(sqlite_instance, "he.nanling")
    page = browser.open("/products")
    assert "/api-keys" in [a.attributes["href"] for a in page.root.find_all("a")]
    page = browser.send(browser.open("/api-keys"), "/api-keys", {"name": "ERP 系统"})
    secret = secret_on(page)
    headers = {"Authorization": f"Bearer {secret}"}
    assert sqlite_instance.send("GET", "/v1/studies", headers=headers).status_code == 200
    page = browser.open("/api-keys")
    assert secret not in page.response.text
    assert secret[:12] in page.text
    assert "never" in page.text  # the key of the demonstration
    (button,) = [
        form.attributes["action"]
        for form in page.root.find_all("form")
        if form.attributes["action"].endswith("/revoke") and "ERP" in form.text
    ]
    page = browser.send(page, button)
    assert page.path == "/api-keys"
    assert "The key is revoked." in page.text
    assert not page.has_form(button)
    assert sqlite_instance.send("GET", "/v1/studies", headers=headers).status_code == 401


def test_a_key_without_a_usable_name_is_refused_on_the_page(sqlite_instance: Instance) -> None:
    browser = signed_in(sqlite_instance, "he.nanling")
    page = browser.send(
        browser.open("/api-keys"), "/api-keys", {"name": "ERР"}
    )  # a Cyrillic letter
    assert page.status == 422
    assert SECRET.search(page.text) is None
    assert browser.send(browser.open("/api-keys"), "/api-keys", {"name": ""}).status == 422


def test_the_reference_leads_to_ones_keys(sqlite_instance: Instance) -> None:
    def hrefs(page: Page) -> list[str]:
        (content,) = page.root.find_all("main")
        return [a.attributes["href"] for a in content.find_all("a")]

    assert "/api-keys" in hrefs(signed_in(sqlite_instance, "bai.bank").open("/developers"))
    assert "/api-keys" not in hrefs(Browser(sqlite_instance).open("/developers"))


def test_the_administrator_disables_an_account_and_enables_it_again(
    sqlite_instance: Instance,
) -> None:
    person = signed_in(sqlite_instance, "he.nanling")
    administrator = signed_in(sqlite_instance, "admin")
    account_id = sqlite_instance.actor("he.nanling").account_id
    page = administrator.send(
        administrator.open("/administration"), f"/administration/accounts/{account_id}/disable"
    )
    assert "The account is disabled" in page.text
    assert person.open("/products").path == "/sign-in"
    assert person.sign_in("he.nanling@specimen.example").status == 401
    page = administrator.send(page, f"/administration/accounts/{account_id}/enable")
    assert "can sign in again" in page.text
    assert person.sign_in("he.nanling@specimen.example").status == 200


def test_the_last_administrator_is_told_why_not(sqlite_instance: Instance) -> None:
    browser = signed_in(sqlite_instance, "admin")
    account_id = sqlite_instance.actor("admin").account_id
    page = browser.send(
        browser.open("/administration"), f"/administration/accounts/{account_id}/disable"
    )
    assert page.status == 409
    assert "last administrator" in page.text
    assert browser.open("/administration").status == 200


def test_nobody_else_has_the_buttons_or_what_is_behind_them(sqlite_instance: Instance) -> None:
    account_id = sqlite_instance.actor("he.nanling").account_id
    for person in ("zhao.certifier", "guan.authority"):
        browser = signed_in(sqlite_instance, person)
        answer = browser.http.post(
            f"/administration/accounts/{account_id}/disable", headers=browser.headers
        )
        assert answer.status_code == 404, person
    assert signed_in(sqlite_instance, "he.nanling").open("/products").status == 200


def test_an_invited_person_shows_the_document_and_can_sign_in(sqlite_instance: Instance) -> None:
    administrator = signed_in(sqlite_instance, "admin")
    invitation = {
        "organisation_id": sqlite_instance.organisations["zhujiang"],
        "role": "verifier",
        **PASSPORT,
    }
    page = administrator.send(
        administrator.open("/administration"), "/administration/invitations", invitation
    )
    link = re.search(r"/invitation\?token=[\w-]+", page.text)
    assert link is not None, page.text
    guest = Browser(sqlite_instance)
    typed = {
        "name": "李雷 Li Lei",
        "email": "li.lei@specimen.example",
        "password": "a long enough sentence",
        **PASSPORT,
        "identity_number": "E00000000",
    }
    page = guest.send(guest.open(link[0]), "/invitation", typed)
    assert page.status == 422
    assert "another document" in page.text
    page = guest.send(page, "/invitation", {**typed, "identity_number": "e-1234 5678"})
    assert page.path == "/sign-in"
    assert guest.sign_in(typed["email"], typed["password"]).path == "/queue"


def test_a_refused_invitation_keeps_what_was_typed_and_the_link_in_every_language(
    sqlite_instance: Instance,
) -> None:
    administrator = signed_in(sqlite_instance, "admin")
    invitation = {
        "organisation_id": sqlite_instance.organisations["zhujiang"],
        "role": "verifier",
        **PASSPORT,
    }
    page = administrator.send(
        administrator.open("/administration"), "/administration/invitations", invitation
    )
    link = re.search(r"/invitation\?token=[\w-]+", page.text)
    assert link is not None, page.text
    guest = Browser(sqlite_instance)
    typed = {"name": "李雷 <Li Lei>", "email": "li.lei@specimen.example", **PASSPORT}
    page = guest.send(guest.open(link[0]), "/invitation", {**typed, "password": "unfit"})
    assert page.status == 422
    form = page.form("/invitation")
    kept = form_values(form)
    assert {name: kept[name] for name in typed} == typed
    assert kept["password"] == ""
    assert "unfit" not in page.response.text
    bad = [c.attributes["name"] for c in controls(form) if "aria-invalid" in c.attributes]
    assert bad == ["password"]
    other = [href for href in links(page) if href.startswith("/invitation?")]
    assert len(other) == 4
    for href in other:
        assert guest.open(href).form("/invitation", token=link[0].split("=")[1])


def test_a_refused_invitation_marks_the_field_at_fault(sqlite_instance: Instance) -> None:
    guest = Browser(sqlite_instance)
    page = guest.open("/invitation?token=" + "x" * 43)
    typed = {"name": "N", "password": "a long enough sentence", "email": "n@specimen.example"}
    for change, field in (
        ({"email": "nobody"}, "email"),
        ({"name": "ERР"}, "name"),  # a Cyrillic letter
        ({"identity_number": "1"}, "identity_number"),
        ({"identity_kind": ""}, "identity_kind"),
        ({"identity_issuer": ""}, "identity_issuer"),
    ):
        refused = guest.send(page, "/invitation", {**typed, **PASSPORT, **change})
        form = refused.form("/invitation")
        bad = [c.attributes["name"] for c in controls(form) if "aria-invalid" in c.attributes]
        assert (refused.status, bad) == (422, [field])


def test_the_page_refuses_a_role_of_another_kind_of_organisation(
    sqlite_instance: Instance,
) -> None:
    browser = signed_in(sqlite_instance, "admin")
    invitation = {
        "organisation_id": sqlite_instance.organisations["haiju"],
        "role": "verifier",
        **PASSPORT,
    }
    page = browser.send(browser.open("/administration"), "/administration/invitations", invitation)
    assert page.status == 422
    assert "cannot have the role" in page.text

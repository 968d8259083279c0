"""A body sees on a page of its own what it has recognised, and changes it there."""

from __future__ import annotations

from fastapi.testclient import TestClient

from api.demo.recognition import HK_CERTIFIER
from labels.access import Scope
from lca_db.unit_of_work import UnitOfWork
from tests.support.browsing import Browser, Page
from tests.support.instance import Instance
from tests.support.two_bodies import TwoBodies


class AwayBrowser(Browser):
    """A browser on the instance that recognises."""

    def __init__(self, bodies: TwoBodies, language: str = "en") -> None:
        base_url = bodies.client.base_url
        self.http = TestClient(bodies.http.app, base_url=base_url, raise_server_exceptions=False)
        self.headers = {
            "Accept": "text/html",
            "Accept-Language": language,
            "Origin": base_url,
            "Sec-Fetch-Site": "same-origin",
        }


def certifier_of(bodies: TwoBodies, language: str = "en") -> Browser:
    browser = AwayBrowser(bodies, language)
    page = browser.sign_in(f"{HK_CERTIFIER}@specimen.example")
    assert page.status == 200, page.text
    return browser


def listed(bodies: TwoBodies) -> list[dict[str, object]]:
    answer = bodies.http.get(
        "/v1/recognitions",
        headers={"Authorization": f"Bearer {bodies.seeded.keys[HK_CERTIFIER]}"},
    )
    assert answer.status_code == 200, answer.text
    found: list[dict[str, object]] = answer.json()
    return found


def leads_to(page: Page) -> list[str]:
    return [anchor.attributes.get("href", "") for anchor in page.root.find_all("a")]


def status_form(page: Page) -> str:
    return next(
        form.attributes["action"]
        for form in page.root.find_all("form")
        if form.attributes["action"].endswith("/status")
    )


def test_a_label_is_recognised_suspended_and_reinstated_on_the_page(bodies: TwoBodies) -> None:
    bodies.agree()
    label = bodies.home.label
    browser = certifier_of(bodies)
    page = browser.open("/labels")
    assert "/recognitions" in leads_to(page)
    page = browser.open("/recognitions")
    assert "No label has been recognised yet" in page.text
    assert listed(bodies) == []
    page = browser.send(page, "/recognitions", {"label_url": str(label["url"])})
    assert "The label is recognised, publicly" in page.text, page.text
    assert str(label["url"]) in leads_to(page)
    for said in (str(label["number"]), "Guangdong", "Recognised"):
        assert said in page.text
    (recognition,) = listed(bodies)
    assert (recognition["label_number"], recognition["state"]) == (label["number"], "recognised")
    action = status_form(page)
    reason = {"reason": "under-investigation"}
    page = browser.send(page, action, reason, which={"move": "suspend"})
    assert "The recognition is suspended, publicly" in page.text, page.text
    assert "by this body's own decision" in page.text
    assert not page.has_form(action, move="suspend")
    page = browser.send(page, action, which={"move": "reinstate"})
    assert "The recognition is reinstated, publicly" in page.text, page.text
    stale = page
    page = browser.send(page, action, {"reason": "false-data"}, which={"move": "revoke"})
    assert "The recognition is revoked, publicly" in page.text, page.text
    assert not page.has_form(action)
    assert [found["state"] for found in listed(bodies)] == ["revoked"]
    assert (
        browser.send(stale, action, {"reason": "false-data"}, which={"move": "revoke"}).status
        == 409
    )


def test_a_refused_address_stays_in_the_form_with_its_reason(bodies: TwoBodies) -> None:
    browser = certifier_of(bodies, "zh-Hant")
    page = browser.open("/recognitions")
    assert "尚未互認任何標籤" in page.text
    for address in (str(bodies.home.label["url"]), "https://nobody.invalid/L/AAAA", "ftp://x"):
        refused = browser.send(page, "/recognitions", {"label_url": address})
        assert refused.status == 422, (address, refused.text)
        (field,) = refused.root.find_all("input", name="label_url")
        assert field.attributes["value"] == address
    assert listed(bodies) == []


def test_only_a_certifier_sees_recognitions_and_only_those_of_the_own_body(
    bodies: TwoBodies,
) -> None:
    bodies.agree()
    bodies.recognise()
    assert len(listed(bodies)) == 1
    home: Instance = bodies.home
    assert home.get("/v1/recognitions", "zhao.certifier") == []
    for person in ("lin.haiju", "wu.verifier", "bai.bank"):
        home.get("/v1/recognitions", person, status=403)
        browser = Browser(home)
        page = browser.sign_in(f"{person}@specimen.example")
        assert "/recognitions" not in leads_to(page)
        assert browser.open("/recognitions").status == 403
    with UnitOfWork(bodies.context.engine, Scope.everything("test"), read_only=True) as uow:
        assert uow.recognitions.list_of_body("org_other").items == ()

"""What people type is text on every page, whatever it looks like (threat 22, without a browser)."""

from __future__ import annotations

import pytest

from tests.support.browsing import Page, signed_in
from tests.support.instance import ALUMINIUM, Instance, a_bom_file
from tests.support.walk import an_application

PAYLOADS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "'><b>",
    "{{ 7*7 }}{% raw %}",
    "</textarea><script>alert(1)</script>",
    "</title><h1>own</h1>",
    "javascript:alert(1)",
    "&lt;b&gt;&#x3c;",
    "<!-- --><a href=//elsewhere.example>",
)
OWN = {"script", "img", "iframe", "b", "object"}


def check(page: Page, payload: str) -> None:
    """The payload is read as it was typed, and made no element."""
    assert page.status == 200, page.text[:300]
    assert payload in page.text
    assert not [e.tag for e in page.root.find_all() if e.tag in OWN]
    assert len(page.root.find_all("h1")) == 1
    assert all("onload" not in e.attributes for e in page.root.find_all())


@pytest.mark.parametrize("payload", PAYLOADS)
def test_threat_22_line_names_and_notes_are_text(sqlite_instance: Instance, payload: str) -> None:
    document = a_bom_file(ALUMINIUM)
    line = next(line for line in document["lines"] if line["kind"] != "assembly")
    line["name"] = payload
    line["note"] = payload
    document["assumptions"] = [payload]
    study = sqlite_instance.post("/v1/footprints", ALUMINIUM.preparer, document)
    browser = signed_in(sqlite_instance, ALUMINIUM.preparer)
    check(browser.open(f"/studies/{study['id']}"), payload)


def test_threat_22_findings_and_answers_are_text(sqlite_instance: Instance) -> None:
    walk = an_application(sqlite_instance)
    walk.agree()
    walk.step("wu.verifier", "start-verification")
    for payload in PAYLOADS:
        walk.step(
            "wu.verifier",
            "open-finding",
            severity="minor",
            text=payload,
            due_on="2099-01-01",
            place=payload[:20],
        )
    page = signed_in(sqlite_instance, ALUMINIUM.preparer).open(f"/cases/{walk.case['id']}")
    for payload in PAYLOADS:
        check(page, payload)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_threat_22_what_an_address_carries_is_text(sqlite_instance: Instance, payload: str) -> None:
    browser = signed_in(sqlite_instance, ALUMINIUM.preparer)
    answer = browser.http.get("/datasets", params={"q": payload}, headers=browser.headers)
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    assert "<img src=x" not in answer.text
    assert "onload=alert(1)>" not in answer.text.replace("&gt;", "")
    sign_in = browser.http.get(
        "/queue", params={"done": payload, "after": "x"}, headers=browser.headers
    )
    assert "<script>alert" not in sign_in.text

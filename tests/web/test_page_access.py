"""Nobody sees another's page: 404 as for a random id, and no form is taken from another site."""

from __future__ import annotations

import re

import pytest
from fastapi.routing import APIRoute

from api.web import all_pages, label_pages
from labels.access import Role
from tests.support.browsing import Browser, signed_in
from tests.support.instance import Instance
from tests.support.outsiders import contents, outsider, with_outsiders

RANDOM = "01zzzzzzzzzzzzzzzzzzzzzzzz"
FOREIGN = "https://elsewhere.example"


def page_routes(method: str) -> list[str]:
    """Paths of all pages of the workbench that take the method."""
    return [
        route.path
        for router in all_pages()
        if router is not label_pages.pages
        for route in router.routes
        if isinstance(route, APIRoute) and method in (route.methods or ())
    ]


def ids_of(instance: Instance) -> dict[str, str]:
    """Ids of what the issued label rests on, by the name of the path's part."""
    label = instance.label
    case = instance.get(f"/v1/cases/{label['case_id']}", "zhao.certifier")
    study = instance.get(f"/v1/studies/{case['study_id']}", "lin.haiju")
    return {
        "product_id": study["product_id"],
        "study_id": case["study_id"],
        "case_id": case["id"],
        "label_id": label["id"],
    }


@pytest.mark.parametrize(
    "role", [Role.MANUFACTURER, Role.VERIFIER, Role.REVIEWER, Role.CERTIFIER, Role.BANK]
)
def test_threat_11_another_organisations_page_is_not_there_exactly_as_for_a_random_id(
    issued_instance: Instance, role: Role
) -> None:
    instance = with_outsiders(issued_instance)
    known = ids_of(instance)
    browser = signed_in(instance, outsider(role))
    tried = 0
    for path in page_routes("GET"):
        names = re.findall(r"\{(\w+)\}", path)
        if not names or not set(names) <= known.keys():
            continue
        tried += 1
        theirs = path.format(**known)
        nobodys = path.format(**{n: f"{known[n][:4]}{RANDOM}" for n in names})
        answer, expected = browser.fetch(theirs), browser.fetch(nobodys)
        assert answer.status_code == expected.status_code, path
        assert answer.status_code in {403, 404}, path
        assert answer.text.replace(theirs, "") == expected.text.replace(nobodys, ""), path
    assert tried >= 6


@pytest.mark.parametrize("role", [Role.MANUFACTURER, Role.CERTIFIER])
def test_threat_11_another_organisations_form_changes_nothing(
    issued_instance: Instance, role: Role
) -> None:
    instance = with_outsiders(issued_instance)
    known = ids_of(instance)
    browser = signed_in(instance, outsider(role))
    before = contents(instance.context.engine)
    for path in page_routes("POST"):
        names = re.findall(r"\{(\w+)\}", path)
        if names and set(names) <= known.keys():
            fields = {"kind": "activity-data", "move": "withdraw", "seen_state_version": "2"}
            files = {"file": ("a.csv", b"a,b", "text/csv")}
            answer = browser.http.post(
                path.format(**known), data=fields, files=files, headers=browser.headers
            )
            assert answer.status_code in {403, 404}, path
    assert contents(instance.context.engine) == before


def test_threat_23_no_form_is_taken_from_another_site(sqlite_instance: Instance) -> None:
    browser = signed_in(sqlite_instance, "he.nanling")
    before = contents(sqlite_instance.context.engine)
    posts = page_routes("POST")
    assert len(posts) >= 12
    for path in posts:
        address = re.sub(r"\{\w+\}", f"std_{RANDOM}", path)
        for headers in (
            {"Origin": FOREIGN},
            {"Origin": "null"},
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
        ):
            answer = browser.http.post(address, data={}, headers={"Accept": "text/html"} | headers)
            assert answer.status_code == 403, (path, headers)
    assert contents(sqlite_instance.context.engine) == before


def test_looking_at_pages_changes_nothing(issued_instance: Instance) -> None:
    known = ids_of(issued_instance)
    for person in ("lin.haiju", "wu.verifier", "zhao.certifier", "bai.bank"):
        browser = signed_in(issued_instance, person)
        before = contents(issued_instance.context.engine)
        for path in page_routes("GET"):
            names = re.findall(r"\{(\w+)\}", path)
            if set(names) <= known.keys():
                browser.fetch(path.format(**known))
        assert contents(issued_instance.context.engine) == before, person


def test_a_page_of_somebody_signed_out_is_nobodys(issued_instance: Instance) -> None:
    known = ids_of(issued_instance)
    browser = Browser(issued_instance)
    public = {
        "/sign-in",
        "/invitation",
        "/developers",
        "/bom-template.xlsx",
        "/bom-template.csv",
    }
    for path in page_routes("GET"):
        names = re.findall(r"\{(\w+)\}", path)
        if path not in public and set(names) <= known.keys():
            answer = browser.fetch(path.format(**known))
            assert answer.status_code == 303, path
            assert answer.headers["location"].startswith("/sign-in?next="), path

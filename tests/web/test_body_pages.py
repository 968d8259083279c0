"""Bodies on the administrator's pages: what is entered, by whom it was, and a form to change it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from api.i18n import LANGUAGE_COOKIE
from api.web import body_pages
from tests.support.browsing import Page, form_values, signed_in
from tests.support.instance import Instance
from tests.support.walk import ADMINISTRATOR


def body_path(instance: Instance, organisation: str = "zhujiang") -> str:
    return f"/administration/bodies/{instance.organisations[organisation]}"


def entered_on(page: Page, path: str) -> dict[str, str]:
    """What the form is filled in with."""
    values = form_values(page.form(path))
    values.pop("csrf_token")
    assert values.pop("seen").isdecimal()
    return values


def test_the_administrator_finds_every_body_and_how_it_stands(sqlite_instance: Instance) -> None:
    page = signed_in(sqlite_instance, ADMINISTRATOR).open("/administration")
    hrefs = [a.attributes["href"] for a in page.root.find_all("a")]
    for key in ("zhujiang", "tanbiao-gd"):
        assert body_path(sqlite_instance, key) in hrefs
    assert body_path(sqlite_instance, "haiju") not in hrefs
    for said in ("SPECIMEN-VB-0001", "cpc-415, cpc-464, cpc-471", "In force"):
        assert said in page.text


def test_what_is_entered_fills_the_form_and_is_changed_by_it(sqlite_instance: Instance) -> None:
    browser = signed_in(sqlite_instance, ADMINISTRATOR)
    path = body_path(sqlite_instance)
    page = browser.open(path)
    assert entered_on(page, path) == {
        "accreditation": "SPECIMEN-VB-0001",
        "contact": "",
        "categories": "cpc-415 cpc-464 cpc-471",
        "scope_from": "2026-01-01",
        "scope_until": "2031-10-31",
    }
    haiju = sqlite_instance.organisations["haiju"]
    changes = {"categories": "cpc-464, cpc-415", f"affiliate-{haiju}": "yes", "is_suspended": "yes"}
    page = browser.send(page, path, changes)
    assert page.path == path
    assert "Entered; the public register says so." in page.text
    assert "Suspended" in page.text
    assert entered_on(page, path)["categories"] == "cpc-464 cpc-415"
    read = sqlite_instance.get(f"/v1/organisations/{path.rpartition('/')[2]}/body")
    assert read["standing"] == "suspended"
    assert read["entered"]["affiliates"] == [haiju]
    (timeline,) = page.root.find_all("ol", **{"class": "timeline"})
    newest, first = timeline.find_all("li")
    for said in (
        "系统管理员 Administrator",
        "Accreditation suspended",
        "cpc-464, cpc-415",
        "Haiju Storage",
    ):
        assert said in newest.text
    assert "Accreditation suspended" not in first.text


def test_the_page_says_that_the_register_tells_a_change_only_where_it_does(
    sqlite_instance: Instance,
) -> None:
    """A contact, an accreditation and a group are not in the register."""
    browser = signed_in(sqlite_instance, ADMINISTRATOR)
    path = body_path(sqlite_instance)
    page = browser.send(browser.open(path), path, {"contact": "complaints@specimen.example"})
    assert "Entered; pages of its labels follow." in page.text
    assert "the public register says so" not in page.text


def test_what_is_refused_stays_in_the_form_with_the_reason(sqlite_instance: Instance) -> None:
    browser = signed_in(sqlite_instance, ADMINISTRATOR)
    path = body_path(sqlite_instance)
    for typed, said in (
        ({"scope_until": "2025-12-31"}, "is before the first"),
        ({"categories": "steel"}, "Product categories"),
        ({"scope_from": "soon"}, "First day of the scope"),
    ):
        page = browser.send(browser.open(path), path, typed)
        assert page.status == 422
        assert said in page.text
        assert typed.items() <= entered_on(page, path).items()
    assert len(browser.open(path).root.find_all("ol", **{"class": "timeline"})[0].children) == 1


def test_a_form_that_was_opened_before_another_change_overwrites_nothing(
    sqlite_instance: Instance,
) -> None:
    """Else correcting a contact would lift a suspension that somebody else has just entered."""
    browser = signed_in(sqlite_instance, ADMINISTRATOR)
    path = body_path(sqlite_instance)
    stale = browser.open(path)
    browser.send(browser.open(path), path, {"is_suspended": "yes"})
    refused = browser.send(stale, path, {"contact": "complaints@specimen.example"})
    assert refused.status == 409
    again = browser.send(refused, path, {"contact": "complaints@specimen.example"})
    assert again.status == 409, "the page that refuses is as old as what was typed"
    hrefs = [a.attributes["href"] for a in again.root.find_all("a")]
    assert hrefs.count(path) == 1, "a way to the form as it stands: sent again, it is as old"
    assert entered_on(browser.open(path), path)["is_suspended"] == "yes"
    mistyped = browser.send(stale, path, {"scope_until": "soon"})
    assert browser.send(mistyped, path, {"scope_until": "2031-10-31"}).status == 409
    read = sqlite_instance.get(f"/v1/organisations/{path.rpartition('/')[2]}/body")
    assert read["standing"] == "suspended"


def test_a_form_that_is_read_while_somebody_else_enters_overwrites_nothing(
    sqlite_instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The suspension comes between the two readings of one page, whichever is the first."""
    browser = signed_in(sqlite_instance, ADMINISTRATOR)
    path = body_path(sqlite_instance)
    another = browser.open(path)
    suspended: list[Page] = []

    def then_suspended(read: Callable[..., object]) -> Callable[..., object]:
        def reading(*asked: object) -> object:
            found = read(*asked)
            if not suspended:
                suspended.append(another)
                browser.send(another, path, {"is_suspended": "yes"})
            return found

        return reading

    with monkeypatch.context() as between:
        for name in ("read_body", "list_body_history"):
            between.setattr(body_pages, name, then_suspended(getattr(body_pages, name)))
        torn = browser.open(path)
    assert suspended
    browser.send(torn, path, {"contact": "complaints@specimen.example"})
    read = sqlite_instance.get(f"/v1/organisations/{path.rpartition('/')[2]}/body")
    assert read["standing"] == "suspended"


def test_nobody_but_the_administrator_has_the_page(sqlite_instance: Instance) -> None:
    for person in ("wu.verifier", "zhao.certifier", "guan.authority"):
        assert signed_in(sqlite_instance, person).open(body_path(sqlite_instance)).status == 404
    browser = signed_in(sqlite_instance, ADMINISTRATOR)
    assert browser.open(body_path(sqlite_instance, "haiju")).status == 404


def test_the_page_speaks_the_four_languages(sqlite_instance: Instance) -> None:
    browser = signed_in(sqlite_instance, ADMINISTRATOR)
    for language, said in {
        "zh-Hans": "认可范围",
        "zh-Hant": "認可範圍",
        "en": "Accredited scope",
        "pt": "Âmbito acreditado",
    }.items():
        assert said in browser.open(f"{body_path(sqlite_instance)}?lang={language}").text
        del browser.http.cookies[LANGUAGE_COOKIE]

"""Signing in by the page: led there and back, one session at a time, no way out to other sites."""

from __future__ import annotations

import pytest

from tests.support.browsing import Browser, signed_in
from tests.support.instance import Instance

EMAIL = "he.nanling@specimen.example"


def test_somebody_unknown_is_led_to_the_sign_in_page_and_back_to_where_they_wanted(
    sqlite_instance: Instance,
) -> None:
    browser = Browser(sqlite_instance)
    page = browser.open("/datasets?q=aluminium")
    assert page.path == "/sign-in"
    page = browser.send(page, "/sign-in", {"email": EMAIL, "password": "specimen-only-2026"})
    assert page.status == 200
    assert page.path == "/datasets"
    assert "q=aluminium" in str(page.response.url)


@pytest.mark.parametrize(
    ("person", "path"),
    [
        ("he.nanling", "/products"),
        ("wu.verifier", "/queue"),
        ("chen.reviewer", "/queue"),
        ("zhao.certifier", "/queue"),
        ("bai.bank", "/enterprises"),
        ("guan.authority", "/cases"),
        ("admin", "/administration"),
    ],
)
def test_each_role_begins_with_its_own_work(
    sqlite_instance: Instance, person: str, path: str
) -> None:
    page = signed_in(sqlite_instance, person).open("/")
    assert page.status == 200
    assert page.path == path


def test_a_wrong_password_says_so_sets_no_cookie_and_keeps_the_address(
    sqlite_instance: Instance,
) -> None:
    browser = Browser(sqlite_instance)
    page = browser.sign_in(EMAIL, "not the password")
    assert page.status == 401
    assert "do not belong together" in page.text
    assert "set-cookie" not in page.response.headers
    assert page.root.find_all("input", name="email")[0].attributes["value"] == EMAIL
    assert "value" not in page.root.find_all("input", name="password")[0].attributes


def test_the_sixth_guess_has_to_wait_even_with_the_right_password(
    sqlite_instance: Instance,
) -> None:
    browser = Browser(sqlite_instance)
    for _ in range(5):
        assert browser.sign_in(EMAIL, "guess").status == 401
    page = browser.sign_in(EMAIL)
    assert page.status == 429
    assert int(page.response.headers["retry-after"]) > 0


def test_threat_24_a_session_set_before_signing_in_is_dropped(sqlite_instance: Instance) -> None:
    browser = Browser(sqlite_instance)
    browser.http.cookies.set("tb_session", "set-by-somebody-else", domain="127.0.0.1", path="/")
    browser.sign_in(EMAIL)
    tokens = [c.value for c in browser.http.cookies.jar if c.name == "tb_session"]
    assert tokens
    assert "set-by-somebody-else" not in tokens


def test_threat_24_an_old_session_opens_nothing_after_signing_out_or_in_again(
    sqlite_instance: Instance,
) -> None:
    browser = signed_in(sqlite_instance, "he.nanling")
    first = browser.http.cookies["tb_session"]
    page = browser.open("/products")
    page = browser.send(page, "/sign-out")
    assert page.path == "/sign-in"
    assert "signed out" in page.text
    thief = Browser(sqlite_instance)
    thief.http.cookies.set("tb_session", first, domain="127.0.0.1", path="/")
    assert thief.open("/products").path == "/sign-in"


def test_the_session_cookie_is_for_this_site_and_out_of_reach_of_scripts(
    sqlite_instance: Instance,
) -> None:
    browser = Browser(sqlite_instance)
    browser.http.follow_redirects = False
    page = browser.sign_in(EMAIL)
    assert page.status == 303
    cookie = page.response.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "path=/" in cookie


@pytest.mark.parametrize(
    "wanted",
    [
        "https://elsewhere.example/",
        "//elsewhere.example/",
        "/\\elsewhere.example",
        "\\\\elsewhere.example",
        "javascript:alert(1)",
        "/products\r\nSet-Cookie: x=y",
        "products",
    ],
)
def test_signing_in_never_leads_to_another_site(sqlite_instance: Instance, wanted: str) -> None:
    browser = Browser(sqlite_instance)
    browser.http.follow_redirects = False
    answer = browser.http.post(
        "/sign-in",
        data={"email": EMAIL, "password": "specimen-only-2026", "next": wanted},
        headers=browser.headers,
    )
    assert answer.status_code == 303
    assert answer.headers["location"] == "/"


def test_a_language_chosen_on_a_page_stays_and_the_page_too(sqlite_instance: Instance) -> None:
    browser = signed_in(sqlite_instance, "he.nanling", language="en")
    page = browser.open("/datasets?q=aluminium")
    switch = next(a for a in page.root.find_all("a") if a.attributes.get("hreflang") == "pt")
    page = browser.open(switch.attributes["href"])
    assert page.path == "/datasets"
    assert "q=aluminium" in str(page.response.url)
    assert page.root.find_all("html")[0].attributes["lang"] == "pt-PT"
    assert browser.open("/products").root.find_all("html")[0].attributes["lang"] == "pt-PT"

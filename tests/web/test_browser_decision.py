"""A certifier decides in Chromium and issues a label; a phone then opens its public page."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser import (
    PHONE,
    Site,
    Window,
    a_window,
    faults_for_assistive_technology,
    photograph,
    sign_in,
)
from tests.support.instance import ALUMINIUM, a_bom_file
from tests.support.walk import CERTIFIER, a_reviewed_case, an_issued_label

REASON = "Every criterion is met. 各项准则均已满足。"
STATUS_WORDS = {"zh-Hans": "有效", "zh-Hant": "有效", "en": "Valid", "pt": "Válido"}
HTML_LANGUAGES = {"zh-Hans": "zh-Hans", "zh-Hant": "zh-Hant-HK", "en": "en", "pt": "pt-PT"}


def test_a_certifier_decides_with_a_typed_reason_and_the_label_is_public_in_four_languages(
    chromium: Browser, site: Site
) -> None:
    walk = a_reviewed_case(site.instance, model="NL-DECIDED")
    with a_window(chromium, site) as window:
        number, url = _decided_and_issued(window, walk.case["id"])
        assert window.troubles == []
    assert site.instance.get(walk.path, CERTIFIER)["state"] == "issued"
    path = "/L/" + url.rsplit("/", 1)[-1]
    with a_window(chromium, site, PHONE, has_script=False) as phone:
        for language in STATUS_WORDS:
            _check_public_page(phone, path, language, number)
        assert phone.context.cookies() == []
        assert phone.troubles == []


def _decided_and_issued(window: Window, case_id: str) -> tuple[str, str]:
    """Number and address of the label, from queue to issue, by the pages alone."""
    sign_in(window, CERTIFIER)
    page = window.page
    assert page.url.endswith("/queue")
    page.locator(f'a[href="/cases/{case_id}"]').click()
    decision = page.locator(f'form[action="/cases/{case_id}/decision"]')
    decision.get_by_label("grant the certification").check()
    decision.get_by_role("button").click()
    assert decision.get_by_label("Reason").evaluate("(field) => field.validity.valueMissing")
    decision.get_by_label("Reason").fill(REASON)
    decision.get_by_role("button").click()
    expect(page.get_by_role("status").first).to_contain_text("Certification was granted")
    expect(page.locator("main")).to_contain_text(REASON)
    page.locator(f'form[action="/cases/{case_id}/label"]').get_by_role("button").click()
    expect(page.get_by_role("status").first).to_contain_text("The label was issued")
    number = page.locator("h1").inner_text()
    assert re.fullmatch(r"TB-\d{4}-\d{6}:001", number)
    return number, str(page.get_by_role("link", name="Public page").get_attribute("href"))


def _check_public_page(phone: Window, path: str, language: str, number: str) -> None:
    page = phone.page
    answer = page.goto(f"{phone.origin}{path}?lang={language}")
    assert answer is not None
    assert answer.status == 200
    assert "set-cookie" not in answer.headers
    names: Mapping[str, str] = a_bom_file(ALUMINIUM)["product"]["name"]
    expect(page.locator("h1")).to_have_text(names[language])
    expect(page.locator(".seal")).to_have_text(STATUS_WORDS[language])
    expect(page.locator("html")).to_have_attribute("lang", HTML_LANGUAGES[language])
    assert re.sub(r"\D", "", page.locator(".figure").inner_text().split("kg")[0]) == "9790"
    expect(page.locator("main")).to_contain_text(number)
    assert phone.width() == PHONE[0], "the page is wider than the phone"
    for first in (".seal", "h1", ".figure"):
        box = page.locator(first).bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= PHONE[1], f"{first} is not on the first screen"
    assert page.locator("script").count() == 0


def test_the_switch_of_languages_keeps_the_page_and_sets_no_cookie(
    chromium: Browser, site: Site, public_path: str
) -> None:
    with a_window(chromium, site, PHONE, "pt-PT", has_script=False) as phone:
        page = phone.open(public_path)
        expect(page.locator(".seal")).to_have_text(STATUS_WORDS["pt"])
        page.get_by_role("link", name="繁體中文").click()
        expect(page.locator("html")).to_have_attribute("lang", "zh-Hant-HK")
        assert page.url.startswith(site.url + public_path)
        assert phone.context.cookies() == []


def test_axe_finds_nothing_on_the_public_page_in_any_language_in_light_and_dark(
    chromium: Browser, site: Site, public_path: str
) -> None:
    with a_window(chromium, site, PHONE) as phone:
        for language in STATUS_WORDS:
            page = phone.open(f"{public_path}?lang={language}")
            for scheme in ("light", "dark"):
                assert faults_for_assistive_technology(page, scheme) == [], (language, scheme)
            page.emulate_media(color_scheme="light")
            photograph(page, f"label-{language}", "phone")
        assert phone.troubles == []


def test_the_public_page_comes_in_two_requests_of_less_than_50_kb(
    chromium: Browser, site: Site, public_path: str
) -> None:
    with a_window(chromium, site, PHONE, "zh-CN") as phone:
        sizes: dict[str, int] = {}
        phone.page.on("response", lambda found: sizes.update({found.url: len(found.body())}))
        _settled(phone.open(public_path))
    icons = [url for url in sizes if url.endswith("icon.svg")]
    assert len(sizes) - len(icons) == 2, sorted(sizes)
    assert sum(sizes.values()) < 50_000, sizes


def _settled(page: Page) -> None:
    page.wait_for_load_state("networkidle")


@pytest.fixture(scope="module")
def public_path(site: Site) -> str:
    """The path of an issued label's public page."""
    label = an_issued_label(site.instance, model="NL-PUBLIC")
    return "/L/" + str(label["url"]).rsplit("/", 1)[-1]

"""What every page keeps, found by walking all links of every role in the four languages.

One title and one main heading, a label for every field, captions, unique ids, no inline style or
script, headers that keep it private; no key of the catalogue is ever shown instead of its words.
"""

from __future__ import annotations

import re

import pytest

from labels.locale import LANGUAGES
from tests.support.browsing import Browser, Element, Page, controls, links, signed_in
from tests.support.instance import Instance

PEOPLE = (
    "lin.haiju",
    "wu.verifier",
    "chen.reviewer",
    "zhao.certifier",
    "bai.bank",
    "guan.authority",
    "admin",
)
KEY = re.compile(
    r"\b(account|case|case_event|case_state|chart|criterion|datasets|done|effect|enterprises"
    r"|evidence|evidence_kind|field|gate|indicator|label|labels|line|nav|origin|page|part"
    r"|problem|product|products|queue|rating|result|reason|reviews|scan|seal|study|t|upload)\.[a-z_]+\b"
)
FILES = re.compile(
    r"\.(csv|html|json|xlsx|pdf|png|svg)(\?|$)|/evidence/|/export\?|/agreement$|/credential$|^/L/|^/static/"
)
MOST_DATASETS = 2


def every_page(browser: Browser) -> dict[str, Page]:
    """All pages a person can reach by links, a few datasets among them."""
    waiting, pages, datasets = ["/", "/nothing-here"], {}, 0
    while waiting:
        path = waiting.pop()
        if path in pages or FILES.search(path) or "lang=" in path:
            continue
        if path.startswith("/datasets/"):
            datasets += 1
            if datasets > MOST_DATASETS:
                continue
        pages[path] = browser.open(path)
        waiting += links(pages[path])
    return pages


def _names(form_part: Element) -> str:
    return form_part.attributes.get("name", "")


def check_structure(page: Page) -> None:
    """Headings, landmarks, ids and captions."""
    root = page.root
    assert len(root.find_all("h1")) == 1
    assert root.find_all("title")[0].text
    assert len(root.find_all("main")) == 1
    assert root.find_all("html")[0].attributes["lang"]
    ids = [e.attributes["id"] for e in root.find_all() if "id" in e.attributes]
    assert len(ids) == len(set(ids)), sorted(i for i in ids if ids.count(i) > 1)
    for table in root.find_all("table"):
        assert table.find_all("caption")[0].text
        assert all(head.attributes.get("scope") for head in table.find_all("th"))
    for anchor in root.find_all("a"):
        assert anchor.text or anchor.find_all("svg"), anchor.attributes
        target = anchor.attributes["href"]
        if target.startswith("#"):
            assert target[1:] in ids, target
    for drawing in root.find_all("svg"):
        is_hidden = drawing.attributes.get("aria-hidden") == "true"
        assert is_hidden or drawing.find_all("title"), drawing.attributes


def check_forms(page: Page) -> None:
    """A label for every field, a way to send every form, changes by POST only."""
    labelled = {e.attributes.get("for") for e in page.root.find_all("label")}
    for form in page.root.find_all("form"):
        assert form.find_all("button"), form.attributes
        assert form.attributes["method"] in {"get", "post"}
        wrapped = [c for label in form.find_all("label") for c in controls(label)]
        for control in controls(form):
            kind = control.attributes.get("type", "")
            is_hidden = kind == "hidden" or "hidden" in control.attributes
            if control.tag == "button" or is_hidden or control in wrapped:
                continue
            assert control.attributes.get("id") in labelled, (page.path, _names(control))


def check_safety(page: Page) -> None:
    """Nothing inline, nothing from elsewhere, nothing kept by caches in between."""
    for element in page.root.find_all():
        assert "style" not in element.attributes, element.attributes
        assert not any(name.startswith("on") for name in element.attributes), element.attributes
        assert element.tag not in {"script", "style", "iframe", "object"}
        for name in ("src", "href", "action"):
            address = element.attributes.get(name, "")
            assert not address.startswith(("http://", "https://", "//", "javascript:")), address
    headers = page.response.headers
    assert "no-store" in headers["cache-control"]
    assert headers["referrer-policy"] == "same-origin"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("person", PEOPLE)
def test_every_page_a_person_can_reach_keeps_the_conventions(
    issued_instance: Instance, person: str
) -> None:
    browser = signed_in(issued_instance, person)
    pages = every_page(browser)
    assert len(pages) >= 3
    for path, page in pages.items():
        assert page.status == (404 if path == "/nothing-here" else 200), path
        check_structure(page)
        check_forms(page)
        check_safety(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_shows_a_key_instead_of_its_words(issued_instance: Instance, language: str) -> None:
    for person in PEOPLE:
        browser = signed_in(issued_instance, person, language)
        for path, page in every_page(browser).items():
            found = KEY.findall(page.text)
            assert not found, (path, KEY.search(page.text))


def test_the_sign_in_page_keeps_them_too(sqlite_instance: Instance) -> None:
    page = Browser(sqlite_instance).open("/sign-in")
    check_structure(page)
    check_forms(page)
    check_safety(page)

"""The pages of the inventory without script: search, a dataset, its chain, two releases."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from api.workflows.release_imports import release_imports
from labels.locale import LANGUAGES
from tests.support.browsing import Browser, Element, Page, links, signed_in
from tests.support.import_files import OPEN, PLANT, an_import_of
from tests.support.instance import ALUMINIUM, LFP, Instance, a_bom_file
from tests.support.two_releases import HEAVIER, LEFT_OUT, RENAMED, freeze_second

MODULE = "/datasets/pv-module-multi-cn"


@pytest.fixture
def browser(sqlite_instance: Instance) -> Browser:
    return signed_in(sqlite_instance, LFP.preparer)


def rows(page: Page, caption: str) -> list[Element]:
    """The rows of the table with that caption."""
    for table in page.root.find_all("table"):
        if table.find_all("caption")[0].text.startswith(caption):
            return table.find_all("tbody")[0].find_all("tr")
    raise AssertionError(f"no table {caption}")


def test_an_address_never_keeps_choices_that_were_not_made(browser: Browser) -> None:
    page = browser.open("/datasets?q=&industry=steel&review_status=&location=&year=&kind=&code=")
    assert str(page.response.url).endswith("/datasets?industry=steel")
    found = rows(page, "Datasets found: ")
    assert len(found) == 29
    assert all("Steel" in row.text for row in found)


def test_a_choice_tells_how_many_datasets_it_would_find(browser: Browser) -> None:
    page = browser.open("/datasets?industry=steel")
    status = next(
        s for s in page.root.find_all("select") if s.attributes["name"] == "review_status"
    )
    told = {
        option.attributes["value"]: int(re.findall(r"\((\d+)\)", option.text)[0])
        for option in status.find_all("option")[1:]
    }
    assert sum(told.values()) == 29
    for value, count in told.items():
        narrowed = browser.open(f"/datasets?industry=steel&review_status={value}")
        assert f"Datasets found: {count}" in narrowed.text


def test_all_pages_together_hold_every_dataset_once(browser: Browser) -> None:
    path, seen = "/datasets", []
    while path:
        page = browser.open(path)
        seen += [link for link in links(page) if link.startswith("/datasets/")]
        path = next((a.attributes["href"] for a in page.root.find_all("a", rel="next")), "")
    (release,) = browser.http.get("/v1/releases").json()
    assert len(seen) == len(set(seen)) == release["dataset_count"]


def test_a_page_links_only_to_what_opens(browser: Browser) -> None:
    for path in {
        a for a in links(browser.open(MODULE)) if a.startswith(("/datasets", "/releases"))
    }:
        assert browser.open(path).status == 200, path


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_supply_chain_is_a_tree_whose_parts_are_the_total(
    sqlite_instance: Instance, language: str
) -> None:
    page = signed_in(sqlite_instance, LFP.preparer, language).open(MODULE + "?cutoff=0.1")
    (box,) = [d for d in page.root.find_all("div") if d.attributes.get("class") == "tree-box"]
    (tree,) = [e for e in box.children if isinstance(e, Element) and e.tag == "ul"]
    shown = [li for li in tree.children if isinstance(li, Element)]
    assert len(shown) >= 3
    (total, *_) = figures(box)
    parts = sum(figures(li)[0] for li in shown)
    assert abs(parts - total) < Decimal("0.02") * total
    assert "pv-cell" not in box.text, "an identifier where a name exists"


def figures(element: Element) -> list[Decimal]:
    """The kgCO2e in an element, in the order of the page."""
    spans = [s for s in element.find_all("span") if s.attributes.get("class") == "num"]
    texts = [s.text.removesuffix("kg CO₂e").strip() for s in spans]
    return [Decimal(t.replace(",", ".").replace("\N{MINUS SIGN}", "-")) for t in texts]


def test_a_dataset_shows_findings_and_verdicts_in_words(browser: Browser) -> None:
    page = browser.open("/datasets/aluminium-casting-cn")
    (finding,) = rows(page, "What the checks found")
    assert "Warning" in finding.text
    assert "aluminium-casting-cn" not in finding.text
    compared = browser.open("/datasets/aluminium-primary-cn")
    verdicts = [row.text.count("Within range") for row in rows(compared, "Comparison")]
    assert len(verdicts) >= 2
    assert set(verdicts) == {1}
    assert "9115" not in compared.text.replace(",", ""), "the published value is not shown"


def test_a_release_says_what_it_holds_and_how_it_is_downloaded(browser: Browser) -> None:
    (release,) = browser.http.get("/v1/releases").json()
    page = browser.open(f"/releases/{release['id']}")
    assert release["snapshot_sha256"] in page.text
    assert "Direct factorisation" in page.text
    assert len(rows(page, "What it was made of")) > 100
    exports = [a for a in links(page) if "/export?" in a]
    forms = ("json", "jsonld", "csv", "xlsx", "datapackage", "brightway-archive", "sources")
    assert exports == [f"/v1/releases/{release['id']}/export?format={form}" for form in forms]
    findings = browser.open(f"/releases/{release['id']}/findings?severity=warning")
    told = browser.http.get(f"/v1/releases/{release['id']}").json()["findings"]["warning"]
    assert told > 100, "more than one page"
    assert len(rows(findings, "What the checks found")) == 100


def test_two_releases_are_compared_by_a_form(sqlite_instance: Instance) -> None:
    sqlite_instance.post("/v1/footprints", ALUMINIUM.preparer, a_bom_file())
    ids = freeze_second(sqlite_instance)
    browser = signed_in(sqlite_instance, ALUMINIUM.preparer)
    page = browser.open(f"/releases/compare?before={ids.first}&after={ids.second}")
    assert page.path == f"/releases/{ids.first}/diff/{ids.second}"
    assert len(rows(page, "Your products")) == 1
    changed = browser.open(f"{page.path}?change=changed")
    hrefs = [a for a in links(changed) if a.startswith("/datasets/")]
    assert {a.partition("?")[0] for a in hrefs} == {
        f"/datasets/{HEAVIER}",
        f"/datasets/{RENAMED}",
    }
    removed = browser.open(f"{page.path}?change=removed")
    (gone,) = [a for a in links(removed) if a.startswith("/datasets/")]
    assert gone == f"/datasets/{LEFT_OUT}?release={ids.first}"
    old = browser.open(gone)
    assert "older release" in old.text
    assert "Your products" not in signed_in(sqlite_instance, "admin").open(page.path).text
    table = browser.http.get(f"{page.path}/datasets.csv", headers=browser.headers)
    assert HEAVIER in table.text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/datasets/no-such-dataset", 404),
        ("/datasets/aluminium-primary-cn?release=rel_" + "0" * 26, 404),
        ("/datasets/aluminium-primary-cn?cutoff=2", 422),
        ("/datasets?kind=both", 422),
        ("/releases/rel_1", 404),
        ("/releases/rel_" + "0" * 26, 404),
        ("/releases/compare?before=a&after=b", 422),
    ],
)
def test_what_is_not_there_is_told_on_a_page(browser: Browser, path: str, status: int) -> None:
    page = browser.open(path)
    assert page.status == status
    assert len(page.root.find_all("h1")) == 1


@pytest.mark.parametrize(
    ("language", "note"),
    [("zh-Hans", "英文原文"), ("zh-Hant", "英文原文"), ("en", ""), ("pt", "original em inglês")],
)
def test_english_texts_are_marked_as_such_and_named_to_readers_of_others(
    sqlite_instance: Instance, language: str, note: str
) -> None:
    page = signed_in(sqlite_instance, LFP.preparer, language).open(
        "/datasets/aluminium-sheet-primary-cn"
    )
    for text in ("cast to slab and rolled", "about two percent of mass"):
        assert any(text in e.text for e in page.root.find_all(lang="en")), f"{text} is unmarked"
    assert ("cast to slab and rolled. (" + note + ")" in page.text) is bool(note)
    assert ("原文" in page.text or "original em inglês" in page.text) is bool(note)


def test_of_an_imported_text_no_language_is_claimed(sqlite_instance: Instance) -> None:
    import_id = an_import_of(sqlite_instance, PLANT, terms=OPEN)
    actor = sqlite_instance.actor("admin")
    release_imports(sqlite_instance.context, actor, [import_id], "a plant")
    found = sqlite_instance.get("/v1/datasets?q=Rod P-2", LFP.preparer)
    dataset = min(entry["id"] for entry in found if entry["id"].startswith("plant"))
    page = signed_in(sqlite_instance, LFP.preparer, "zh-Hans").open(f"/datasets/{dataset}")
    heading = page.root.find_all("h1")[0]
    assert heading.text.startswith("Rod P-")
    assert [e.attributes["lang"] for e in heading.find_all("span")] == ["en"], "its name says so"
    assert "英文原文" not in page.text


def test_two_releases_of_one_minute_have_different_names_everywhere(
    sqlite_instance: Instance, browser: Browser
) -> None:
    ids = freeze_second(sqlite_instance)
    paths = (
        "/releases/{}",
        "/releases/{}/findings",
        "/datasets/" + HEAVIER + "?release={}",
    )
    for path in paths:
        first, second = (browser.open(path.format(id_)) for id_ in (ids.first, ids.second))
        for release, page in ((ids.first, first), (ids.second, second)):
            found = sqlite_instance.get(f"/v1/releases/{release}")
            assert found["snapshot_sha256"][:12] in page.text, path
    titles, headings = set(), set()
    for release in (ids.first, ids.second):
        page = browser.open(f"/releases/{release}")
        titles.add(page.root.find_all("title")[0].text)
        headings.add(page.root.find_all("h1")[0].text)
    assert (len(titles), len(headings)) == (2, 2)
    choices = browser.open("/releases").root.find_all("select")[0].find_all("option")
    assert len({option.text for option in choices}) == 2


def test_lists_are_downloaded_as_workbooks_beside_csv(
    sqlite_instance: Instance, browser: Browser
) -> None:
    ids = freeze_second(sqlite_instance)
    diff = f"/releases/{ids.first}/diff/{ids.second}"
    lists = {"/datasets?industry=steel": "/datasets.{}?industry=steel", diff: diff + "/datasets.{}"}
    for page, address in lists.items():
        assert {address.format("csv"), address.format("xlsx")} <= set(links(browser.open(page)))
        plain = browser.fetch(address.format("csv")).content.decode("utf-8-sig").splitlines()
        sheet = load_workbook(io.BytesIO(browser.fetch(address.format("xlsx")).content)).active
        assert sheet is not None
        rows = list(sheet.iter_rows(values_only=True))
        expected = list(csv.reader(plain))
        assert [row[0] for row in rows] == [row[0] for row in expected]
        assert rows[0] == tuple(expected[0])


def test_a_document_stands_once_with_every_place_that_was_read(
    sqlite_instance: Instance, browser: Browser
) -> None:
    page = browser.open(MODULE)
    sources = sqlite_instance.get(f"/v1{MODULE}")["sources"]
    lists = page.root.find_all("ul", **{"class": "places"})
    places = {li.attributes["id"] for listed in lists for li in listed.find_all("li")}
    assert places == {f"source-{source['id']}" for source in sources}
    documents = {(s["document"], s["issuing_body"], s["year"], s["licence"]) for s in sources}
    assert len(documents) < len(sources)
    assert len(lists) == len(documents)


def test_a_small_move_shows_in_the_totals_beside_it(
    sqlite_instance: Instance, browser: Browser
) -> None:
    ids = freeze_second(sqlite_instance)
    page = browser.open(f"/releases/{ids.first}/diff/{ids.second}?change=changed")
    (row,) = (
        r
        for r in rows(page, "Datasets")
        if any(HEAVIER in a.attributes["href"] for a in r.find_all("a"))
    )
    before, after = (cell.text for cell in row.find_all("td", **{"class": "num wide-only"}))
    assert before != after

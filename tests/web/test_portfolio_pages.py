"""The pages of portfolio runs: asked for by a form, watched, read, cancelled."""

from __future__ import annotations

import pytest

from api.jobs.work import run_due_jobs
from labels.locale import LANGUAGES
from tests.support.browsing import Browser, Page, signed_in
from tests.support.instance import ALUMINIUM, PV, Instance
from tests.support.many_studies import a_heavier_release, store_studies
from tests.web.test_page_conventions import check_forms, check_safety, check_structure

PATH = "/portfolio-runs"
GRID = "electricity-grid-cn-2024"
ONLY_OF_PV = "pv-junction-box-cn"


def ask(browser: Browser, release: str, scope: str = "organisation") -> Page:
    fields = {"release_id": release, "scope": scope}
    return browser.send(browser.open(PATH), PATH, fields)


def run_all(instance: Instance) -> None:
    while run_due_jobs(instance.context):
        pass


def newest(instance: Instance, person: str) -> str:
    run: str = instance.get("/v1/portfolio-runs", person)[0]["id"]
    return f"{PATH}/{run}"


def test_a_maker_asks_waits_and_reads_what_moved_and_why(sqlite_instance: Instance) -> None:
    (study,) = store_studies(sqlite_instance, 1)
    release = a_heavier_release(sqlite_instance.context, GRID)
    browser = signed_in(sqlite_instance, ALUMINIUM.preparer)
    page = ask(browser, release.id)
    assert "The run was asked for" in page.text
    assert "Waiting" in page.text
    run_all(sqlite_instance)
    path = newest(sqlite_instance, ALUMINIUM.preparer)
    page = browser.open(path)
    assert "Studies: 1; moved: 1; could not be recomputed: 0." in page.text
    assert GRID in page.text
    assert study in page.text
    assert study in browser.fetch(f"{path}/results.csv").text
    assert not page.has_form(f"{path}/cancel"), "it is over"


def test_the_authority_asks_for_the_register_and_is_told_what_failed_and_why(
    sqlite_instance: Instance,
) -> None:
    store_studies(sqlite_instance, 1, PV)
    release = a_heavier_release(sqlite_instance.context, GRID, without=(ONLY_OF_PV,))
    browser = signed_in(sqlite_instance, "guan.authority")
    ask(browser, release.id, "register")
    run_all(sqlite_instance)
    page = browser.open(newest(sqlite_instance, "guan.authority"))
    assert "could not be recomputed: 1." in page.text
    assert f'"{ONLY_OF_PV}"' in page.text or ONLY_OF_PV in page.text


def test_a_run_is_cancelled_by_its_button(sqlite_instance: Instance) -> None:
    release = a_heavier_release(sqlite_instance.context, GRID)
    browser = signed_in(sqlite_instance, ALUMINIUM.preparer)
    ask(browser, release.id)
    path = newest(sqlite_instance, ALUMINIUM.preparer)
    page = browser.send(browser.open(path), f"{path}/cancel")
    assert "The run was cancelled" in page.text
    assert "Cancelled" in page.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_keep_the_conventions_in_every_language(
    sqlite_instance: Instance, language: str
) -> None:
    store_studies(sqlite_instance, 1)
    release = a_heavier_release(sqlite_instance.context, GRID)
    browser = signed_in(sqlite_instance, ALUMINIUM.preparer, language)
    ask(browser, release.id)
    for path in (PATH, newest(sqlite_instance, ALUMINIUM.preparer)):
        page = browser.open(path)
        check_structure(page)
        check_forms(page)
        check_safety(page)
    run_all(sqlite_instance)
    check_structure(browser.open(newest(sqlite_instance, ALUMINIUM.preparer)))

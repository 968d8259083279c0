"""The administrator's imports: upload, the report, what the gates find, and the frozen release."""

from __future__ import annotations

import json

import pytest

from api.jobs.work import run_due_jobs
from labels.locale import LANGUAGES, translator
from tests.support.browsing import Browser, Page, signed_in
from tests.support.import_files import LOOPING, NOTED, PLANT, WANTING, an_import_of, note_codes
from tests.support.instance import ALUMINIUM, Instance
from tests.web.test_page_conventions import check_forms, check_safety, check_structure

PATH = "/inventory-imports"


def upload(browser: Browser, content: bytes, **fields: str) -> Page:
    """Sends a file by the form of the page."""
    page = browser.open(PATH)
    return browser.send(page, PATH, fields, file=("plant.csv", content, "text/csv"))


def test_a_file_is_uploaded_reported_checked_and_frozen(sqlite_instance: Instance) -> None:
    browser = signed_in(sqlite_instance, "admin")
    page = upload(browser, PLANT, prefix="plant")
    assert "its import has begun" in page.text
    assert "waiting" in page.text
    run_due_jobs(sqlite_instance.context)
    page = browser.open(PATH)
    assert "Under way" not in page.text
    (stored,) = sqlite_instance.get("/v1/inventory-imports", "admin")
    report = browser.open(f"{PATH}/{stored['id']}")
    assert "came in 2" in report.text
    assert "Water" in browser.open(f"{PATH}/{stored['id']}?kind=ignored").text
    checked = browser.send(
        page, f"{PATH}/check", {"note": "with the plant", f"import-{stored['id']}": "yes"}
    )
    assert "can be frozen" in checked.text
    assert "blocking 0" in checked.text
    unconfirmed = browser.send(checked, f"{PATH}/release")
    assert unconfirmed.status == 422
    assert len(sqlite_instance.get("/v1/releases", "admin")) == 1
    done = browser.send(checked, f"{PATH}/release", {"confirmed": "yes"})
    assert "The release is frozen" in done.text
    release = sqlite_instance.get("/v1/releases", "admin")[0]
    assert release["note"] == "with the plant"
    assert release["id"] in browser.open(f"{PATH}/{stored['id']}").text


def test_what_blocks_is_shown_and_there_is_no_button(sqlite_instance: Instance) -> None:
    import_id = an_import_of(sqlite_instance, LOOPING)
    browser = signed_in(sqlite_instance, "admin")
    fields = {"note": "loops", f"import-{import_id}": "yes"}
    page = browser.send(browser.open(PATH), f"{PATH}/check", fields)
    assert page.status == 200
    assert "blocking 1" in page.text
    assert not page.has_form(f"{PATH}/release")


@pytest.mark.parametrize(
    ("fields", "words"),
    [({"note": "x"}, "No import was chosen"), (None, "No import was chosen")],
)
def test_a_release_of_nothing_is_refused_in_words(
    sqlite_instance: Instance, fields: dict[str, str] | None, words: str
) -> None:
    an_import_of(sqlite_instance)
    browser = signed_in(sqlite_instance, "admin")
    page = browser.send(browser.open(PATH), f"{PATH}/check", fields)
    assert (page.status, words in page.text) == (422, True)


def test_a_wrong_choice_and_a_missing_file_are_said_on_the_form(sqlite_instance: Instance) -> None:
    browser = signed_in(sqlite_instance, "admin")
    assert upload(browser, PLANT, estimates="kg=-1").status == 422
    assert browser.send(browser.open(PATH), PATH).status == 422
    assert sqlite_instance.get("/v1/jobs", "admin") == []


def test_the_same_form_sent_twice_is_one_import(sqlite_instance: Instance) -> None:
    browser = signed_in(sqlite_instance, "admin")
    page = browser.open(PATH)
    for _ in range(2):
        browser.send(page, PATH, file=("plant.csv", PLANT, "text/csv"))
    assert len(sqlite_instance.get("/v1/jobs", "admin")) == 1


def test_a_file_that_cannot_be_used_says_why(sqlite_instance: Instance) -> None:
    import_id = an_import_of(sqlite_instance, b"%PDF-1.7")
    browser = signed_in(sqlite_instance, "admin")
    assert "Nothing of this file could be used" in browser.open(f"{PATH}/{import_id}").text
    assert "nothing came in" in browser.open(PATH).text


def test_the_report_is_given_out_as_json(sqlite_instance: Instance) -> None:
    import_id = an_import_of(sqlite_instance)
    answer = signed_in(sqlite_instance, "admin").fetch(f"{PATH}/{import_id}/report.json")
    stored = sqlite_instance.get(f"/v1/inventory-imports/{import_id}", "admin")
    assert json.loads(answer.text) == stored["report"]
    assert answer.headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_list_of_a_report_is_said_in_the_readers_language(
    sqlite_instance: Instance, language: str
) -> None:
    import_id = an_import_of(sqlite_instance, WANTING)
    browser = signed_in(sqlite_instance, "admin", language)
    for kind in ("", "refused", "unlinked", "cut_offs", "mapped", "conversions", "findings"):
        page = browser.open(f"{PATH}/{import_id}?kind={kind}")
        assert page.status == 200
        for check in (check_structure, check_forms, check_safety):
            check(page)
        assert "import_" not in page.text
        assert "imports." not in page.text
    assert browser.open(f"{PATH}/{import_id}?kind=none").status == 404


def test_every_finding_is_a_sentence_of_the_page_in_four_languages(
    sqlite_instance: Instance,
) -> None:
    import_id = an_import_of(sqlite_instance, NOTED)
    stored = sqlite_instance.get(f"/v1/inventory-imports/{import_id}", "admin")
    found = stored["report"]["findings"]["shown"]
    assert {finding["code"] for finding in found} == note_codes()
    for language in LANGUAGES:
        browser = signed_in(sqlite_instance, "admin", language)
        page = browser.open(f"{PATH}/{import_id}?kind=findings")
        assert page.status == 200
        for finding in found:
            said = translator(language).problem(finding["code"], finding["parameters"])
            assert said in page.text


def test_nobody_else_sees_imports(sqlite_instance: Instance) -> None:
    import_id = an_import_of(sqlite_instance)
    browser = signed_in(sqlite_instance, ALUMINIUM.preparer)
    for path in (PATH, f"{PATH}/{import_id}", f"{PATH}/{import_id}/report.json"):
        assert browser.fetch(path).status_code == 403
    assert "/inventory-imports" not in browser.open("/products").text

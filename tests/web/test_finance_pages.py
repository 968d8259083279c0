"""The product book and the rating by their pages: exact, once, and read only with consent."""

from __future__ import annotations

import csv
from datetime import timedelta

import pytest

from api.context import system_clock
from labels.scheme import register_day
from tests.support.browsing import Browser, Page, signed_in
from tests.support.instance import LFP, Instance

MAKER, BANK = LFP.preparer, "bai.bank"
RECORD = ("sales.csv", b"SPECIMEN,1", "text/csv")


def declare(browser: Browser, **typed: str) -> Page:
    """Declares a volume by the form of the account page."""
    page = browser.open("/account")
    return browser.send(page, "/account/volumes", typed, file=RECORD)


def test_a_declared_volume_is_posted_exact_to_the_milligram(issued_instance: Instance) -> None:
    browser = signed_in(issued_instance, MAKER)
    page = declare(browser, amount="0.3333333")
    assert "The volume was declared and posted" in page.text, page.text
    value = issued_instance.label["value"]
    posted = [c.text for c in page.root.find_all("td", **{"class": "num"})]
    exact = f"{float(value) * 0.3333333:.6f}"
    assert exact in posted, (exact, posted)
    assert f"−{exact}" in posted, "the other side of the posting"


def test_a_volume_sent_twice_is_posted_once_and_a_day_counts_once(
    issued_instance: Instance,
) -> None:
    browser = signed_in(issued_instance, MAKER)
    form = browser.open("/account")
    for _ in range(2):
        page = browser.send(form, "/account/volumes", {"amount": "10"}, file=RECORD)
        assert page.status == 200, page.text
    assert len(_postings(page)) == 1
    page = declare(browser, amount="10")
    assert page.status == 422
    assert len(_postings(page)) == 1
    assert page.root.find_all("input", name="amount")[0].attributes["value"] == "10"


def test_a_wrong_posting_is_reversed_with_a_reason_and_declared_anew(
    issued_instance: Instance,
) -> None:
    browser = signed_in(issued_instance, MAKER)
    declare(browser, amount="1000")
    page = declare(browser, amount="10")
    assert page.status == 422
    assert "pst_" not in page.root.text
    today = register_day(issued_instance.context.now()).isoformat()
    assert f"from {today} to {today}" in page.text
    (action,) = reversals(page)
    page = browser.send(browser.open("/account"), action, {"reason": ""})
    assert page.status == 422
    page = browser.send(page, action, {"reason": "Pieces, not kWh."})
    assert "The posting is reversed" in page.text, page.text
    assert reversals(page) == []
    back, wrong = _postings(page)
    assert "reversed" in wrong
    assert "reversal" in back
    assert "Pieces, not kWh." in back
    balances = page.root.find_all("table")[0].find_all("td")
    assert {float(cell.text.replace("−", "-")) for cell in balances} == {0}
    page = declare(browser, amount="10")
    assert page.status == 200
    assert len(_postings(page)) == 3
    assert len(reversals(page)) == 1


def test_every_posting_can_be_reached_however_many_there_are(
    issued_instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.workflows.view_account.MOST_POSTINGS", 1)
    browser = signed_in(issued_instance, MAKER)
    declare(browser, amount="1000")
    page = browser.open("/account")
    browser.send(page, reversals(page)[0], {"reason": "Pieces, not kWh."})
    page = browser.open("/account")
    assert len(_postings(page)) == 1
    assert reversals(page) == []
    (link,) = [a for a in page.root.find_all("a") if a.text == "Show all postings"]
    assert len(_postings(browser.open(link.attributes["href"]))) == 2
    sheet = browser.fetch("/account/postings.csv").text
    assert sheet.count("Pieces, not kWh.") == 1
    assert sheet.count("pst_") == 2


def reversals(page: Page) -> list[str]:
    return [
        form.attributes["action"]
        for form in page.root.find_all("form")
        if form.attributes["action"].endswith("/reversal")
    ]


def _postings(page: Page) -> list[str]:
    table = next(
        t
        for t in page.root.find_all("table")
        if t.find_all("caption")[0].text.startswith("Postings")
    )
    return [row.text for row in table.find_all("tbody")[0].find_all("tr")]


def test_a_volume_in_a_unit_of_another_kind_is_refused_on_the_form(
    issued_instance: Instance,
) -> None:
    page = declare(signed_in(issued_instance, MAKER), amount="10", unit="m3")
    assert page.status == 422
    assert page.has_form("/account/volumes")
    assert "Nothing here yet" in page.text


def test_somebody_without_labels_is_told_that_nothing_can_be_posted(
    issued_instance: Instance,
) -> None:
    page = signed_in(issued_instance, "he.nanling").open("/account")
    assert "You hold no label yet" in page.text
    assert not page.has_form("/account/volumes")


def report(instance: Instance, kind: str, value: str) -> None:
    """One indicator, as it arrives by the API."""
    instance.post(
        "/v1/indicators",
        MAKER,
        {
            "kind": kind,
            "value": value,
            "period_from": "2025-01-01",
            "period_to": "2025-12-31",
            "source": "SPECIMEN register",
            "evidence_sha256": instance.client.keep(MAKER, "register", b"SPECIMEN register"),
        },
    )


def test_the_rating_page_follows_the_indicators(sqlite_instance: Instance) -> None:
    browser = signed_in(sqlite_instance, MAKER)
    assert "Not rated" in browser.open("/rating").text
    report(sqlite_instance, "target-executed-share", "0.5")
    first = browser.open("/rating").root.find_all("p", **{"class": "figure"})[0].text
    report(sqlite_instance, "target-executed-share", "1")
    page = browser.open("/rating")
    second = page.root.find_all("p", **{"class": "figure"})[0].text
    assert first != second
    assert "SPECIMEN register" in page.text
    assert "unconfirmed" in page.text


def test_the_rating_page_says_which_of_several_reports_counts(sqlite_instance: Instance) -> None:
    report(sqlite_instance, "target-executed-share", "0.5")
    report(sqlite_instance, "target-executed-share", "1")
    browser = signed_in(sqlite_instance, MAKER)
    page = browser.open("/rating")
    assert "One of each kind counts" in page.text
    assert "begins and ends later than the newest verified period" in page.text
    assert "for 36 months after the last day it is about" in page.text
    lines = browser.fetch("/rating/indicators.csv").content.decode("utf-8-sig").splitlines()
    (counts,) = [n for n, name in enumerate(next(csv.reader(lines))) if name == "Counts"]
    assert [row[counts] for row in csv.reader(lines)] == ["Counts", "yes", "no"]


def give_consent(browser: Browser, days: int = 30) -> Page:
    """Gives the only bank a consent by the form."""
    until = (register_day(system_clock()) + timedelta(days=days)).isoformat()
    return browser.send(browser.open("/rating"), "/rating/consents", {"expires_on": until})


def test_a_bank_reads_with_consent_only_and_the_enterprise_sees_each_attempt(
    sqlite_instance: Instance,
) -> None:
    report(sqlite_instance, "target-set", "yes")
    maker, bank = signed_in(sqlite_instance, MAKER), signed_in(sqlite_instance, BANK)
    assert "Nothing here yet" in bank.open("/enterprises").text
    page = give_consent(maker)
    assert "The consent is given" in page.text, page.text
    offered = bank.open("/enterprises")
    assert "Haiju Storage" in offered.text
    page = bank.send(offered, "/enterprises")
    assert page.status == 200
    assert "the bank decides" in page.text
    assert "This reading was recorded" in page.text
    page = maker.open("/rating")
    action = next(
        f.attributes["action"]
        for f in page.root.find_all("form")
        if f.attributes["action"].endswith("/revocation")
    )
    page = maker.send(page, action)
    assert "The consent was taken back" in page.text
    page = bank.send(offered, "/enterprises")
    assert page.status == 403
    assert "has not given your bank a consent" in page.text
    readings = maker.open("/rating").text
    assert "answered" in readings
    assert "refused" in readings


def test_a_consent_cannot_end_before_it_begins(sqlite_instance: Instance) -> None:
    page = give_consent(signed_in(sqlite_instance, MAKER), days=-4000)
    assert page.status == 422
    assert "A consent must end after it begins" in page.text


def test_a_maker_has_no_bank_page_and_a_bank_no_account(sqlite_instance: Instance) -> None:
    assert signed_in(sqlite_instance, MAKER).open("/enterprises").status == 403
    assert signed_in(sqlite_instance, BANK).open("/account").status == 403

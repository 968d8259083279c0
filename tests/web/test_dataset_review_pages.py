"""Two people review a dataset by its pages alone."""

from __future__ import annotations

import pytest

from labels.locale import LANGUAGES, translator
from tests.support.browsing import Browser, Page, signed_in
from tests.support.instance import ALUMINIUM, Instance
from tests.support.walk import REVIEWER, VERIFIER

PATH = "/datasets/cobalt-metal-cn/review"


def send(browser: Browser, move: str, typed: dict[str, str]) -> Page:
    page = browser.open(PATH)
    return browser.send(page, PATH, typed, which={"move": move})


def test_a_status_is_proposed_by_one_and_confirmed_by_another_on_its_page(
    sqlite_instance: Instance,
) -> None:
    first, second = signed_in(sqlite_instance, REVIEWER), signed_in(sqlite_instance, VERIFIER)
    source = sqlite_instance.get("/v1/datasets/cobalt-metal-cn/review", REVIEWER)["evidence"][0]
    page = send(first, "propose", {"comment": "All read.", f"evidence:{source}": "yes"})
    assert "Your proposal waits for another person" in page.text
    assert not page.has_form(PATH, move="confirm")
    assert "Another person must confirm or decline it" in page.text
    assert "cobalt-metal-cn" in second.open("/dataset-reviews?industry=batteries").text
    page = send(second, "confirm", {"comment": "I found the same."})
    assert "Confirmed; the status counts from the next release on" in page.text
    assert "I found the same." in page.text
    public = signed_in(sqlite_instance, ALUMINIUM.preparer).open("/datasets/cobalt-metal-cn")
    assert "Reviewed from the next release on" in public.text
    assert "I found the same." not in public.text
    assert not any("Chen Lang" in text for text in (public.text,))


def test_a_form_without_a_ticked_source_comes_back_with_what_was_typed(
    sqlite_instance: Instance,
) -> None:
    browser = signed_in(sqlite_instance, REVIEWER)
    page = send(browser, "propose", {"comment": "Typed with care."})
    assert page.status == 422
    assert "Name at least one source" in page.text
    assert "Typed with care." in page.text


def test_what_keeps_a_dataset_draft_is_said_and_no_form_offered(
    sqlite_instance: Instance,
) -> None:
    listed = sqlite_instance.get("/v1/dataset-reviews?waits_for=proposal&limit=200", REVIEWER)
    dataset = next(e["dataset"]["id"] for e in listed if e["obstacle"] == "proxy-keeps-draft")
    page = signed_in(sqlite_instance, REVIEWER).open(f"/datasets/{dataset}/review")
    assert "The evidence does not allow the status" in page.text
    assert not page.has_form(f"/datasets/{dataset}/review", move="propose")


def test_the_pages_of_reviews_are_for_reviewers_and_the_authority(
    sqlite_instance: Instance,
) -> None:
    assert signed_in(sqlite_instance, ALUMINIUM.preparer).open(PATH).status == 403
    assert signed_in(sqlite_instance, ALUMINIUM.preparer).open("/dataset-reviews").status == 403
    page = signed_in(sqlite_instance, "guan.authority").open(PATH)
    assert page.status == 200
    assert not page.has_form(PATH)


def test_the_list_is_narrowed_to_what_the_reader_may_act_on(sqlite_instance: Instance) -> None:
    first, second = signed_in(sqlite_instance, REVIEWER), signed_in(sqlite_instance, VERIFIER)
    source = sqlite_instance.get("/v1/datasets/cobalt-metal-cn/review", REVIEWER)["evidence"][0]
    send(first, "propose", {"comment": "All read.", f"evidence:{source}": "yes"})
    mine = "/dataset-reviews?industry=batteries&can_act=yes"
    assert "cobalt-metal-cn" in first.open("/dataset-reviews?industry=batteries").text
    assert "cobalt-metal-cn" not in first.open(mine).text
    assert "cobalt-metal-cn" in second.open(mine).text
    assert "where I may take the next step" in second.open(mine).text
    authority = signed_in(sqlite_instance, "guan.authority").open(mine)
    assert "where I may take the next step" not in authority.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_speak_every_language(sqlite_instance: Instance, language: str) -> None:
    browser = signed_in(sqlite_instance, REVIEWER, language)
    words = translator(language)
    assert words.text("reviews.proposed") in browser.open("/dataset-reviews").text
    assert words.text("reviews.no_proposal") in browser.open(PATH).text

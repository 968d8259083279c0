"""The pages of flows and scenarios: read in four languages, tried by a form that stores nothing."""

from __future__ import annotations

import pytest

from tests.support.browsing import signed_in
from tests.support.instance import ALUMINIUM, Instance, a_bom_file
from tests.support.outsiders import contents

MAKER = ALUMINIUM.preparer


def a_study(instance: Instance) -> str:
    return str(instance.post("/v1/footprints", MAKER, a_bom_file(ALUMINIUM))["id"])


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("What flows to it", "By sector", "Its own emission")),
        ("zh-Hans", ("排放流向", "按行业", "自身排放")),
        ("zh-Hant", ("排放流向", "按行業", "自身排放")),
        ("pt", ("O que flui para ele", "Por setor", "Emissão própria")),
    ],
)
def test_flows_and_emitters_are_read_in_four_languages(
    sqlite_instance: Instance, language: str, words: tuple[str, ...]
) -> None:
    study = a_study(sqlite_instance)
    page = signed_in(sqlite_instance, MAKER).open(f"/studies/{study}/flows?lang={language}")
    assert page.status == 200
    assert [word for word in words if word not in page.text] == []
    assert "<svg" in page.response.text
    assert "style=" not in page.response.text


def test_the_page_of_a_study_shows_what_flows_to_it(sqlite_instance: Instance) -> None:
    study = a_study(sqlite_instance)
    page = signed_in(sqlite_instance, MAKER).open(f"/studies/{study}")
    assert 'id="sankey-title"' in page.response.text
    for path in ("flows", "scenarios"):
        assert f'href="/studies/{study}/{path}"' in page.response.text


def test_a_change_is_tried_and_nothing_is_stored(sqlite_instance: Instance) -> None:
    study = a_study(sqlite_instance)
    browser = signed_in(sqlite_instance, MAKER)
    before = contents(sqlite_instance.context.engine)
    page = browser.open(
        f"/studies/{study}/scenarios?kind=dataset&line=billet%2Fprimary-ingot"
        "&dataset=&to=aluminium-primary-hydro-cn&value=&factor="
    )
    assert page.status == 200
    assert "What the change makes" in page.text
    assert "billet/primary-ingot" in page.text
    assert "Sensitivity of each line" in page.text
    after = contents(sqlite_instance.context.engine)
    assert {n: r for n, r in after.items() if n != "session"} == {
        n: r for n, r in before.items() if n != "session"
    }


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("kind=dataset&line=film&to=gold", 422, "There is no dataset"),
        ("kind=loss&line=film&value=0.1", 422, "cannot be changed in this way"),
        ("kind=amount&line=film&factor=½", 422, "factor"),
        ("kind=amount&line=film", 422, "lacks a member"),
        ("kind=wish&line=film&factor=2", 422, "What is changed"),
    ],
)
def test_a_change_that_cannot_be_made_is_said_on_the_form(
    sqlite_instance: Instance, query: str, status: int, words: str
) -> None:
    study = a_study(sqlite_instance)
    page = signed_in(sqlite_instance, MAKER).open(f"/studies/{study}/scenarios?{query}")
    assert page.status == status
    assert words in page.text
    assert "Sensitivity of each line" in page.text

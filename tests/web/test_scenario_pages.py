"""The pages of flows and scenarios: read in four languages, tried by a form that stores nothing."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from footprint.changes import ChangeKind
from tests.support.browsing import Element, controls, signed_in
from tests.support.instance import ALUMINIUM, LFP, Instance, a_bom_file
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
        "&to=aluminium-primary-hydro-cn"
    )
    assert page.status == 200
    assert "What the change makes" in page.text
    assert "billet/primary-ingot" in page.text
    assert "Sensitivity of each line" in page.text
    after = contents(sqlite_instance.context.engine)
    assert {n: r for n, r in after.items() if n != "session"} == {
        n: r for n, r in before.items() if n != "session"
    }


def filled(form: Element) -> dict[str, str]:
    """The form as somebody sends it who leaves what is chosen and takes what is suggested."""
    sent = {}
    for control in controls(form):
        name = control.attributes.get("name", "")
        if control.tag == "select":
            options = control.find_all("option")
            chosen = [o for o in options if "selected" in o.attributes] or options
            sent[name] = chosen[0].attributes["value"]
        elif "list" in control.attributes:
            (offered,) = form.find_all("datalist", id=control.attributes["list"])
            sent[name] = offered.find_all("option")[0].attributes["value"]
        elif name == "number":
            sent[name] = "0.3"
        elif name:
            sent[name] = control.attributes.get("value", "")
    return sent


@pytest.mark.parametrize("kind", ChangeKind)
def test_what_the_form_of_a_kind_offers_first_can_be_tried(
    sqlite_instance: Instance, kind: ChangeKind
) -> None:
    """No field is wanting, and none is there that its kind does not take."""
    bill = a_bom_file(LFP)
    loss = {"rate": "0.05", "route": "internal-remelt"}
    case = bill["assemblies"]["pack"]["lines"][2]
    elsewhere = {"ref": "silicon", "dataset": "polysilicon-cn", "amount": "0.1", "unit": "kg"}
    bill["assemblies"]["pack"]["lines"] += [{**case, **elsewhere, "loss": loss}]
    study = str(sqlite_instance.post("/v1/footprints", LFP.preparer, bill)["id"])
    browser = signed_in(sqlite_instance, LFP.preparer)
    page = browser.open(f"/studies/{study}/scenarios?kind={kind}")
    sent = filled(page.form(f"/studies/{study}/scenarios"))
    answer = browser.open(f"/studies/{study}/scenarios?{urlencode(sent)}")
    assert (answer.status, "What the change makes" in answer.text) == (200, True), sent


def test_all_lines_are_offered_only_where_a_change_can_be_for_all(
    sqlite_instance: Instance,
) -> None:
    study = str(sqlite_instance.post("/v1/footprints", LFP.preparer, a_bom_file(LFP))["id"])
    browser = signed_in(sqlite_instance, LFP.preparer)
    offering = set()
    for kind in ChangeKind:
        page = browser.open(f"/studies/{study}/scenarios?kind={kind}")
        values = [o.attributes["value"] for o in page.root.find_all("option")]
        offering |= {kind} if "" in values else set()
    assert offering == {ChangeKind.ENERGY, ChangeKind.MODE, ChangeKind.LIFETIME}


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", 'A change of the kind "Another dataset" is not complete'),
        ("zh-Hans", "“更换数据集”这种变更还不完整"),
        ("zh-Hant", "「更換數據集」這種變更還不完整"),
        ("pt", "Uma alteração do tipo «Outro conjunto de dados» não está completa"),
    ],
)
def test_what_is_wanting_is_said_once_in_one_box_with_the_name_of_its_field(
    sqlite_instance: Instance, language: str, said: str
) -> None:
    study = a_study(sqlite_instance)
    page = signed_in(sqlite_instance, MAKER).open(
        f"/studies/{study}/scenarios?kind=dataset&line=film&lang={language}"
    )
    (box,) = page.root.find_all("div", role="alert")
    assert box.text.count(said) == 1
    label = {"en": "In its place", "zh-Hans": "换成", "zh-Hant": "換成", "pt": "Em seu lugar"}
    assert label[language] in box.text.removeprefix(said)
    assert page.text.count(said) == 1


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("kind=dataset&line=film&to=gold", 422, "There is no dataset"),
        ("kind=loss&line=film&number=0.1", 422, "cannot be changed in this way (Loss rate)"),
        ("kind=amount&line=film&how=factor&number=½", 422, "at Factor"),
        ("kind=amount&line=film&how=value&number=½", 422, "at New value"),
        ("kind=amount&line=film", 422, "is not complete"),
        ("kind=wish&line=film&number=2", 422, "at Kind"),
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


def test_every_column_of_figures_says_its_unit_and_the_totals_stand_apart(
    sqlite_instance: Instance,
) -> None:
    study = a_study(sqlite_instance)
    page = signed_in(sqlite_instance, MAKER).open(
        f"/studies/{study}/scenarios?kind=amount&line=film&how=factor&number=0.5"
    )
    result, tornado = page.root.find_all("table")
    heads = [h.text for t in (result, tornado) for h in t.find_all("th", scope="col")]
    figures = [h for h in heads if h not in {"Stage", "Line"}]
    assert [h for h in figures if "kg CO₂e" not in h and "%" not in h] == []
    assert "As it stands" not in result.text
    rows = [[c.text for c in row.find_all("td")] for row in tornado.find_all("tr")[1:]]
    nonzero = [row for row in rows if row[0] != "0"]
    assert len(nonzero) > 5
    for less, more, _ in nonzero:
        assert {less, more} == {more.lstrip("\N{MINUS SIGN}"), f"\N{MINUS SIGN}{more}"} or (
            more == f"\N{MINUS SIGN}{less}"
        )

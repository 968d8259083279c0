"""Problem documents (RFC 9457): their shape, their places, their four languages."""

from __future__ import annotations

import json

import pytest

from labels.locale import LANGUAGES, translator
from tests.support.boms import a_bom_of_every_kind
from tests.support.instance import BASE_URL, LFP, Instance
from tests.support.right_requests import ids_of
from tests.support.walk import CERTIFIER, an_application

MEMBERS = {"type", "title", "status", "code", "errors"}


def test_a_problem_says_what_where_and_what_to_do(sqlite_instance: Instance) -> None:
    bill = a_bom_of_every_kind()
    bill["lines"][0]["dataset"] = "no-such-dataset"
    bill["lines"][3]["unit"] = "kg"
    bill["lines"][5]["substance"] = "unobtainium"
    answer = sqlite_instance.send("POST", "/v1/footprints", LFP.preparer, bill)
    problem = answer.json()
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(problem) == MEMBERS
    assert problem["status"] == 422
    assert problem["type"] == f"{BASE_URL}/problems/{problem['code']}"
    places = {error["pointer"] for error in problem["errors"]}
    assert any(place.startswith("/lines/0") for place in places), places
    assert any(place.startswith("/lines/3") for place in places), places
    assert any(place.startswith("/lines/5") for place in places), places
    for error in problem["errors"]:
        assert set(error) == {"code", "pointer", "detail", "parameters"}
        assert error["detail"].endswith((".", "。"))
    assert sqlite_instance.get("/v1/studies", LFP.preparer) == []


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda bill: bill["lines"][0].pop("amount"), "/lines/0/amount"),
        (lambda bill: bill["lines"][0].update(amount="ten"), "/lines/0/amount"),
        (lambda bill: bill["lines"][3].update(surprise=1), "/lines/3/surprise"),
        (lambda bill: bill["assemblies"]["cell"]["lines"][0].update(unit=""), "lines/0/unit"),
        (lambda bill: bill.update(boundary="cradle-to-moon"), "/boundary"),
        (lambda bill: bill["reference_period"].update({"from": 20250101}), "/from"),
        (lambda bill: bill["stages"].pop("use"), "/stages"),
        (lambda bill: bill["lines"][8].update(assembly="nothing"), "/lines/8"),
        (
            lambda bill: bill["assemblies"]["cell"]["lines"][0].update(amount="-1"),
            "/assemblies/cell/lines/0",
        ),
    ],
)
def test_each_fault_is_named_by_its_json_pointer(
    sqlite_instance: Instance, change: object, place: str
) -> None:
    bill = a_bom_of_every_kind()
    change(bill)  # type: ignore[operator]
    answer = sqlite_instance.send("POST", "/v1/footprints", LFP.preparer, bill)
    assert answer.status_code == 422, answer.text
    assert any(place in error["pointer"] for error in answer.json()["errors"]), answer.text


def test_a_cycle_of_assemblies_is_named(sqlite_instance: Instance) -> None:
    bill = a_bom_of_every_kind()
    again = {"ref": "again", "kind": "assembly", "name": "again", "assembly": "cell"}
    bill["assemblies"]["cell"]["lines"].append({**again, "quantity": "1"})
    answer = sqlite_instance.send("POST", "/v1/footprints", LFP.preparer, bill)
    assert answer.status_code == 422
    assert "cycle" in answer.json()["errors"][0]["code"], answer.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_problem_speaks_the_reader_s_language(sqlite_instance: Instance, language: str) -> None:
    """The code and the places stay, the sentences change."""
    headers = {"Accept-Language": f"{language}, *;q=0.1"}
    walk = an_application(sqlite_instance)
    answers = [
        sqlite_instance.send("GET", "/v1/cases/cas_" + "0" * 26, LFP.preparer, headers=headers),
        sqlite_instance.send("GET", "/v1/cases", headers=headers),
        sqlite_instance.send("POST", f"{walk.path}/label", CERTIFIER, headers=headers),
        sqlite_instance.send("POST", "/v1/footprints", LFP.preparer, {}, headers=headers),
    ]
    for answer in answers:
        problem = answer.json()
        assert answer.headers["Content-Language"] == language
        assert "Accept-Language" in answer.headers["Vary"]
        assert translator(language).has(f"problem.{problem['code']}")
        assert problem["title"] != problem["code"]
        assert "{" not in problem["title"]
        if language.startswith("zh"):
            assert any("一" <= character <= "鿿" for character in problem["title"])
    assert len({answer.json()["title"] for answer in answers}) == len(answers)


def test_four_languages_are_four_sentences(sqlite_instance: Instance) -> None:
    titles = {
        sqlite_instance.send("GET", "/v1/cases", headers={"Accept-Language": tag}).json()["title"]
        for tag in LANGUAGES
    }
    assert len(titles) == len(LANGUAGES)


def test_a_problem_s_address_answers(sqlite_instance: Instance) -> None:
    problem = sqlite_instance.get("/v1/cases", None, status=401)
    page = sqlite_instance.send("GET", problem["type"].removeprefix(BASE_URL))
    assert page.status_code == 200
    assert problem["code"] in page.text


def test_what_was_sent_is_not_echoed(sqlite_instance: Instance) -> None:
    bill = a_bom_of_every_kind()
    bill["lines"][0]["amount"] = "MY-SUPPLIER-PRICE-4711"
    answer = sqlite_instance.send("POST", "/v1/footprints", LFP.preparer, bill)
    assert answer.status_code == 422
    assert "4711" not in answer.text


def test_a_method_that_is_not_there_is_405_and_a_path_404(issued_instance: Instance) -> None:
    ids = ids_of(issued_instance)
    answer = issued_instance.send("DELETE", f"/v1/cases/{ids['case_id']}", LFP.preparer)
    assert (answer.status_code, answer.json()["code"]) == (405, "method-not-allowed")
    assert issued_instance.get("/v1/nothing", status=404)["code"] == "not-found"


def test_what_is_allowed_is_said_in_the_words_of_the_interface(issued_instance: Instance) -> None:
    label = issued_instance.get("/v1/labels", CERTIFIER)[0]
    asked = {"move": "expire", "seen_state_version": 2}
    path = f"/v1/labels/{label['id']}/status"
    problem = issued_instance.post(path, CERTIFIER, asked, status=422)
    (error,) = problem["errors"]
    assert "suspend, reinstate, withdraw, surrender" in error["detail"]
    assert "LabelMove" not in json.dumps(problem)


def test_an_indicator_of_another_enterprise_is_the_regulator_s_to_report(
    sqlite_instance: Instance,
) -> None:
    indicator = {
        "kind": "target-executed-share",
        "value": "1",
        "period_from": "2025-01-01",
        "period_to": "2025-12-31",
        "source": "SPECIMEN register",
        "evidence_sha256": "0" * 64,
    }
    other = sqlite_instance.organisations["lingnan-bank"]
    path = f"/v1/enterprises/{other}/indicators"
    problem = sqlite_instance.post(path, LFP.preparer, indicator, status=403)
    assert problem["code"] == "enterprise-not-own"
    assert "{" not in json.dumps(problem["title"])

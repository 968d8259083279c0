"""Matching over the API: suggestions with reasons, and confirmations no other organisation sees."""

from __future__ import annotations

from typing import Any

import pytest

from labels.access import Role
from tests.support.instance import ALUMINIUM, LFP, Instance
from tests.support.outsiders import outsider, with_outsiders
from tests.support.walk import CERTIFIER

MAKER, OTHER_MAKER = LFP.preparer, ALUMINIUM.preparer
HOUSE_WORD = "特种料 A 级 XQ"  # says nothing to anybody else


def match(instance: Instance, person: str, text: str, **more: Any) -> Any:
    body = {"lines": [{"text": text, **more}]}
    return instance.post("/v1/datasets/match", person, body, status=200)[0]


def confirm(instance: Instance, dataset_id: str = "abs-cn", text: str = HOUSE_WORD) -> Any:
    body = {"text": text, "unit": "kg", "dataset_id": dataset_id}
    return instance.post("/v1/dataset-matches", MAKER, body)


def forget(instance: Instance, person: str, match_id: str) -> int:
    return instance.send("DELETE", f"/v1/dataset-matches/{match_id}", person).status_code


def first(found: Any) -> str:
    return str(found["suggestions"][0]["dataset_id"]) if found["suggestions"] else ""


def test_a_line_has_suggestions_with_reasons_and_confidence(instance: Instance) -> None:
    found = match(instance, MAKER, "SUS304 2B 1.0t", unit="公斤")
    assert first(found) == "stainless-steel-cn"
    assert found["fits"] is True
    assert float(found["suggestions"][0]["confidence"]) > 0.8
    codes = {reason["code"] for reason in found["suggestions"][0]["reasons"]}
    assert "unit-fits" in codes
    assert codes & {"name-in-text", "trade-word"}
    assert 1 < len(found["suggestions"]) <= 5


@pytest.mark.parametrize("text", ["M3x8 自攻螺丝 镀镍", "劳务费", "?!"])
def test_nothing_fits_is_an_answer(sqlite_instance: Instance, text: str) -> None:
    assert match(sqlite_instance, MAKER, text, unit="piece")["fits"] is False


def test_every_line_is_answered_in_its_order(sqlite_instance: Instance) -> None:
    lines = [{"text": "铝锭", "unit": "kg"}, {"text": "?"}, {"text": "市电", "unit": "kWh"}]
    found = sqlite_instance.post(
        "/v1/datasets/match", MAKER, {"lines": lines, "limit": 1}, status=200
    )
    assert [one["text"] for one in found] == ["铝锭", "?", "市电"]
    assert [first(one) for one in found] == [
        "aluminium-primary-cn", "", "electricity-grid-cn-2024",
    ]  # fmt: skip


def test_what_was_confirmed_comes_first_until_it_is_forgotten(instance: Instance) -> None:
    assert match(instance, MAKER, HOUSE_WORD)["fits"] is False
    kept = confirm(instance)
    found = match(instance, MAKER, "特種料A級-xq", unit="kg")
    assert (first(found), found["fits"]) == ("abs-cn", True)
    assert found["confirmed_match_id"] == kept["id"]
    assert found["suggestions"][0]["reasons"][0]["code"] == "confirmed-before"
    assert [m["id"] for m in instance.get("/v1/dataset-matches", MAKER)] == [kept["id"]]

    assert forget(instance, MAKER, kept["id"]) == 204
    assert match(instance, MAKER, HOUSE_WORD)["confirmed_match_id"] is None
    assert instance.get("/v1/dataset-matches", MAKER) == []


def test_what_was_confirmed_does_not_overrule_the_unit(sqlite_instance: Instance) -> None:
    confirm(sqlite_instance, text="特种料 市电")
    found = match(sqlite_instance, MAKER, "特种料 市电", unit="kWh")
    assert first(found) == "electricity-grid-cn-2024"


def test_threat_11_another_organisation_never_sees_what_was_confirmed(instance: Instance) -> None:
    before = match(instance, OTHER_MAKER, HOUSE_WORD, unit="kg")
    kept = confirm(instance)
    assert match(instance, OTHER_MAKER, HOUSE_WORD, unit="kg") == before
    assert match(instance, CERTIFIER, HOUSE_WORD, unit="kg") == before
    assert instance.get("/v1/dataset-matches", OTHER_MAKER) == []
    assert forget(instance, OTHER_MAKER, kept["id"]) == 404
    assert first(match(instance, MAKER, HOUSE_WORD, unit="kg")) == "abs-cn"


def test_only_a_manufacturer_confirms(issued_instance: Instance) -> None:
    found = with_outsiders(issued_instance)
    body = {"text": "x", "dataset_id": "abs-cn"}
    for role in (Role.VERIFIER, Role.CERTIFIER, Role.BANK):
        found.post("/v1/dataset-matches", outsider(role), body, status=403)
    found.post("/v1/datasets/match", outsider(Role.BANK), {"lines": [{"text": "x"}]}, status=403)


def test_only_what_exists_and_is_counted_alike_is_confirmed(sqlite_instance: Instance) -> None:
    unknown = {"text": "ABS 757", "dataset_id": "abs-xx"}
    problem = sqlite_instance.post("/v1/dataset-matches", MAKER, unknown, status=422)
    assert problem["code"] == "dataset-unknown"
    assert "abs-cn" in str(problem)
    other = {"text": "ABS 757", "unit": "kWh", "dataset_id": "abs-cn"}
    problem = sqlite_instance.post("/v1/dataset-matches", MAKER, other, status=422)
    assert problem["code"] == "unit-wrong-dimension"
    assert sqlite_instance.get("/v1/dataset-matches", MAKER) == []


def test_an_unknown_unit_is_named_at_its_line(sqlite_instance: Instance) -> None:
    lines = [{"text": "ABS"}, {"text": "ABS", "unit": "箩"}]
    problem = sqlite_instance.post("/v1/datasets/match", MAKER, {"lines": lines}, status=422)
    assert "/lines/1/unit" in str(problem)

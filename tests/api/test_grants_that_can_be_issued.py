"""A grant is refused whose label could not be issued: its case could never come to an end."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from tests.support.instance import ALUMINIUM, Instance, a_bom_file
from tests.support.walk import VERIFIER, a_reviewed_case, a_study

NOT_FOR_A_CREDENTIAL = "cpc-41532 铝"  # within the scheme's group, but no name as a credential asks


def test_a_grant_no_credential_could_carry_is_refused_and_the_case_stays_open(
    instance: Instance,
) -> None:
    """As on an instance whose address was mistyped in its settings meanwhile."""
    walk = a_reviewed_case(instance)
    mistyped = {"public_base_url": "http://labels.example"}
    instance.context.settings = instance.context.settings.model_copy(update=mistyped)
    answer = walk.try_decide()
    assert (answer.status_code, answer.json()["code"]) == (422, "label-host-insecure")
    assert instance.get(walk.path, VERIFIER)["state"] == "technically-reviewed"


def test_rehearsing_the_issue_takes_no_number_away(sqlite_instance: Instance) -> None:
    walk = a_reviewed_case(sqlite_instance)
    walk.decide()
    assert walk.issue()["number"] == "TB-2026-000001:001"


@pytest.mark.parametrize("year", ["1800", "2022"])
def test_nobody_applies_for_a_label_that_would_have_ended_before_it_began(
    sqlite_instance: Instance, year: str
) -> None:
    bill = a_bom_file()
    bill["reference_period"] = {"from": f"{year}-01-01", "to": f"{year}-12-31"}
    study = sqlite_instance.post("/v1/footprints", ALUMINIUM.preparer, bill)
    answer = applied_for(sqlite_instance, study)
    assert (answer.status_code, answer.json()["code"]) == (422, "validity-already-ended")
    until = answer.json()["errors"][0]["parameters"]["until"]
    assert until == f"{int(year) + 3}-12-31"


def applied_for(instance: Instance, study: dict[str, Any]) -> httpx2.Response:
    """The answer to an application for the study's label."""
    application = {
        "study_id": study["id"],
        "verification_body_id": instance.organisations["zhujiang"],
        "certification_body_id": instance.organisations["tanbiao-gd"],
    }
    return instance.send("POST", "/v1/cases", ALUMINIUM.preparer, application)


def test_nobody_applies_with_a_category_that_no_credential_can_name(
    sqlite_instance: Instance,
) -> None:
    answer = applied_for(sqlite_instance, a_study(sqlite_instance, category=NOT_FOR_A_CREDENTIAL))
    assert (answer.status_code, answer.json()["code"]) == (422, "category-malformed")
    assert NOT_FOR_A_CREDENTIAL in answer.text


@pytest.mark.parametrize(("last", "code"), [("2026-06-30", 201), ("2026-07-01", 422)])
def test_nobody_applies_with_a_period_longer_than_the_scheme_lets_it_be(
    sqlite_instance: Instance, last: str, code: int
) -> None:
    bill = a_bom_file()
    bill["reference_period"] = {"from": "2023-07-01", "to": last}
    study = sqlite_instance.post("/v1/footprints", ALUMINIUM.preparer, bill)
    answer = applied_for(sqlite_instance, study)
    assert answer.status_code == code, answer.text
    if code == 422:
        assert answer.json()["code"] == "reference-period-too-long"
        assert "36 months" in answer.text

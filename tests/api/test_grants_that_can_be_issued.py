"""A grant is refused whose label could not be issued: its case could never come to an end."""

from __future__ import annotations

import pytest

from tests.support.instance import ALUMINIUM, Instance, a_bom_file
from tests.support.walk import VERIFIER, a_reviewed_case

NOT_FOR_A_CREDENTIAL = "cpc-41532 铝"  # within the scheme's group, but no name as a credential asks


def test_a_grant_no_credential_could_carry_is_refused_and_the_case_stays_open(
    instance: Instance,
) -> None:
    walk = a_reviewed_case(instance, category=NOT_FOR_A_CREDENTIAL)
    answer = walk.try_decide()
    assert (answer.status_code, answer.json()["code"]) == (422, "document-member-invalid")
    assert answer.json()["errors"][0]["pointer"] == "/credentialSubject/product/category"
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
    bodies = sqlite_instance.organisations
    application = {
        "study_id": study["id"],
        "verification_body_id": bodies["zhujiang"],
        "certification_body_id": bodies["tanbiao-gd"],
    }
    answer = sqlite_instance.send("POST", "/v1/cases", ALUMINIUM.preparer, application)
    assert (answer.status_code, answer.json()["code"]) == (422, "validity-already-ended")
    until = answer.json()["errors"][0]["parameters"]["until"]
    assert until == f"{int(year) + 3}-12-31"

"""A grant is refused whose label could not be issued: its case could never come to an end."""

from __future__ import annotations

from tests.support.instance import Instance
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

"""A dataset rises from draft to reviewed by two people, and the results that lean on it follow."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from api.workflows.freeze_release import freeze_release
from lca_db.inventory.reference_files import load_reference
from tests.support.instance import ALUMINIUM, Instance, a_bom_file
from tests.support.walk import REVIEWER, VERIFIER

LEANED_ON = ("lfp-battery-dismantling-cn", "lfp-cell-can-cn", "cobalt-metal-cn")


def step(instance: Instance, person: str, dataset: str, move: str, **more: object) -> None:
    seen = instance.get(f"/v1/datasets/{dataset}/review", person)
    body = {
        "move": move,
        "content_sha256": seen["content_sha256"],
        "seen_version": seen["version"],
        "comment": "Every figure compared with the page its source names.",
        **more,
    }
    if move == "propose":
        body |= {"to_status": "reviewed", "evidence": seen["evidence"]}
    instance.post(f"/v1/datasets/{dataset}/review/steps", person, body, status=200)


def refrozen(instance: Instance) -> None:
    freeze_release(instance.context, load_reference()[0], "with the reviews of today")


def calculated(instance: Instance) -> Any:
    """The result of the demonstration's bill, strapped with a metal that is reviewed here."""
    bill = a_bom_file()
    for line in bill["lines"]:
        if line.get("dataset") == "steel-hot-rolled-cn":
            line["dataset"] = LEANED_ON[-1]
    return instance.post("/v1/footprints", ALUMINIUM.preparer, bill)["result"]


@pytest.mark.story("C4")
def test_two_people_review_datasets_and_the_draft_share_of_a_footprint_falls(
    sqlite_instance: Instance,
) -> None:
    before = calculated(sqlite_instance)
    share = sqlite_instance.get(f"/v1/datasets/{LEANED_ON[-1]}")["draft_share"]
    for dataset in LEANED_ON:
        step(sqlite_instance, REVIEWER, dataset, "propose")
    waiting = sqlite_instance.get("/v1/dataset-reviews?industry=batteries", VERIFIER)
    assert {entry["dataset"]["id"] for entry in waiting} == set(LEANED_ON)
    for dataset in LEANED_ON:
        step(sqlite_instance, VERIFIER, dataset, "confirm")
    assert calculated(sqlite_instance)["draft_share"] == before["draft_share"], "not released yet"
    refrozen(sqlite_instance)
    after = calculated(sqlite_instance)
    dataset = sqlite_instance.get(f"/v1/datasets/{LEANED_ON[-1]}")
    assert dataset["review_status"] == "reviewed"
    assert Decimal(dataset["draft_share"]) < Decimal(share)
    assert Decimal(after["draft_share"]) < Decimal(before["draft_share"])
    assert after["total_kg_co2e"] == before["total_kg_co2e"], "a review changes no figure"
    step(sqlite_instance, VERIFIER, LEANED_ON[-1], "withdraw")
    refrozen(sqlite_instance)
    assert sqlite_instance.get(f"/v1/datasets/{LEANED_ON[-1]}")["review_status"] == "draft"
    assert Decimal(calculated(sqlite_instance)["draft_share"]) > Decimal(after["draft_share"])

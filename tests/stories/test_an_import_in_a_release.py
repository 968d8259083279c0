"""A plant's own inventory becomes background: imported, reported, frozen, calculated with.

The administrator uploads a file and reads what became of it; a release is frozen of the shipped
inventory and the import; a maker's bill then takes the plant's product, and its footprint is what
the file says.
"""

from __future__ import annotations

from typing import Any

import pytest

from api.jobs.work import run_due_jobs
from tests.support.import_files import PLANT
from tests.support.instance import ALUMINIUM, Instance, a_bom_file

MAKER, ADMIN = ALUMINIUM.preparer, "admin"


@pytest.mark.story("C4")
def test_a_footprint_is_calculated_on_a_release_with_an_import(instance: Instance) -> None:
    before = instance.post("/v1/footprints", MAKER, a_bom_file())
    report = an_upload(instance)
    assert report["report"]["processes"]["came_in"] == 2
    assert report["report"]["exchanges"]["linked-inside"] == 1
    assert report["report"]["refused"] == {"count": 0, "shown": []}
    release = instance.post(
        "/v1/releases", ADMIN, {"imports": [report["id"]], "note": "with the plant's rods"}
    )
    assert release["findings"]["counts"]["blocking"] == 0
    found = instance.get("/v1/datasets?q=plant-rod", MAKER)
    rod = next(d["id"] for d in found if d["name"]["en"] == "Rod P-2")
    document = a_bom_file()
    document["lines"] = [*document["lines"], a_line_of(rod)]
    after = instance.post("/v1/footprints", MAKER, document)
    assert after["provenance"]["release_id"] == release["id"]
    rods = next(line for line in after["result"]["lines"] if line["ref"] == "rods")
    assert float(rods["kg_co2e"]) == pytest.approx(2.5 * 1.05 * 4)  # of the fossil CO2 of the file
    old = instance.get(f"/v1/studies/{before['id']}", MAKER)
    assert old["provenance"]["release_id"] != release["id"]


def an_upload(instance: Instance) -> dict[str, Any]:
    """The stored import of the plant's file, with its report."""
    answer = instance.http.post(
        "/v1/inventory-imports",
        headers={"Authorization": f"Bearer {instance.seeded.keys[ADMIN]}"},
        data={"prefix": "plant"},
        files={"file": ("plant.csv", PLANT, "text/csv")},
    )
    assert answer.status_code == 202, answer.text
    run_due_jobs(instance.context)
    job = instance.get(f"/v1/jobs/{answer.json()['id']}", ADMIN)
    found: dict[str, Any] = instance.get(
        f"/v1/inventory-imports/{job['result']['import_id']}", ADMIN
    )
    return found


def a_line_of(dataset: str) -> dict[str, Any]:
    """A material line of 4 kg of a dataset."""
    return {
        "kind": "material",
        "ref": "rods",
        "name": "棒材 / Rods",
        "dataset": dataset,
        "amount": "4",
        "unit": "kg",
        "activity_origin": "measured",
    }

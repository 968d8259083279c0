"""Certificates of electricity are claimed with the application, once in the whole register."""

from __future__ import annotations

from typing import Any

from api.demo.world import DemoProduct
from tests.support.instance import ALUMINIUM, LFP, Instance, a_bom_file
from tests.support.walk import REVIEWER, VERIFIER


def with_certificates(product: DemoProduct, model: str, last: str = "40") -> dict[str, Any]:
    """A bill of the demonstration, its first line of electricity half covered by wind."""
    bill = a_bom_file(product)
    bill["product"]["model"] = model
    places = [("", bill["lines"]), *((n, a["lines"]) for n, a in bill["assemblies"].items())]
    assembly, line = next(
        (name, line)
        for name, lines in places
        for line in lines
        if line["kind"] == "energy" and line["dataset"].startswith("electricity-grid")
    )
    serials = [{"registry": "GEC", "first": "CN-0001", "last": f"CN-00{last}"}]
    certificates = {
        "serials": serials,
        "vintage_year": int(bill["reference_period"]["from"][:4]),
        "retired_for": "The works",
    }
    wind = {"kind": "certificate", "dataset": "electricity-wind-cn-2024", "mwh": "5"}
    bill["electricity"] = [
        {
            "site": "The works",
            "consumption_mwh": "10",
            "lines": [{"assembly": assembly, "line": line["ref"]}],
            "instruments": [{**wind, "certificates": certificates}],
        }
    ]
    return bill


def applied(
    instance: Instance, product: DemoProduct, bill: dict[str, Any], status: int = 201
) -> dict[str, Any]:
    study = instance.post("/v1/footprints", product.preparer, bill)
    body = {
        "study_id": study["id"],
        "verification_body_id": instance.organisations["zhujiang"],
        "certification_body_id": instance.organisations["tanbiao-gd"],
    }
    found: dict[str, Any] = instance.post("/v1/cases", product.preparer, body, status=status)
    return found


def test_a_megawatt_hour_one_maker_claims_is_refused_to_another_until_the_case_is_refused(
    instance: Instance,
) -> None:
    case = applied(instance, ALUMINIUM, with_certificates(ALUMINIUM, "GREEN-1"))
    refused = applied(instance, LFP, with_certificates(LFP, "GREEN-2", last="10"), 409)
    assert refused["code"] == "certificate-claimed-elsewhere"
    assert "GEC CN-1-10" in str(refused)
    assert "GREEN-1" not in str(refused)
    seen = instance.get(f"/v1/cases/{case['id']}", VERIFIER)["seen"]
    step = {"seen": seen, "action": "review-application", "is_accepted": False, "reason": "No"}
    answer = instance.send("POST", f"/v1/cases/{case['id']}/steps", REVIEWER, step)
    assert answer.status_code == 200, answer.text
    applied(instance, LFP, with_certificates(LFP, "GREEN-3", last="10"))


def test_a_new_version_of_the_product_takes_its_certificates_along(
    sqlite_instance: Instance,
) -> None:
    applied(sqlite_instance, ALUMINIUM, with_certificates(ALUMINIUM, "GREEN-1"))
    changed = with_certificates(ALUMINIUM, "GREEN-1")
    changed["electricity"][0]["consumption_mwh"] = "11"
    applied(sqlite_instance, ALUMINIUM, changed)
    other = with_certificates(ALUMINIUM, "GREEN-2")
    refused = applied(sqlite_instance, ALUMINIUM, other, 409)
    assert refused["code"] == "certificate-claimed-elsewhere"

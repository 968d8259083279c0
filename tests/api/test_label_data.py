"""A label vouches for the quality of its data, its carbon and its green power, here and abroad."""

from __future__ import annotations

import json
from typing import Any

import pytest

from labels.locale import LANGUAGES, translator
from tests.api.test_certificates_of_electricity import with_certificates
from tests.support.instance import ALUMINIUM, Instance
from tests.support.two_bodies import TwoBodies
from tests.support.walk import Walk, an_application_for

CARBON = {"biogenic_carbon": "0.25"}


def a_green_bill() -> dict[str, Any]:
    """Half its power by certificates, and a material that holds biogenic carbon."""
    bill = with_certificates(ALUMINIUM, "GREEN-1")
    places = [bill["lines"], *(assembly["lines"] for assembly in bill["assemblies"].values())]
    material = next(line for lines in places for line in lines if line["kind"] == "material")
    material |= CARBON
    return bill


def certified(instance: Instance, bill: dict[str, Any]) -> tuple[Walk, dict[str, Any], bytes]:
    """A case on that bill walked to its label: the walk, the label, its credential."""
    study = instance.post("/v1/footprints", ALUMINIUM.preparer, bill)
    walk = an_application_for(instance, study)
    walk.agree()
    walk.verify()
    walk.review()
    walk.decide()
    label = walk.issue()
    serial = label["url"].rpartition("/")[2]
    return walk, label, instance.send("GET", f"/L/{serial}/credential").content


def test_what_the_study_knows_is_signed_and_told_to_the_public(sqlite_instance: Instance) -> None:
    walk, label, credential = certified(sqlite_instance, a_green_bill())
    result = walk.study["result"]
    said = json.loads(credential)["credentialSubject"]["footprint"]
    assert said["resultSha256"] == walk.seen()["result_sha256"]
    assert said["dataQuality"] == {
        "rating": result["data_quality_rating"],
        "ratedShare": result["data_quality_rated_share"],
    }
    drawn = result["uncertainty"]
    assert said["interval"] == {
        "probability": "0.95",
        "lowerKgCo2e": drawn["lower_kg_co2e"],
        "upperKgCo2e": drawn["upper_kg_co2e"],
        "draws": drawn["draws"],
    }
    assert said["biogenicCarbonKg"] == result["biogenic_carbon_kg"]
    assert float(said["biogenicCarbonKg"]) > 0
    assert "packagingBiogenicCarbonKg" not in said
    assert said["electricity"]["supplies"] == [
        {"supply": "certificate", "share": "0.398"},
        {"supply": "consumption-mix", "share": "0.398"},
        {"supply": "undeclared", "share": "0.204"},
    ]
    without = float(said["electricity"]["withoutInstrumentsKgCo2e"])
    assert without == pytest.approx(float(result["electricity"]["total_without_kg_co2e"]), rel=5e-3)
    for language in LANGUAGES:
        check_page(sqlite_instance, label, language)


def check_page(instance: Instance, label: dict[str, Any], language: str) -> None:
    """The public page tells of certificates, and of neither sites, serials nor datasets."""
    serial = label["url"].rpartition("/")[2]
    page = instance.send("GET", f"/L/{serial}?lang={language}").text
    t = translator(language).text
    for key in ("supply.certificate", "scan.electricity_claim", "scan.interval_note"):
        assert t(key) in page, (language, key)
    for key in ("scan.electricity_text", "scan.data_quality_none", "scan.interval_none"):
        assert t(key) not in page, (language, key)
    for secret in ("GEC", "The works", "CN-0001", "electricity-wind"):
        assert secret not in page, secret


def test_no_site_amount_or_serial_of_electricity_is_signed(sqlite_instance: Instance) -> None:
    _, _, credential = certified(sqlite_instance, a_green_bill())
    for secret in (b"GEC", b"The works", b"CN-0001", b"electricity-wind", b"MWh", b"mwh"):
        assert secret not in credential


def test_another_body_reads_the_same_figures_and_refuses_a_better_rating(
    bodies: TwoBodies,
) -> None:
    bodies.agree()
    serial = bodies.home.label["url"].rpartition("/")[2]
    credential = bodies.home.send("GET", f"/L/{serial}/credential").content
    abroad = verdict_abroad(bodies, credential)
    assert abroad["is_signature_valid"]
    assert abroad["footprint"] == bodies.home.verdict_on(credential)["footprint"]
    said = json.loads(credential)["credentialSubject"]["footprint"]
    rating = said["dataQuality"]["rating"]
    assert abroad["footprint"]["data_quality"]["rating"] == rating
    assert abroad["footprint"]["interval"]["upper_kg_co2e"] == said["interval"]["upperKgCo2e"]
    better = credential.replace(f'"rating":"{rating}"'.encode(), b'"rating":"1.000"')
    assert better != credential
    refused = verdict_abroad(bodies, better)
    assert (refused["state"], refused["footprint"]) == ("tampered", None)


def verdict_abroad(bodies: TwoBodies, credential: bytes) -> Any:
    """What Hong Kong says of a credential, sent byte for byte."""
    answer = bodies.http.post(
        "/v1/verifications",
        content=b'{"credential":' + credential + b"}",
        headers={"Content-Type": "application/json"},
    )
    assert answer.status_code == 200, answer.text
    return answer.json()

"""The study page shows what comes of the declarations of a bill."""

from __future__ import annotations

from typing import Any

from tests.support.boms import a_bom_of_every_kind
from tests.support.browsing import Page, signed_in
from tests.support.instance import LFP, Instance
from tests.support.walk import VERIFIER


def page_of(instance: Instance, document: dict[str, Any]) -> Page:
    study = instance.post("/v1/footprints", LFP.preparer, document)
    return signed_in(instance, LFP.preparer).open(f"/studies/{study['id']}")


def rows_with(page: Page, words: str) -> list[str]:
    return [row.text for row in page.root.find_all("tr") if words in row.text]


def test_the_page_shows_co_products_with_their_credit_and_the_total_by_each_method(
    sqlite_instance: Instance,
) -> None:
    document = a_bom_of_every_kind()
    document["allocation"] = {
        "method": "system-expansion",
        "product": {"mass_kg": "10"},
        "co_products": [
            {
                "name": "turnings",
                "amount": "2.5",
                "unit": "kg",
                "displaced": {"dataset": "steel-bof-cn", "amount": "1", "unit": "kg"},
            }
        ],
    }
    page = page_of(sqlite_instance, document)
    assert "Sharing with co-products" in page.text
    (credit,) = rows_with(page, "Displaced by a co-product (credit)")
    assert "-1 kg" in credit
    (product,) = [row for row in rows_with(page, "turnings") if "0.0" in row]
    assert "\N{MINUS SIGN}" in product
    assert any("chosen" in row for row in rows_with(page, "System expansion"))
    assert any("80.0" in row for row in rows_with(page, "Mass"))


def test_the_page_lists_every_cut_and_says_that_the_share_is_an_upper_bound(
    sqlite_instance: Instance,
) -> None:
    document = a_bom_of_every_kind()
    document["cut_offs"] = ["Oil of the machines"]
    document["cuts"] = [
        {"flow": "glue", "basis": "mass", "share": "0.02", "reason": "grams", "kg_co2e": "0.1"}
    ]
    page = page_of(sqlite_instance, document)
    assert "some cuts were not estimated" in page.text
    (glue,) = rows_with(page, "glue")
    assert "2.0" in glue
    assert "0.100" in glue
    (oil,) = rows_with(page, "Oil of the machines")
    assert "not estimated" in oil


def test_the_page_shows_both_sides_of_the_mass_balance_and_what_was_not_weighed(
    sqlite_instance: Instance,
) -> None:
    document = a_bom_of_every_kind()
    document["mass_balance"] = {"left_out": [{"line": "vent"}]}
    page = page_of(sqlite_instance, document)
    assert "Per unit, what goes in exceeds what comes out by" in page.text
    assert rows_with(page, "Materials and components")
    assert rows_with(page, "Losses")
    assert "vent line: left out of the balance by the maker" in page.text


def by_certificates(prefix: str) -> dict[str, Any]:
    """Half of the power line by certificates of wind, of the year of the bill."""
    return {
        "site": "Foshan works",
        "consumption_mwh": "80",
        "lines": [{"line": "power"}],
        "instruments": [
            {
                "kind": "certificate",
                "dataset": "electricity-wind-cn-2024",
                "mwh": "40",
                "certificates": {
                    "serials": [{"registry": "GEC", "first": f"{prefix}01", "last": f"{prefix}40"}],
                    "vintage_year": 2025,
                    "retired_for": "Foshan works",
                },
            }
        ],
    }


def test_the_page_shows_each_instrument_of_a_site_the_rest_and_the_total_without(
    sqlite_instance: Instance,
) -> None:
    document = a_bom_of_every_kind()
    document["electricity"] = [by_certificates("CN25-")]
    page = page_of(sqlite_instance, document)
    assert "Without any instrument the result would be" in page.text
    (used,) = rows_with(page, "Certificates")
    assert "GEC CN25-1-40" in used
    assert "electricity-transmission-cn-2024" in used
    assert "50.0" in used
    (rest,) = rows_with(page, "The rest: consumption mix")
    assert "electricity-grid-cn-2024" in rest
    assert len(rows_with(page, "3 kWh × 0.5")) == 3


def test_the_verifier_sees_the_certificates_on_the_page_of_the_case(
    sqlite_instance: Instance,
) -> None:
    document = a_bom_of_every_kind()
    document["electricity"] = [by_certificates("CN25-")]
    study = sqlite_instance.post("/v1/footprints", LFP.preparer, document)
    application = {
        "study_id": study["id"],
        "verification_body_id": sqlite_instance.organisations["zhujiang"],
        "certification_body_id": sqlite_instance.organisations["tanbiao-gd"],
    }
    case = sqlite_instance.post("/v1/cases", LFP.preparer, application)
    page = signed_in(sqlite_instance, VERIFIER).open(f"/cases/{case['id']}")
    assert rows_with(page, "GEC CN25-1-40")


def test_the_api_answers_what_was_declared_as_it_is_stored_and_nothing_of_the_rest(
    sqlite_instance: Instance,
) -> None:
    document = a_bom_of_every_kind()
    document["cuts"] = [{"flow": "glue", "basis": "mass", "reason": "grams"}]
    study = sqlite_instance.post("/v1/footprints", LFP.preparer, document)
    assert "allocation" not in study["result"]
    answered = sqlite_instance.get(f"/v1/studies/{study['id']}", LFP.preparer)["result"]
    browser = signed_in(sqlite_instance, LFP.preparer)
    stored = browser.fetch(f"/studies/{study['id']}/result.json").json()
    assert answered["completeness"] == stored["completeness"]
    assert answered.keys() == stored.keys()

"""Electricity by instrument: one MWh one claim, transmission where the grid delivers, and the rest.

The works consumed 100 MWh in 2024; a piece takes 10 kWh of it at 0.5 kgCO2e, and steel at 2.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from api.schemas.bom import BomIn
from footprint.calculate import calculate
from footprint.errors import BomError, FootprintError, FootprintErrors
from footprint.instruments import claimed_serials
from footprint.methods import method_profile
from footprint.power_supply import Supply, known_datasets, supply_of, transmission_for
from footprint.result import FootprintResult
from footprint.serials import serial_range
from tests.support.builders import ANY_SHA256, a_bom_document, a_material, an_energy
from tests.unit.footprint.tables import a_table

DATASETS = Path(__file__).parents[3] / "lca_db" / "inventory" / "reference" / "datasets"
GRID, WIND, CARRIED = (
    "electricity-grid-cn-2024",
    "electricity-wind-cn-2024",
    "electricity-transmission-cn-2024",
)
DELIVERED = "electricity-wind-delivered-cn-2024"
TABLE = a_table(
    (GRID, "kWh", 0.5),
    (WIND, "kWh", 0.02),
    (DELIVERED, "kWh", 0.05),
    (CARRIED, "kWh", 0.03),
    ("own-roof", "MJ", 0.01),
    ("residual", "kWh", 0.7),
    ("steel", "kg", 2.0),
)
FORTY = {"registry": "GEC", "first": "CN24-000001", "last": "CN24-000040"}
CERTIFICATES = {
    "serials": [FORTY],
    "vintage_year": 2024,
    "retired_for": "Foshan works",
}
BY_CERTIFICATE = {
    "kind": "certificate",
    "dataset": WIND,
    "mwh": "40",
    "certificates": CERTIFICATES,
}
ON_ROOF = {"kind": "on-site", "dataset": WIND, "mwh": "20", "keeps_attributes": True}


def a_site(*instruments: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "site": "Foshan works",
        "consumption_mwh": "100",
        "lines": [{"line": "power"}],
        "instruments": list(instruments),
        **more,
    }


def a_document(
    *sites: dict[str, Any], dataset: str = GRID, unit: str = "kWh", amount: str = "10"
) -> dict[str, Any]:
    lines = [a_material("steel", "steel"), an_energy("power", dataset, amount, unit)]
    return {**a_bom_document(lines), "electricity": list(sites)}


def the_result(document: dict[str, Any]) -> FootprintResult:
    bom = BomIn.model_validate(document).to_core()
    return calculate(bom, TABLE, method_profile("gbt24067-2024"), bom_sha256=ANY_SHA256)


def refused(document: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(FootprintError) as refusal:
        the_result(document)
    error = refusal.value
    errors = error.errors if isinstance(error, FootprintErrors) else (error,)
    return [(e.code, e.place) for e in errors]


def with_certificates(**changed: Any) -> dict[str, Any]:
    return {**BY_CERTIFICATE, "certificates": {**CERTIFICATES, **changed}}


def test_certificates_take_their_share_with_transmission_and_the_grid_has_the_rest() -> None:
    result = the_result(a_document(a_site(BY_CERTIFICATE)))
    parts = {line.dataset: line.kg_co2e for line in result.lines if line.ref == "power"}
    assert parts == pytest.approx({WIND: 4 * 0.02, CARRIED: 4 * 0.03, GRID: 6 * 0.5})
    assert result.total_kg_co2e == pytest.approx(2 + 0.2 + 3)


def test_power_of_the_own_roof_has_no_transmission() -> None:
    result = the_result(a_document(a_site(ON_ROOF)))
    assert result.total_kg_co2e == pytest.approx(2 + 2 * 0.02 + 8 * 0.5)


def test_delivered_dataset_gets_no_second_transmission() -> None:
    result = the_result(a_document(a_site({**BY_CERTIFICATE, "dataset": DELIVERED})))
    assert result.total_kg_co2e == pytest.approx(2 + 4 * 0.05 + 6 * 0.5)


def test_several_instruments_and_units_share_a_line_exactly() -> None:
    """10 kWh as 36 MJ; the roof's dataset counts in MJ: 20 % of 36 MJ at 0.01."""
    roof = {**ON_ROOF, "dataset": "own-roof"}
    document = a_document(a_site(BY_CERTIFICATE, roof), unit="MJ", amount="36")
    assert the_result(document).total_kg_co2e == pytest.approx(2 + 0.2 + 7.2 * 0.01 + 4 * 0.5)


def test_site_that_is_covered_wholly_takes_nothing_from_the_grid() -> None:
    result = the_result(a_document(a_site({**ON_ROOF, "mwh": "100"})))
    assert [line.dataset for line in result.lines if line.ref == "power"] == [WIND]
    assert result.total_kg_co2e == pytest.approx(2.2)


def test_result_says_what_was_used_what_is_left_and_the_total_without() -> None:
    found = the_result(a_document(a_site(BY_CERTIFICATE, ON_ROOF))).declared.electricity
    assert found is not None
    assert found.total_without_kg_co2e == pytest.approx(7.0)
    (site,) = found.sites
    assert (site.covered_mwh, site.rest_mwh, site.rest_mix) == (60, 40, "consumption-mix")
    assert site.rest_datasets == (GRID,)
    assert [(i.kind, i.transmission, i.serials) for i in site.instruments] == [
        ("certificate", CARRIED, ("GEC CN24-1-40",)),
        ("on-site", "", ()),
    ]
    assert site.instruments[0].share == pytest.approx(0.4)


def test_electricity_of_lines_no_site_declares_is_counted_beside_the_covered() -> None:
    """A label that counted the site alone would say that its roof supplied all of it."""
    document = a_document(a_site({**ON_ROOF, "mwh": "100"}))
    document["lines"].append(an_energy("lamp", GRID, amount="30", unit="kWh"))
    found = the_result(document).declared.electricity
    assert found is not None
    assert {s.supply: s.kwh for s in found.supplies} == {
        "on-site": pytest.approx(10.0),
        "undeclared": pytest.approx(30.0),
    }


def test_electricity_of_a_line_is_divided_as_its_site_is() -> None:
    found = the_result(a_document(a_site(BY_CERTIFICATE, ON_ROOF))).declared.electricity
    assert found is not None
    assert {s.supply: s.kwh for s in found.supplies} == {
        "on-site": pytest.approx(2.0),
        "certificate": pytest.approx(4.0),
        "consumption-mix": pytest.approx(4.0),
    }


def test_lines_and_stages_still_sum_to_the_total() -> None:
    result = the_result(a_document(a_site(BY_CERTIFICATE, ON_ROOF)))
    assert sum(line.kg_co2e for line in result.lines) == pytest.approx(result.total_kg_co2e)
    assert sum(stage.kg_co2e for stage in result.stages) == pytest.approx(result.total_kg_co2e)


def test_instruments_are_shared_with_co_products_like_the_line_they_cover() -> None:
    document = a_document(a_site(BY_CERTIFICATE))
    document["allocation"] = {
        "method": "mass",
        "reason": "one furnace",
        "product": {"mass_kg": "3"},
        "co_products": [{"name": "slag", "amount": "1", "unit": "kg"}],
    }
    result = the_result(document)
    assert result.total_kg_co2e == pytest.approx(5.2 * 0.75)
    assert result.declared.electricity is not None
    assert result.declared.electricity.total_without_kg_co2e == pytest.approx(7 * 0.75)


def test_residual_mix_is_taken_where_the_line_has_one() -> None:
    result = the_result(a_document(a_site(ON_ROOF, rest_mix="residual-mix"), dataset="residual"))
    assert result.total_kg_co2e == pytest.approx(2 + 0.04 + 8 * 0.7)


def test_bill_without_instruments_says_nothing_of_them() -> None:
    document = a_document()
    del document["electricity"]
    assert "electricity" not in the_result(document).to_json()


@pytest.mark.parametrize(
    ("instrument", "expected"),
    [
        ({**ON_ROOF, "mwh": "0"}, ("instrument-amount-not-positive", "mwh")),
        ({**ON_ROOF, "mwh": "100.1"}, ("electricity-over-covered", "")),
        (
            {**ON_ROOF, "keeps_attributes": False},
            ("instrument-attributes-not-kept", "keeps_attributes"),
        ),
        (
            {**ON_ROOF, "certificates": CERTIFICATES, "mwh": "40"},
            ("instrument-certificates-mismatch", "certificates"),
        ),
        (
            {"kind": "certificate", "dataset": WIND, "mwh": "1"},
            ("instrument-certificates-mismatch", "certificates"),
        ),
        ({**ON_ROOF, "dataset": DELIVERED}, ("instrument-dataset-unfit", "dataset")),
        ({**BY_CERTIFICATE, "dataset": GRID}, ("instrument-dataset-unfit", "dataset")),
        ({**BY_CERTIFICATE, "dataset": CARRIED}, ("instrument-dataset-unfit", "dataset")),
        (
            {**BY_CERTIFICATE, "transmission_dataset": GRID},
            ("instrument-dataset-unfit", "transmission_dataset"),
        ),
        (
            {**ON_ROOF, "transmission_dataset": CARRIED},
            ("transmission-counted-twice", "transmission_dataset"),
        ),
        (
            {**BY_CERTIFICATE, "dataset": DELIVERED, "transmission_dataset": CARRIED},
            ("transmission-counted-twice", "transmission_dataset"),
        ),
        (
            {**BY_CERTIFICATE, "includes_transmission": True},
            ("transmission-not-included", "includes_transmission"),
        ),
        (
            {**BY_CERTIFICATE, "dataset": "own-roof"},
            ("transmission-not-stated", "transmission_dataset"),
        ),
        (
            with_certificates(vintage_year=2023),
            ("certificate-vintage-outside", "certificates/vintage_year"),
        ),
        (
            with_certificates(retired_for="Shunde works"),
            ("certificate-retired-elsewhere", "certificates/retired_for"),
        ),
        ({**BY_CERTIFICATE, "mwh": "41"}, ("certificate-serials-too-few", "certificates/serials")),
        (
            with_certificates(serials=[FORTY, {"registry": "gec", "first": "cn24-40"}]),
            ("certificate-serial-twice", "certificates/serials/1"),
        ),
        ({**ON_ROOF, "dataset": "gone"}, ("dataset-unknown", "dataset")),
        ({**ON_ROOF, "dataset": "steel"}, ("unit-wrong-dimension", "dataset")),
    ],
)
def test_instrument_that_cannot_be_is_refused_at_its_place(
    instrument: dict[str, Any], expected: tuple[str, str]
) -> None:
    code, member = expected
    place = "/electricity/0/instruments" + (f"/0/{member}" if member else "")
    assert refused(a_document(a_site(instrument))) == [(code, place)]


@pytest.mark.parametrize(
    ("changed", "dataset", "expected"),
    [
        ({"consumption_mwh": "0"}, GRID, ("electricity-not-consumed", "consumption_mwh")),
        ({"lines": [{"line": "none"}]}, GRID, ("declared-line-unknown", "lines/0")),
        ({"lines": [{"line": "steel"}]}, GRID, ("electricity-line-unfit", "lines/0")),
        (
            {"lines": [{"line": "power"}, {"line": "power"}]},
            GRID,
            ("declared-line-twice", "lines/1"),
        ),
        ({}, WIND, ("electricity-rest-not-a-mix", "lines/0")),
        ({"rest_mix": "residual-mix"}, GRID, ("electricity-not-a-residual-mix", "rest_mix")),
    ],
)
def test_site_that_cannot_be_is_refused_at_its_place(
    changed: dict[str, Any], dataset: str, expected: tuple[str, str]
) -> None:
    code, member = expected
    document = a_document(a_site(ON_ROOF, **changed), dataset=dataset)
    assert refused(document) == [(code, f"/electricity/0/{member}")]


def test_one_megawatt_hour_cannot_back_two_sites_of_a_study() -> None:
    other = {**a_site(with_certificates(retired_for="Shunde works")), "site": "Shunde works"}
    other["lines"] = [{"line": "more"}]
    document = a_document(a_site(BY_CERTIFICATE), other)
    document["lines"].append(an_energy("more", GRID, "1"))
    place = "/electricity/1/instruments/0/certificates/serials/0"
    assert refused(document) == [("certificate-serial-twice", place)]


def test_vintage_may_be_any_year_the_period_touches() -> None:
    document = a_document(a_site(with_certificates(vintage_year=2023)))
    document["reference_period"] = {"from": "2023-07-01", "to": "2024-06-30"}
    assert the_result(document).declared.electricity is not None


def test_claims_of_a_bill_are_all_its_serials() -> None:
    bom = BomIn.model_validate(a_document(a_site(BY_CERTIFICATE, ON_ROOF))).to_core()
    assert [str(s) for s in claimed_serials(bom.declared.electricity)] == ["GEC CN24-1-40"]


@pytest.mark.parametrize(
    ("first", "last", "again"),
    [
        ("CN24-000001", "", "cn24-1"),
        ("CN24-0001", "CN24-0010", " CN24-5 "),
        ("0007", "", "7"),
        ("AB00000000000000000012", "", "AB12"),
    ],
)
def test_serial_is_the_same_however_it_is_written(first: str, last: str, again: str) -> None:
    assert serial_range("GEC", first, last).overlaps(serial_range("gec", again, ""))


@pytest.mark.parametrize(
    ("registry", "first", "other"),
    [("GEC", "CN24-1", "CN25-1"), ("GEC", "CN24-1", "CN24-2")],
)
def test_other_serials_do_not_overlap(registry: str, first: str, other: str) -> None:
    assert not serial_range(registry, first, "").overlaps(serial_range(registry, other, ""))
    assert not serial_range("I-REC", first, "").overlaps(serial_range(registry, first, ""))


@pytest.mark.parametrize(
    ("registry", "first", "last", "code"),
    [
        ("GEC", "no number", "", "certificate-serial-malformed"),
        ("GEC", "证书1", "", "certificate-serial-malformed"),
        ("", "1", "", "certificate-serial-malformed"),
        ("GEC", "2", "1", "certificate-serials-reversed"),
        ("GEC", "A1", "B2", "certificate-serials-reversed"),
    ],
)
def test_serial_that_is_none_is_refused(registry: str, first: str, last: str, code: str) -> None:
    with pytest.raises(BomError) as refusal:
        serial_range(registry, first, last)
    assert refusal.value.code == code


def shipped_electricity() -> dict[str, dict[str, Any]]:
    entries = [
        entry
        for path in DATASETS.glob("*.yaml")
        for entry in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]
    return {e["id"]: e for e in entries if e["id"].startswith("electricity-")}


def test_every_shipped_dataset_of_electricity_has_its_kind() -> None:
    assert shipped_electricity().keys() == known_datasets()


def test_delivered_datasets_are_made_of_a_plant_and_its_grid() -> None:
    shipped = shipped_electricity()
    delivered = [name for name in shipped if supply_of(name) is Supply.DELIVERED]
    assert len(delivered) > 3
    for name in delivered:
        plant, carried = (e["dataset"] for e in shipped[name]["inputs"])
        assert supply_of(plant) is Supply.PLANT
        assert transmission_for(plant) == carried
        assert supply_of(carried) is Supply.TRANSMISSION

"""What counts as primary data, and how much of a result rests on it."""

from __future__ import annotations

import pytest

from footprint.bom import VerificationClaim
from footprint.errors import BomError
from footprint.inventory import CO2E, UNSTATED, EmissionKey, Origin
from tests.support.builders import a_bom, a_material, a_result, an_energy
from tests.unit.footprint.tables import FOSSIL_CO2, a_table

SUPPLY = EmissionKey(CO2E, Origin.FOSSIL, gwp_set=UNSTATED)
TABLE = a_table(
    ("diesel-burned", "kg", 3.5),
    ("steel", "kg", 2.0),
    keys=(FOSSIL_CO2, SUPPLY),
    masses={"diesel-burned": {SUPPLY: 0.5}},
    burnt={"diesel-burned": {FOSSIL_CO2: 3.0}},
)  # diesel burnt: 3 kg from burning; its supply, 0.5 kg known by gas and 0.5 kg as CO2e


def shares(*lines: dict[str, object]) -> tuple[float, list[float]]:
    result = a_result(a_bom(lines), TABLE)
    return result.primary_data_share, [line.primary_share for line in result.lines]


STEEL = a_material("m", "steel", "1", activity_origin="measured")
DIESEL = an_energy("d", "diesel-burned", "1", "kg", activity_origin="measured")


def test_fuel_that_was_measured_is_primary_but_its_supply_is_not() -> None:
    """Neither the part of the supply known as CO2e nor the part known by gas."""
    share, by_line = shares({**STEEL, "amount": "0"}, DIESEL)
    assert share == pytest.approx(3 / 4)
    assert by_line == [0.0, pytest.approx(3 / 4)]


def test_weight_that_was_measured_times_a_database_factor_is_not_primary() -> None:
    share, by_line = shares(STEEL, DIESEL)
    assert share == pytest.approx(3 / 6)
    assert by_line == [0.0, pytest.approx(3 / 4)]


@pytest.mark.parametrize("origin", ["calculated", "design", "estimated"])
def test_fuel_that_was_not_measured_is_not_primary(origin: str) -> None:
    assert shares(STEEL, {**DIESEL, "activity_origin": origin}) == (0.0, [0.0, 0.0])


@pytest.mark.parametrize(("origin", "expected"), [("measured", 1.0), ("design", 0.0)])
def test_gas_that_was_measured_is_primary(origin: str, expected: float) -> None:
    gas: dict[str, object] = {
        "ref": "g",
        "kind": "direct-emission",
        "name": "CO2",
        "substance": "CO2",
        "origin": "fossil",
        "amount": "5",
        "unit": "kg",
        "activity_origin": origin,
    }
    share, _ = shares({**STEEL, "amount": "0"}, gas)
    assert share == expected


REFERENCE = {"verifier": "VB 1", "statement": "PCF-17/2026", "document_sha256": "5e" * 32}


def a_supplied_part(**claims: object) -> dict[str, object]:
    """4 kgCO2e by the supplier's own figure, a quarter of it primary."""
    part = {**STEEL, "ref": "s"}
    del part["dataset"]
    footprint = {"kg_co2e_per_unit": "4", "unit": "kg", "gwp_set": "AR6", "document": "PCF 17"}
    part["supplier_footprint"] = {**footprint, "primary_share": "0.25", **claims}
    return part


@pytest.mark.parametrize(
    ("claims", "expected", "claim"),
    [
        ({}, 0.0, VerificationClaim.NOT_CLAIMED),
        ({"is_verified": True}, 0.0, VerificationClaim.WITHOUT_REFERENCE),
        ({"is_verified": True, "verification": REFERENCE}, 0.25, VerificationClaim.REFERENCED),
    ],
)
def test_suppliers_footprint_counts_its_own_share_only_when_its_verification_can_be_checked(
    claims: dict[str, object], expected: float, claim: VerificationClaim
) -> None:
    """Threat: that a figure is verified is the applicant's word; the result says what was said."""
    part = a_supplied_part(**claims)
    share, by_line = shares(part, {**DIESEL, "amount": "0"})
    assert share == by_line[0] == pytest.approx(expected)
    result = a_result(a_bom([part, {**DIESEL, "amount": "0"}]), TABLE)
    assert [line.verification for line in result.lines] == [claim, VerificationClaim.NO_SUPPLIER]


def test_reference_to_a_verification_nobody_claims_is_refused() -> None:
    part = a_supplied_part(is_verified=False, verification=REFERENCE)
    with pytest.raises(BomError) as refused:
        a_bom([part, DIESEL])
    assert refused.value.code == "verification-not-claimed"
    assert refused.value.place == "/lines/0/supplier_footprint/is_verified"


def test_treatment_of_a_loss_is_not_primary_for_its_line_was_measured() -> None:
    loss = {"rate": "0.5", "route": "waste-treatment", "dataset": "diesel-burned"}
    lost = {**STEEL, "amount": "1", "loss": loss}
    assert shares(lost, {**DIESEL, "amount": "0"})[1] == [0.0, 0.0, 0.0]

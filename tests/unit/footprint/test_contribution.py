"""Breakdowns: groupings of the same entries, which sum to the total or are not given out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from footprint.bom import LinePart, Stage
from footprint.contribution import Impacts, biogenic_co2, by_gas, by_stage, impacts, partition
from footprint.errors import InventoryError
from footprint.inventory import CO2E, UNSTATED, Direction, EmissionKey, Origin
from footprint.methods import UptakeBasis, method_profile
from footprint.quality import share_of_impact, unswitchable_share
from footprint.system import product_system
from tests.support.builders import a_bom, a_material, a_result, an_energy
from tests.unit.footprint.tables import FOSSIL_CO2, a_table

METHOD = method_profile("gbt24067-2024")
UPTAKE = EmissionKey("CO2", Origin.BIOGENIC, Direction.REMOVAL)
RELEASE = EmissionKey("CO2", Origin.BIOGENIC)
LAND = EmissionKey("CO2", Origin.LAND_USE)
FLIGHT = EmissionKey("CO2", Origin.FOSSIL, is_aircraft=True)
FACTOR = EmissionKey(CO2E, Origin.UNSPECIFIED, gwp_set=UNSTATED)
KEYS = (FOSSIL_CO2, UPTAKE, RELEASE, LAND, FLIGHT, FACTOR)
TABLE = a_table(
    ("everything", "kg", 1.0),
    ("grid", "kWh", 0.0),
    keys=KEYS,
    masses={
        "everything": {UPTAKE: 2.0, RELEASE: 0.5, LAND: 0.25, FLIGHT: 0.125, FACTOR: 4.0},
        "grid": {FACTOR: 0.5},
    },
    drafts={"everything": 0.5},
)


def an_impact(basis: UptakeBasis = UptakeBasis.INCLUDING) -> Impacts:
    bom = a_bom([a_material("m", "everything", "2"), an_energy("e", "grid", "10")])
    return impacts(product_system(bom, TABLE), TABLE, METHOD, basis)


def test_partition_reports_apart_what_the_standard_names_and_sums_to_the_total() -> None:
    impact = an_impact()
    parts = partition(by_gas(impact))
    assert dict(parts.items()) == {
        "fossil": 2.0,
        "aircraft": 0.25,
        "biogenic_emissions": 1.0,
        "biogenic_removals": -4.0,
        "land_use": 0.5,
        "unspecified": 13.0,
    }
    assert sum(value for _, value in parts.items()) == pytest.approx(impact.total)


def test_uptake_and_release_are_both_left_out_where_uptake_is_excluded() -> None:
    parts = partition(by_gas(an_impact(UptakeBasis.EXCLUDING)))
    assert (parts.biogenic_emissions, parts.biogenic_removals) == (0.0, 0.0)
    assert parts.land_use == 0.5


def test_masses_of_biogenic_carbon_dioxide_are_shown_whatever_the_basis_leaves_out() -> None:
    for basis in UptakeBasis:
        shown = biogenic_co2(by_gas(an_impact(basis)))
        assert (shown.emitted_kg, shown.removed_kg) == (1.0, 4.0)
    bom = a_bom([a_material("m", "everything", "2"), an_energy("e", "grid", "10")])
    body = a_result(bom, TABLE).to_json()
    assert body["biogenic_co2"] == {"emitted_kg": "1.00000000000", "removed_kg": "4.00000000000"}


def test_biogenic_methane_is_no_biogenic_carbon_dioxide() -> None:
    methane = EmissionKey("CH4", Origin.BIOGENIC)
    table = a_table(("bog", "kg", 3.0), ("grid", "kWh", 0.0), keys=(methane,))
    result = a_result(a_bom([a_material("m", "bog"), an_energy("e", "grid")]), table)
    assert (result.biogenic_co2.emitted_kg, result.biogenic_co2.removed_kg) == (0.0, 0.0)


def test_result_shows_both_totals_whichever_is_certified() -> None:
    bom = a_bom([a_material("m", "everything", "2"), an_energy("e", "grid", "10")])
    result = a_result(bom, TABLE)
    assert result.total_kg_co2e == result.excluding_uptake_kg_co2e == pytest.approx(15.75)
    assert result.including_uptake_kg_co2e == pytest.approx(12.75)
    assert result.basis is UptakeBasis.EXCLUDING


def test_stages_are_sums_of_the_entries() -> None:
    impact = an_impact()
    assert by_stage(impact) == {
        Stage.RAW_MATERIAL: pytest.approx(7.75),
        Stage.MANUFACTURING: pytest.approx(5.0),
        Stage.DISTRIBUTION: 0.0,
        Stage.USE: 0.0,
        Stage.END_OF_LIFE: 0.0,
    }


def test_treatment_of_a_loss_is_a_part_of_its_line_in_manufacturing() -> None:
    """A tenth of the input is lost: the line has two parts, each with its stage and dataset."""
    table = a_table(("grid", "kWh", 0.5), ("landfill", "kg", 0.1), ("steel", "kg", 2.0))
    loss = {"rate": "0.1", "route": "waste-treatment", "dataset": "landfill"}
    bom = a_bom([a_material("m", "steel", "9", loss=loss), an_energy("e", "grid", "1")])
    lines = a_result(bom, table).lines
    assert [(line.ref, line.part, line.stage, line.dataset) for line in lines] == [
        ("m", LinePart.LINE, Stage.RAW_MATERIAL, "steel"),
        ("m", LinePart.LOSS_TREATMENT, Stage.MANUFACTURING, "landfill"),
        ("e", LinePart.LINE, Stage.MANUFACTURING, "grid"),
    ]
    assert [line.kg_co2e for line in lines] == pytest.approx([20.0, 0.1, 0.5])


def test_gas_that_does_not_occur_is_not_listed() -> None:
    bom = a_bom([a_material("m", "everything", "0"), an_energy("e", "grid", "1")])
    impact = impacts(product_system(bom, TABLE), TABLE, METHOD, UptakeBasis.INCLUDING)
    assert [g.key for g in by_gas(impact)] == [FACTOR]


def test_breakdown_that_does_not_sum_to_the_total_is_never_given_out() -> None:
    """A planted fault: one entry is counted in no gas."""
    impact = an_impact()
    torn = replace(impact, entries=impact.entries + 1e-6)
    with pytest.raises(InventoryError) as refused:
        by_stage(torn)
    assert refused.value.code == "sums-do-not-match"


@pytest.mark.parametrize(
    "amounts",
    [
        ("-8.808", "0.927", "5.916", "-0.927", "1.391", "1.501"),
        ("9.942", "0.586", "-9.942", "9.523", "-12.704", "2.595"),
    ],
)
def test_credits_that_cancel_everything_leave_the_sums_in_order(amounts: tuple[str, ...]) -> None:
    """The tolerance is relative to the contributions: relative to a total of zero it is none."""
    table = a_table(("avoided", "kg", -1.1), ("made", "kg", 1.1))
    lines = [
        a_material(f"m{i}", "avoided" if "-" in amount else "made", amount.lstrip("-"))
        for i, amount in enumerate(amounts)
    ]
    largest = amounts.index(min(amounts, key=float))
    lines[largest] = {**lines[largest], "kind": "energy"}
    result = a_result(a_bom(lines), table)
    assert result.total_kg_co2e == pytest.approx(0.0, abs=1e-12)
    assert sum(s.kg_co2e for s in result.stages) == pytest.approx(0.0, abs=1e-12)


def test_shares_are_of_absolute_impacts_so_that_credits_hide_nothing() -> None:
    impact = an_impact()
    assert share_of_impact(impact.drafts, impact) == pytest.approx(3.875 / 12.75)
    assert unswitchable_share(impact) == pytest.approx(13.0 / 20.75)


def test_shares_of_nothing_are_zero() -> None:
    bom = a_bom([a_material("m", "everything", "0"), an_energy("e", "grid", "0")])
    result = a_result(bom, TABLE)
    assert (result.draft_share, result.primary_data_share, result.unswitchable_share) == (0, 0, 0)
    assert result.certified_value == "0"


def test_draft_share_of_a_line_is_that_of_its_dataset() -> None:
    bom = a_bom([a_material("m", "everything", "2"), an_energy("e", "grid", "10")])
    lines = {line.ref: line.draft_share for line in a_result(bom, TABLE).lines}
    assert lines == {"m": pytest.approx(0.5), "e": 0.0}


def test_limit_of_what_no_other_gwp_set_can_change_is_reported() -> None:
    result = a_result(a_bom([a_material("m", "grid", "0", "kWh"), an_energy("e", "grid")]), TABLE)
    assert result.unswitchable_share == 1.0
    assert result.is_over_unswitchable_limit
